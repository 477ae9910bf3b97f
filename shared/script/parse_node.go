package script

import (
	"time"

	"gopkg.in/yaml.v3"
)

func (r *reader) readNode(id NodeID, line int, v *yaml.Node, interruptible bool) *Node {
	n := &Node{ID: id, Line: line, Interruptible: interruptible}
	own := false
	var kinds []Kind
	is := func(k Kind, read func(*yaml.Node)) func(*yaml.Node) {
		return func(v *yaml.Node) {
			kinds = append(kinds, k)
			read(v)
		}
	}
	r.fields(v, "a node",
		field{"say", func(v *yaml.Node) { r.text(v, "say", &n.Say.Text) }},
		field{"prompt", func(v *yaml.Node) { r.name(v, "prompt", &n.Say.Key) }},
		field{"again", func(v *yaml.Node) { r.text(v, "again", &n.Again.Text) }},
		field{"again_prompt", func(v *yaml.Node) { r.name(v, "again_prompt", &n.Again.Key) }},
		field{"interruptible", func(v *yaml.Node) { own = true; r.truth(v, "interruptible", &n.Interruptible) }},
		field{"label", func(v *yaml.Node) { r.text(v, "label", &n.Label) }},
		field{"visits", func(v *yaml.Node) { r.visits(v, &n.Visits) }},
		field{"ignore_unmatched", func(v *yaml.Node) { r.target(v, "ignore_unmatched", &n.IgnoreUnmatched) }},
		field{"ignore_negative", func(v *yaml.Node) { r.target(v, "ignore_negative", &n.IgnoreNegative) }},
		field{"branches", func(v *yaml.Node) { n.Branches = r.branches(v, "branches") }},
		field{"next", is(Say, func(v *yaml.Node) { r.target(v, "next", &n.Next) })},
		field{"collect", is(Collect, func(v *yaml.Node) { r.collect(v, &n.Digits) })},
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
	if len(n.Branches) > 0 && len(kinds) == 0 {
		kinds = append(kinds, Ask)
	}
	switch {
	case len(kinds) == 0:
		r.add(line, id, "what follows? Give it branches, next, collect, condition, jump, transfer or hangup")
		return n
	case len(kinds) > 1:
		r.add(line, id, "it has both %s and %s; a node does one thing", kinds[0], kinds[1])
		return n
	}
	n.Kind = kinds[0]
	if n.Kind == Hangup && !own {
		n.Interruptible = false
	}
	r.shape(n, line)
	return n
}

// shape refuses combinations that mean nothing.
func (r *reader) shape(n *Node, line int) {
	speaks := n.Kind != Condition && n.Kind != Jump
	if !speaks && n.Say.Text+n.Again.Text+n.Say.Key+n.Again.Key != "" {
		r.add(line, n.ID, "a %s node says nothing; put say into the node it leads to", n.Kind)
	}
	if n.Say.Text == "" && (n.Kind == Say || n.Kind == Ask || n.Kind == Collect) {
		r.add(line, n.ID, "it has nothing to say")
	}
	if len(n.Branches) > 0 && !n.Listens() {
		r.add(line, n.ID, "a %s node has no branches", n.Kind)
	}
	if n.Kind == Collect && len(n.Branches) == 0 {
		r.add(line, n.ID, "a collect node needs branches: digits, and silence or default")
	}
	if (n.IgnoreNegative != "" || n.IgnoreUnmatched != "") && !n.Listens() {
		r.add(line, n.ID, "ignore_unmatched and ignore_negative belong to a node with branches")
	}
	for _, b := range n.Branches {
		if n.IgnoreNegative != "" && b.On.Kind == OnIntent && (b.On.Value == "negate" || b.On.Value == "refuse") {
			r.add(b.Line, n.ID, "branch %s is never taken: the node has ignore_negative", b.On)
		}
		if n.IgnoreUnmatched != "" && b.On.Kind == OnUnmatched {
			r.add(b.Line, n.ID, "branch unmatched is never taken: the node has ignore_unmatched")
		}
	}
	if n.Say.Text != "" && n.Say.Key == "" {
		n.Say.Key = string(n.ID)
	}
	if n.Again.Text == "" {
		if n.Again.Key != "" {
			r.add(line, n.ID, "again_prompt needs again: the words it stands for")
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

func (r *reader) collect(v *yaml.Node, d *DigitRule) {
	*d = DigitRule{Min: 1, Max: 1, Timeout: 4 * time.Second}
	length := 0
	r.fields(v, "collect",
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
	if length > 0 {
		d.Min, d.Max = length, length
	}
	if d.Max < d.Min {
		d.Max = d.Min
	}
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
	if t.Extension == "" || t.Failed == "" {
		r.bad(v, "transfer needs extension and failed (the node to go on with when nobody takes the call)")
	}
}
