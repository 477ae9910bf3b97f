package oldbook

import (
	"io"
	"unicode/utf16"

	"github.com/outdial/outdial/shared/errs"
)

// Marks before the letters of a text.
const (
	wide   = 0x01 // two bytes a letter
	spoken = 0x04 // how it is pronounced stands after the text
	styled = 0x08 // its styles stand after the text
)

// maxTexts bounds the table of texts, of which each sheet's cells show some.
const maxTexts = 1 << 18

// pieces are the bodies of a record and of those that continue it.
type pieces struct{ parts [][]byte }

// some are the next bytes of one part, n at most.
func (p *pieces) some(n int) ([]byte, error) {
	for len(p.parts) > 0 && len(p.parts[0]) == 0 {
		p.parts = p.parts[1:]
	}
	if len(p.parts) == 0 {
		return nil, io.ErrUnexpectedEOF
	}
	n = min(n, len(p.parts[0]))
	b := p.parts[0][:n]
	p.parts[0] = p.parts[0][n:]
	return b, nil
}

// number is one of n bytes.
func (p *pieces) number(n int) (int, error) {
	v := 0
	for i := range n {
		b, err := p.some(1)
		if err != nil {
			return 0, err
		}
		v |= int(b[0]) << (8 * i)
	}
	return v, nil
}

func (p *pieces) skip(n int) error {
	for n > 0 {
		b, err := p.some(n)
		if err != nil {
			return err
		}
		n -= len(b)
	}
	return nil
}

// letters are n letters. Where they go on in another part, that one begins with a mark of its own.
func (p *pieces) letters(n int, mark byte) (string, error) {
	var units []uint16
	for n > 0 {
		if len(p.parts) > 0 && len(p.parts[0]) == 0 {
			p.parts = p.parts[1:]
			b, err := p.some(1)
			if err != nil {
				return "", err
			}
			mark = b[0]
		}
		width := 1 + int(mark&wide)
		b, err := p.some(n * width)
		if err != nil {
			return "", err
		}
		if len(b) < width {
			return "", io.ErrUnexpectedEOF
		}
		for ; len(b) >= width; b = b[width:] {
			u := uint16(b[0])
			if width == 2 {
				u = le.Uint16(b)
			}
			units = append(units, u)
			n--
		}
	}
	return string(utf16.Decode(units)), nil
}

// text is one with its length, mark and what stands after it.
func (p *pieces) text() (string, error) {
	n, err := p.number(2)
	if err != nil {
		return "", err
	}
	mark, err := p.number(1)
	if err != nil {
		return "", err
	}
	after := 0
	if mark&styled != 0 {
		runs, err := p.number(2)
		if err != nil {
			return "", err
		}
		after += 4 * runs
	}
	if mark&spoken != 0 {
		size, err := p.number(4)
		if err != nil {
			return "", err
		}
		after += size
	}
	s, err := p.letters(n, byte(mark))
	if err != nil {
		return "", err
	}
	return s, p.skip(after)
}

// readTexts reads the table of texts and the records that continue it.
func (r *reader) readTexts(body []byte) error {
	p := pieces{parts: [][]byte{body}}
	for len(r.stream)-r.at >= 4 && le.Uint16(r.stream[r.at:]) == recContinue {
		_, more, err := r.next()
		if err != nil {
			return err
		}
		p.parts = append(p.parts, more)
	}
	if err := p.skip(4); err != nil { // how often they are shown
		return broken(err)
	}
	n, err := p.number(4)
	if err != nil {
		return broken(err)
	}
	if n > r.limits.Texts {
		return errs.Wrap(errs.Invalid, errTooLarge, "the workbook is too large once it is unpacked")
	}
	r.texts = nil
	for range n {
		s, err := p.text()
		if err != nil {
			return broken(err)
		}
		r.texts = append(r.texts, s)
	}
	return nil
}
