package scripttest

import "math/rand/v2"

// class is the sort of thing that a callee does next.
type class uint8

const (
	positive  class = iota // agrees
	negative               // refuses, or says no
	evasive                // is busy, puts it off, says goodbye
	asking                 // asks a question
	own                    // says what only this script listens for: its own intents, keywords, patterns and values
	smallTalk              // hello, what?, one moment
	rambling               // says what no script foresees
	silent
	pressing // presses keys
	classes
)

// persona is a kind of callee: how often it does what, how often it breaks into a prompt, and how often it hangs up when
// it is its turn.
type persona struct {
	name      string
	share     int // of all callees
	does      [classes]int
	interrupt float64
	hangUp    float64
}

var personas = []persona{
	{"interested", 24, [classes]int{positive: 60, negative: 3, evasive: 3, asking: 10, own: 14, smallTalk: 3, rambling: 3, silent: 2, pressing: 2}, 0.05, 0.01},
	{"sceptical", 15, [classes]int{positive: 18, negative: 28, evasive: 8, asking: 20, own: 12, smallTalk: 4, rambling: 6, silent: 3, pressing: 1}, 0.10, 0.04},
	{"refusing", 14, [classes]int{positive: 4, negative: 66, evasive: 12, asking: 4, own: 4, smallTalk: 2, rambling: 3, silent: 4, pressing: 1}, 0.20, 0.12},
	{"busy", 11, [classes]int{positive: 10, negative: 12, evasive: 54, asking: 4, own: 6, smallTalk: 6, rambling: 3, silent: 5, pressing: 0}, 0.15, 0.08},
	{"curious", 14, [classes]int{positive: 22, negative: 4, evasive: 2, asking: 50, own: 14, smallTalk: 3, rambling: 3, silent: 1, pressing: 1}, 0.08, 0.01},
	{"silent", 6, [classes]int{positive: 10, negative: 4, evasive: 2, asking: 2, own: 4, smallTalk: 8, rambling: 4, silent: 66, pressing: 0}, 0, 0.03},
	{"rambling", 8, [classes]int{positive: 16, negative: 8, evasive: 4, asking: 10, own: 8, smallTalk: 8, rambling: 44, silent: 2, pressing: 0}, 0.25, 0.02},
	{"key presser", 8, [classes]int{positive: 20, negative: 8, evasive: 2, asking: 4, own: 8, smallTalk: 2, rambling: 2, silent: 6, pressing: 48}, 0.02, 0.02},
}

func pick(rng *rand.Rand) *persona {
	total := 0
	for i := range personas {
		total += personas[i].share
	}
	n := rng.IntN(total)
	for i := range personas {
		if n -= personas[i].share; n < 0 {
			return &personas[i]
		}
	}
	return &personas[0]
}

func (p *persona) next(rng *rand.Rand) class {
	total := 0
	for _, n := range p.does {
		total += n
	}
	n := rng.IntN(total)
	for c, share := range p.does {
		if n -= share; n < 0 {
			return class(c)
		}
	}
	return rambling
}
