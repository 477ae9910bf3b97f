package script

import (
	"strconv"
	"strings"
)

// Expand puts variables in the place of $(name). A name without a value becomes nothing: a robot that reads out a
// placeholder is worse than one that leaves a word out.
func Expand(text string, value func(name string) string) string {
	return ExpandBefore(text, func(name, _ string) string { return value(name) })
}

// ExpandBefore is Expand for values that depend on the text that comes after them: 2 is 两 before 个.
func ExpandBefore(text string, value func(name, next string) string) string {
	var b strings.Builder
	for {
		at, name, rest := cutVariable(text)
		if at < 0 {
			if b.Len() == 0 {
				return text
			}
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		b.WriteString(value(name, rest))
		text = rest
		if text == "" {
			return b.String()
		}
	}
}

// References lists the variables of a text.
func References(text string) []string {
	var out []string
	for {
		at, name, rest := cutVariable(text)
		if at < 0 {
			return out
		}
		out = append(out, name)
		text = rest
	}
}

func cutVariable(text string) (at int, name, rest string) {
	from := 0
	for {
		at = strings.Index(text[from:], "$(")
		if at < 0 {
			return -1, "", ""
		}
		at += from
		end := strings.IndexByte(text[at:], ')')
		if end < 0 {
			return -1, "", ""
		}
		if name = strings.TrimSpace(text[at+2 : at+end]); name != "" {
			return at, name, text[at+end+1:]
		}
		from = at + end
	}
}

// Place is a text and where it stands.
type Place struct {
	Text Text
	Node NodeID // empty: not in a node
	At   string // the key, in the node or in the file
	Line int
}

// Texts are all sentences of a script, in its order.
func Texts(f *Flow) []Place {
	var out []Place
	add := func(t Text, node NodeID, at string, line int) {
		if t.Text != "" {
			out = append(out, Place{t, node, at, line})
		}
	}
	for _, id := range f.Order {
		n := f.Nodes[id]
		add(n.Say, id, "say", n.Line)
		if n.Again != n.Say {
			add(n.Again, id, "again", n.Line)
		}
	}
	for _, q := range f.Questions {
		add(q.Answer, "", "questions."+q.ID+".answer", q.Line)
	}
	for i, t := range f.Settings.Silence.Say {
		add(t, "", "settings.silence.say."+strconv.Itoa(i+1), 0)
	}
	for i, t := range f.Settings.Unmatched.Say {
		add(t, "", "settings.unmatched.say."+strconv.Itoa(i+1), 0)
	}
	return out
}
