package script_test

import (
	"bytes"
	"encoding/binary"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
)

var update = flag.Bool("update", false, "write the workbooks of testdata again; needs gnumeric's ssconvert")

// The old workbooks of testdata: a template as it is exported, and cells of every kind, as an office program saved them.
const (
	oldTemplate = "loan-follow-up"
	oldCells    = "testdata/cells.xls"
)

// old is an .xlsx file as an office program saves it in the old form.
func old(t *testing.T, file []byte) []byte {
	t.Helper()
	program, err := exec.LookPath("ssconvert")
	if err != nil {
		t.Skip("ssconvert of gnumeric is not installed")
	}
	from, to := filepath.Join(t.TempDir(), "x.xlsx"), filepath.Join(t.TempDir(), "x.xls")
	if err := os.WriteFile(from, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "--export-type=Gnumeric_Excel:excel_biff8", from, to).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return fileOf(t, to)
}

func fileOf(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func kept(t *testing.T, name string, make func() []byte) []byte {
	t.Helper()
	if *update {
		if err := os.WriteFile(filepath.FromSlash(name), old(t, make()), 0o644); err != nil { //nolint:gosec // test data is for everybody
			t.Fatal(err)
		}
	}
	return fileOf(t, name)
}

func sameOld(t *testing.T, document, file []byte) {
	t.Helper()
	back, err := script.FromWorkbook(file)
	if err != nil {
		t.Fatal(err)
	}
	nodes, parts, err := script.Diff(document, back)
	if err != nil || len(nodes)+len(parts) > 0 {
		t.Errorf("the old workbook says %.2000s: %+v %+v (%v); run with -update when the template was changed", back, nodes, parts, err)
	}
}

func exported(t testing.TB, document []byte) []byte {
	t.Helper()
	file, err := script.Workbook(document, words.Chinese)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestOldWorkbookKeepsATemplate(t *testing.T) {
	offer, err := script.TemplateOf(oldTemplate)
	if err != nil {
		t.Fatal(err)
	}
	sameOld(t, offer.Document, kept(t, "testdata/"+oldTemplate+".xls", func() []byte { return exported(t, offer.Document) }))
}

func TestOldWorkbookKeepsEveryTemplate(t *testing.T) {
	for _, offer := range script.Templates() {
		t.Run(offer.Key, func(t *testing.T) { sameOld(t, offer.Document, old(t, exported(t, offer.Document))) })
	}
}

// cellsOfEveryKind is a workbook with numbers, truths, styled text, and texts that no record of the old form holds in one piece.
func cellsOfEveryKind(t *testing.T) *excelize.File {
	t.Helper()
	f := book(t, nil)
	long := strings.Repeat("请问您什么时候方便还款？", 700)
	for row, v := range []any{0, 7, -3, 1 << 29, 13800138000, 1.5, 0.07, -12.34, 1e30, 1e-12, 0.1 + 0.2, true, false, "plain", "é", "混 mixed 😀", long, strings.Repeat("x", 9000) + "尾"} {
		name, err := excelize.JoinCellName("A", row+3)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr("变量", name, "v"+name); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellValue("变量", "B"+name[1:], v); err != nil {
			t.Fatal(err)
		}
	}
	for i, v := range []int{1, 2, 3} { // numbers side by side are one record
		if err := f.SetCellInt("问题", string(rune('D'+i))+"2", int64(v)); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SetCellRichText("流程", "B2", []excelize.RichTextRun{{Text: "您"}, {Text: "好吗", Font: &excelize.Font{Bold: true}}, {Text: "？"}}); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestOldCellsReadAsNewOnes(t *testing.T) {
	file := bytesOf(t, cellsOfEveryKind(t))
	want, err := script.FromWorkbook(file)
	if err != nil {
		t.Fatal(err)
	}
	sameOld(t, want, kept(t, oldCells, func() []byte { return file }))
}

// utf16LE is a text as directories of the container hold it.
func utf16LE(s string) []byte {
	var b []byte
	for _, u := range utf16.Encode([]rune(s)) {
		b = binary.LittleEndian.AppendUint16(b, u)
	}
	return b
}

func TestHostileOldWorkbooks(t *testing.T) {
	good := fileOf(t, "testdata/"+oldTemplate+".xls")
	changed := func(from, to []byte) []byte {
		if !bytes.Contains(good, from) || len(from) != len(to) {
			t.Fatalf("%x cannot be made %x", from, to)
		}
		return bytes.ReplaceAll(good, from, to)
	}
	at := func(place int, b ...byte) []byte {
		return slices.Replace(slices.Clone(good), place, place+len(b), b...)
	}
	// cell is where the first cell of a text stands: record, length, row 0, column 0.
	cell := bytes.Index(good, []byte{0xfd, 0, 10, 0, 0, 0, 0, 0})
	if cell < 0 {
		t.Fatal("no cell of a text")
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"no more than its mark":  {good[:8], "no .xls workbook"},
		"cut off":                {good[:len(good)/2], "no .xls workbook"},
		"too large":              {append(slices.Clone(good), make([]byte, 5<<20)...), "at most 5 MB"},
		"sectors without number": {at(64, 0xff, 0xff, 0xff, 0x7f), "more sectors than it has"},
		"a directory in a ring":  {changed([]byte{0xfe, 0xff, 0xff, 0xff}, []byte{1, 0, 0, 0}), "no .xls workbook"},
		"another container":      {changed(utf16LE("Workbook"), utf16LE("Contents")), "it holds no workbook"},
		"one of Excel 95":        {named(t, good, "Book"), "Excel 5 and 95"},
		"a locked .xlsx file":    {named(t, good, "EncryptedPackage"), "without a password"},
		"a formula":              {at(cell, 0x06, 0), "流程!A1: the cell holds a formula"},
		"a text that is missing": {at(cell+10, 0xff, 0xff, 0xff, 0x7f), "a text that there is not"},
		"a cell out of place":    {at(cell+6, 0xff, 0xff), "out of place"},
		"a column too many":      {at(cell+6, 30, 0), "流程!A1: the column must be called"},
		"too many rows":          {at(cell+4, 0x88, 0x13), "流程!A1: the column must be called"},
		"a macro sheet":          {boundAs(t, good, 1), "macros"},
		"a lock":                 {at(bytes.Index(good, []byte{0x42, 0, 2, 0}), 0x2f), "without a password"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := script.FromWorkbook(c.file)
			if err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("taken as %.60s, or refused with %v; want %q", got, err, c.want)
			}
		})
	}
}

// named gives a workbook's stream another name.
func named(t *testing.T, file []byte, name string) []byte {
	t.Helper()
	at := bytes.Index(file, utf16LE("Workbook"))
	if at < 0 {
		t.Fatal("no workbook")
	}
	entry := append(utf16LE(name), make([]byte, 64-2*len(name))...)
	return slices.Replace(slices.Clone(file), at, at+65, append(entry, byte(2*len(name)+2))...)
}

// boundAs makes the first sheet of a workbook one of another kind.
func boundAs(t *testing.T, file []byte, kind byte) []byte {
	t.Helper()
	at := bytes.Index(file, append([]byte{2, 1}, utf16LE("流程")...))
	if at < 0 {
		t.Fatal("no sheet 流程")
	}
	file = slices.Clone(file)
	file[at-1] = kind
	return file
}
