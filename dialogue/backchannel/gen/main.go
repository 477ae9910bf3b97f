// Command gen teaches the nets of dialogue/backchannel: it has espeak-ng say backchannels and sentences with some sixty voices, sends
// them over lines of all kinds and lets the nets learn to tell one from the other while they are still being said. It is needed
// only when the lists, the voices or the ear of the package change.
//
// None of the voices speaks in a set by which turn-taking is judged (dialogue/turnset), and they are not to.
package main

import (
	"encoding/gob"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime"

	"golang.org/x/sync/errgroup"

	"github.com/outdial/outdial/dialogue/backchannel"
	"github.com/outdial/outdial/shared/audio"
)

const (
	// each is how many takes are heard in a round.
	each = 6000
	// cooling is the number of rounds in which the steps become small.
	cooling = 24
)

// rounds is how long each net learns. The second is the less sure one, and errs elsewhere: together they judge better than the first alone,
// more so than two of a kind from one course do.
var rounds = [...]int{cooling, 16}

func main() {
	list := flag.String("sentences", "gen/sentences.txt", "what callees say, one sentence a line")
	out := flag.String("out", "trained/nets.bin", "file to write")
	kept := flag.String("kept", "", "file that keeps what was spoken for the next run; empty speaks anew")
	try := flag.Bool("try", false, "only play the development set with the nets that are in the file")
	flag.Parse()
	if err := run(*list, *out, *kept, *try); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(list, out, kept string, try bool) error {
	sentences, err := readSentences(list)
	if err != nil {
		return err
	}
	cases, err := development(sentences)
	if err != nil {
		return err
	}
	if try {
		file, err := os.ReadFile(out)
		if err != nil {
			return err
		}
		trained, err := backchannel.ReadNets(file)
		if err != nil {
			return err
		}
		return develop(trained, cases)
	}
	takes := plan(sentences, rand.New(rand.NewPCG(1, 2)))
	if err := speakAll(takes, kept); err != nil {
		return err
	}
	s := sort(takes)
	fmt.Printf("%d takes to learn from, %d to try\n", len(s.learn), len(s.trials))
	var trained backchannel.Nets
	for n, rounds := range rounds {
		net := s.teach(uint64(n)+1, uint64(rounds)) //nolint:gosec // few
		report(net, s.trials)
		trained = append(trained, net)
	}
	if err := develop(trained, cases); err != nil {
		return err
	}
	return os.WriteFile(out, trained.AppendTo(nil), 0o644)
}

// school is what there is to learn from.
type school struct {
	learn  []*take
	trials []example
	other  []int16 // voices from far away
}

func sort(takes []take) (s school) {
	var trials []*take
	for i := range takes {
		t := &takes[i]
		switch {
		case len(t.PCM) < audio.Rate/20:
		case t.Trial:
			trials = append(trials, t)
		default:
			s.learn = append(s.learn, t)
			if !t.Murmur && len(s.other) < 60*audio.Rate {
				s.other = append(s.other, t.PCM...)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 3))
	for _, t := range trials {
		s.trials = append(s.trials, carry(t, s.other, r))
	}
	return s
}

// teach teaches one net; another lot begins elsewhere, and hears the takes in another order and over other lines.
func (s *school) teach(lot, rounds uint64) *backchannel.Net {
	t := newTrainer(rand.New(rand.NewPCG(lot, 9)))
	for round := range rounds {
		rate := 4e-3 * (0.02 + 0.98*(1+math.Cos(math.Pi*float64(round)/cooling))/2)
		loss, batches := 0.0, 0
		order := rand.New(rand.NewPCG(lot, round)).Perm(len(s.learn))[:min(each, len(s.learn))]
		for i := 0; i+batch <= len(order); i += batch {
			examples := make([]example, batch)
			for k := range examples {
				examples[k] = carry(s.learn[order[i+k]], s.other, rand.New(rand.NewPCG(round+1000*lot, uint64(order[i+k]))))
			}
			loss += t.learn(examples, rate)
			batches++
		}
		fmt.Printf("net %d, round %d: error %.4f\n", lot, round+1, loss/float64(batches))
	}
	return t.net
}

func speakAll(takes []take, kept string) error {
	if f, err := os.Open(kept); err == nil {
		defer f.Close()
		var was []take
		if err := gob.NewDecoder(f).Decode(&was); err == nil && len(was) == len(takes) {
			copy(takes, was)
			return nil
		}
	}
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range takes {
		g.Go(takes[i].speak)
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if kept == "" {
		return nil
	}
	f, err := os.Create(kept)
	if err != nil {
		return err
	}
	defer f.Close()
	return gob.NewEncoder(f).Encode(takes)
}

// report tells, for some limits of the odds, how many sentences are known for sentences after so many frames, and how many
// backchannels are ever taken for one.
func report(net *backchannel.Net, trials []example) {
	for _, limit := range []float32{1, 0, -1, -2, -3} {
		var sentences, murmurs, lost float64
		known := map[int]float64{12: 0, 14: 0, 16: 0, 18: 0}
		for i := range trials {
			e := &trials[i]
			var s backchannel.State
			since, wrong, long := map[int]bool{}, false, false
			for k := range e.frames {
				odds := net.Step(&s, &e.frames[k])
				span := e.spans[k]
				long = long || span == 18
				if e.murmur && span >= 10 && odds < limit {
					wrong = true
				}
				if span >= 10 && span <= 18 && odds < limit {
					for at := range known {
						if span <= at {
							since[at] = true
						}
					}
				}
			}
			switch {
			case e.murmur:
				murmurs++
				if wrong {
					lost++
				}
			case long && e.weight[len(e.weight)-1] > 0 && e.want[min(8, len(e.want)-1)] == 0 && e.weight[min(8, len(e.weight)-1)] > 0:
				sentences++
				for at := range since {
					known[at]++
				}
			}
		}
		fmt.Printf("  odds < %2.0f: sentences known after 240 ms %.1f %%, 280 ms %.1f %%, 320 ms %.1f %%, 360 ms %.1f %% of %.0f; backchannels lost %.1f %% of %.0f\n", limit,
			100*known[12]/sentences, 100*known[14]/sentences, 100*known[16]/sentences, 100*known[18]/sentences, sentences, 100*lost/murmurs, murmurs)
	}
}
