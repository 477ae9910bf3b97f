package script

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"github.com/outdial/outdial/shared/errs"
)

// Document brings a JSON or YAML text into the form in which drafts are kept: JSON, two spaces deep, the keys in the
// author's order. It asks only that the text is one mapping; what is wrong inside is Check's to say.
func Document(source []byte) ([]byte, error) {
	v, err := read(source)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	v.write(&b, 0)
	b.WriteByte('\n')
	if b.Len() > MaxBytes {
		return nil, errs.New(errs.Invalid, "the document is larger than 1 MB")
	}
	return b.Bytes(), nil
}

// YAML is the document for people: block style, in the author's order.
func YAML(source []byte) ([]byte, error) {
	v, err := read(source)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := errors.Join(e.Encode(v.yaml()), e.Close()); err != nil {
		return nil, errs.Wrap(errs.Internal, err, "the document cannot be written as YAML")
	}
	return b.Bytes(), nil
}

// Same tells whether two documents say the same, in whichever of the two languages.
func Same(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	one, err := Document(a)
	if err != nil {
		return false
	}
	two, err := Document(b)
	return err == nil && bytes.Equal(one, two)
}

// value is a document, or a part of one, whose keys keep their order.
type value struct {
	keys   []string
	fields map[string]value // of a mapping; nil for all else
	list   []value          // of a list; nil for all else
	leaf   string           // of all else, as JSON
}

func read(source []byte) (value, error) {
	if len(source) > MaxBytes {
		return value{}, errs.New(errs.Invalid, "the document is larger than 1 MB")
	}
	var v value
	if d := json.NewDecoder(bytes.NewReader(source)); json.Valid(source) {
		d.UseNumber()
		var err error
		if v, err = fromTokens(d, 0); err != nil {
			return value{}, err
		}
	} else {
		r := &reader{}
		root := r.document(source)
		if root == nil {
			return value{}, &Invalid{r.sorted()}
		}
		v = fromYAML(root)
	}
	if v.fields == nil {
		return value{}, errs.New(errs.Invalid, "the document must be a mapping with name, start, nodes and so on")
	}
	return v, nil
}

func fromTokens(d *json.Decoder, depth int) (value, error) {
	if depth > maxDepth {
		return value{}, errs.New(errs.Invalid, "the document is nested deeper than %d levels", maxDepth)
	}
	t, err := d.Token()
	if err != nil {
		return value{}, errs.Wrap(errs.Invalid, err, "the document cannot be read")
	}
	switch t {
	case json.Delim('{'):
		v := value{fields: map[string]value{}}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return value{}, errs.Wrap(errs.Invalid, err, "the document cannot be read")
			}
			key, _ := k.(string)
			if _, twice := v.fields[key]; twice {
				return value{}, errs.New(errs.Invalid, "the key %q stands twice in one mapping", clip(key))
			}
			if v.fields[key], err = fromTokens(d, depth+1); err != nil {
				return value{}, err
			}
			v.keys = append(v.keys, key)
		}
		_, err = d.Token()
		return v, ended(err)
	case json.Delim('['):
		v := value{list: []value{}}
		for d.More() {
			one, err := fromTokens(d, depth+1)
			if err != nil {
				return value{}, err
			}
			v.list = append(v.list, one)
		}
		_, err = d.Token()
		return v, ended(err)
	}
	return value{leaf: leafOf(t)}, nil
}

func ended(err error) error {
	if err == nil || errors.Is(err, io.EOF) {
		return nil
	}
	return errs.Wrap(errs.Invalid, err, "the document cannot be read")
}

// leafOf is a scalar as JSON, with every letter as itself.
func leafOf(v any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return `""`
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// plainNumber is a number that JSON writes like YAML.
var plainNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$`)

func fromYAML(n *yaml.Node) value {
	switch n.Kind {
	case yaml.MappingNode:
		v := value{fields: map[string]value{}}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			v.keys = append(v.keys, key)
			v.fields[key] = fromYAML(n.Content[i+1])
		}
		return v
	case yaml.SequenceNode:
		v := value{list: []value{}}
		for _, c := range n.Content {
			v.list = append(v.list, fromYAML(c))
		}
		return v
	}
	switch n.ShortTag() {
	case "!!null":
		return value{leaf: "null"}
	case "!!bool":
		return value{leaf: strings.ToLower(n.Value)}
	case "!!int", "!!float":
		if plainNumber.MatchString(n.Value) {
			return value{leaf: n.Value}
		}
	}
	return value{leaf: leafOf(n.Value)}
}

func (v value) write(b *bytes.Buffer, depth int) {
	inner := "\n" + strings.Repeat("  ", depth+1)
	switch {
	case v.fields != nil && len(v.keys) == 0:
		b.WriteString("{}")
	case v.fields != nil:
		for i, k := range v.keys {
			b.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + inner + leafOf(k) + ": ")
			v.fields[k].write(b, depth+1)
		}
		b.WriteString("\n" + strings.Repeat("  ", depth) + "}")
	case v.list != nil && len(v.list) == 0:
		b.WriteString("[]")
	case v.list != nil:
		for i, one := range v.list {
			b.WriteString(map[bool]string{true: "[", false: ","}[i == 0] + inner)
			one.write(b, depth+1)
		}
		b.WriteString("\n" + strings.Repeat("  ", depth) + "]")
	default:
		b.WriteString(v.leaf)
	}
}

func (v value) yaml() *yaml.Node {
	switch {
	case v.fields != nil:
		n := &yaml.Node{Kind: yaml.MappingNode, Tag: "!!map"}
		for _, k := range v.keys {
			key := &yaml.Node{}
			key.SetString(k)
			n.Content = append(n.Content, key, v.fields[k].yaml())
		}
		return n
	case v.list != nil:
		n := &yaml.Node{Kind: yaml.SequenceNode, Tag: "!!seq"}
		for _, one := range v.list {
			n.Content = append(n.Content, one.yaml())
		}
		return n
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Value: v.leaf}
	if s, err := v.text(); err == nil {
		n.SetString(s)
	}
	return n
}

var errNoText = errors.New("the value is no text")

// text is a scalar that was written as text.
func (v value) text() (string, error) {
	var s string
	if !strings.HasPrefix(v.leaf, `"`) {
		return "", errNoText
	}
	err := json.Unmarshal([]byte(v.leaf), &s)
	return s, err
}

// shown is a value for people: text as it is, all else as JSON in one line.
func (v value) shown() string {
	if v.fields == nil && v.list == nil {
		if s, err := v.text(); err == nil {
			return s
		}
		return v.leaf
	}
	var b, flat bytes.Buffer
	v.write(&b, 0)
	if err := json.Compact(&flat, b.Bytes()); err != nil {
		return b.String()
	}
	return flat.String()
}

func (v value) equal(o value) bool {
	switch {
	case v.fields != nil && o.fields != nil:
		if len(v.fields) != len(o.fields) {
			return false
		}
		for k, one := range v.fields {
			if two, ok := o.fields[k]; !ok || !one.equal(two) {
				return false
			}
		}
		return true
	case v.list != nil && o.list != nil:
		if len(v.list) != len(o.list) {
			return false
		}
		for i := range v.list {
			if !v.list[i].equal(o.list[i]) {
				return false
			}
		}
		return true
	}
	return v.fields == nil && o.fields == nil && v.list == nil && o.list == nil && v.leaf == o.leaf
}

// With returns the document with top-level keys set to texts; an empty text takes a key away.
func With(document []byte, pairs ...string) ([]byte, error) {
	v, err := read(document)
	if err != nil {
		return nil, err
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.set(pairs[i], pairs[i+1])
	}
	var b bytes.Buffer
	v.write(&b, 0)
	b.WriteByte('\n')
	return b.Bytes(), nil
}

func (v *value) set(key, text string) {
	_, there := v.fields[key]
	switch {
	case text == "" && there:
		delete(v.fields, key)
		keys := v.keys[:0]
		for _, k := range v.keys {
			if k != key {
				keys = append(keys, k)
			}
		}
		v.keys = keys
	case text != "":
		if !there {
			at := 0
			if len(v.keys) > 0 && v.keys[0] == "script" { // which says what format this is, and stays the first
				at = 1
			}
			v.keys = slices.Insert(v.keys, at, key)
		}
		v.fields[key] = value{leaf: leafOf(text)}
	}
}

// Head is what a document says about itself before anything is checked.
type Head struct {
	Name, Trade, Description, Language string
	Nodes, Questions                   int
}

// HeadOf reads it; what is not there is empty.
func HeadOf(document []byte) (Head, error) {
	v, err := read(document)
	if err != nil {
		return Head{}, err
	}
	one := func(key string) string {
		s, _ := v.fields[key].text()
		return strings.TrimSpace(s)
	}
	return Head{Name: one("name"), Trade: one("trade"), Description: one("description"), Language: one("language"),
		Nodes: len(v.fields["nodes"].keys), Questions: len(v.fields["questions"].keys)}, nil
}
