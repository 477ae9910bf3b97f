package script

import (
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"

	"github.com/outdial/outdial/shared/script/spoken"
)

func (r *reader) readNode(id NodeID, line int, v *yaml.Node, interruptible bool) *Node {
	n := &Node{ID: id, Line: line, Interruptible: interruptible}
	own := false
	var kinds []Kind
	var unread struct{ say, branches bool } // they are there, and told to be wrong
	wrong := func(mark *bool, read func()) {
		before := r.errors
		read()
		*mark = r.errors > before
	}
	is := func(k Kind, read func(*yaml.Node)) func(*yaml.Node) {
		return func(v *yaml.Node) {
			kinds = append(kinds, k)
			read(v)
		}
	}
	r.fields(v, "a node",
		field{"say", func(v *yaml.Node) { wrong(&unread.say, func() { r.text(v, "say", &n.Say.Text) }) }},
		field{"prompt", func(v *yaml.Node) { r.name(v, "prompt", &n.Say.Key) }},
		field{"again", func(v *yaml.Node) { r.text(v, "again", &n.Again.Text) }},
		field{"again_prompt", func(v *yaml.Node) { r.name(v, "again_prompt", &n.Again.Key) }},
		field{"interruptible", func(v *yaml.Node) { own = true; r.truth(v, "interruptible", &n.Interruptible) }},
		field{"sms", func(v *yaml.Node) { r.name(v, "sms", &n.SMS) }},
		field{"label", func(v *yaml.Node) { r.text(v, "label", &n.Label) }},
		field{"visits", func(v *yaml.Node) { r.visits(v, &n.Visits) }},
		field{"ignore_unmatched", func(v *yaml.Node) { r.target(v, "ignore_unmatched", &n.IgnoreUnmatched) }},
		field{"ignore_negative", func(v *yaml.Node) { r.target(v, "ignore_negative", &n.IgnoreNegative) }},
		field{"branches", func(v *yaml.Node) { wrong(&unread.branches, func() { n.Branches = r.branches(v, "branches") }) }},
		field{"next", is(Say, func(v *yaml.Node) { r.target(v, "next", &n.Next) })},
		field{"collect", is(Collect, func(v *yaml.Node) { r.collect(v, &n.Digits, &n.Value) })},
		field{"model", is(Model, func(v *yaml.Node) { r.model(v, &n.Model) })},
		field{"condition", is(Condition, func(v *yaml.Node) { r.condition(v, &n.Compare) })},
		field{"jump", is(Jump, func(v *yaml.Node) { r.target(v, "jump", &n.Next) })},
		field{"transfer", is(Transfer, func(v *yaml.Node) { r.transfer(v, &n.Transfer) })},
		field{"hangup", is(Hangup, func(v *yaml.Node) {
			var yes bool
			if r.truth(v, "hangup", &yes); !yes {
				r.bad(v, "hangup can only be true; leave it out otherwise")
			}
		})},
	)
	if (len(n.Branches) > 0 || unread.branches) && len(kinds) == 0 {
		kinds = append(kinds, Ask)
	}
	switch {
	case len(kinds) == 0:
		r.add(line, id, "", "what follows? Give it branches, next, collect, model, condition, jump, transfer or hangup")
		return n
	case len(kinds) > 1:
		r.add(line, id, "", "it has both %s and %s; a node does one thing", kinds[0], kinds[1])
		return n
	}
	n.Kind = kinds[0]
	if n.Kind == Hangup && !own {
		n.Interruptible = false
	}
	if n.Say.Text == "" && !unread.say && (n.Kind == Say || n.Kind == Ask || n.Kind == Collect) {
		r.add(line, id, "say", "it has nothing to say")
	}
	r.shape(n, line)
	return n
}

// branchAt is where a branch of a node is.
func branchAt(b Branch) string { return "branches." + clip(b.On.String()) }

// shape refuses combinations that mean nothing.
func (r *reader) shape(n *Node, line int) {
	speaks := n.Kind != Condition && n.Kind != Jump
	if !speaks && n.Say.Text+n.Again.Text+n.Say.Key+n.Again.Key != "" {
		r.add(line, n.ID, "say", "a %s node says nothing; put say into the node it leads to", n.Kind)
	}
	if len(n.Branches) > 0 && !n.Listens() {
		r.add(line, n.ID, "branches", "a %s node has no branches", n.Kind)
	}
	if n.Kind == Collect && len(n.Branches) == 0 {
		r.add(line, n.ID, "branches", "a collect node needs branches: digits or value, and silence or default")
	}
	if n.Value != "" && !slices.ContainsFunc(n.Branches, func(b Branch) bool { return b.On.Kind == OnValue }) {
		r.add(line, n.ID, "branches", "a node that collects a value needs a branch value")
	}
	if (n.IgnoreNegative != "" || n.IgnoreUnmatched != "") && !n.Listens() {
		r.add(line, n.ID, "", "ignore_unmatched and ignore_negative belong to a node with branches")
	}
	for _, b := range n.Branches {
		if b.On.Kind == OnValue && n.Value == "" {
			r.add(b.Line, n.ID, branchAt(b), "branch value is never taken: the node does not collect a value")
		}
		if n.IgnoreNegative != "" && b.On.Kind == OnIntent && (b.On.Value == "negate" || b.On.Value == "refuse") {
			r.add(b.Line, n.ID, branchAt(b), "branch %s is never taken: the node has ignore_negative", b.On)
		}
		if n.IgnoreUnmatched != "" && b.On.Kind == OnUnmatched {
			r.add(b.Line, n.ID, branchAt(b), "branch unmatched is never taken: the node has ignore_unmatched")
		}
	}
	if n.Say.Text != "" && n.Say.Key == "" {
		n.Say.Key = string(n.ID)
	}
	if n.Again.Text == "" {
		if n.Again.Key != "" {
			r.add(line, n.ID, "again_prompt", "again_prompt needs again: the words it stands for")
		}
		n.Again = n.Say
	} else if n.Again.Key == "" {
		n.Again.Key = string(n.ID) + "-again"
	}
}

func (r *reader) visits(v *yaml.Node, into *Visits) {
	r.fields(v, "visits",
		field{"max", func(v *yaml.Node) { r.number(v, "max", 1, 100, &into.Max) }},
		field{"then", func(v *yaml.Node) { r.target(v, "then", &into.Then) }})
	if into.Max == 0 || into.Then == "" {
		r.bad(v, "visits needs max and then")
	}
}

func (r *reader) collect(v *yaml.Node, d *DigitRule, value *spoken.Kind) {
	*d = DigitRule{Timeout: 4 * time.Second}
	length := 0
	r.fields(v, "collect",
		field{"value", func(v *yaml.Node) {
			if *value = spoken.Kind(v.Value); !slices.Contains(spoken.Kinds(), *value) {
				r.bad(v, "collect cannot take %q; it takes %s", clip(v.Value), listOf(spoken.Kinds()))
			}
		}},
		field{"length", func(v *yaml.Node) { r.number(v, "length", 1, 32, &length) }},
		field{"min", func(v *yaml.Node) { r.number(v, "min", 1, 32, &d.Min) }},
		field{"max", func(v *yaml.Node) { r.number(v, "max", 1, 32, &d.Max) }},
		field{"terminator", func(v *yaml.Node) {
			if err := checkDigits(v.Value); err != nil || len(v.Value) != 1 {
				r.bad(v, `terminator must be one key, in quotes, such as "#"`)
				return
			}
			d.Terminator = v.Value
		}},
		field{"timeout", func(v *yaml.Node) { r.duration(v, "timeout", time.Second, time.Minute, &d.Timeout) }},
		field{"into", func(v *yaml.Node) { r.name(v, "into", &d.Into) }})
	if *value != "" && d.Into == "" {
		r.bad(v, "collect needs into: the variable that takes the %s", *value)
	}
	if *value != "" && length+d.Min+d.Max == 0 {
		return // no keys
	}
	if length > 0 {
		d.Min, d.Max = length, length
	}
	d.Min = max(d.Min, 1)
	d.Max = max(d.Max, d.Min)
}

func (r *reader) model(v *yaml.Node, m *ModelRule) {
	*m = ModelRule{Turns: 3, Timeout: 3 * time.Second}
	r.fields(v, "model",
		field{"instructions", func(v *yaml.Node) { r.long(v, "instructions", maxInstructions, &m.Instructions) }},
		field{"turns", func(v *yaml.Node) { r.number(v, "turns", 1, maxModelTurns, &m.Turns) }},
		field{"timeout", func(v *yaml.Node) { r.duration(v, "timeout", 500*time.Millisecond, 10*time.Second, &m.Timeout) }},
		field{"failed", func(v *yaml.Node) { r.target(v, "failed", &m.Failed) }})
	if m.Instructions == "" || m.Failed == "" {
		r.bad(v, "model needs instructions and failed (the node to go on with when it does not answer)")
	}
}

func listOf[T ~string](all []T) string {
	out := make([]string, len(all))
	for i, one := range all {
		out[i] = string(one)
	}
	return strings.Join(out, ", ")
}

func (r *reader) condition(v *yaml.Node, c *Comparison) {
	r.fields(v, "condition",
		field{"variable", func(v *yaml.Node) { r.name(v, "variable", &c.Variable) }},
		field{"is", func(v *yaml.Node) {
			r.pairs(v, "is", maxBranches, func(k, v *yaml.Node) {
				one := Case{Value: k.Value}
				r.target(v, "is "+clip(k.Value), &one.To)
				c.Cases = append(c.Cases, one)
			})
		}},
		field{"else", func(v *yaml.Node) { r.target(v, "else", &c.Else) }})
	if c.Variable == "" || c.Else == "" {
		r.bad(v, "condition needs variable and else")
	}
}

func (r *reader) transfer(v *yaml.Node, t *TransferRule) {
	t.Timeout = 30 * time.Second
	r.fields(v, "transfer",
		field{"extension", func(v *yaml.Node) {
			if !extensionForm.MatchString(v.Value) {
				r.bad(v, "extension %q: use 1 to 32 letters, digits, _ . and -", clip(v.Value))
				return
			}
			t.Extension = v.Value
		}},
		field{"timeout", func(v *yaml.Node) { r.duration(v, "timeout", 5*time.Second, 2*time.Minute, &t.Timeout) }},
		field{"failed", func(v *yaml.Node) { r.target(v, "failed", &t.Failed) }})
	if t.Failed == "" {
		r.bad(v, "transfer needs failed (the node to go on with when nobody takes the call)")
	}
}
