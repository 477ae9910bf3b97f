package script

import (
	"slices"

	"gopkg.in/yaml.v3"

	"github.com/outdial/outdial/shared/script/spoken"
)

func (r *reader) voice(n *yaml.Node, v *Voice) {
	name := func(n *yaml.Node) {
		if v.Name = n.Value; !voiceForm.MatchString(v.Name) {
			r.bad(n, "voice %q: use letters, digits, _ + . and -", clip(v.Name))
		}
	}
	if n.Kind == yaml.ScalarNode {
		name(n)
		return
	}
	r.fields(n, "voice",
		field{"name", name},
		field{"speed", func(n *yaml.Node) { r.decimal(n, "speed", 0.5, 2, &v.Speed) }},
		field{"background", func(n *yaml.Node) { r.name(n, "background", &v.Background) }},
		field{"background_level", func(n *yaml.Node) { r.number(n, "background_level", -60, 0, &v.BackgroundLevel) }})
}

func (r *reader) variables(n *yaml.Node) []Variable {
	var out []Variable
	r.pairs(n, "variables", maxVariables, func(k, v *yaml.Node) {
		one := Variable{Format: spoken.Text, Line: k.Line}
		if r.name(k, "variable name", &one.Name); one.Name == "" {
			return
		}
		value := func(v *yaml.Node) {
			if v.Kind != yaml.ScalarNode || v.Tag != "!!null" && v.Value != "" {
				r.text(v, "the default of "+one.Name, &one.Default)
			}
		}
		if v.Kind == yaml.MappingNode {
			r.fields(v, "variable "+one.Name,
				field{"default", value},
				field{"format", func(v *yaml.Node) {
					if one.Format = spoken.Format(v.Value); !slices.Contains(spoken.Formats(), one.Format) {
						r.bad(v, "there is no format %q; use %s", clip(v.Value), listOf(spoken.Formats()))
					}
				}})
		} else {
			value(v)
		}
		out = append(out, one)
	})
	return out
}

func (r *reader) corrections(n *yaml.Node) []Correction {
	var out []Correction
	r.pairs(n, "corrections", maxCorrections, func(k, v *yaml.Node) {
		c := Correction{Line: k.Line}
		r.short(k, "what is heard", &c.Heard)
		r.short(v, "what is meant", &c.Meant)
		switch {
		case c.Heard == "" || c.Meant == "":
		case !speakable(c.Heard):
			r.bad(k, "%s: %q holds no letter or digit", "what is heard", clip(c.Heard))
		case c.Heard == c.Meant:
			r.doubt(k, "the correction of %q changes nothing", c.Heard)
		default:
			out = append(out, c)
		}
	})
	return out
}

func (r *reader) layout(n *yaml.Node) map[NodeID]Point {
	out := map[NodeID]Point{}
	const far = 1e6
	r.pairs(n, "layout", MaxNodes, func(k, v *yaml.Node) {
		var p Point
		r.fields(v, "a place",
			field{"x", func(n *yaml.Node) { r.decimal(n, "x", -far, far, &p.X) }},
			field{"y", func(n *yaml.Node) { r.decimal(n, "y", -far, far, &p.Y) }})
		out[NodeID(k.Value)] = p
	})
	return out
}
