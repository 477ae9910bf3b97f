package scripttest

import (
	"math/rand/v2"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

// choice is one way that a callee can choose, with what opens it.
type choice struct {
	way int
	say saying
}

// explorer is a callee without a character who goes where nobody has been: at each node it takes the way that leads to the
// nearest one not yet taken. Long scripts are covered so, and what an explorer cannot reach is hardly reachable. Its calls
// count in the coverage and not among the conversations, which are to look like real ones.
type explorer struct {
	r     *Runner
	c     *callees
	tries []int                 // how often each way was tried for and not taken
	cost  map[script.NodeID]int // of getting from a node to a way that nobody has taken
	into  map[script.NodeID][]script.NodeID
	queue []script.NodeID

	limits []choice // what a callee does all the time to reach each limit of the settings
}

const (
	// exploredOf: one explorer walks for so many callees.
	exploredOf = 4
	// enough tries show that a way does not open.
	enough = 12
	// farAway is the cost of what leads nowhere new.
	farAway = 1 << 20
)

func (r *Runner) explorer() *explorer {
	e := &explorer{r: r, c: r.callees(), tries: make([]int, len(r.ways.keys)), cost: make(map[script.NodeID]int, len(r.flow.Nodes)),
		into: make(map[script.NodeID][]script.NodeID, len(r.flow.Nodes))}
	for _, id := range r.flow.Order {
		for _, way := range r.ways.nodes[id].out {
			e.into[r.ways.to[way]] = append(e.into[r.ways.to[way]], id)
		}
	}
	e.limits = e.wearing()
	return e
}

// wearing is what wears the robot's patience out, for each limit that leads to a node: nothing else opens those ways.
func (e *explorer) wearing() []choice {
	var out []choice
	add := func(limit string, do saying) {
		if way, ok := e.r.ways.limit[limit]; ok {
			out = append(out, choice{way, do})
		}
	}
	add("silence limit", func(*rand.Rand) Input { return Input{Silence: true} })
	add("unmatched limit", e.c.means(string(nlu.Other)))
	add("rounds limit", e.c.means(string(nlu.HoldOn))) // it moves nothing, and takes little of the longest call
	return out
}

// patience picks a limit that nobody has reached, for one walk in four.
func (e *explorer) patience(c *counts, rng *rand.Rand) saying {
	if rng.IntN(4) > 0 {
		return nil
	}
	for _, ch := range e.limits {
		if e.fresh(c, ch.way) {
			e.tries[ch.way]++
			return ch.say
		}
	}
	return nil
}

// fresh tells whether a way is worth trying.
func (e *explorer) fresh(c *counts, way int) bool { return c.ways[way] == 0 && e.tries[way] < enough }

// survey finds how far each node is from something new, and whether there is anything new at all.
func (e *explorer) survey(c *counts) bool {
	clear(e.cost)
	e.queue = e.queue[:0]
	found := false
	for _, id := range e.r.flow.Order {
		for _, way := range e.r.ways.nodes[id].out {
			if e.fresh(c, way) {
				e.cost[id], found = 0, true
				e.queue = append(e.queue, id)
				break
			}
		}
	}
	for i := 0; i < len(e.queue); i++ {
		for _, from := range e.into[e.queue[i]] {
			if _, seen := e.cost[from]; !seen {
				e.cost[from] = e.cost[e.queue[i]] + 1
				e.queue = append(e.queue, from)
			}
		}
	}
	for _, ch := range e.c.general {
		found = found || e.fresh(c, ch.way)
	}
	for _, ch := range e.limits {
		found = found || e.fresh(c, ch.way)
	}
	return found
}

func (e *explorer) costOf(node script.NodeID) int {
	if n, ok := e.cost[node]; ok {
		return n
	}
	return farAway
}

// walk is one call; now and then the explorer behaves as somebody of the persona would, lest it stands before a closed door.
func (e *explorer) walk(c *counts, rng *rand.Rand) {
	if !e.survey(c) {
		return
	}
	p, worn := pick(rng), e.patience(c, rng)
	w := e.r.begin(e.c.vars(rng))
	c.watch(w)
	w.model = answers(rng)
	came := w.came
	w.came = func(node script.NodeID) {
		came(node)
		for _, way := range e.r.ways.nodes[node].out {
			if c.ways[way] == 0 {
				e.tries[way]++
			}
		}
	}
	w.step(flow.Start{})
	for range mostTurns {
		if w.settle(); w.ended() {
			return
		}
		switch {
		case w.state.Phase == flow.Transferring:
			w.step(flow.TransferResult{Connected: rng.IntN(3) == 0, Reason: Failed})
		case worn != nil:
			w.step(e.r.of(worn(rng)))
		case rng.IntN(32) == 0:
			w.step(e.r.of(e.c.say(p, w.state.Node, rng)))
		default:
			w.step(e.r.of(e.choose(c, w.state.Node, rng)))
		}
	}
}

// choose is the way that leads to something new soonest; among equals chance decides.
func (e *explorer) choose(c *counts, node script.NodeID, rng *rand.Rand) Input {
	best, least, equal := choice{way: -1}, 2*farAway, 0
	look := func(list []choice) {
		for _, ch := range list {
			cost := 0
			if !e.fresh(c, ch.way) {
				to := e.r.ways.to[ch.way]
				if to == "" {
					continue // it stays here, and is known
				}
				cost = 1 + e.costOf(to)
			}
			switch {
			case cost < least:
				best, least, equal = ch, cost, 1
			case cost == least:
				if equal++; rng.IntN(equal) == 0 {
					best = ch
				}
			}
		}
	}
	look(e.c.choices[node])
	look(e.c.general)
	if best.say == nil {
		return Input{Silence: true}
	}
	if c.ways[best.way] == 0 {
		e.tries[best.way]++
	}
	return best.say(rng)
}
