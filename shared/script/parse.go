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
	// MaxPattern bounds a regular expression in characters, maxProgram what it becomes: matching takes time in
	// proportion to it, whatever was said.
	MaxPattern     = 200
	maxProgram     = 2000
	maxMeaning     = 200
	maxCorrections = 1000
	maxGrades      = 100
	maxTests       = 500
	maxSays        = 200
	maxModelTurns  = 20

	maxInstructions = 4000
)

// Parse reads a script and refuses one that cannot be walked. Its error is an *Invalid that lists every error found.
func Parse(source []byte) (*Flow, error) {
	found, f := Check(source)
	if f == nil {
		return nil, &Invalid{Errors(found)}
	}
	return f, nil
}

// Check reads a script and finds everything that is wrong with it, in the order of the file. The flow is nil when there is
// an error among it.
func Check(source []byte) ([]Problem, *Flow) {
	r := &reader{}
	root := r.document(source)
	if root == nil {
		return r.sorted(), nil
	}
	f := r.flow(root)
	if r.errors <= maxProblems {
		check(f, &r.problems, unreadOf(r.list))
	}
	if r.errors > 0 {
		return r.sorted(), nil
	}
	return r.sorted(), f
}

type reader struct {
	problems
	node     NodeID   // the node being read, for problems
	path     []string // the keys that lead to what is being read, from the node or the file on
	keywords int
}

// in reads something below a key.
func (r *reader) in(key string, read func()) {
	r.path = append(r.path, key)
	read()
	r.path = r.path[:len(r.path)-1]
}

func (r *reader) at() string { return strings.Join(r.path, ".") }

func (r *reader) document(source []byte) *yaml.Node {
	if len(source) > MaxBytes {
		r.add(0, "", "", "the file has %d bytes; at most %d are taken", len(source), MaxBytes)
		return nil
	}
	if !utf8.Valid(source) {
		r.add(0, "", "", "the file is not UTF-8 text")
		return nil
	}
	d := yaml.NewDecoder(bytes.NewReader(asYAML(source)))
	var doc yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			r.add(0, "", "", "the file is empty")
		} else {
			line, text := yamlError(err)
			r.add(line, "", "", "not YAML: %s", text)
		}
		return nil
	}
	if err := d.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.add(0, "", "", "the file holds more than one YAML document")
		return nil
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		r.add(0, "", "", "the file is empty")
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
		r.add(n.Line, "", "", "nested deeper than %d levels", maxDepth)
		return false
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		r.add(n.Line, "", "", "anchors and aliases (& and *) are not taken; write the value out")
		return false
	case n.Style&yaml.TaggedStyle != 0:
		r.add(n.Line, "", "", "tags such as %s are not taken", n.Tag)
		return false
	}
	ok := true
	if n.Kind == yaml.MappingNode {
		seen := make(map[string]bool, len(n.Content)/2)
		for i := 0; i < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Kind != yaml.ScalarNode {
				r.add(k.Line, "", "", "a key must be a word")
				ok = false
			} else if seen[k.Value] {
				r.add(k.Line, "", "", "key %q stands here twice", k.Value)
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
	r.add(n.Line, r.node, r.at(), format, args...)
}

func (r *reader) doubt(n *yaml.Node, format string, args ...any) {
	r.warn(n.Line, r.node, r.at(), format, args...)
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
				r.in(f.name, func() { f.read(n.Content[i+1]) })
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
		r.in(clip(n.Content[i].Value), func() { each(n.Content[i], n.Content[i+1]) })
	}
}

// items walks a list.
func (r *reader) items(n *yaml.Node, what string, limit int, each func(i int, value *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.bad(n, "%s must be a list", what)
		return
	}
	if len(n.Content) > limit {
		r.bad(n, "%s has %d entries; at most %d are taken", what, len(n.Content), limit)
		return
	}
	for i, c := range n.Content {
		r.in(strconv.Itoa(i+1), func() { each(i, c) })
	}
}

// texts reads a list of texts.
func (r *reader) texts(n *yaml.Node, what string, limit int, into *[]string) {
	r.items(n, what, limit, func(_ int, c *yaml.Node) {
		var s string
		if r.text(c, what, &s); s != "" {
			*into = append(*into, s)
		}
	})
}

func (r *reader) scalar(n *yaml.Node, what string) (string, bool) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.bad(n, "%s must be a text", what)
		return "", false
	}
	return n.Value, true
}

func (r *reader) text(n *yaml.Node, what string, into *string) { r.long(n, what, maxTextRunes, into) }

// short reads a text of a few words.
func (r *reader) short(n *yaml.Node, what string, into *string) { r.long(n, what, maxNameRunes, into) }

func (r *reader) long(n *yaml.Node, what string, limit int, into *string) {
	s, ok := r.scalar(n, what)
	if !ok {
		return
	}
	s = strings.TrimSpace(s)
	switch {
	case s == "":
		r.bad(n, "%s is empty", what)
	case utf8.RuneCountInString(s) > limit:
		r.bad(n, "%s is longer than %d characters", what, limit)
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

func (r *reader) decimal(n *yaml.Node, what string, low, high float64, into *float64) {
	v, err := strconv.ParseFloat(n.Value, 64)
	if n.Kind != yaml.ScalarNode || err != nil || !(v >= low && v <= high) {
		r.bad(n, "%s must be a number from %v to %v", what, low, high)
		return
	}
	*into = v
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
