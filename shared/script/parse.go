package script

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"gopkg.in/yaml.v3"
)

// Limits of a script; docs/scripts.md tells them to authors.
const (
	MaxBytes     = 1 << 20
	MaxNodes     = 2000
	maxBranches  = 200
	maxQuestions = 1000
	maxIntents   = 1000
	maxKeywords  = 20000
	maxVariables = 100
	maxTextRunes = 1000
	maxNameRunes = 64
	maxDepth     = 32
)

// Parse reads and checks a script. Its error is an *Invalid that lists every problem found.
func Parse(source []byte) (*Flow, error) {
	r := &reader{}
	root := r.document(source)
	if root == nil {
		return nil, r.err()
	}
	f := r.flow(root)
	if len(r.list) == 0 {
		check(f, &r.problems)
	}
	if err := r.err(); err != nil {
		return nil, err
	}
	return f, nil
}

type reader struct {
	problems
	node     NodeID // the node being read, for problems
	keywords int
}

func (r *reader) document(source []byte) *yaml.Node {
	if len(source) > MaxBytes {
		r.add(0, "", "the file has %d bytes; at most %d are taken", len(source), MaxBytes)
		return nil
	}
	if !utf8.Valid(source) {
		r.add(0, "", "the file is not UTF-8 text")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(source))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			r.add(0, "", "the file is empty")
		} else {
			line, text := yamlError(err)
			r.add(line, "", "not YAML: %s", text)
		}
		return nil
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.add(0, "", "the file holds more than one YAML document")
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.add(0, "", "the file is empty")
		return nil
	}
	if !r.plain(doc.Content[0], 0) {
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`^yaml: line (\d+): (.*)$`)

func yamlError(err error) (int, string) {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n, m[2]
	}
	return 0, strings.TrimPrefix(err.Error(), "yaml: ")
}

// plain refuses what a script never needs and what makes a small file large: anchors and aliases, tags, deep nesting,
// keys that are not text, keys given twice.
func (r *reader) plain(n *yaml.Node, depth int) bool {
	switch {
	case depth > maxDepth:
		r.add(n.Line, "", "nested deeper than %d levels", maxDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.add(n.Line, "", "anchors and aliases (& and *) are not taken; write the value out")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.add(n.Line, "", "tags such as %s are not taken", n.Tag)
		return false
	}
	ok := true
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Kind != yaml.ScalarNode {
				r.add(k.Line, "", "a key must be a word")
				ok = false
			} else if seen[k.Value] {
				r.add(k.Line, "", "key %q stands here twice", k.Value)
				ok = false
			}
			seen[k.Value] = true
		}
	}
	for _, c := range n.Content {
		if !r.plain(c, depth+1) {
			return false
		}
	}
	return ok
}

func (r *reader) bad(n *yaml.Node, format string, args ...any) {
	r.add(n.Line, r.node, format, args...)
}

type field struct {
	name string
	read func(*yaml.Node)
}

// fields reads a mapping and refuses keys that are not among those given.
func (r *reader) fields(n *yaml.Node, what string, known ...field) bool {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "%s must be a mapping", what)
		return false
	}
next:
	for i := 0; i < len(n.Content); i += 2 {
		for _, f := range known {
			if n.Content[i].Value == f.name {
				f.read(n.Content[i+1])
				continue next
			}
		}
		names := make([]string, len(known))
		for j, f := range known {
			names[j] = f.name
		}
		r.bad(n.Content[i], "%s has no key %q; it knows %s", what, n.Content[i].Value, strings.Join(names, ", "))
	}
	return true
}

// pairs walks a mapping whose keys are the author's.
func (r *reader) pairs(n *yaml.Node, what string, limit int, each func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		r.bad(n, "%s must be a mapping", what)
		return
	}
	if len(n.Content)/2 > limit {
		r.bad(n, "%s has %d entries; at most %d are taken", what, len(n.Content)/2, limit)
		return
	}
	for i := 0; i < len(n.Content); i += 2 {
		each(n.Content[i], n.Content[i+1])
	}
}

func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.bad(n, "%s must be a text", what)
		return "", false
	}
	return n.Value, true
}

func (r *reader) text(n *yaml.Node, what string, into *string) {
	s, ok := r.scalar(n, what)
	if !ok {
		return
	}
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		r.bad(n, "%s is empty", what)
	case utf8.RuneCountInString(s) > maxTextRunes:
		r.bad(n, "%s is longer than %d characters", what, maxTextRunes)
	case strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) && c != '\n' }):
		r.bad(n, "%s holds a control character", what)
	default:
		*into = s
	}
}

// name reads an identifier: letters of any language, digits, _ and -.
func (r *reader) name(n *yaml.Node, what string, into *string) {
	s, ok := r.scalar(n, what)
	if !ok {
		return
	}
	if s == "" || utf8.RuneCountInString(s) > maxNameRunes || strings.ContainsFunc(s, func(c rune) bool {
		return c != '_' && c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	}) {
		r.bad(n, "%s %q: use 1 to %d letters, digits, _ and -", what, clip(s), maxNameRunes)
		return
	}
	*into = s
}

func (r *reader) target(n *yaml.Node, what string, into *NodeID) {
	var s string
	r.name(n, what, &s)
	*into = NodeID(s)
}

func (r *reader) truth(n *yaml.Node, what string, into *bool) {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!bool" || n.Decode(into) != nil {
		r.bad(n, "%s must be true or false", what)
	}
}

func (r *reader) number(n *yaml.Node, what string, low, high int, into *int) {
	v, err := strconv.Atoi(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < low || v > high {
		r.bad(n, "%s must be a number from %d to %d", what, low, high)
		return
	}
	*into = v
}

func (r *reader) duration(n *yaml.Node, what string, low, high time.Duration, into *time.Duration) {
	v, err := time.ParseDuration(n.Value)
	if n.Kind != yaml.ScalarNode || err != nil || v < low || v > high {
		r.bad(n, "%s must be a time such as 300ms or 4s, from %s to %s", what, low, high)
		return
	}
	*into = v
}

func (r *reader) words(n *yaml.Node, what string, into *[]string) {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		r.bad(n, "%s must be a list of words", what)
		return
	}
	if r.keywords += len(n.Content); r.keywords > maxKeywords {
		r.bad(n, "the script has more than %d keywords", maxKeywords)
		return
	}
	for _, c := range n.Content {
		var s string
		if r.text(c, what, &s); s == "" {
			continue
		}
		if !speakable(s) {
			r.bad(c, "%s: %q holds no letter or digit", what, clip(s))
			continue
		}
		*into = append(*into, s)
	}
}

func speakable(s string) bool {
	for _, part := range strings.Split(s, "&") {
		if !strings.ContainsFunc(part, func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }) {
			return false
		}
	}
	return true
}

func clip(s string) string {
	if r := []rune(s); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return s
}

// voiceForm is that of synthesisers' names for voices, such as cmn-latn-pinyin+f2.
var voiceForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+.-]{0,63}$`)

var extensionForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z_.-]{0,31}$`)

func checkDigits(s string) error {
	if s == "" || len(s) > 32 || strings.Trim(s, "0123456789*#") != "" {
		return fmt.Errorf("use 1 to 32 of 0-9, * and #")
	}
	return nil
}
