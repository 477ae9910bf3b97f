package script

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/oldbook"
)

// columnOf is the column of a text.
type columnOf struct {
	key    string
	column int
}

var (
	nodeColumns     = []columnOf{{"say", 1}, {"again", 2}, {"label", 14}, {"ignore_unmatched", 12}, {"ignore_negative", 13}, {"next", 3}}
	questionColumns = []columnOf{{"intent", 2}, {"answer", 3}, {"then", 4}, {"label", 5}}
)

const (
	// between stands between the ways to ask a question.
	between = "|"
	// maxCell is what a cell of a workbook holds.
	maxCell = 32000
)

// Workbook writes a document as an .xlsx file whose sheets and columns are called as in the language.
func Workbook(document []byte, l words.Language) ([]byte, error) {
	tables, err := tablesOf(document, layoutIn(l))
	if err != nil {
		return nil, err
	}
	f := excelize.NewFile()
	defer f.Close() //nolint:errcheck // it is in memory
	for i, t := range tables {
		if i == 0 {
			err = f.SetSheetName("Sheet1", t.Name)
		} else {
			_, err = f.NewSheet(t.Name)
		}
		if err == nil {
			err = writeSheet(f, t)
		}
		if err != nil {
			return nil, errs.Wrap(errs.Internal, err, "the workbook cannot be written")
		}
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		return nil, errs.Wrap(errs.Internal, err, "the workbook cannot be written")
	}
	return out.Bytes(), nil
}

// OldWorkbook writes a document as an .xls file of Excel 97-2003, with the same sheets.
func OldWorkbook(document []byte, l words.Language) ([]byte, error) {
	tables, err := tablesOf(document, layoutIn(l))
	if err != nil {
		return nil, err
	}
	return oldbook.Write(tables)
}

// tablesOf are the sheets of a document's workbook, their headings first.
func tablesOf(document []byte, l layout) ([]oldbook.Sheet, error) {
	v, err := read(document)
	if err != nil {
		return nil, err
	}
	rows := map[string][][]string{l.flow.part: flowRows(v.fields["nodes"], l.yes), l.questions.part: questionRows(v.fields["questions"]), l.settings.part: settingRows(v),
		l.variables.part: variableRows(v.fields["variables"]), l.grades.part: gradeRows(v.fields["grades"]), l.corrections.part: pairRows(v.fields["corrections"])}
	var out []oldbook.Sheet
	for _, s := range l.sheets() {
		t := oldbook.Sheet{Name: s.name, Rows: append([][]string{s.columns}, rows[s.part]...)}
		for _, row := range t.Rows {
			if slices.ContainsFunc(row, func(c string) bool { return utf8.RuneCountInString(c) > maxCell }) {
				return nil, errs.New(errs.Conflict, "%s has more text than a cell of a workbook holds; export it as JSON", clip(row[0]))
			}
		}
		out = append(out, t)
	}
	return out, nil
}

func writeSheet(f *excelize.File, t oldbook.Sheet) error {
	for i, row := range t.Rows {
		cells := make([]any, len(row))
		for j, c := range row {
			if c != "" {
				cells[j] = c
			}
		}
		if err := f.SetSheetRow(t.Name, "A"+strconv.Itoa(i+1), &cells); err != nil {
			return err
		}
	}
	return nil
}

// plainCell tells whether a text comes back from a cell as it is: nothing around it, and no letters that a workbook's XML
// does not know.
func plainCell(s string) bool {
	return s != "" && strings.TrimSpace(s) == s && !strings.Contains(s, "_x") && utf8.ValidString(s) &&
		!strings.ContainsFunc(s, func(r rune) bool {
			return r == utf8.RuneError || r == '\r' || unicode.IsControl(r) && r != '\n' && r != '\t' || r >= 0xfffe && r <= 0xffff || r&0xfffe == 0xfffe
		})
}

// cell is a value as a cell shows it: text that nobody could take for something else as it is, all else as JSON.
func (v value) cell() string {
	if s, err := v.text(); err == nil && v.fields == nil && v.list == nil && plainCell(s) && !json.Valid([]byte(s)) && !strings.HasPrefix(s, "{") && !strings.HasPrefix(s, "[") {
		return s
	}
	return escaped(v.shownJSON())
}

// shownJSON is a value as JSON in one line.
func (v value) shownJSON() string {
	var b, flat bytes.Buffer
	v.write(&b, 0)
	if err := json.Compact(&flat, b.Bytes()); err != nil {
		return b.String()
	}
	return flat.String()
}

// escaped writes what a workbook does not keep in JSON's own way.
func escaped(s string) string {
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '_' && strings.HasPrefix(s[i:], "_x"):
			b.WriteString(`\u005f`)
		case r > 0xffff && r&0xfffe == 0xfffe:
			r -= 0x10000
			b.WriteString(`\u` + strconv.FormatInt(int64(0xd800+r>>10), 16) + `\u` + strconv.FormatInt(int64(0xdc00+r&0x3ff), 16))
		case r >= 0x7f && r < 0xa0, r >= 0xfffd && r <= 0xffff, r == 0x2028, r == 0x2029:
			b.WriteString(`\u` + strings.Repeat("0", 4-len(strconv.FormatInt(int64(r), 16))) + strconv.FormatInt(int64(r), 16))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// row fills cells from the fields of a mapping and gives what is left.
type row struct {
	cells []string
	rest  value
}

func rowOf(columns int, v value) row {
	r := row{cells: make([]string, columns), rest: value{fields: map[string]value{}}}
	for _, k := range v.keys {
		r.rest.keys = append(r.rest.keys, k)
		r.rest.fields[k] = v.fields[k]
	}
	return r
}

// take moves a text out of the rest into a cell, where it comes back from there.
func (r *row) take(key string, column int) {
	if s, err := r.rest.fields[key].text(); err == nil && plainCell(s) {
		r.cells[column] = s
		r.rest.set(key, "")
	}
}

func (r *row) finish(v value) []string {
	if len(r.rest.keys) > 0 || v.fields == nil {
		rest := r.rest
		if v.fields == nil { // no mapping at all
			rest = v
		}
		r.cells[len(r.cells)-1] = escaped(rest.shownJSON())
	}
	return r.cells
}

// named is a key that comes back from a cell: it is written as JSON text where it would not.
func namedCell(key string) string {
	if plainCell(key) && !strings.HasPrefix(key, `"`) {
		return key
	}
	return escaped(leafOf(key))
}

// way is a branch as columns hold it.
func way(v value) (to, label string, ok bool) {
	if s, err := v.text(); err == nil && v.fields == nil && v.list == nil {
		return s, "", plainCell(s)
	}
	to, toErr := v.fields["to"].text()
	label, labelErr := v.fields["label"].text()
	return to, label, toErr == nil && labelErr == nil && len(v.keys) == 2 && plainCell(to) && plainCell(label)
}

func flowRows(nodes value, yes string) (out [][]string) {
	columns := len(chinese.flow.columns)
	for _, id := range nodes.keys {
		n := nodes.fields[id]
		r := rowOf(columns, n)
		r.cells[0] = namedCell(id)
		for _, c := range nodeColumns {
			r.take(c.key, c.column)
		}
		if n.fields["hangup"].leaf == "true" {
			r.cells[11] = yes
			r.rest.set("hangup", "")
		}
		var more [][]string
		if branches := n.fields["branches"]; len(branches.keys) > 0 {
			left := value{fields: map[string]value{}}
			first := true
			for _, on := range branches.keys {
				to, label, ok := way(branches.fields[on])
				switch {
				case ok && on == "affirm":
					r.cells[4], r.cells[5] = to, label
				case ok && on == "negate":
					r.cells[6], r.cells[7] = to, label
				case !ok || !plainCell(on) || len(conditions(on)) != 1 || conditions(on)[0] != on:
					left.keys = append(left.keys, on)
					left.fields[on] = branches.fields[on]
				case first:
					r.cells[8], r.cells[9], r.cells[10] = on, to, label
					first = false
				default:
					extra := make([]string, columns)
					extra[8], extra[9], extra[10] = on, to, label
					more = append(more, extra)
				}
			}
			r.rest.set("branches", "")
			if len(left.keys) > 0 {
				r.rest.keys = append(r.rest.keys, "branches")
				r.rest.fields["branches"] = left
			}
		}
		out = append(append(out, r.finish(n)), more...)
	}
	return out
}

func questionRows(questions value) (out [][]string) {
	for _, id := range questions.keys {
		q := questions.fields[id]
		r := rowOf(len(chinese.questions.columns), q)
		r.cells[0] = namedCell(id)
		var variants []string
		for _, one := range q.fields["variants"].list {
			s, err := one.text()
			if err != nil || !plainCell(s) || strings.Contains(s, between) || strings.Contains(s, "\n") {
				variants = nil
				break
			}
			variants = append(variants, s)
		}
		if len(variants) > 0 {
			r.cells[1] = strings.Join(variants, between)
			r.rest.set("variants", "")
		}
		for _, c := range questionColumns {
			r.take(c.key, c.column)
		}
		out = append(out, r.finish(q))
	}
	return out
}

// settingRows are all else of a document: a row for each key, and for each below one.
func settingRows(v value) (out [][]string) {
	for _, k := range v.keys {
		one := v.fields[k]
		switch {
		case (k == "nodes" || k == "questions" || k == "variables" || k == "corrections") && len(one.keys) > 0, k == "grades" && len(one.list) > 0:
		case len(one.keys) > 0:
			for _, below := range one.keys {
				out = append(out, []string{namedCell(k + "." + below), one.fields[below].cell()})
			}
		case len(one.list) > 0:
			for i, item := range one.list {
				out = append(out, []string{namedCell(k + ".#" + strconv.Itoa(i+1)), item.cell()})
			}
		default:
			out = append(out, []string{namedCell(k), one.cell()})
		}
	}
	return out
}

func variableRows(variables value) (out [][]string) {
	for _, name := range variables.keys {
		v := variables.fields[name]
		r := []string{namedCell(name), v.cell(), ""}
		format, err := v.fields["format"].text()
		_, defaults := v.fields["default"]
		if err == nil && plainCell(format) && (len(v.keys) == 1 || len(v.keys) == 2 && defaults) {
			r[1], r[2] = "", format
			if defaults {
				r[1] = v.fields["default"].cell()
			}
		}
		out = append(out, r)
	}
	return out
}

func gradeRows(grades value) (out [][]string) {
	for _, g := range grades.list {
		r := rowOf(len(chinese.grades.columns), g)
		r.take("grade", 0)
		r.take("name", 1)
		if when, ok := g.fields["when"]; ok && when.fields != nil {
			r.cells[2] = escaped(when.shownJSON())
			r.rest.set("when", "")
		}
		cells := r.finish(g)
		if strings.Join(cells, "") == "" {
			cells[len(cells)-1] = "{}" // a row without anything would be none
		}
		out = append(out, cells)
	}
	return out
}

func pairRows(pairs value) (out [][]string) {
	for _, k := range pairs.keys {
		out = append(out, []string{namedCell(k), pairs.fields[k].cell()})
	}
	return out
}
