package scripttest

import (
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// Traffic adds up how recorded calls went through the version that they spoke. It believes what was stored: the script only
// tells which way leads from one turn to the next.
type Traffic struct {
	Calls    int
	Nodes    map[script.NodeID]NodeTraffic // those that a call came to
	Branches map[string]int                // those that were taken, by the keys of Coverage

	r *Runner
}

// NodeTraffic counts what happened at a node.
type NodeTraffic struct{ Entered, HungUp, Unmatched, Silent int }

// Traffic begins to count.
func (r *Runner) Traffic() *Traffic {
	return &Traffic{Nodes: map[script.NodeID]NodeTraffic{}, Branches: map[string]int{}, r: r}
}

// Add counts a call: its turns in their order, where its talk ended, and whether the callee broke it off.
func (t *Traffic) Add(turns []transcript.Turn, last string, hungUp bool) {
	t.Calls++
	f := &follower{t: t, w: t.r.begin(nil)}
	f.w.taken = func(way int) { f.ahead = append(f.ahead, passage{way: way}) }
	f.w.came = func(node script.NodeID) { f.ahead = append(f.ahead, passage{way: -1, node: node}) }
	f.w.step(flow.Start{})
	f.w.settle()
	for _, turn := range turns {
		id := script.NodeID(turn.Node)
		switch {
		case t.r.flow.Nodes[id] == nil: // spoken by another version
		case turn.Speaker == transcript.Robot:
			f.arrive(id)
			f.broken = turn.Interrupted
		default:
			f.callee(turn, id)
		}
	}
	if id := script.NodeID(last); t.r.flow.Nodes[id] != nil {
		f.arrive(id)
		if hungUp {
			t.at(id, func(n *NodeTraffic) { n.HungUp++ })
		}
	}
}

func (t *Traffic) at(id script.NodeID, change func(*NodeTraffic)) {
	n := t.Nodes[id]
	change(&n)
	t.Nodes[id] = n
}

func (t *Traffic) count(p passage) {
	if p.way >= 0 {
		t.Branches[t.r.ways.keys[p.way]]++
		return
	}
	t.at(p.node, func(n *NodeTraffic) { n.Entered++ })
}

// follower goes along with one call. What the script is to do next lies ahead, and counts once a turn shows that it came so.
type follower struct {
	t      *Traffic
	w      *walk
	at     script.NodeID
	ahead  []passage
	broken bool // the callee broke into the last prompt
}

// passage is a way that was taken, or with way -1 a node that the talk came to.
type passage struct {
	way  int
	node script.NodeID
}

// arrive believes a turn that the talk is at a node.
func (f *follower) arrive(id script.NodeID) {
	for i, p := range f.ahead {
		if p.way < 0 && p.node == id {
			for _, p := range f.ahead[:i+1] {
				f.t.count(p)
			}
			f.ahead, f.at = f.ahead[i+1:], id
			return
		}
	}
	if id != f.at {
		f.t.count(passage{way: -1, node: id})
		f.ahead, f.at = nil, id
	}
}

func (f *follower) callee(turn transcript.Turn, id script.NodeID) {
	var in flow.Input
	switch turn.Matched.Kind {
	case transcript.MatchBackchannel, transcript.MatchNone:
		return
	case transcript.MatchSilence:
		in = flow.Silence{}
		f.t.at(id, func(n *NodeTraffic) { n.Silent++ })
	case transcript.MatchDigits:
		in = flow.Digits{Keys: turn.Text}
	case transcript.MatchUnmatched:
		in = flow.Utterance{Text: turn.Text, Match: nlu.Match{Intent: nlu.Other}}
		f.t.at(id, func(n *NodeTraffic) { n.Unmatched++ })
	default:
		in = flow.Utterance{Text: turn.Text, Match: nlu.Match{Intent: nlu.Intent(turn.Matched.Intent)}}
	}
	if id != f.at {
		f.arrive(id)
	}
	f.ahead = f.ahead[:0]
	f.w.state.Node, f.w.state.Phase, f.w.spent = id, flow.Listening, 0
	if f.broken {
		f.w.state.Phase, f.broken = flow.Broken, false
	}
	f.w.step(in)
	for len(f.ahead) > 0 && f.ahead[0].way >= 0 { // the branch itself needs no further proof
		f.t.count(f.ahead[0])
		f.ahead = f.ahead[1:]
	}
	f.w.settle()
}
