package importer

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// csvTable reads separated text. Excel of China writes GB18030, others UTF-8 with or without a byte order mark, and
// "Unicode text" is UTF-16 with tabs.
type csvTable struct {
	f       *os.File
	records *csv.Reader
	bound   *boundedReader
	row     int
	line    int // the line that follows the last record
}

func openCSV(f *os.File, head []byte, limits Limits) (table, error) {
	text, err := decoded(f, head)
	if err != nil {
		return nil, err
	}
	buffered := bufio.NewReaderSize(text, 64<<10)
	sample, err := buffered.Peek(16 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if len(bytes.TrimSpace(sample)) == 0 && err != nil {
		return nil, refuse(Empty, nil, "the file holds no row")
	}
	if bytes.IndexByte(sample, 0) >= 0 {
		return nil, refuse(Unknown, nil, "the file is neither a workbook (.xlsx) nor text (.csv)")
	}
	var lines io.Reader = buffered
	if bytes.IndexByte(sample, '\r') >= 0 && bytes.IndexByte(sample, '\n') < 0 {
		lines = carriageReturns{buffered} // an old Mac's file; the reader below would take it for one line
	}
	bound := &boundedReader{r: lines, limit: limits.RecordBytes}
	c := csv.NewReader(bound)
	c.Comma = separator(sample)
	c.FieldsPerRecord = -1
	c.LazyQuotes = true
	c.ReuseRecord = true
	return &csvTable{f: f, records: c, bound: bound, line: 1}, nil
}

func (t *csvTable) close() error { return t.f.Close() }

func (t *csvTable) next() (int, []string, error) {
	t.bound.read = 0
	cells, err := t.records.Read()
	if err != nil {
		switch {
		case errors.Is(err, io.EOF):
			return 0, nil, io.EOF
		case errors.Is(err, errRecord):
			return 0, nil, refuse(TooLarge, err, "row %d is longer than %d KB; a quotation mark may be open there", t.row+1, t.bound.limit>>10)
		default:
			return 0, nil, refuse(Broken, err, "the file cannot be read after row %d: %v", t.row, err)
		}
	}
	// A spreadsheet counts records and empty lines; the reader passes over the latter, and a quoted cell may span lines.
	first, _ := t.records.FieldPos(0)
	last, _ := t.records.FieldPos(len(cells) - 1)
	t.row += 1 + first - t.line
	t.line = last + strings.Count(cells[len(cells)-1], "\n") + 1
	return t.row, cells, nil
}

// carriageReturns makes line ends of carriage returns.
type carriageReturns struct{ r io.Reader }

func (c carriageReturns) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

var errRecord = errors.New("record too long")

// boundedReader keeps one record, such as one with a quotation mark that is never closed, from filling the memory.
type boundedReader struct {
	r     io.Reader
	read  int64
	limit int64
}

func (b *boundedReader) Read(p []byte) (int, error) {
	if b.read > b.limit {
		return 0, errRecord
	}
	n, err := b.r.Read(p)
	b.read += int64(n)
	return n, err
}

// decoded turns the file into UTF-8. Whether it is UTF-8 already is asked of the whole file: the first Chinese name may
// stand in its last row.
func decoded(f *os.File, head []byte) (io.Reader, error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		_, err := f.Seek(3, io.SeekStart)
		return f, err
	case bytes.HasPrefix(head, []byte("\xff\xfe")), bytes.HasPrefix(head, []byte("\xfe\xff")):
		return transform.NewReader(f, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), nil
	}
	good, bad, err := countUTF8(f)
	if err != nil {
		return nil, err
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	// A few bad bytes come from names that were cut in the middle of a character; those rows are rejected. Chinese in
	// GB18030 hardly ever looks like UTF-8.
	if bad*4 <= good {
		return f, nil
	}
	return transform.NewReader(f, simplifiedchinese.GB18030.NewDecoder()), nil
}

// countUTF8 counts the characters beyond ASCII that are UTF-8, and the bytes that are not.
func countUTF8(r io.Reader) (good, bad int64, err error) {
	buf := make([]byte, 256<<10)
	kept := 0
	for {
		n, err := r.Read(buf[kept:])
		b := buf[:kept+n]
		for len(b) > 0 {
			if b[0] < utf8.RuneSelf {
				b = b[1:]
				continue
			}
			if err == nil && !utf8.FullRune(b) {
				break // the rest of the character comes with the next read
			}
			c, size := utf8.DecodeRune(b)
			if c == utf8.RuneError && size == 1 {
				bad++
			} else {
				good++
			}
			b = b[size:]
		}
		if errors.Is(err, io.EOF) {
			return good, bad, nil
		}
		if err != nil {
			return 0, 0, err
		}
		kept = copy(buf, b)
	}
}

// separator is the one of , ; and tab that the first line with text has most of, outside quotation marks.
func separator(sample []byte) rune {
	counts := map[rune]int{}
	quoted := false
scan:
	for _, r := range string(bytes.TrimLeft(sample, "\r\n")) {
		switch {
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '\n':
			break scan
		case r == ',' || r == ';' || r == '\t':
			counts[r]++
		}
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if counts[r] > counts[best] {
			best = r
		}
	}
	return best
}
