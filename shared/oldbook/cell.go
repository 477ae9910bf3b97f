package oldbook

import (
	"errors"
	"io"
	"math"
	"strconv"
)

// maxColumn is the last column of the format.
const maxColumn = 255

// failures are what cells show whose value could not be told.
var failures = map[byte]string{0x00: "#NULL!", 0x07: "#DIV/0!", 0x0f: "#VALUE!", 0x17: "#REF!", 0x1d: "#NAME?", 0x24: "#NUM!", 0x2a: "#N/A"}

// sheet reads the cells of a sheet, up to its end.
func (r *reader) sheet(b bound, keep bool) (Sheet, error) {
	r.at = b.at
	s := Sheet{Name: b.name}
	if _, err := r.begin(); err != nil {
		return s, err
	}
	cells, room, depth := 0, 0, 1
	put := func(row, column int, text string) {
		cells++
		if keep && text != "" && cells <= r.limits.Cells && room <= 2*r.limits.Cells {
			room += s.put(min(row, r.limits.Rows), min(column, r.limits.Columns), text)
		}
		s.Full = s.Full || cells > r.limits.Cells || room > 2*r.limits.Cells
	}
	for depth > 0 && !s.Full && s.Formula == "" {
		kind, body, err := r.next()
		if err != nil {
			return s, err
		}
		switch kind {
		case recBegin: // a drawing within the sheet
			depth++
			continue
		case recEnd:
			depth--
			continue
		}
		if depth > 1 {
			continue
		}
		if err := r.cells(kind, body, &s, put); err != nil {
			return s, err
		}
	}
	return s, nil
}

// cells reads a record with one cell or with a row of numbers; others are passed over.
func (r *reader) cells(kind int, body []byte, s *Sheet, put func(row, column int, text string)) error {
	size, known := map[int]int{recFormula: 6, recMulRK: 6, recRString: 9, recTextCell: 10, recNumber: 14, recLabel: 9, recBoolErr: 8, recRK: 10}[kind]
	if !known {
		return nil
	}
	if len(body) < size {
		return broken(io.ErrUnexpectedEOF)
	}
	row, column, rest := int(le.Uint16(body)), int(le.Uint16(body[2:])), body[6:]
	last := column
	if kind == recMulRK {
		last += (len(body)-6)/6 - 1
	}
	if last > maxColumn {
		return broken(errors.New("a cell is out of place"))
	}
	switch kind {
	case recFormula:
		s.Formula = s.Name + "!" + place(row, column)
	case recTextCell:
		at := int(le.Uint32(rest))
		if at >= len(r.texts) {
			return broken(errors.New("a cell shows a text that there is not"))
		}
		put(row, column, r.texts[at])
	case recLabel, recRString:
		p := pieces{parts: [][]byte{rest[3:]}}
		text, err := p.letters(int(le.Uint16(rest)), rest[2])
		if err != nil {
			return broken(err)
		}
		put(row, column, text)
	case recNumber:
		return number(math.Float64frombits(le.Uint64(rest)), row, column, put)
	case recRK:
		return number(short(le.Uint32(rest)), row, column, put)
	case recMulRK:
		for b := body[4:]; column <= last; b, column = b[6:], column+1 {
			if err := errors.Join(r.step(), number(short(le.Uint32(b[2:])), row, column, put)); err != nil {
				return err
			}
		}
	case recBoolErr:
		text := strconv.Itoa(int(rest[0]))
		if rest[1] != 0 {
			text = failures[rest[0]]
		}
		put(row, column, text)
	}
	return nil
}

// number writes one with all its digits, as it was typed.
func number(f float64, row, column int, put func(row, column int, text string)) error {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return broken(errors.New("a cell holds no number"))
	}
	put(row, column, strconv.FormatFloat(f, 'f', -1, 64))
	return nil
}

// short is a number in four bytes: the upper half of a float or an integer, and whether it stands for its hundredth.
func short(v uint32) float64 {
	f := math.Float64frombits(uint64(v&^3) << 32)
	if v&2 != 0 {
		f = float64(int32(v) >> 2) //nolint:gosec // the sign is meant to be kept
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

// put sets a cell, and tells how many cells room was made for.
func (s *Sheet) put(row, column int, text string) (room int) {
	for len(s.Rows) <= row {
		s.Rows = append(s.Rows, nil)
	}
	for len(s.Rows[row]) <= column {
		s.Rows[row] = append(s.Rows[row], "")
		room++
	}
	s.Rows[row][column] = text
	return room
}

// place is the name of a cell.
func place(row, column int) string {
	name := string(rune('A' + column%26))
	if column >= 26 {
		name = string(rune('A'+column/26-1)) + name
	}
	return name + strconv.Itoa(row+1)
}
