package oldbook_test

import (
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oldbook"
)

var wide = oldbook.Limits{Rows: 70000, Columns: 256, Cells: 1 << 20, Steps: 1 << 21, Bytes: 8 << 20}

func all(string) bool { return true }

// trimmed are rows without the empty cells and rows at their ends, which no workbook keeps.
func trimmed(rows [][]string) [][]string {
	var out [][]string
	for _, r := range rows {
		for len(r) > 0 && r[len(r)-1] == "" {
			r = r[:len(r)-1]
		}
		if len(r) == 0 {
			r = nil
		}
		out = append(out, r)
	}
	for len(out) > 0 && out[len(out)-1] == nil {
		out = out[:len(out)-1]
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

func same(t interface{ Fatalf(string, ...any) }, sheets []oldbook.Sheet) {
	file, err := oldbook.Write(sheets)
	if err != nil {
		t.Fatalf("write: %v", err)
	}
	book, err := oldbook.Read(file, wide, all)
	if err != nil {
		t.Fatalf("read %d bytes: %v", len(file), err)
	}
	if book.Macros || book.Linked || len(book.Sheets) != len(sheets) {
		t.Fatalf("read %+v", book)
	}
	for i, s := range sheets {
		if got := book.Sheets[i]; got.Name != s.Name || got.Formula != "" || got.Full || !reflect.DeepEqual(trimmed(got.Rows), trimmed(s.Rows)) {
			t.Fatalf("sheet %q came back as %q with %d of %d rows", s.Name, got.Name, len(got.Rows), len(s.Rows))
		}
	}
}

// TestWritten: whatever is written is read again as it was.
func TestWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.Just(""), rapid.SampledFrom([]string{"=1+1", "是", "再见 😀", "a\nb", " ", strings.Repeat("长", 5000)}), rapid.StringN(0, 40, -1))
		rows := rapid.SliceOfN(rapid.SliceOfN(text, 0, 12), 0, 30)
		sheets := []oldbook.Sheet{{Name: "流程", Rows: rows.Draw(t, "first")}, {Name: "S 2", Rows: rows.Draw(t, "second")}}
		for i := range sheets {
			for _, r := range sheets[i].Rows {
				for j := range r {
					r[j] = strings.ToValidUTF8(r[j], "?")
				}
			}
		}
		same(t, sheets)
	})
}

// TestWrittenAtTheEdges: texts that end where a record does, one before and one after, and files of many sectors.
func TestWrittenAtTheEdges(t *testing.T) {
	for n := 4090; n < 4120; n++ {
		same(t, []oldbook.Sheet{{Name: "S", Rows: [][]string{{strings.Repeat("x", n), "y", strings.Repeat("字", 32767)}, {"z"}}}})
	}
	var rows [][]string
	for i := range 20000 {
		rows = append(rows, []string{strconv.Itoa(i), "同一句话", strings.Repeat("语", i%50)})
	}
	same(t, []oldbook.Sheet{{Name: "S", Rows: rows}, {Name: "T"}})
}

func TestWriteRefuses(t *testing.T) {
	for name, s := range map[string]oldbook.Sheet{
		"a text too long":  {Name: "S", Rows: [][]string{{strings.Repeat("x", 32768)}}},
		"too many rows":    {Name: "S", Rows: make([][]string, 65537)},
		"too many columns": {Name: "S", Rows: [][]string{make([]string, 257)}},
		"too large a file": {Name: "S", Rows: large(260)},
	} {
		if _, err := oldbook.Write([]oldbook.Sheet{s}); !errs.Is(err, errs.Conflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// large are texts of 32 kB each.
func large(n int) (rows [][]string) {
	for i := range n {
		rows = append(rows, []string{strconv.Itoa(i) + strings.Repeat("x", 16000)})
	}
	return rows
}

// TestAnotherProgramReadsIt converts a written workbook with gnumeric.
func TestAnotherProgramReadsIt(t *testing.T) {
	program, err := exec.LookPath("ssconvert")
	if err != nil {
		t.Skip("left out: there is no gnumeric")
	}
	rows := [][]string{{"节点", "话术"}, {"opening", "您好，\"张先生\"，这里是…😀"}, {"", "=1+1"}, {"long", strings.Repeat("长", 9000)}}
	file, err := oldbook.Write([]oldbook.Sheet{{Name: "流程", Rows: rows}, {Name: "问题", Rows: [][]string{{"a"}}}})
	if err != nil {
		t.Fatal(err)
	}
	from, to := filepath.Join(t.TempDir(), "x.xls"), filepath.Join(t.TempDir(), "x.csv")
	if err := os.WriteFile(from, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, from, to).CombinedOutput(); err != nil { //nolint:gosec // both are the test's
		t.Fatalf("%v: %s", err, out)
	}
	f, err := os.Open(to) //nolint:gosec // as above
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // it was read only
	got, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, rows) {
		t.Errorf("gnumeric reads %.300q", got)
	}
}
