package importer_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
)

// biff is a record of an old workbook.
func biff(kind int, parts ...any) []byte {
	var body bytes.Buffer
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			_ = binary.Write(&body, binary.LittleEndian, uint16(p)) //nolint:gosec // the tests have small ones
		case string:
			letters := utf16.Encode([]rune(p))
			_ = binary.Write(&body, binary.LittleEndian, uint16(len(letters))) //nolint:gosec // as above
			body.WriteByte(1)
			_ = binary.Write(&body, binary.LittleEndian, letters)
		default:
			_ = binary.Write(&body, binary.LittleEndian, p)
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(kind))                                //nolint:gosec // as above
	return append(binary.LittleEndian.AppendUint16(head, uint16(body.Len())), body.Bytes()...) //nolint:gosec // as above
}

// oldWorkbook packs an .xls workbook with the cells of its first sheet and those of a second.
func oldWorkbook(first, second []byte, globals ...[]byte) []byte {
	begin, end := biff(0x809, 0x600, 5, uint32(0)), biff(0x0a)
	name := func(at int, name byte) []byte {
		return biff(0x85, uint32(at), 0, []byte{1, 0, name}) //nolint:gosec // as above
	}
	sheet := func(cells []byte) []byte { return slices.Concat(biff(0x809, 0x600, 0x10, uint32(0)), cells, end) }
	more := slices.Concat(globals...)
	at := len(begin) + 2*len(name(0, 'A')) + len(more) + len(end)
	one := sheet(first)
	return container(slices.Concat(begin, name(at, 'A'), name(at+len(one), 'B'), more, end, one, sheet(second)))
}

// container is an OLE2 file with one stream, the workbook.
func container(stream []byte) []byte {
	const sector, last, free = 512, 0xfffffffe, 0xffffffff
	stream = append(stream, make([]byte, max(0, 4096-len(stream)))...) // shorter ones are kept elsewhere
	n := (len(stream) + sector - 1) / sector
	fat := (n+1)/(sector/4-1) + 1
	file := make([]byte, (1+fat+1+n)*sector)
	copy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	put := func(at int, v uint32) { binary.LittleEndian.PutUint32(file[at:], v) }
	put(24, 0x0003003e)
	put(28, 0x0009fffe)
	put(32, 6)
	put(44, uint32(fat)) //nolint:gosec // files of tests are small
	put(48, uint32(fat)) //nolint:gosec // as above
	put(56, 4096)
	put(60, last)
	put(68, last)
	for i := range 109 {
		v := uint32(free)
		if i < fat {
			v = uint32(i) //nolint:gosec // as above
		}
		put(76+4*i, v)
	}
	for i := range fat * sector / 4 {
		v := uint32(free)
		switch {
		case i < fat:
			v = 0xfffffffd
		case i == fat, i == fat+n:
			v = last
		case i < fat+n:
			v = uint32(i + 1) //nolint:gosec // as above
		}
		put(sector+4*i, v)
	}
	entry := func(i int, name string, kind byte, child, start, size uint32) {
		at := (1+fat)*sector + 128*i
		for j, u := range utf16.Encode([]rune(name)) {
			binary.LittleEndian.PutUint16(file[at+2*j:], u)
		}
		file[at+64], file[at+66], file[at+67] = byte(2*len(name)+2), kind, 1 //nolint:gosec // as above
		put(at+68, free)
		put(at+72, free)
		put(at+76, child)
		put(at+116, start)
		put(at+120, size)
	}
	entry(0, "Root Entry", 5, 1, last, 0)
	entry(1, "Workbook", 2, free, uint32(fat+1), uint32(len(stream))) //nolint:gosec // as above
	copy(file[(1+fat+1)*sector:], stream)
	return file
}

func text(row, column int, s string) []byte { return biff(0x204, row, column, 0, s) }
func numeral(row, column int, f float64) []byte {
	return biff(0x203, row, column, 0, math.Float64bits(f))
}

// A list that was saved in the old form is read as one in the new form: its numbers are whole, its first sheet counts.
func TestOldWorkbooksAreRead(t *testing.T) {
	b := newBench(t)
	cells := slices.Concat(text(0, 0, "号码"), text(0, 1, "姓名"), text(0, 2, "金额"),
		numeral(1, 0, 13800138000), text(1, 1, "张三"), numeral(1, 2, 12.5),
		text(3, 0, "13900139000"), text(3, 1, "李四"),
		text(4, 0, "no number"))
	got, err := importer.Run(t.Context(), b.queue(file(t, "list.xls", string(oldWorkbook(cells, numeral(0, 0, 1))))))
	must(t, err)
	if got.State == contact.ImportFailed || got.Accepted != 2 || got.Rejected != 1 {
		t.Fatalf("%+v", got)
	}
}

func TestOldWorkbooksThatAreRefused(t *testing.T) {
	row := numeral(0, 0, 13800138000)
	var far []byte // a cell in the last column of every row needs room for 13 million
	for i := range 1 << 16 {
		far = append(far, numeral(i, 255, 1)...)
	}
	good := oldWorkbook(row, nil)
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"a formula":         {oldWorkbook(slices.Concat(row, biff(0x06, 1, 0, 0, uint64(0))), nil), "the cell A!A2 holds a formula"},
		"a lock":            {oldWorkbook(row, nil, biff(0x2f, 1)), "password"},
		"cells far apart":   {oldWorkbook(far, nil), "holds too much"},
		"no row":            {oldWorkbook(nil, nil), "holds no row"},
		"cut off":           {good[:len(good)/2], "damaged"},
		"a cell of no size": {oldWorkbook(biff(0x203, 0, 0), nil), "damaged"},
		"too large":         {append(slices.Clone(good), make([]byte, 16<<20)...), "at most 16 MB"},
		"no workbook":       {bytes.ReplaceAll(good, utf16Of("Workbook"), utf16Of("Wordbook")), "damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := importer.Run(t.Context(), newBench(t).queue(file(t, "list.xls", string(c.file))))
			must(t, err)
			if got.State != contact.ImportFailed || got.Accepted > 0 || !strings.Contains(got.Reason, c.want) {
				t.Errorf("%+v, want %q", got, c.want)
			}
		})
	}
}

func utf16Of(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}
