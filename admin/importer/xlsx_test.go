package importer_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
)

// workbook saves rows as a spreadsheet program would.
func workbook(t testing.TB, rows [][]any, options ...excelize.Options) string {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		must(t, err)
		must(t, f.SetSheetRow("Sheet1", cell, &row))
	}
	p := filepath.Join(t.TempDir(), "list.xlsx")
	must(t, f.SaveAs(p, options...))
	return p
}

// parts packs a workbook by hand.
type parts map[string]string

const (
	relsPart  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`
	rootPart  = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`
	bookPart  = `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>`
	typesPart = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>`
	sheetHead = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	sheetTail = `</sheetData></worksheet>`
)

func book(sheet string) parts {
	return parts{"[Content_Types].xml": typesPart, "_rels/.rels": rootPart, "xl/workbook.xml": bookPart, "xl/_rels/workbook.xml.rels": relsPart, "xl/worksheets/sheet1.xml": sheet}
}

func (p parts) with(name, content string) parts { p[name] = content; return p }
func (p parts) without(name string) parts       { delete(p, name); return p }

func (p parts) pack(t testing.TB) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range p {
		w, err := z.Create(name)
		must(t, err)
		_, err = w.Write([]byte(content))
		must(t, err)
	}
	must(t, z.Close())
	return out.Bytes()
}

func inline(row int, cells ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<row r="%d">`, row)
	for i, c := range cells {
		fmt.Fprintf(&b, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+i, row, c)
	}
	return b.String() + "</row>"
}

func TestWorkbookIsImported(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.run(workbook(t, [][]any{
		{"姓名", "联系方式", "金额", "备注"},
		{"张三", 13800138000, 12.5, time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)},
		{},
		{"李四", "138-0013-8001", nil, "x"},
		{"王五", 123},
		{"赵六", int64(8613800138003)},
	}))
	if got.State != contact.ImportFinished || got.Total != 4 || got.Accepted != 3 || got.Rejected != 1 {
		t.Fatalf("import: %+v", got)
	}
	if r := b.rejections(got.ID); r[0].Row != 5 || r[0].Number != "123" {
		t.Errorf("rejections: %+v", r)
	}
	c := b.contacts(3)
	if !strings.HasPrefix(c[0], "13800138000 张三 金额=12.5 备注=") || c[1] != "13800138001 李四 备注=x" || c[2] != "13800138003 赵六" {
		t.Errorf("contacts: %q", c)
	}
}

func TestLargeSharedStringsAreRead(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	b := newBench(t)
	rows := [][]any{{"number", "name"}}
	for i := range 500 {
		rows = append(rows, []any{fmt.Sprintf("138%08d", i), fmt.Sprintf("name %d", i)})
	}
	in := b.queue(workbook(t, rows))
	in.Limits.PartBytes = 2_000 // everything goes through temporary files
	got, err := importer.Run(t.Context(), in)
	must(t, err)
	if got.Accepted != 500 || got.State != contact.ImportFinished {
		t.Fatalf("import: %+v", got)
	}
	nothingLeft(t, tmp)
}

func TestHostileWorkbooksFailWithAReason(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	b := newBench(t)
	good := book(sheetHead + inline(1, "13800138000") + inline(2, "13800138001") + sheetTail).pack(t)
	encrypted, err := os.ReadFile(workbook(t, [][]any{{"13800138000"}}, excelize.Options{Password: "secret"}))
	must(t, err)
	bomb := strings.Repeat(" ", 4<<20)
	var many bytes.Buffer
	z := zip.NewWriter(&many)
	for i := range 6000 {
		_, err := z.Create(fmt.Sprintf("p%d", i))
		must(t, err)
	}
	must(t, z.Close())
	lying := append([]byte(nil), book(sheetHead+bomb+sheetTail).pack(t)...)
	understate(lying, 1000)
	flipped := append([]byte(nil), good...)
	for i := range flipped[200:260] {
		flipped[200+i] ^= 0x55
	}
	for name, c := range map[string]struct {
		file   []byte
		reason string
		limits importer.Limits
	}{
		"encrypted":          {encrypted, "password", importer.Limits{}},
		"old excel":          {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 3000)...), "damaged", importer.Limits{}},
		"cut off":            {good[:len(good)/2], "damaged", importer.Limits{}},
		"only a signature":   {[]byte("PK\x03\x04"), "damaged", importer.Limits{}},
		"empty archive":      {append([]byte("PK\x05\x06"), make([]byte, 18)...), "damaged or empty", importer.Limits{}},
		"flipped bits":       {flipped, "", importer.Limits{}},
		"no workbook":        {parts{"a.txt": "x"}.pack(t), "no workbook", importer.Limits{}},
		"word document":      {parts{"[Content_Types].xml": typesPart, "word/document.xml": "<x/>"}.pack(t), "no workbook", importer.Limits{}},
		"no sheet":           {book("").without("xl/worksheets/sheet1.xml").pack(t), "no sheet", importer.Limits{}},
		"empty sheet":        {book(sheetHead + sheetTail).pack(t), "holds no row", importer.Limits{}},
		"blank cells":        {book(sheetHead + inline(1, " ", "") + sheetTail).pack(t), "holds no row", importer.Limits{}},
		"bomb":               {book(sheetHead + bomb + sheetTail).pack(t), "unpacks to more than 3 MB", importer.Limits{UnpackedBytes: 3 << 20}},
		"bomb beside":        {book(sheetHead+inline(1, "13800138000")+sheetTail).with("xl/media/a.png", bomb).pack(t), "beside its lists", importer.Limits{SideBytes: 1 << 20}},
		"bomb in many parts": {manyParts(t, 50, strings.Repeat(" ", 50_000)), "beside its lists", importer.Limits{SideBytes: 1 << 20}},
		"bomb that lies":     {lying, "damaged", importer.Limits{}},
		"too many parts":     {many.Bytes(), "", importer.Limits{}},
		"oversized":          {good, "at most", importer.Limits{FileBytes: 100}},
		"sheet cut off":      {book(sheetHead + inline(1, "13800138000")).pack(t), "cut off", importer.Limits{}},
		"damage in the middle": {book(sheetHead + inline(1, "13800138000") + "<row r=\"2\"><c></row>" + inline(3, "13800138001") + sheetTail).pack(t),
			"damaged after row", importer.Limits{}},
		"row beyond the last": {book(sheetHead + inline(1, "13800138000") + `<row r="99999999"/>` + sheetTail).pack(t), "no spreadsheet has one", importer.Limits{}},
		"broken styles":       {book(sheetHead+inline(1, "13800138000")+sheetTail).with("xl/styles.xml", "<styleSheet><").pack(t), "damaged", importer.Limits{PartBytes: 100}},
		"not xml":             {book("this is no xml worksheet>").pack(t), "holds no row", importer.Limits{}},
		"entities": {book(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + sheetHead + `<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row>` + sheetTail).pack(t),
			"", importer.Limits{}},
	} {
		t.Run(name, func(t *testing.T) {
			in := b.queue(file(t, "list.xlsx", string(c.file)))
			in.Limits = c.limits
			got, err := importer.Run(t.Context(), in)
			must(t, err)
			if got.State != contact.ImportFailed && got.Accepted > 0 || got.State == contact.ImportRunning || !strings.Contains(got.Reason, c.reason) {
				t.Errorf("import: %+v", got)
			}
			if c.reason != "" && got.State != contact.ImportFailed {
				t.Errorf("import: %+v", got)
			}
			nothingLeft(t, tmp)
		})
	}
}

// nothingLeft checks the folder for what the library unpacked.
func nothingLeft(t *testing.T, tmp string) {
	t.Helper()
	for _, pattern := range []string{"excelize-*", "outdial-import-*"} {
		if left, _ := filepath.Glob(filepath.Join(tmp, pattern)); len(left) > 0 {
			t.Errorf("left in the temporary folder: %v", left)
		}
	}
}

func manyParts(t testing.TB, n int, content string) []byte {
	p := book(sheetHead + inline(1, "13800138000") + sheetTail)
	for i := range n {
		p.with(fmt.Sprintf("xl/side%d.xml", i), content)
	}
	return p.pack(t)
}

// understate writes a smaller unpacked size into the directory of an archive, as a bomb does to pass a check of sizes.
func understate(archive []byte, size uint32) {
	for at := 0; ; {
		i := bytes.Index(archive[at:], []byte("PK\x01\x02"))
		if i < 0 {
			return
		}
		at += i + 4
		if strings.HasPrefix(string(archive[at+42:]), "xl/worksheets/") {
			binary.LittleEndian.PutUint32(archive[at+20:], size)
		}
	}
}

// A sheet may name the last column in every row; what is unpacked stays bounded by the pieces on their way.
func TestWideRowsTakeBoundedMemory(t *testing.T) {
	var sheet strings.Builder
	sheet.WriteString(sheetHead + inline(1, "13800138000"))
	for i := 2; i <= 301; i++ {
		fmt.Fprintf(&sheet, `<row r="%d"><c r="XFD%d"><v>13800138001</v></c></row>`, i, i)
	}
	sheet.WriteString(sheetTail)
	b := newBench(t)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	got := b.run(file(t, "list.xlsx", string(book(sheet.String()).pack(t))))
	runtime.ReadMemStats(&after)
	if got.Accepted != 1 || got.Rejected != 300 {
		t.Errorf("import: %+v", got)
	}
	t.Logf("import: %+v; %d MB from the system", got, (after.Sys-before.Sys)>>20)
	if after.Sys-before.Sys > 100<<20 {
		t.Errorf("%d MB were taken", (after.Sys-before.Sys)>>20)
	}
}
