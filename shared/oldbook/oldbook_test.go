package oldbook_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oldbook"
)

// FuzzRead: whatever the bytes, there is a refusal or a book within its limits.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob(filepath.FromSlash("../script/testdata/*.xls"))
	if err != nil || len(files) == 0 {
		f.Fatalf("no workbooks to begin with: %v", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name) //nolint:gosec // test data of this repository
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	limits := oldbook.Limits{Rows: 50, Columns: 5, Cells: 100}
	f.Fuzz(func(t *testing.T, file []byte) {
		book, err := oldbook.Read(file, limits, func(string) bool { return true })
		if err != nil {
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		for _, s := range book.Sheets {
			cells := 0
			for _, row := range s.Rows {
				cells += len(row)
				if len(row) > limits.Columns+1 {
					t.Fatalf("%q has a row of %d cells", s.Name, len(row))
				}
			}
			if len(s.Rows) > limits.Rows+1 || cells > limits.Cells*(limits.Columns+1) {
				t.Fatalf("%q has %d rows and %d cells", s.Name, len(s.Rows), cells)
			}
		}
	})
}

// record is one with its parts as bytes; an int is two of them.
func record(kind int, parts ...any) []byte {
	var body []byte
	for _, p := range parts {
		switch p := p.(type) {
		case int:
			body = binary.LittleEndian.AppendUint16(body, uint16(p)) //nolint:gosec // the tests have small ones
		case uint32:
			body = binary.LittleEndian.AppendUint32(body, p)
		case float64:
			body = binary.LittleEndian.AppendUint64(body, math.Float64bits(p))
		case string:
			body = append(body, p...)
		}
	}
	head := binary.LittleEndian.AppendUint16(nil, uint16(kind))                       //nolint:gosec // as above
	return append(binary.LittleEndian.AppendUint16(head, uint16(len(body))), body...) //nolint:gosec // as above
}

// stream is a workbook of one sheet, S, with these texts (a table of texts and what continues it) and cells.
func stream(more []byte, cells ...[]byte) []byte {
	begin, end := record(0x809, 0x600, 5, 0, 0), record(0x0a)
	size := len(begin) + len(record(0x85, uint32(0), 0, "\x01\x00S")) + len(more) + len(end)
	out := slices.Concat(begin, record(0x85, uint32(size), 0, "\x01\x00S"), more, end, record(0x809, 0x600, 0x10, 0, 0)) //nolint:gosec // as above
	return slices.Concat(out, slices.Concat(cells...), end)
}

var texts = slices.Concat(
	// A text over three records, whose letters change their width; its styles and its pronunciation are split as well.
	record(0xfc, uint32(3), uint32(3), 5, "\x0c", 1, uint32(3), "ab"), record(0x3c, "\x01-N"), record(0x3c, "\x00\xe9d12"), record(0x3c, "34567"),
	record(0x3c, 0, "\x00", 2, "\x00ok"))

func TestRecords(t *testing.T) {
	limits := oldbook.Limits{Rows: 3, Columns: 4, Cells: 9}
	begin, end := record(0x809, 0x600, 0x20, 0, 0), record(0x0a)
	for name, c := range map[string]struct {
		stream []byte
		rows   [][]string
		want   string
	}{
		"texts":               {stream(texts, record(0xfd, 0, 0, 0, uint32(0)), record(0xfd, 0, 1, 0, uint32(2)), record(0xfd, 0, 2, 0, uint32(1))), [][]string{{"ab\u4e2d\u00e9d", "ok"}}, ""},
		"a text in the cell":  {stream(nil, record(0x204, 1, 0, 0, 2, "\x01-N\x87e"), record(0xd6, 2, 0, 0, 1, "\x00x", 0)), [][]string{nil, {"\u4e2d\u6587"}, {"x"}}, ""},
		"numbers":             {stream(nil, record(0x203, 0, 0, 0, 1.25), record(0x27e, 0, 1, 0, uint32(7<<2|2)), record(0x27e, 0, 2, 0, uint32(0xfffffffe)), record(0x27e, 0, 3, 0, uint32(1234<<2|3))), [][]string{{"1.25", "7", "-1", "12.34"}}, ""},
		"numbers in a row":    {stream(nil, record(0xbd, 0, 1, 0, uint32(1<<2|2), 0, uint32(2<<2|2), 2)), [][]string{{"", "1", "2"}}, ""},
		"truths and failures": {stream(nil, record(0x205, 0, 0, 0, "\x01\x00"), record(0x205, 0, 1, 0, "\x2a\x01")), [][]string{{"1", "#N/A"}}, ""},
		"beyond the limits":   {stream(nil, record(0x203, 9, 9, 0, 1.0)), [][]string{nil, nil, nil, {"", "", "", "", "1"}}, ""},
		"a drawing":           {stream(nil, begin, record(0x06, 0, 0, 0), end, record(0x203, 0, 0, 0, 1.0)), [][]string{{"1"}}, ""},

		"not a number":       {stream(nil, record(0x203, 0, 0, 0, math.NaN())), nil, "no number"},
		"no such text":       {stream(texts, record(0xfd, 0, 0, 0, uint32(3))), nil, "a text that there is not"},
		"no such column":     {stream(nil, record(0xbd, 0, 255, 0, uint32(0), 0, uint32(0), 256)), nil, "out of place"},
		"a cell cut off":     {stream(nil, record(0x203, 0, 0, 0)), nil, "EOF"},
		"a text cut off":     {stream(record(0xfc, uint32(1), uint32(1), 9, "\x00ab")), nil, "EOF"},
		"half a letter":      {stream(record(0xfc, uint32(1), uint32(1), 9, "\x01abc")), nil, "EOF"},
		"a billion texts":    {stream(record(0xfc, uint32(1), uint32(1<<30))), nil, "too large"},
		"a lock":             {stream(record(0x2f, 1)), nil, "locked"},
		"a sheet out of it":  {stream(record(0x85, uint32(1<<31), 0, "\x01\x00T")), nil, "out of place"},
		"a sheet in a sheet": {stream(record(0x85, uint32(4), 0, "\x01\x00T")), nil, "no known version"},
		"no end":             {stream(nil, begin), nil, "EOF"},
		"another version":    {record(0x809, 0x500, 5), nil, "no known version"},
		"nothing":            {nil, nil, "EOF"},
		"drawings for ever":  {stream(nil, bytes.Repeat(begin, 1<<20)), nil, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			book, err := oldbook.ReadStream(c.stream, limits)
			if c.want != "" {
				if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("taken as %+v, or refused with %v; want %q", book, err, c.want)
				}
				return
			}
			if err != nil || len(book.Sheets) != 1 || book.Sheets[0].Name != "S" || !slices.EqualFunc(book.Sheets[0].Rows, c.rows, slices.Equal) {
				t.Errorf("it reads %+v (%v); want %q", book, err, c.rows)
			}
		})
	}
}

func TestWhatTheCallerRefuses(t *testing.T) {
	limits := oldbook.Limits{Rows: 3, Columns: 4, Cells: 1}
	for name, c := range map[string]struct {
		stream []byte
		told   func(oldbook.Book) bool
	}{
		"a formula":         {stream(nil, record(0x06, 41, 27, 0, 3.0, 0, uint32(0), 0)), func(b oldbook.Book) bool { return b.Sheets[0].Formula == "S!AB42" }},
		"too many cells":    {stream(nil, record(0x203, 0, 0, 0, 1.0), record(0x203, 0, 1, 0, 1.0)), func(b oldbook.Book) bool { return b.Sheets[0].Full }},
		"a sheet of macros": {stream(record(0x85, uint32(0), 0x100, "\x01\x00M")), func(b oldbook.Book) bool { return b.Macros }},
		"another workbook":  {stream(record(0x1ae, 1, 5, "\x00x.xls")), func(b oldbook.Book) bool { return b.Linked }},
		"itself":            {stream(record(0x1ae, 1, 0x401)), func(b oldbook.Book) bool { return !b.Linked && !b.Macros && !b.Sheets[0].Full }},
	} {
		t.Run(name, func(t *testing.T) {
			if book, err := oldbook.ReadStream(c.stream, limits); err != nil || !c.told(book) {
				t.Errorf("it reads %+v (%v)", book, err)
			}
		})
	}
}

// FuzzStream changes records in a sound container: changed bytes of a whole file seldom come as far. Nothing recovers here.
func FuzzStream(f *testing.F) {
	f.Add(stream(texts, record(0xfd, 0, 0, 0, uint32(0)), record(0x203, 0, 0, 0, 1.25), record(0x27e, 0, 1, 0, uint32(30))))
	f.Add(stream(texts, record(0x204, 1, 0, 0, 2, "\x01-N\x87e"), record(0xbd, 0, 1, 0, uint32(6), 0, uint32(10), 2), record(0x205, 0, 0, 0, "\x01\x00")))
	f.Add(stream(record(0x1ae, 1, 5, "\x00x.xls"), record(0x06, 41, 27, 0, 3.0, 0, uint32(0), 0)))
	limits := oldbook.Limits{Rows: 50, Columns: 5, Cells: 100}
	f.Fuzz(func(t *testing.T, stream []byte) {
		if _, err := oldbook.ReadStream(stream, limits); err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatalf("refused with %v", err)
		}
	})
}
