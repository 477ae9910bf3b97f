package script

import (
	"slices"
	"strings"
)

// check finds what no single node shows: targets that do not exist, intents and variables that nobody defined, nodes that
// nothing leads to, and talk that cannot come to an end.
func check(f *Flow, p *problems) {
	if len(f.Nodes) == 0 {
		p.add(0, "", "the script has no nodes")
		return
	}
	checkTargets(f, p)
	checkIntents(f, p)
	checkVariables(f, p)
	if len(p.list) > 0 {
		return // a graph with holes would only produce follow-up complaints
	}
	reached := reach(f, f.Start)
	for _, id := range f.Order {
		if !reached[id] {
			p.add(f.Nodes[id].Line, id, "nothing leads to it")
		}
	}
	ends := canEnd(f)
	if !slices.ContainsFunc(f.Order, func(id NodeID) bool { return reached[id] && isEnd(f.Nodes[id]) }) {
		p.add(0, "", "the flow has no end: give it a node with hangup: true")
		return
	}
	for _, id := range f.Order {
		if reached[id] && !ends[id] {
			p.add(f.Nodes[id].Line, id, "loop without exit: no hangup or transfer can be reached from here")
		}
	}
	for _, id := range talkLoops(f) {
		p.add(f.Nodes[id].Line, id, "loop without exit: it comes back here without ever listening; give a node of the loop branches or visits")
	}
}

func isEnd(n *Node) bool { return n.Kind == Hangup || n.Kind == Transfer }

type edge struct {
	to   NodeID
	line int
	what string
}

// edges are all ways out of a node of its own; those of the settings, anywhere and questions hold for every listener.
func edges(n *Node) []edge {
	var out []edge
	add := func(to NodeID, what string) {
		if to != "" {
			out = append(out, edge{to, n.Line, what})
		}
	}
	if n.Kind == Say || n.Kind == Jump {
		add(n.Next, map[Kind]string{Say: "next", Jump: "jump"}[n.Kind])
	}
	for _, b := range n.Branches {
		out = append(out, edge{b.To, b.Line, "branch " + b.On.String()})
	}
	add(n.IgnoreUnmatched, "ignore_unmatched")
	add(n.IgnoreNegative, "ignore_negative")
	add(n.Visits.Then, "visits")
	for _, c := range n.Compare.Cases {
		add(c.To, "condition "+clip(c.Value))
	}
	add(n.Compare.Else, "else")
	add(n.Transfer.Failed, "failed")
	return out
}

func shared(f *Flow) []edge {
	var out []edge
	for _, b := range f.Anywhere {
		out = append(out, edge{b.To, b.Line, "anywhere " + b.On.String()})
	}
	for _, q := range f.Questions {
		if q.Then != "" {
			out = append(out, edge{q.Then, q.Line, "question " + q.ID})
		}
	}
	if t := f.Settings.Silence.Then; t != "" {
		out = append(out, edge{t, 0, "settings silence"})
	}
	if t := f.Settings.Unmatched.Then; t != "" {
		out = append(out, edge{t, 0, "settings unmatched"})
	}
	return out
}

func checkTargets(f *Flow, p *problems) {
	if f.Nodes[f.Start] == nil {
		p.add(0, "", "start: there is no node %q", f.Start)
	}
	for _, id := range f.Order {
		for _, e := range edges(f.Nodes[id]) {
			if f.Nodes[e.to] == nil {
				p.add(e.line, id, "%s leads to %q, which does not exist", e.what, e.to)
			}
		}
	}
	for _, e := range shared(f) {
		if f.Nodes[e.to] == nil {
			p.add(e.line, "", "%s leads to %q, which does not exist", e.what, e.to)
		}
	}
}

func checkIntents(f *Flow, p *problems) {
	known := map[string]bool{}
	for _, n := range BuiltinIntents() {
		known[n] = true
	}
	for _, i := range f.Intents {
		known[i.Name] = true
	}
	branch := func(b Branch, node NodeID) {
		if b.On.Kind == OnIntent && !known[b.On.Value] {
			p.add(b.Line, node, "branch %q is no intent; define it under intents, or use one of %s", b.On.Value, strings.Join(BuiltinIntents(), ", "))
		}
	}
	for _, id := range f.Order {
		for _, b := range f.Nodes[id].Branches {
			branch(b, id)
		}
	}
	for _, b := range f.Anywhere {
		branch(b, "")
		if b.On.Kind != OnIntent && b.On.Kind != OnKeyword && b.On.Kind != OnDigits {
			p.add(b.Line, "", "anywhere knows intents, keyword:<word> and digits, not %s", b.On)
		}
	}
	for _, q := range f.Questions {
		if q.Intent != "" && !known[q.Intent] {
			p.add(q.Line, "", "question %s: there is no intent %q", q.ID, q.Intent)
		}
	}
}

// PredefinedVariables have a value in every call.
var PredefinedVariables = []string{"name", "number"}

func checkVariables(f *Flow, p *problems) {
	known := func(v string) bool {
		if _, ok := f.Variables[v]; ok {
			return true
		}
		return slices.Contains(PredefinedVariables, v) || slices.ContainsFunc(f.Order, func(id NodeID) bool { return f.Nodes[id].Digits.Into == v })
	}
	text := func(t Text, line int, node NodeID) {
		for _, v := range References(t.Text) {
			if !known(v) {
				p.add(line, node, "$(%s) is not defined; give it a default under variables", clip(v))
			}
		}
	}
	for _, id := range f.Order {
		n := f.Nodes[id]
		text(n.Say, n.Line, id)
		if n.Again != n.Say {
			text(n.Again, n.Line, id)
		}
		if n.Kind == Condition && !known(n.Compare.Variable) {
			p.add(n.Line, id, "condition on %q, which is not defined under variables", n.Compare.Variable)
		}
	}
	for _, q := range f.Questions {
		text(q.Answer, q.Line, "")
	}
	for _, t := range append(slices.Clone(f.Settings.Silence.Say), f.Settings.Unmatched.Say...) {
		text(t, 0, "")
	}
}

func reach(f *Flow, from NodeID) map[NodeID]bool {
	seen := map[NodeID]bool{from: true}
	todo := []NodeID{from}
	visit := func(es []edge) {
		for _, e := range es {
			if !seen[e.to] {
				seen[e.to] = true
				todo = append(todo, e.to)
			}
		}
	}
	visit(shared(f))
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		visit(edges(f.Nodes[id]))
	}
	return seen
}

// canEnd finds the nodes from which the author's own ways lead to an end; the limits of the settings do not count, since
// a flow that only they can end was not meant that way.
func canEnd(f *Flow) map[NodeID]bool {
	into := map[NodeID][]NodeID{}
	var todo []NodeID
	ends := map[NodeID]bool{}
	for _, id := range f.Order {
		for _, e := range edges(f.Nodes[id]) {
			into[e.to] = append(into[e.to], id)
		}
		if isEnd(f.Nodes[id]) {
			ends[id] = true
			todo = append(todo, id)
		}
	}
	for len(todo) > 0 {
		id := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		for _, from := range into[id] {
			if !ends[from] {
				ends[from] = true
				todo = append(todo, from)
			}
		}
	}
	return ends
}

// talkLoops finds cycles of nodes that never listen and have no bound on visits: one node of each is returned.
func talkLoops(f *Flow) []NodeID {
	const (
		fresh = iota
		open
		done
	)
	state := make(map[NodeID]int, len(f.Nodes))
	var found []NodeID
	type frame struct {
		id   NodeID
		next []NodeID
	}
	onward := func(id NodeID) []NodeID {
		n := f.Nodes[id]
		switch {
		case n.Visits.Max > 0: // its own ways are bounded; once it is used up it is a jump
			return []NodeID{n.Visits.Then}
		case n.Listens() || isEnd(n):
			return nil
		}
		var out []NodeID
		for _, e := range edges(n) {
			out = append(out, e.to)
		}
		return out
	}
	for _, root := range f.Order {
		if state[root] != fresh {
			continue
		}
		stack := []frame{{root, onward(root)}}
		state[root] = open
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if len(top.next) == 0 {
				state[top.id] = done
				stack = stack[:len(stack)-1]
				continue
			}
			to := top.next[0]
			top.next = top.next[1:]
			switch state[to] {
			case open:
				found = append(found, to)
			case fresh:
				state[to] = open
				stack = append(stack, frame{to, onward(to)})
			}
		}
	}
	return found
}
