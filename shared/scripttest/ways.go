package scripttest

import (
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/script"
)

// ways are all ways that a talk may take, each with the key under which it is counted:
//
//	node>trigger     a branch: ask>affirm, ask>keyword:几点, ask>digits:1, ask>silence
//	node>next        also jump, visits, is:<value>, else, failed, ignore_unmatched, ignore_negative
//	anywhere>trigger a branch that holds in every node
//	question:id      a question that was answered
//	settings>silence the node that a limit of the settings leads to; also unmatched and rounds
type ways struct {
	keys  []string
	to    []script.NodeID // where each leads; empty: it stays
	index map[string]int
	nodes map[script.NodeID]*nodeWays
	any   map[string]int // by what the trace says of a branch of anywhere
	asked map[string]int // by what it says of a question
	limit map[string]int // by what it says of a limit
}

type nodeWays struct {
	at  int            // of the node in the flow's order
	via map[string]int // by what the trace says
	is  []int          // of a condition, in the order of its cases
	out []int          // all of them
}

func waysOf(f *script.Flow) *ways {
	w := &ways{index: map[string]int{}, nodes: make(map[script.NodeID]*nodeWays, len(f.Nodes)), any: map[string]int{}, asked: map[string]int{}, limit: map[string]int{}}
	for at, id := range f.Order {
		n, nw := f.Nodes[id], &nodeWays{at: at, via: map[string]int{}}
		w.nodes[id] = nw
		add := func(to script.NodeID, via string) {
			if to != "" {
				nw.via[via] = w.add(string(id)+">"+via, to)
				nw.out = append(nw.out, nw.via[via])
			}
		}
		models := 0
		for _, b := range n.Branches {
			add(b.To, b.On.String())
			if b.On.Kind == script.OnModel {
				models++
				nw.via["model "+strconv.Itoa(models)] = nw.via[b.On.String()]
			}
		}
		switch n.Kind {
		case script.Say:
			add(n.Next, "next")
		case script.Jump:
			add(n.Next, "jump")
		case script.Transfer:
			add(n.Transfer.Failed, "failed")
		case script.Model:
			add(n.Model.Failed, "failed")
		case script.Condition:
			for _, c := range n.Compare.Cases {
				nw.is = append(nw.is, w.add(string(id)+">is:"+c.Value, c.To))
			}
			nw.out = append(nw.out, nw.is...)
			add(n.Compare.Else, "else")
		}
		add(n.IgnoreUnmatched, "ignore_unmatched")
		add(n.IgnoreNegative, "ignore_negative")
		add(n.Visits.Then, "visits")
	}
	for _, b := range f.Anywhere {
		w.any[b.On.String()] = w.add("anywhere>"+b.On.String(), b.To)
	}
	for _, q := range f.Questions {
		w.asked["question "+q.ID] = w.add("question:"+q.ID, q.Then)
	}
	if f.Settings.Silence.Then != "" {
		w.limit["silence limit"] = w.add("settings>silence", f.Settings.Silence.Then)
	}
	if f.Settings.Unmatched.Then != "" {
		w.limit["unmatched limit"] = w.add("settings>unmatched", f.Settings.Unmatched.Then)
	}
	if f.Settings.Rounds.Then != "" {
		w.limit["rounds limit"] = w.add("settings>rounds", f.Settings.Rounds.Then)
	}
	return w
}

func (w *ways) add(key string, to script.NodeID) int {
	if i, ok := w.index[key]; ok {
		return i
	}
	w.index[key] = len(w.keys)
	w.keys, w.to = append(w.keys, key), append(w.to, to)
	return len(w.keys) - 1
}

// of finds the way that a step took out of the node where it began; -1 when it stayed there, or took none that is drawn.
func (w *ways) of(from script.NodeID, via string) int {
	if via == "" {
		return -1
	}
	if strings.HasPrefix(via, "model failed") {
		via = "failed"
	}
	if n := w.nodes[from]; n != nil {
		if i, ok := n.via[via]; ok {
			return i
		}
	}
	if i, ok := w.asked[via]; ok {
		return i
	}
	if i, ok := w.any[strings.TrimPrefix(via, "anywhere ")]; ok {
		return i
	}
	if i, ok := w.limit[via]; ok {
		return i
	}
	return -1
}
