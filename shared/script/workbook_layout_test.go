package script_test

import (
	"bytes"
	"strings"
	"testing"
	"unicode"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
)

const smallScript = `{"script":1,"name":"x","nodes":{"a":{"say":"Hello","hangup":true}},"questions":{"q":{"answer":"x","variants":["y"]}},"corrections":{"a":"b"}}`

func opened(t *testing.T, l words.Language) *excelize.File {
	t.Helper()
	file, err := script.Workbook([]byte(smallScript), l)
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestAWorkbookIsInTheLanguageThatItIsAskedForIn(t *testing.T) {
	for l, want := range map[words.Language]string{words.Chinese: "流程 问题 设置 变量 意向等级 纠正词", "": "流程 问题 设置 变量 意向等级 纠正词", words.English: "Flow Questions Settings Variables Grades Corrections"} {
		f := opened(t, l)
		if got := strings.Join(f.GetSheetList(), " "); got != want {
			t.Errorf("%q: %s", l, got)
		}
		for _, name := range f.GetSheetList() {
			rows, err := f.GetRows(name)
			if err != nil {
				t.Fatal(err)
			}
			for _, head := range rows[0] {
				if strings.ContainsFunc(head, func(r rune) bool { return unicode.Is(unicode.Han, r) }) == (l == words.English) {
					t.Errorf("%q: %s has a column %s", l, name, head)
				}
			}
		}
	}
}

// TestSheetsOfOnesOwn: a sheet beside those of the script may be called as one of them in the other language.
func TestSheetsOfOnesOwn(t *testing.T) {
	for l, own := range map[words.Language]string{words.Chinese: "Settings", words.English: "设置"} {
		f := opened(t, l)
		if _, err := f.NewSheet(own); err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStr(own, "A1", "notes of somebody"); err != nil {
			t.Fatal(err)
		}
		got, err := script.FromWorkbook(bytesOf(t, f))
		if err != nil {
			t.Fatalf("%s: %v", l, err)
		}
		if nodes, parts, err := script.Diff([]byte(smallScript), got); err != nil || len(nodes) > 0 || len(parts) > 1 { // the start is named
			t.Errorf("%s: it reads %s: %+v %+v (%v)", l, got, nodes, parts, err)
		}
	}
}

func TestRefusalsNameTheCellsOfTheWorkbooksLanguage(t *testing.T) {
	for l, c := range map[words.Language]struct{ end, head, said, called string }{
		words.Chinese: {"流程!L2", "流程!B1", "write 是", "must be called 话术"},
		words.English: {"Flow!L2", "Flow!B1", "write yes", "must be called Say"},
	} {
		for place, want := range map[string]string{c.end: c.end + ": " + c.said, c.head: c.head + ": the column " + c.called} {
			f := opened(t, l)
			sheet, cell, _ := strings.Cut(place, "!")
			if err := f.SetCellStr(sheet, cell, "maybe"); err != nil {
				t.Fatal(err)
			}
			if _, err := script.FromWorkbook(bytesOf(t, f)); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", l, err, want)
			}
		}
	}
}
