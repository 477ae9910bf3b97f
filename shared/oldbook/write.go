package oldbook

import (
	"unicode/utf16"

	"github.com/outdial/outdial/shared/errs"
)

// Limits of the format.
const (
	mostRows    = 1 << 16
	mostLetters = 32767 // of a cell, as UTF-16
	mostBody    = 8224  // of a record
	sheetName   = 31
)

// The records that are written beside those that are read.
const (
	recCodePage  = 0x0042
	recWindow1   = 0x003d
	recFont      = 0x0031
	recFormat    = 0x00e0 // XF: how a cell looks
	recStyle     = 0x0293
	recDimension = 0x0200
	recWindow2   = 0x023e
)

// Write makes a workbook of sheets with texts; empty cells stay empty.
func Write(sheets []Sheet) ([]byte, error) {
	w := writer{index: make(map[string]uint32)}
	parts := make([][]byte, len(sheets))
	for i, s := range sheets {
		part, err := w.sheet(s, i == 0)
		if err != nil {
			return nil, err
		}
		parts[i] = part
	}
	return wrap(w.stream(sheets, parts))
}

// writer collects the texts of all sheets: a cell names its text by number.
type writer struct {
	texts [][]uint16
	index map[string]uint32
	cells uint32
}

func (w *writer) text(s string) (uint32, error) {
	w.cells++
	if n, ok := w.index[s]; ok {
		return n, nil
	}
	letters := utf16.Encode([]rune(s))
	if len(letters) > mostLetters {
		return 0, errs.New(errs.Conflict, "a text is longer than a cell of an .xls workbook holds; save it as .xlsx or JSON")
	}
	n := uint32(len(w.texts)) //nolint:gosec // a workbook has fewer cells
	w.texts, w.index[s] = append(w.texts, letters), n
	return n, nil
}

// sheet writes one sheet's records.
func (w *writer) sheet(s Sheet, shown bool) ([]byte, error) {
	if len(s.Rows) > mostRows {
		return nil, errs.New(errs.Conflict, "sheet %s has more rows than an .xls workbook holds; save it as .xlsx", s.Name)
	}
	var cells []byte
	columns := 0
	for i, row := range s.Rows {
		if len(row) > maxColumn+1 {
			return nil, errs.New(errs.Conflict, "sheet %s has more columns than an .xls workbook holds; save it as .xlsx", s.Name)
		}
		columns = max(columns, len(row))
		for j, c := range row {
			if c == "" {
				continue
			}
			n, err := w.text(c)
			if err != nil {
				return nil, err
			}
			cells = add(cells, recTextCell, u16(i), u16(j), u16(cellFormat), u32(n))
		}
	}
	out := add(nil, recBegin, beginning(0x0010))
	out = add(out, recDimension, u32(0), u32(uint32(len(s.Rows))), u16(0), u16(columns), u16(0)) //nolint:gosec // bounded above
	flags := 0x00b6                                                                              // grid lines and headings, as new sheets have them
	if shown {
		flags |= 0x0600 // selected, and in front
	}
	out = add(out, recWindow2, u16(flags), u16(0), u16(0), u16(64), u16(0), u16(0), u16(0), u32(0))
	return add(append(out, cells...), recEnd), nil
}

// Programs expect 15 formats of styles before the first of cells.
const (
	styleFormats = 15
	cellFormat   = styleFormats
)

// stream is the whole workbook: what the sheets share, then the sheets.
func (w *writer) stream(sheets []Sheet, parts [][]byte) []byte {
	head := add(nil, recBegin, beginning(0x0005))
	head = add(head, recCodePage, u16(1200))
	head = add(head, recWindow1, u16(0), u16(0), u16(0x4000), u16(0x2000), u16(0x0038), u16(0), u16(0), u16(1), u16(600))
	for range 4 { // programs expect four
		head = add(head, recFont, u16(200), u16(0), u16(0x7fff), u16(400), u16(0), []byte{0, 0, 0, 0, 5, 0}, []byte("Arial"))
	}
	for i := range styleFormats + 1 {
		parent := 0xfff5
		if i == cellFormat {
			parent = 0x0001
		}
		head = add(head, recFormat, u16(0), u16(0), u16(parent), []byte{0x20, 0, 0, 0}, u32(0), u32(0), u16(0x20c0))
	}
	head = add(head, recStyle, u16(0x8000), []byte{0, 0xff})
	texts := w.table()
	at := len(head) + len(texts) + 4
	for _, s := range sheets {
		at += 4 + 8 + 2*len(nameOf(s))
	}
	for i, s := range sheets {
		name := nameOf(s)
		head = add(head, recBoundSheet, u32(uint32(at)), u16(0), []byte{byte(len(name)), 1}, letters(name)) //nolint:gosec // below 2^31: wrap refuses more
		at += len(parts[i])
	}
	out := add(append(head, texts...), recEnd)
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func nameOf(s Sheet) []uint16 {
	n := utf16.Encode([]rune(s.Name))
	return n[:min(len(n), sheetName)]
}

// table is the list of texts. A record has a bound, and what continues it begins with the kind of its letters when it begins
// within a text.
func (w *writer) table() []byte {
	var out []byte
	kind := recTexts
	body := append(u32(w.cells), u32(uint32(len(w.texts)))...) //nolint:gosec // as above
	flush := func() {
		out = add(out, kind, body)
		kind, body = recContinue, nil
	}
	for _, t := range w.texts {
		if len(body)+3+2 > mostBody { // the head of a text, and a letter of it, stay together
			flush()
		}
		body = append(append(body, u16(len(t))...), 1)
		for len(t) > 0 {
			n := min(len(t), (mostBody-len(body))/2)
			body = append(body, letters(t[:n])...)
			if t = t[n:]; len(t) > 0 {
				flush()
				body = append(body, 1)
			}
		}
	}
	flush()
	return out
}

// beginning is what a part of the stream begins with.
func beginning(part int) []byte {
	return join(u16(0x0600), u16(part), u16(0x0dbb), u16(0x07cc), u32(0x00000041), u32(0x00000006))
}

// add appends a record.
func add(out []byte, kind int, parts ...[]byte) []byte {
	body := join(parts...)
	return append(append(append(out, u16(kind)...), u16(len(body))...), body...)
}

func join(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func u16(n int) []byte    { return le.AppendUint16(nil, uint16(n)) } //nolint:gosec // the callers' values are bounded
func u32(n uint32) []byte { return le.AppendUint32(nil, n) }

func letters(s []uint16) []byte {
	out := make([]byte, 0, 2*len(s))
	for _, c := range s {
		out = le.AppendUint16(out, c)
	}
	return out
}
