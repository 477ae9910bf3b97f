package importer

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/contact"
)

// rows reads a file to its end as the pipeline would, one row after the other.
func rows(t testing.TB, content []byte) (columns, []parsed) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "list")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	table, err := openTable(path, Limits{}.withDefaults())
	if err != nil {
		if !isFileError(err) {
			t.Fatalf("open: %v", err)
		}
		return columns{}, nil
	}
	defer func() { _ = table.close() }()
	var cols columns
	var out []parsed
	known, last := false, 0
	for {
		row, cells, err := table.next()
		if errors.Is(err, io.EOF) {
			return cols, out
		}
		if err != nil {
			if !isFileError(err) {
				t.Fatalf("next: %v", err)
			}
			return cols, out
		}
		if row <= last {
			t.Fatalf("row %d after row %d", row, last)
		}
		last = row
		if !known {
			if blank(cells) {
				continue
			}
			if cols, err = readHeader(cells, "CN"); err != nil {
				if !isFileError(err) {
					t.Fatalf("header: %v", err)
				}
				return cols, out
			}
			if known = true; cols.header {
				continue
			}
		}
		out = append(out, parse(line{row: row, cells: cells}, cols, "CN"))
	}
}

// checkParsed holds for whatever bytes a file is made of: what is accepted can stand in a dial string, be spoken and be
// shown, and what is not has a reason.
func checkParsed(t testing.TB, p parsed) {
	t.Helper()
	if p.skip {
		return
	}
	if p.reason != "" {
		if r := printable(p.reason, maxReason); !utf8.ValidString(r) || strings.ContainsFunc(r, unicode.IsControl) || utf8.RuneCountInString(r) > maxReason {
			t.Fatalf("reason %q", r)
		}
		if n := printable(p.raw, maxShownNumber); !utf8.ValidString(n) || strings.ContainsFunc(n, unicode.IsControl) || utf8.RuneCountInString(n) > maxShownNumber {
			t.Fatalf("number shown %q", n)
		}
		return
	}
	if again, err := contact.NumberFromStore(p.number.String()); err != nil || again != p.number {
		t.Fatalf("number %q: %v", p.number, err)
	}
	if _, ok := key(p.number.String()); !ok {
		t.Fatalf("number %q has no key", p.number)
	}
	if n, err := contact.CleanName(p.name); err != nil || n != p.name {
		t.Fatalf("name %q: %v", p.name, err)
	}
	if _, err := contact.CleanVars(p.vars); err != nil {
		t.Fatalf("vars %q: %v", p.vars, err)
	}
}

func FuzzTable(f *testing.F) {
	for _, s := range []string{
		"", "\n", "号码,姓名\n13800138000,张三\n", "\ufeff号码;姓名\r\n13800138000;\"张\n三\"\r\n", "号码\t姓名\n13800138000\tx\n",
		"\xba\xc5\xc2\xeb,\xd0\xd5\xc3\xfb\n13800138000,\xd5\xc5\xc8\xfd\n", "\xff\xfe1\x003\x00\n\x00", "\"", "\"\"\"", "a,\"b\n\n\nc\",d\n1\n", ",\n,,\n;\t\n",
		"PK\x03\x04", "PK", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1EncryptedPackage", "号码,号码,1,1,_,_\n+447911123456,a,b,c,d,e\n", "\x00", "=1+1\n", "电话\n\x1b[31m\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		cols, out := rows(t, content)
		if _, err := contact.CleanVars(varsOf(cols)); err != nil {
			t.Fatalf("variables %v: %v", cols.vars, err)
		}
		for _, p := range out {
			checkParsed(t, p)
		}
	})
}

// FuzzOldTable: whatever the bytes of an .xls file, there is a refusal, or rows as of any other list.
func FuzzOldTable(f *testing.F) {
	files, err := filepath.Glob(filepath.FromSlash("../../shared/script/testdata/*.xls"))
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
	f.Fuzz(func(t *testing.T, content []byte) {
		if !bytes.HasPrefix(content, oleMagic) {
			t.Skip("another kind of file")
		}
		_, out := rows(t, content)
		for _, p := range out {
			checkParsed(t, p)
		}
	})
}

func FuzzHeader(f *testing.F) {
	for _, s := range []string{"号码\x1f姓名\x1f金额(元)", "13800138000\x1f张三", "a\x1fa\x1fa_2\x1fa", "1号\x1f２号", "Phone Number\x1f\x1f ", strings.Repeat("长", 50) + "\x1fphone\x1f" + strings.Repeat("长", 60)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cells := strings.Split(text, "\x1f")
		c, err := readHeader(cells, "CN")
		if err != nil {
			if !isFileError(err) {
				t.Fatal(err)
			}
			return
		}
		if c.number < 0 || c.number >= len(cells) || c.name >= len(cells) || c.name == c.number {
			t.Fatalf("columns %+v of %d cells", c, len(cells))
		}
		if vars := varsOf(c); len(vars) != len(c.vars) {
			t.Fatalf("two columns have one name: %+v", c.vars)
		} else if _, err := contact.CleanVars(vars); err != nil {
			t.Fatal(err)
		}
	})
}

func varsOf(c columns) map[string]string {
	m := map[string]string{}
	for _, v := range c.vars {
		m[v.name] = "x"
	}
	return m
}

// The scanner is fed in pieces that may cut a tag anywhere, and must find the same rows.
func FuzzRowScanner(f *testing.F) {
	f.Add([]byte(`<worksheet><sheetData><row r="1"><c/></row><x:row r='7' /><row></row></sheetData><rowBreaks/></worksheet>`), 3)
	f.Add([]byte(`<row r="18446744073709551616"><row r="-1"><row`), 1)
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		size = max(1, size%1000)
		var whole, cut rowScanner
		_, _ = whole.Write(text)
		for at := 0; at < len(text); at += size {
			_, _ = cut.Write(text[at:min(at+size, len(text))])
		}
		// Beyond the longest tag the scanner may give up at different places.
		if len(text) < maxTag && (whole.last != cut.last || whole.complete() != cut.complete()) {
			t.Fatalf("whole %d %v, in pieces of %d: %d %v", whole.last, whole.complete(), size, cut.last, cut.complete())
		}
	})
}

func TestRowScannerFindsTheLastRow(t *testing.T) {
	for text, want := range map[string]int{
		`<row r="1"/><row r="2">x</row>`: 2, `<row><c/></row><row/>`: 2, `<row r="5"/><row/>`: 6, `<x:row r="9"/>`: 9, "<row\n r='3'>": 3,
		`</row><rowBreaks count="3"/>`: 0, `<t>a:row r="9" ></t>`: 0, `<t>row r="9"></t>`: 0, `<row spans="1:2" r="12" x="y">`: 12,
	} {
		var s rowScanner
		if _, _ = s.Write([]byte(text)); s.last != want {
			t.Errorf("%s: last row %d, want %d", text, s.last, want)
		}
	}
}

func TestSeenNumbersAreNeverConfused(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, want := newSeen(), map[string]int{}
		for row := range rapid.IntRange(1, 3000).Draw(t, "rows") {
			n := rapid.StringMatching(`\+?0{0,2}[0-9]{1,3}`).Draw(t, "number")
			if got := s.add(n, row+1); got != want[n] {
				t.Fatalf("%s in row %d: %d, want %d", n, row+1, got, want[n])
			}
			if want[n] == 0 {
				want[n] = row + 1
			}
		}
	})
}

func TestRowNumbersAreThoseOfASpreadsheet(t *testing.T) {
	_, out := rows(t, []byte("13800138000\n\n\n13800138001,\"a\nb\nc\"\n13800138002\n,\n\"13800138003\",\"x\"\n"))
	var got []int
	for _, p := range out {
		if !p.skip {
			got = append(got, p.row)
		}
	}
	want := []int{1, 4, 5, 7}
	if len(got) != len(want) {
		t.Fatalf("rows %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("rows %v, want %v", got, want)
		}
	}
}

func TestCountUTF8AcrossReads(t *testing.T) {
	text := strings.Repeat("汉字a", 200_000)
	good, bad, err := countUTF8(bytes.NewReader([]byte(text + "\xff")))
	if err != nil || good != 400_000 || bad != 1 {
		t.Errorf("%d good, %d bad, %v", good, bad, err)
	}
}
