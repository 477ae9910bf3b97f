package script

import (
	"strconv"
	"time"

	"gopkg.in/yaml.v3"
)

func (r *reader) grade(n *yaml.Node, into *string) {
	if v := n.Value; len(v) != 1 || v < "A" || v > "F" {
		r.bad(n, "grade must be one letter from A to F")
		return
	}
	*into = n.Value
}

func (r *reader) grades(n *yaml.Node) []GradeRule {
	var out []GradeRule
	r.items(n, "grades", maxGrades, func(_ int, v *yaml.Node) {
		g := GradeRule{Line: v.Line}
		if !r.fields(v, "a rule for grades",
			field{"grade", func(n *yaml.Node) { r.grade(n, &g.Grade) }},
			field{"name", func(n *yaml.Node) { r.short(n, "name", &g.Name) }},
			field{"when", func(n *yaml.Node) { r.when(n, &g.When) }}) {
			return
		}
		if g.Grade == "" {
			r.bad(v, "a rule for grades needs grade")
		}
		out = append(out, g)
	})
	return out
}

func (r *reader) when(n *yaml.Node, w *GradeWhen) {
	const most = 100
	count := func(name string, into **Range) field {
		return field{name, func(n *yaml.Node) { r.span(n, name, into) }}
	}
	r.fields(n, "when",
		field{"labels", func(n *yaml.Node) { r.texts(n, "labels", most, &w.Labels) }},
		field{"without", func(n *yaml.Node) { r.texts(n, "without", most, &w.Without) }},
		field{"nodes", func(n *yaml.Node) { r.nodes(n, "nodes", &w.Nodes) }},
		count("affirmed", &w.Affirmed), count("refused", &w.Refused), count("questions", &w.Questions),
		count("interactions", &w.Interactions), count("unmatched", &w.Unmatched), count("silences", &w.Silences),
		field{"talk", func(n *yaml.Node) { r.talk(n, &w.Talk) }})
}

// nodes reads a list of nodes.
func (r *reader) nodes(n *yaml.Node, what string, into *[]NodeID) {
	r.items(n, what, 1000, func(_ int, c *yaml.Node) {
		var id NodeID
		if r.target(c, what, &id); id != "" {
			*into = append(*into, id)
		}
	})
}

// span reads a count: a number is the least of it, {min, max} bounds it on both sides.
func (r *reader) span(n *yaml.Node, what string, into **Range) {
	const most = 10000
	out := &Range{Open: true}
	if n.Kind != yaml.MappingNode {
		// A zero asks for none at all: "at least none" asks for nothing.
		if r.number(n, what, 0, most, &out.Min); out.Min == 0 {
			out.Open = false
		}
		*into = out
		return
	}
	r.fields(n, what,
		field{"min", func(n *yaml.Node) { r.number(n, "min", 0, most, &out.Min) }},
		field{"max", func(n *yaml.Node) { out.Open = false; r.number(n, "max", 0, most, &out.Max) }})
	if !out.Open && out.Max < out.Min {
		r.bad(n, "%s: max lies below min", what)
	}
	*into = out
}

func (r *reader) talk(n *yaml.Node, into **Span) {
	const most = 2 * time.Hour
	out := &Span{Open: true}
	if n.Kind != yaml.MappingNode {
		r.duration(n, "talk", 0, most, &out.Min)
		*into = out
		return
	}
	r.fields(n, "talk",
		field{"min", func(n *yaml.Node) { r.duration(n, "min", 0, most, &out.Min) }},
		field{"max", func(n *yaml.Node) { out.Open = false; r.duration(n, "max", 0, most, &out.Max) }})
	if !out.Open && out.Max < out.Min {
		r.bad(n, "%s: max lies below min", "talk")
	}
	*into = out
}

func (r *reader) tests(n *yaml.Node) []Test {
	var out []Test
	names := map[string]bool{}
	r.items(n, "tests", maxTests, func(i int, v *yaml.Node) {
		t := Test{Line: v.Line, Name: strconv.Itoa(i + 1)}
		r.fields(v, "a test",
			field{"name", func(n *yaml.Node) { r.short(n, "name", &t.Name) }},
			field{"variables", func(n *yaml.Node) {
				t.Variables = map[string]string{}
				r.pairs(n, "variables", maxVariables, func(k, v *yaml.Node) {
					if s, ok := r.scalar(v, "the value of "+clip(k.Value)); ok {
						t.Variables[k.Value] = s
					}
				})
			}},
			field{"says", func(n *yaml.Node) {
				r.items(n, "says", maxSays, func(_ int, c *yaml.Node) {
					var s string
					if r.text(c, "says", &s); s != "" && r.signal(c, s) {
						t.Says = append(t.Says, s)
					}
				})
			}},
			field{"expect", func(n *yaml.Node) { r.expect(n, &t.Expect) }})
		if names[t.Name] {
			r.bad(v, "there are two tests of the name %q", t.Name)
		}
		names[t.Name] = true
		out = append(out, t)
	})
	return out
}

func (r *reader) expect(n *yaml.Node, e *Expectation) {
	const most = 100
	r.fields(n, "expect",
		field{"path", func(n *yaml.Node) { r.nodes(n, "path", &e.Path) }},
		field{"never", func(n *yaml.Node) { r.nodes(n, "never", &e.Never) }},
		field{"labels", func(n *yaml.Node) { r.texts(n, "labels", most, &e.Labels) }},
		field{"grade", func(n *yaml.Node) { r.grade(n, &e.Grade) }},
		field{"end", func(n *yaml.Node) { r.target(n, "end", &e.End) }},
		field{"sms", func(n *yaml.Node) { r.texts(n, "sms", most, &e.SMS) }})
}

// signal refuses words in angle brackets that mean nothing.
func (r *reader) signal(n *yaml.Node, s string) bool {
	word, keys, ok := Signal(s)
	switch {
	case !ok:
		return true
	case word == SignalDigits && checkDigits(keys) == nil, word == SignalModel && keys != "":
		return true
	case keys == "" && (word == SignalSilence || word == SignalInterrupted || word == SignalConnected || word == SignalFailed):
		return true
	}
	r.bad(n, "a test knows <silence>, <interrupted>, <digits 12#>, <connected>, <failed> and <model what it answers>, not %q", clip(s))
	return false
}
