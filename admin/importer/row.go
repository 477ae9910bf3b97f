package importer

import (
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
)

// line is one row of the file, before anybody looked at it.
type line struct {
	row   int
	cells []string
	wide  bool // it holds something beyond the last column that is read
}

// parsed is what became of a line: a contact's facts, or the reason it is refused, or nothing for an empty line.
type parsed struct {
	row    int
	raw    string
	number contact.Number
	name   string
	vars   map[string]string
	reason string
	skip   bool
}

func parse(l line, c columns, region string) parsed {
	p := parsed{row: l.row}
	p.raw = trimMark(at(l.cells, c.number))
	if l.wide {
		p.reason = "the row goes beyond column " + itoa(maxColumns)
		return p
	}
	if blank(l.cells) {
		p.skip = true
		return p
	}
	n, err := contact.ParseNumber(p.raw, region)
	if err != nil {
		p.reason = err.Error()
		return p
	}
	p.number = n
	if p.name, err = clean(at(l.cells, c.name)); err == nil {
		if c.remark {
			p.name, err = dnc.CleanRemark(p.name)
		} else {
			p.name, err = contact.CleanName(p.name)
		}
	}
	if err != nil {
		p.reason = err.Error()
		return p
	}
	for _, v := range c.vars {
		value, err := clean(at(l.cells, v.at))
		if err != nil {
			p.reason = err.Error()
			return p
		}
		if value != "" {
			if p.vars == nil {
				p.vars = make(map[string]string, len(c.vars))
			}
			p.vars[v.name] = value
		}
	}
	if p.vars, err = contact.CleanVars(p.vars); err != nil {
		p.reason = err.Error()
	}
	return p
}

// clean trims a cell. A replacement character is what is left of bytes that were no text in the file's encoding; such a
// name would be spoken and shown wrong, so the row is refused.
func clean(s string) (string, error) {
	s = trimMark(s)
	if strings.ContainsRune(s, unicode.ReplacementChar) {
		return "", refuse(Broken, nil, "the row holds bytes that are no text in the file's encoding; save the file as UTF-8")
	}
	return s, nil
}

func at(cells []string, i int) string {
	if i < 0 || i >= len(cells) {
		return ""
	}
	return cells[i]
}
