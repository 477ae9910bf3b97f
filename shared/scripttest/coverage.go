package scripttest

import (
	"github.com/outdial/outdial/shared/script"
)

// Coverage counts how often the walks came to each node and took each way. What was never reached is in it, with 0.
type Coverage struct {
	Nodes         map[string]int `json:"nodes"`
	Branches      map[string]int `json:"branches" doc:"node>trigger, node>next, node>is:value and the like; anywhere>trigger, question:id, settings>silence"`
	NodesTotal    int            `json:"nodes_total"`
	NodesHit      int            `json:"nodes_hit"`
	BranchesTotal int            `json:"branches_total"`
	BranchesHit   int            `json:"branches_hit"`
}

// counts collects coverage by number, and names come in at the end.
type counts struct {
	nodes, ways []int
}

func (r *Runner) newCounts() *counts {
	return &counts{nodes: make([]int, len(r.flow.Order)), ways: make([]int, len(r.ways.keys))}
}

func (c *counts) watch(w *walk) {
	w.taken = func(way int) { c.ways[way]++ }
	w.came = func(node script.NodeID) { c.nodes[w.r.ways.nodes[node].at]++ }
}

func (r *Runner) coverage(c *counts) Coverage {
	out := Coverage{Nodes: make(map[string]int, len(c.nodes)), Branches: make(map[string]int, len(c.ways)), NodesTotal: len(c.nodes), BranchesTotal: len(c.ways)}
	for i, n := range c.nodes {
		out.Nodes[string(r.flow.Order[i])] = n
		if n > 0 {
			out.NodesHit++
		}
	}
	for i, n := range c.ways {
		out.Branches[r.ways.keys[i]] = n
		if n > 0 {
			out.BranchesHit++
		}
	}
	return out
}
