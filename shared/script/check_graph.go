package script

import "slices"

func isEnd(n *Node) bool { return n.Kind == Hangup || n.Kind == Transfer }

// checkGraph finds nodes that nothing leads to, and talk that cannot come to an end. A loop is told once, at the first of
// its nodes in the file.
func checkGraph(f *Flow, p *problems, not unread) {
	reached := reach(f, f.Start)
	open := func(id NodeID) bool { // it may lead on to anywhere
		return not.ways[id] || slices.ContainsFunc(edges(f.Nodes[id]), func(e edge) bool { return f.Nodes[e.to] == nil })
	}
	// Where ways could not be read, what they lead to is not known; a way to a node that does not exist leads to none of those
	// that do.
	if !not.shared && f.Nodes[f.Start] != nil && !slices.ContainsFunc(f.Order, func(id NodeID) bool { return reached[id] && not.ways[id] }) {
		for _, id := range f.Order {
			if !reached[id] {
				p.add(f.Nodes[id].Line, id, "", "nothing leads to it")
			}
		}
	}
	talking := loops(f, func(id NodeID) []NodeID {
		if not.ways[id] {
			return nil
		}
		return unheard(f.Nodes[id])
	})
	for _, l := range talking {
		p.add(f.Nodes[l[0]].Line, l[0], "", "loop without exit: it comes back here without ever listening; give a node of the loop branches or visits")
	}
	if !slices.ContainsFunc(f.Order, func(id NodeID) bool { return reached[id] && (isEnd(f.Nodes[id]) || open(id)) }) {
		if !not.shared && f.Nodes[f.Start] != nil {
			p.add(0, "", "nodes", "the flow has no end: give it a node with hangup: true")
		}
		return
	}
	for _, id := range trapped(f, reached, open, talking) {
		p.add(f.Nodes[id].Line, id, "", "loop without exit: no hangup or transfer can be reached from here")
	}
}

// trapped are the first nodes of loops that no way leads out of, but for those that were told of as talking. What leads only
// into such a loop has no end because of it.
func trapped(f *Flow, reached map[NodeID]bool, open func(NodeID) bool, talking [][]NodeID) (out []NodeID) {
	ends := canEnd(f, open)
	stuck := func(id NodeID) (next []NodeID) {
		if !reached[id] || ends[id] {
			return nil
		}
		for _, e := range edges(f.Nodes[id]) {
			next = append(next, e.to)
		}
		return next
	}
	for _, l := range loops(f, stuck) {
		inside := make(map[NodeID]bool, len(l))
		for _, id := range l {
			inside[id] = true
		}
		leaves := func(id NodeID) bool {
			return slices.ContainsFunc(stuck(id), func(to NodeID) bool { return !inside[to] })
		}
		if !slices.ContainsFunc(l, leaves) && !slices.ContainsFunc(talking, func(t []NodeID) bool { return slices.Equal(t, l) }) {
			out = append(out, l[0])
		}
	}
	return out
}

func reach(f *Flow, from NodeID) map[NodeID]bool {
	seen := map[NodeID]bool{}
	var todo []NodeID
	if f.Nodes[from] != nil {
		seen[from], todo = true, []NodeID{from}
	}
	visit := func(es []edge) {
		for _, e := range es {
			if !seen[e.to] && f.Nodes[e.to] != nil {
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
func canEnd(f *Flow, open func(NodeID) bool) map[NodeID]bool {
	into := map[NodeID][]NodeID{}
	var todo []NodeID
	ends := map[NodeID]bool{}
	for _, id := range f.Order {
		for _, e := range edges(f.Nodes[id]) {
			into[e.to] = append(into[e.to], id)
		}
		if isEnd(f.Nodes[id]) || open(id) {
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

// unheard are the ways out of a node that are taken without the callee having the floor, as often as it is entered.
func unheard(n *Node) []NodeID {
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

// loops finds the greatest sets of nodes that all lead to each other (Tarjan's strong components), each and all in the order
// of the file.
func loops(f *Flow, next func(NodeID) []NodeID) [][]NodeID {
	place := make(map[NodeID]int, len(f.Order))
	for i, id := range f.Order {
		place[id] = i
	}
	t := tarjan{flow: f, next: next, index: make(map[NodeID]int, len(f.Order)), low: make(map[NodeID]int, len(f.Order)), open: map[NodeID]bool{}}
	for _, id := range f.Order {
		if t.index[id] == 0 {
			t.visit(id)
		}
	}
	for _, l := range t.found {
		slices.SortFunc(l, func(a, b NodeID) int { return place[a] - place[b] })
	}
	slices.SortFunc(t.found, func(a, b []NodeID) int { return place[a[0]] - place[b[0]] })
	return t.found
}

type tarjan struct {
	flow       *Flow
	next       func(NodeID) []NodeID
	index, low map[NodeID]int // from 1
	open       map[NodeID]bool
	stack      []NodeID
	found      [][]NodeID
}

// visit goes as deep as a script has nodes, which are not many.
func (t *tarjan) visit(id NodeID) {
	t.index[id] = len(t.index) + 1
	t.low[id] = t.index[id]
	t.stack, t.open[id] = append(t.stack, id), true
	itself := false
	for _, to := range t.next(id) {
		switch {
		case t.flow.Nodes[to] == nil:
		case t.index[to] == 0:
			t.visit(to)
			t.low[id] = min(t.low[id], t.low[to])
		case t.open[to]:
			t.low[id] = min(t.low[id], t.index[to])
		}
		itself = itself || to == id
	}
	if t.low[id] != t.index[id] {
		return
	}
	from := slices.Index(t.stack, id)
	l := slices.Clone(t.stack[from:])
	t.stack = t.stack[:from]
	for _, one := range l {
		t.open[one] = false
	}
	if len(l) > 1 || itself {
		t.found = append(t.found, l)
	}
}
