package script

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/outdial/outdial/shared/errs"
)

// FromWorkbook reads a script's .xlsx or .xls file. It makes a document of what the cells say; whether that can be walked is Check's
// to say. What cannot be meant is refused with its cell.
func FromWorkbook(file []byte) ([]byte, error) {
	book, err := openWorkbook(file)
	if err != nil {
		return nil, err
	}
	l, tables := book.layout, book.tables
	if len(tables[l.flow.part].rows) == 0 {
		return nil, errs.New(errs.Invalid, "the workbook has no sheet %s with nodes; export a script to see what one looks like", l.flow.name)
	}
	b := &builder{book: book}
	doc := b.settings(tables[l.settings.part])
	if !has(doc, "script") {
		doc.keys = append([]string{"script"}, doc.keys...)
		doc.fields["script"] = value{leaf: "1"}
	}
	b.put(&doc, "variables", b.variables(tables[l.variables.part]))
	b.put(&doc, "nodes", b.nodes(tables[l.flow.part]))
	b.put(&doc, "questions", b.questions(tables[l.questions.part]))
	if grades := b.grades(tables[l.grades.part]); len(grades.list) > 0 {
		doc.keys = append(doc.keys, "grades")
		doc.fields["grades"] = grades
	}
	b.put(&doc, "corrections", b.corrections(tables[l.corrections.part]))
	if err := b.refused.Err("workbook"); err != nil {
		return nil, err
	}
	if nodes := doc.fields["nodes"]; !has(doc, "start") && len(nodes.keys) > 0 {
		doc.keys = slices.Insert(doc.keys, 1, "start")
		doc.fields["start"] = value{leaf: leafOf(nodes.keys[0])}
	}
	var out bytes.Buffer
	doc.write(&out, 0)
	return Document(out.Bytes())
}

// builder makes a document of cells and collects what is wrong with them.
type builder struct {
	book    opened
	refused errs.Check
}

func (b *builder) put(doc *value, key string, v value) {
	if len(v.keys) == 0 {
		return
	}
	if !has(*doc, key) {
		doc.keys = append(doc.keys, key)
	}
	doc.fields[key] = v
}

// line is a row of a sheet with its place.
type line struct {
	sheet  string
	number int
	cells  []string
}

func (l line) cell(column int) string {
	if column < len(l.cells) {
		return strings.TrimSpace(l.cells[column])
	}
	return ""
}

func (l line) at(column int) string {
	return l.sheet + "!" + columnName(column) + strconv.Itoa(l.number)
}

func columnName(column int) string { return string(rune('A' + column%26)) }

// valueIn is a cell as a value: JSON where it is, text else.
func (b *builder) valueIn(l line, column int) value {
	s := l.cell(column)
	if !json.Valid([]byte(s)) {
		return value{leaf: leafOf(s)}
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	v, err := fromTokens(d, 1)
	b.refused.Require(err == nil, l.at(column), "the cell holds JSON that cannot be read")
	return v
}

// mappingIn is a cell that holds a mapping, as JSON or as YAML in one line.
func (b *builder) mappingIn(l line, column int) value {
	s := l.cell(column)
	if s == "" {
		return value{fields: map[string]value{}}
	}
	if json.Valid([]byte(s)) {
		if v := b.valueIn(l, column); v.fields != nil {
			return v
		}
	} else {
		var n yaml.Node
		r := &reader{}
		if !strings.HasPrefix(s, "{") {
			s = "{" + s + "}"
		}
		if err := yaml.Unmarshal([]byte(s), &n); err == nil && len(n.Content) == 1 && r.plain(n.Content[0], 1) && n.Content[0].Kind == yaml.MappingNode {
			return fromYAML(n.Content[0])
		}
	}
	b.refused.Require(false, l.at(column), "the cell must hold keys and values, such as affirmed: 1, labels: [愿意]")
	return value{fields: map[string]value{}}
}

// nameIn is a key of a mapping; a second one of the same name is refused.
func (b *builder) nameIn(l line, column int, into value) (string, bool) {
	s := l.cell(column)
	if strings.HasPrefix(s, `"`) {
		if text, err := (value{leaf: s}).text(); err == nil {
			s = text
		}
	}
	_, taken := into.fields[s]
	b.refused.Require(!taken, l.at(column), "%s stands twice in this sheet", clip(s))
	return s, !taken
}

// field sets a field of a mapping to a text; one that the JSON beside it holds already is refused.
func (b *builder) field(v *value, key string, l line, column int) {
	if s := l.cell(column); s != "" {
		b.set(v, key, value{leaf: leafOf(s)}, l, column)
	}
}

func (b *builder) set(v *value, key string, to value, l line, column int) {
	b.refused.Require(!has(*v, key), l.at(column), "%s stands here and in the last column; remove one of them", key)
	if !has(*v, key) {
		v.keys = append(v.keys, key)
		v.fields[key] = to
	}
}

func (b *builder) nodes(t table) value {
	out := value{fields: map[string]value{}}
	var id string
	for _, l := range t.rows {
		if l.cell(0) != "" {
			name, ok := b.nameIn(l, 0, out)
			if !ok {
				continue
			}
			id = name
			out.keys = append(out.keys, id)
			out.fields[id] = b.node(l)
		} else if id == "" {
			b.refused.Require(false, l.at(0), "name the node")
			continue
		}
		n := out.fields[id]
		b.branches(&n, l)
		out.fields[id] = n
	}
	return out
}

func (b *builder) node(l line) value {
	n := b.mappingIn(l, 15)
	for _, c := range nodeColumns {
		b.field(&n, c.key, l, c.column)
	}
	switch strings.ToLower(l.cell(11)) {
	case "":
	case chinese.yes, "y", "yes", "true", "1", "√":
		b.set(&n, "hangup", value{leaf: "true"}, l, 11)
	case "否", "n", "no", "false", "0":
	default:
		b.refused.Require(false, l.at(11), "write %s where the talk ends, or leave the cell empty", b.book.layout.yes)
	}
	return n
}

// branches adds those of one row: the columns for yes and no, and the words with their jump.
func (b *builder) branches(n *value, l line) {
	all := n.fields["branches"]
	if all.fields == nil {
		all = value{fields: map[string]value{}}
	}
	add := func(on string, jump int) {
		to, label := l.cell(jump), l.cell(jump+1)
		if to == "" {
			b.refused.Require(label == "", l.at(jump), "a label needs the node that the branch leads to")
			return
		}
		_, taken := all.fields[on]
		b.refused.Require(!taken, l.at(jump), "the branch %s stands twice", clip(on))
		if taken {
			return
		}
		one := value{leaf: leafOf(to)}
		if label != "" {
			one = value{keys: []string{"to", "label"}, fields: map[string]value{"to": one, "label": {leaf: leafOf(label)}}}
		}
		all.keys = append(all.keys, on)
		all.fields[on] = one
	}
	add("affirm", 4)
	add("negate", 6)
	when := l.cell(8)
	b.refused.Require(when == "" || l.cell(9) != "", l.at(9), "name the node that the branch leads to")
	b.refused.Require(when != "" || l.cell(9) == "" && l.cell(10) == "", l.at(8), "say on which words the branch is taken")
	if when != "" {
		for _, on := range conditions(when) {
			add(on, 9)
		}
	}
	if len(all.keys) > 0 {
		if !has(*n, "branches") {
			n.keys = append(n.keys, "branches")
		}
		n.fields["branches"] = all
	}
}

// spokenTriggers are what people write for a trigger that is no word.
var spokenTriggers = map[string]string{"默认": "default", "其他": "default", "未匹配": "unmatched", "静音": "silence", "沉默": "silence", "肯定": "affirm", "否定": "negate", "拒绝": "refuse", "忙": "busy"}

// conditions are the triggers that a cell names: one as it stands in documents, or words.
func conditions(s string) []string {
	kind, _, prefixed := strings.Cut(s, ":")
	switch {
	case prefixed && slices.Contains([]string{"keyword", "digits", "regex", "model"}, kind),
		slices.Contains([]string{"default", "unmatched", "silence", "digits", "value"}, s), slices.Contains(BuiltinIntents(), s), identifier(s):
		return []string{s}
	}
	var out []string
	for _, word := range strings.FieldsFunc(s, func(r rune) bool { return r == '|' || r == '、' || r == '/' || r == '，' || r == ',' || r == '\n' }) {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if on, ok := spokenTriggers[word]; ok {
			out = append(out, on)
		} else {
			out = append(out, "keyword:"+word)
		}
	}
	return out
}

// identifier tells whether a word may be the name of an intent of the script's own, as names are written.
func identifier(s string) bool {
	for _, r := range s {
		if r != '_' && r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') && (r < 'A' || r > 'Z') {
			return false
		}
	}
	return s != ""
}

func (b *builder) questions(t table) value {
	out := value{fields: map[string]value{}}
	for _, l := range t.rows {
		if l.cell(0) == "" {
			b.refused.Require(false, l.at(0), "name the question")
			continue
		}
		id, ok := b.nameIn(l, 0, out)
		if !ok {
			continue
		}
		q := b.mappingIn(l, 6)
		var variants []value
		for _, s := range strings.FieldsFunc(l.cell(1), func(r rune) bool { return r == '|' || r == '\n' }) {
			if s = strings.TrimSpace(s); s != "" {
				variants = append(variants, value{leaf: leafOf(s)})
			}
		}
		if len(variants) > 0 {
			b.set(&q, "variants", value{list: variants}, l, 1)
		}
		for _, c := range questionColumns {
			b.field(&q, c.key, l, c.column)
		}
		out.keys = append(out.keys, id)
		out.fields[id] = q
	}
	return out
}

func (b *builder) settings(t table) value {
	out := value{fields: map[string]value{}}
	for _, l := range t.rows {
		key, ok := b.nameIn(l, 0, value{})
		if !ok || key == "" {
			b.refused.Require(false, l.at(0), "name the setting")
			continue
		}
		part, below, nested := strings.Cut(key, ".")
		if slices.Contains([]string{"nodes", "questions", "variables", "grades", "corrections"}, part) && (nested || l.cell(1) != "{}" && l.cell(1) != "[]") && b.book.has(part) {
			b.refused.Require(false, l.at(0), "%s have a sheet of their own", part)
			continue
		}
		v := b.valueIn(l, 1)
		if !nested {
			b.set(&out, key, v, l, 0)
			continue
		}
		whole, there := out.fields[part]
		if !there {
			out.keys = append(out.keys, part)
		}
		if strings.HasPrefix(below, "#") && (!there || whole.list != nil) {
			whole.list = append(whole.list, v)
		} else if whole.list == nil && (!there || whole.fields != nil) {
			if whole.fields == nil {
				whole.fields = map[string]value{}
			}
			b.set(&whole, below, v, l, 0)
		} else {
			b.refused.Require(false, l.at(0), "%s is given in two ways", part)
		}
		out.fields[part] = whole
	}
	return out
}

func (b *builder) variables(t table) value {
	out := value{fields: map[string]value{}}
	for _, l := range t.rows {
		name, ok := b.nameIn(l, 0, out)
		b.refused.Require(name != "", l.at(0), "name the variable")
		if !ok || name == "" {
			continue
		}
		v := b.valueIn(l, 1)
		if format := l.cell(2); format != "" {
			whole := value{keys: []string{"format"}, fields: map[string]value{"format": {leaf: leafOf(format)}}}
			if l.cell(1) != "" {
				whole.keys = []string{"default", "format"}
				whole.fields["default"] = v
			}
			v = whole
		}
		out.keys = append(out.keys, name)
		out.fields[name] = v
	}
	return out
}

func (b *builder) grades(t table) value {
	out := value{list: []value{}}
	for _, l := range t.rows {
		if rest := l.cell(3); rest != "" && json.Valid([]byte(rest)) && !strings.HasPrefix(rest, "{") && l.cell(0) == "" {
			out.list = append(out.list, b.valueIn(l, 3)) // what is no mapping is wrong, and Check's to say
			continue
		}
		g := b.mappingIn(l, 3)
		b.field(&g, "grade", l, 0)
		b.field(&g, "name", l, 1)
		if l.cell(2) != "" {
			b.set(&g, "when", b.mappingIn(l, 2), l, 2)
		}
		out.list = append(out.list, g)
	}
	return out
}

func (b *builder) corrections(t table) value {
	out := value{fields: map[string]value{}}
	for _, l := range t.rows {
		heard, ok := b.nameIn(l, 0, out)
		b.refused.Require(heard != "", l.at(0), "say what is heard")
		if ok && heard != "" {
			out.keys = append(out.keys, heard)
			out.fields[heard] = b.valueIn(l, 1)
		}
	}
	return out
}
