// Command gen teaches the net of dialogue/backchannel: it has espeak-ng say backchannels and sentences with some forty voices, sends
// them over lines of all kinds and lets the net learn to tell one from the other while they are still being said. It is needed
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
	each = 4000
	// rounds: ten more made the net surer of the voices it knows, and no better at the others.
	rounds = 10
	// cooling is the number of rounds in which the steps would become small.
	cooling = 30
)

func main() {
	list := flag.String("sentences", "gen/sentences.txt", "what callees say, one sentence a line")
	out := flag.String("out", "trained/net.bin", "file to write")
	kept := flag.String("kept", "", "file that keeps what was spoken for the next run; empty speaks anew")
	flag.Parse()
	if err := run(*list, *out, *kept); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(list, out, kept string) error {
	sentences, err := readSentences(list)
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 2))
	takes := plan(sentences, r)
	if err := speakAll(takes, kept); err != nil {
		return err
	}
	var learn, try []*take
	var other []int16
	for i := range takes {
		t := &takes[i]
		if len(t.PCM) < audio.Rate/20 {
			continue
		}
		if t.Trial {
			try = append(try, t)
			continue
		}
		learn = append(learn, t)
		if !t.Murmur && len(other) < 60*audio.Rate {
			other = append(other, t.PCM...)
		}
	}
	fmt.Printf("%d takes to learn from, %d to try\n", len(learn), len(try))
	trials := make([]example, 0, len(try))
	for _, t := range try {
		trials = append(trials, carry(t, other, r))
	}
	t := newTrainer(r)
	for round := range rounds {
		rate := 4e-3 * (0.02 + 0.98*(1+math.Cos(math.Pi*float64(round)/cooling))/2)
		loss, batches := 0.0, 0
		order := r.Perm(len(learn))[:min(each, len(learn))]
		for i := 0; i+batch <= len(order); i += batch {
			examples := make([]example, batch)
			for k := range examples {
				examples[k] = carry(learn[order[i+k]], other, rand.New(rand.NewPCG(uint64(round), uint64(order[i+k]))))
			}
			loss += t.learn(examples, rate)
			batches++
		}
		fmt.Printf("round %d: error %.4f\n", round+1, loss/float64(batches))
	}
	report(t.net, trials)
	return os.WriteFile(out, t.net.AppendTo(nil), 0o644)
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
