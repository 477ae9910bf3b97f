package script

import "slices"

func isEnd(n *Node) bool { return n.Kind == Hangup || n.Kind == Transfer }

// checkGraph finds nodes that nothing leads to, and talk that cannot come to an end.
func checkGraph(f *Flow, p *problems) {
	reached := reach(f, f.Start)
	for _, id := range f.Order {
		if !reached[id] {
			p.add(f.Nodes[id].Line, id, "", "nothing leads to it")
		}
	}
	if !slices.ContainsFunc(f.Order, func(id NodeID) bool { return reached[id] && isEnd(f.Nodes[id]) }) {
		p.add(0, "", "nodes", "the flow has no end: give it a node with hangup: true")
		return
	}
	ends := canEnd(f)
	for _, id := range f.Order {
		if reached[id] && !ends[id] {
			p.add(f.Nodes[id].Line, id, "", "loop without exit: no hangup or transfer can be reached from here")
		}
	}
	for _, id := range talkLoops(f) {
		p.add(f.Nodes[id].Line, id, "", "loop without exit: it comes back here without ever listening; give a node of the loop branches or visits")
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
