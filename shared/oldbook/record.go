package oldbook

import (
	"encoding/binary"
	"errors"
	"io"
	"slices"

	"github.com/outdial/outdial/shared/errs"
)

// The records that are read; the format has some 200.
const (
	recFormula    = 0x0006
	recEnd        = 0x000a
	recFilePass   = 0x002f
	recContinue   = 0x003c
	recBoundSheet = 0x0085
	recMulRK      = 0x00bd
	recRString    = 0x00d6
	recTexts      = 0x00fc
	recTextCell   = 0x00fd
	recBook       = 0x01ae
	recNumber     = 0x0203
	recLabel      = 0x0204
	recBoolErr    = 0x0205
	recRK         = 0x027e
	recBegin      = 0x0809
)

var le = binary.LittleEndian

// reader goes through the records of a workbook's stream.
type reader struct {
	stream []byte
	limits Limits
	steps  int
	at     int

	texts          []string
	sheets         []bound
	macros, linked bool
}

// bound is what the workbook says of a sheet.
type bound struct {
	name string
	at   int
}

// next is the record where the reader stands.
func (r *reader) next() (kind int, body []byte, err error) {
	if err := r.step(); err != nil {
		return 0, nil, err
	}
	if len(r.stream)-r.at < 4 {
		return 0, nil, broken(io.ErrUnexpectedEOF)
	}
	kind, size := int(le.Uint16(r.stream[r.at:])), int(le.Uint16(r.stream[r.at+2:]))
	r.at += 4
	if size > len(r.stream)-r.at {
		return 0, nil, broken(io.ErrUnexpectedEOF)
	}
	body = r.stream[r.at : r.at+size]
	r.at += size
	return kind, body, nil
}

func (r *reader) step() error {
	if r.steps++; r.steps > r.limits.Steps {
		return errs.Wrap(errs.Invalid, errTooLarge, "the workbook is too large once it is unpacked")
	}
	return nil
}

// begin reads the record that a part of the stream begins with and tells what part it is.
func (r *reader) begin() (part int, err error) {
	kind, body, err := r.next()
	if err != nil {
		return 0, err
	}
	if kind != recBegin || len(body) < 4 || le.Uint16(body) != 0x0600 {
		return 0, broken(errors.New("it is of no known version"))
	}
	return int(le.Uint16(body[2:])), nil
}

// globals reads what all sheets share: their names and places, and the texts.
func (r *reader) globals() error {
	part, err := r.begin()
	if err != nil {
		return err
	}
	if part != 0x0005 {
		return broken(errors.New("it does not begin as workbooks do"))
	}
	for {
		kind, body, err := r.next()
		if err != nil {
			return err
		}
		switch kind {
		case recEnd:
			return nil
		case recFilePass:
			return locked()
		case recBoundSheet:
			err = r.bound(body)
		case recTexts:
			err = r.readTexts(body)
		case recBook:
			// A workbook names itself, and the functions of add-ins, by these two; all else are others.
			r.linked = r.linked || len(body) < 4 || le.Uint16(body[2:]) != 0x0401 && le.Uint16(body[2:]) != 0x3a01
		}
		if err != nil {
			return err
		}
	}
}

func (r *reader) bound(body []byte) error {
	if len(body) < 8 {
		return broken(io.ErrUnexpectedEOF)
	}
	switch body[5] {
	case 0: // a sheet of cells
	case 1, 6:
		r.macros = true
		return nil
	default:
		return nil
	}
	if len(r.sheets) == maxSheets {
		return errs.New(errs.Invalid, "the workbook has more than %d sheets", maxSheets)
	}
	p := pieces{parts: [][]byte{body[8:]}}
	name, err := p.letters(int(body[6]), body[7])
	if err != nil {
		return broken(err)
	}
	at := int(le.Uint32(body))
	if at >= len(r.stream) || slices.ContainsFunc(r.sheets, func(s bound) bool { return s.name == name || s.at == at }) {
		return broken(errors.New("a sheet is out of place"))
	}
	r.sheets = append(r.sheets, bound{name: name, at: at})
	return nil
}
