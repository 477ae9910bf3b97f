package scripttest

import (
	"math/rand/v2"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
)

// EndCalleeHangup is the end of a simulated call that its callee broke off.
const EndCalleeHangup = "callee_hangup"

// Figures sum a simulation up.
type Figures struct {
	Conversations int            `json:"conversations"`
	Turns         int            `json:"turns" doc:"Of the callees"`
	Ends          map[string]int `json:"ends" doc:"Conversations by what ended them"`
	Grades        map[string]int `json:"grades"`
}

// Simulation lets callees walk a script. Run may be called again for more of them: the n-th callee of a seed is always the
// same, however they are shared out.
type Simulation struct {
	r       *Runner
	seed    uint64
	figures Figures
	counts  *counts
	explore *explorer
	stops   map[script.NodeID]*stop
}

// stop counts the calls that listened at a node, and those of them that a limit ended there.
type stop struct {
	came, limited int
	causes        map[string]int
}

// Simulation begins one.
func (r *Runner) Simulation(seed uint64) *Simulation {
	return &Simulation{r: r, seed: seed, counts: r.newCounts(), explore: r.explorer(), stops: map[script.NodeID]*stop{},
		figures: Figures{Ends: map[string]int{}, Grades: map[string]int{}}}
}

// Run lets n more callees walk.
func (s *Simulation) Run(n int) {
	c := s.r.callees()
	src := rand.NewPCG(0, 0)
	rng := rand.New(src) //nolint:gosec // the same callees for the same seed
	for range n {
		src.Seed(s.seed, uint64(s.figures.Conversations))
		s.call(c, rng)
		if s.figures.Conversations%exploredOf == 0 {
			s.explore.walk(s.counts, rng)
		}
	}
}

// mostTurns is a bound on one call; the longest call of the settings ends it long before.
const mostTurns = 2000

func (s *Simulation) call(c *callees, rng *rand.Rand) {
	p := pick(rng)
	w := s.r.begin(c.vars(rng))
	s.counts.watch(w)
	w.model = answers(rng)
	w.step(flow.Start{})
	listened := map[script.NodeID]bool{}
	var last script.NodeID
	for turns := 0; turns < mostTurns; turns++ {
		if w.state.Phase == flow.Speaking && !w.firm && rng.Float64() < p.interrupt {
			s.breakIn(c, p, w, rng)
			continue
		}
		w.settle()
		if w.ended() {
			break
		}
		last = w.state.Node
		if !listened[last] {
			listened[last] = true
			s.at(last).came++
		}
		if w.state.Phase == flow.Transferring {
			w.step(flow.TransferResult{Connected: rng.IntN(10) < 7, Reason: Failed})
			continue
		}
		if rng.Float64() < p.hangUp {
			w.cause = EndCalleeHangup
			break
		}
		s.figures.Turns++
		w.step(s.r.of(c.say(p, last, rng)))
	}
	s.ended(w, last)
}

// answers are a chat model's: mostly one of the choices, now and then a sentence, and now and then nothing.
func answers(rng *rand.Rand) func(flow.Consult) flow.Input {
	return func(c flow.Consult) flow.Input {
		if rng.IntN(8) == 0 {
			return flow.ReplyFailed{ID: c.ID, Reason: "no model"}
		}
		out := flow.Reply{ID: c.ID, Last: true}
		if len(c.Choices) > 0 && rng.IntN(3) > 0 {
			out.Choice = 1 + rng.IntN(len(c.Choices))
		} else if c.Instructions != "" {
			out.Text = "好的，我帮您看一下。"
		}
		return out
	}
}

// breakIn is a callee who does not wait for the prompt's end; often it was only a noise.
func (s *Simulation) breakIn(c *callees, p *persona, w *walk, rng *rand.Rand) {
	w.step(flow.Interrupted{})
	if rng.IntN(4) == 0 {
		w.step(flow.FalseAlarm{})
		w.settle()
		return
	}
	s.figures.Turns++
	in := c.say(p, w.state.Node, rng)
	if in.Silence {
		w.step(flow.FalseAlarm{})
		w.settle()
		return
	}
	w.step(s.r.of(in))
	if w.state.Phase == flow.Broken {
		w.step(flow.FalseAlarm{})
		w.settle()
	}
}

func (s *Simulation) at(n script.NodeID) *stop {
	out := s.stops[n]
	if out == nil {
		out = &stop{causes: map[string]int{}}
		s.stops[n] = out
	}
	return out
}

func (s *Simulation) ended(w *walk, last script.NodeID) {
	s.figures.Conversations++
	if w.cause == "" {
		w.cause = flow.CauseLongest
	}
	s.figures.Ends[w.cause]++
	s.figures.Grades[w.verdict().Grade]++
	if limits[w.cause] && last != "" {
		s.at(last).limited++
		s.at(last).causes[w.cause]++
	}
}
