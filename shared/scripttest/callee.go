package scripttest

import (
	"math/rand/v2"
	"strings"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

// callees know what can be said to a script: what each node waits for, the questions, and what callees of its language say
// anyway. Each does what is in its character; four times in five in words that the node knows, where there are such.
type callees struct {
	r        *Runner
	bank     phrases
	frames   []string
	intents  map[string][]string // of the script's own
	nodes    map[script.NodeID]*moves
	anywhere moves
	asked    []saying            // the script's questions
	values   map[string][]string // that conditions ask for, by variable
	names    []string            // of those variables, in a fixed order
	choices  map[script.NodeID][]choice
	general  []choice // that every node has
}

// saying makes one thing that a callee does.
type saying func(rng *rand.Rand) Input

// moves are the sayings of each class that lead somewhere.
type moves [classes][]saying

func (r *Runner) callees() *callees {
	if r.callee != nil {
		return r.callee
	}
	f := r.flow
	c := &callees{r: r, bank: phrasesOf(f.Language), frames: framesOf(f.Language), intents: map[string][]string{}, nodes: make(map[script.NodeID]*moves, len(f.Nodes)),
		values: map[string][]string{}, choices: make(map[script.NodeID][]choice, len(f.Nodes))}
	for _, i := range f.Intents {
		c.intents[i.Name] = append(sayable(i.Keywords), i.Whole...)
	}
	for _, id := range f.Order {
		if n := f.Nodes[id]; n.Kind == script.Condition {
			if c.values[n.Compare.Variable] == nil {
				c.names = append(c.names, n.Compare.Variable)
			}
			for _, one := range n.Compare.Cases {
				c.values[n.Compare.Variable] = append(c.values[n.Compare.Variable], one.Value)
			}
		}
	}
	for _, q := range f.Questions {
		if q.Intent != "" {
			c.asked = append(c.asked, c.means(q.Intent))
		} else {
			c.asked = append(c.asked, c.framed(sayable(q.Variants)))
		}
		c.general = append(c.general, choice{r.ways.asked["question "+q.ID], c.asked[len(c.asked)-1]})
	}
	for _, b := range f.Anywhere {
		if s := c.add(&c.anywhere, nil, b.On); s != nil {
			c.general = append(c.general, choice{r.ways.any[b.On.String()], s})
		}
	}
	for _, id := range f.Order {
		if n := f.Nodes[id]; n.Listens() {
			m := &moves{}
			for _, b := range n.Branches {
				if s := c.add(m, n, b.On); s != nil {
					c.choices[id] = append(c.choices[id], choice{r.ways.nodes[id].via[b.On.String()], s})
				}
			}
			if n.Keyed() {
				m[pressing] = append(m[pressing], c.keys(n.Digits))
			}
			c.nodes[id] = m
		}
	}
	r.callee = c
	return c
}

// add puts what a trigger waits for among the moves, and returns it.
func (c *callees) add(m *moves, n *script.Node, on script.Trigger) saying {
	put := func(k class, s saying) saying {
		m[k] = append(m[k], s)
		return s
	}
	switch on.Kind {
	case script.OnIntent:
		k := own
		switch nlu.Intent(on.Value) {
		case nlu.Affirm:
			k = positive
		case nlu.Negate, nlu.Refuse, nlu.DoNotCall, nlu.WrongPerson:
			k = negative
		case nlu.Busy, nlu.CallbackLater, nlu.Goodbye:
			k = evasive
		case nlu.WhoIsCalling, nlu.NumberSource, nlu.Price, nlu.AreYouRobot, nlu.TransferToAgent:
			k = asking
		case nlu.Greet, nlu.HoldOn, nlu.Repeat:
			k = smallTalk
		}
		return put(k, c.means(on.Value))
	case script.OnKeyword:
		return put(own, c.framed(sayable([]string{on.Value})))
	case script.OnDigits:
		if on.Value != "" {
			return put(pressing, func(*rand.Rand) Input { return Input{Digits: on.Value} })
		}
		if n != nil && n.Keyed() {
			return put(pressing, c.keys(n.Digits))
		}
		return put(pressing, c.keys(script.DigitRule{Min: 1, Max: 1}))
	case script.OnRegex:
		return put(own, c.fitting(on.Value))
	case script.OnValue:
		return put(own, c.value(n))
	case script.OnModel:
		return put(own, c.framed([]string{on.Value})) // what is meant, in the author's own words
	case script.OnUnmatched, script.OnDefault:
		return put(rambling, c.means(string(nlu.Other)))
	case script.OnSilence:
		return put(silent, func(*rand.Rand) Input { return Input{Silence: true} })
	}
	return nil
}

// means says something that has an intent, in one of the script's own words for it or in those that callees use.
func (c *callees) means(intent string) saying {
	if words := c.intents[intent]; len(words) > 0 {
		return c.framed(words)
	}
	list := c.bank[nlu.Intent(intent)]
	if len(list) == 0 {
		list = c.bank[nlu.Other]
	}
	return func(rng *rand.Rand) Input { return Input{Say: list[rng.IntN(len(list))]} }
}

// framed says one of some words, now and then inside a sentence.
func (c *callees) framed(words []string) saying {
	return func(rng *rand.Rand) Input {
		w := words[rng.IntN(len(words))]
		return Input{Say: strings.Replace(c.frames[rng.IntN(len(c.frames))], "%", w, 1)}
	}
}

// keys presses as many keys as the rule wants, now and then too few.
func (c *callees) keys(d script.DigitRule) saying {
	wanted := c.values[d.Into]
	return func(rng *rand.Rand) Input {
		if len(wanted) > 0 && d.Into != "" && rng.IntN(2) == 0 {
			if v := wanted[rng.IntN(len(wanted))]; v != "" && len(v) <= 32 && strings.Trim(v, "0123456789*#") == "" {
				return Input{Digits: v}
			}
		}
		n := d.Min + rng.IntN(max(1, d.Max-d.Min+1))
		if n > 1 && rng.IntN(10) == 0 {
			n--
		}
		return Input{Digits: digits(rng, n)}
	}
}

func digits(rng *rand.Rand, n int) string {
	var b strings.Builder
	for range max(1, n) {
		b.WriteByte('0' + byte(rng.IntN(10)))
	}
	return b.String()
}

// sayable are keywords as somebody would say them: a&b asks for both in this order.
func sayable(words []string) []string {
	out := make([]string, len(words))
	for i, w := range words {
		out[i] = strings.ReplaceAll(w, "&", "")
	}
	return out
}

// say is what a persona does when it has the floor at a node.
func (c *callees) say(p *persona, node script.NodeID, rng *rand.Rand) Input {
	k := p.next(rng)
	if m := c.nodes[node]; m != nil {
		if k == pressing && len(m[pressing]) == 0 && len(c.anywhere[pressing]) == 0 {
			k = positive // nobody asked for keys
		}
		if k == own && len(m[own]) == 0 && len(c.anywhere[own]) == 0 {
			k = positive
		}
		if list := m[k]; len(list) > 0 && rng.IntN(5) > 0 {
			return list[rng.IntN(len(list))](rng)
		}
	}
	if list := c.anywhere[k]; len(list) > 0 && rng.IntN(3) == 0 {
		return list[rng.IntN(len(list))](rng)
	}
	return c.anyway(k, rng)
}

var builtins = [classes][]nlu.Intent{
	positive:  {nlu.Affirm},
	own:       {nlu.Affirm},
	pressing:  {nlu.Affirm},
	negative:  {nlu.Negate, nlu.Refuse, nlu.Refuse, nlu.Refuse, nlu.DoNotCall, nlu.WrongPerson},
	evasive:   {nlu.Busy, nlu.Busy, nlu.CallbackLater, nlu.CallbackLater, nlu.Goodbye},
	asking:    {nlu.WhoIsCalling, nlu.NumberSource, nlu.Price, nlu.AreYouRobot, nlu.TransferToAgent},
	smallTalk: {nlu.Greet, nlu.HoldOn, nlu.Repeat},
	rambling:  {nlu.Other},
}

// anyway is what callees do whatever the node waits for.
func (c *callees) anyway(k class, rng *rand.Rand) Input {
	if k == silent {
		return Input{Silence: true}
	}
	if k == asking && len(c.asked) > 0 && rng.IntN(4) > 0 {
		return c.asked[rng.IntN(len(c.asked))](rng)
	}
	list := builtins[k]
	said := c.bank[list[rng.IntN(len(list))]]
	return Input{Say: said[rng.IntN(len(said))]}
}

// vars are the contact's: mostly values that the conditions ask for, so that all their ways are taken now and then.
func (c *callees) vars(rng *rand.Rand) map[string]string {
	if len(c.names) == 0 {
		return nil
	}
	out := make(map[string]string, len(c.names))
	for _, n := range c.names {
		if list := c.values[n]; rng.IntN(4) > 0 {
			out[n] = list[rng.IntN(len(list))]
		}
	}
	return out
}
