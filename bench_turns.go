package main

import (
	"context"
	"os"
	"time"

	"github.com/outdial/outdial/dialogue/turnset"
)

// turns plays the turn set to sessions. Time is counted in frames: the figures are the same on every machine.
func (b *bench) turns(ctx context.Context) error {
	cases, err := turnset.Cases()
	if err != nil {
		return err
	}
	play, err := turnset.NewBench()
	if err != nil {
		return err
	}
	folder, err := os.MkdirTemp("", "outdial-turns-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	results := make([]turnset.Result, 0, len(cases))
	for _, c := range cases {
		r, err := play.Run(ctx, c, folder)
		if err != nil {
			return err
		}
		results = append(results, r)
	}
	r := turnset.Sum(results)
	ms := func(q float64, of []time.Duration) float64 { return float64(turnset.Quantile(of, q).Milliseconds()) }
	share := func(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }
	b.add("turns", "turns in the set", float64(r.Turns), "")
	b.add("turns", "turns cut early", share(r.Cut, r.Turns), "% (aim <= 5)")
	b.add("turns", "reply after a turn's end, p50", ms(0.5, r.Replies), "ms (aim <= 500)")
	b.add("turns", "reply after a turn's end, p95", ms(0.95, r.Replies), "ms (aim <= 800)")
	b.add("turns", "interruptions in the set", float64(r.Interrupts), "")
	b.add("turns", "interruptions that stopped the robot", share(r.Heard, r.Interrupts), "%")
	b.add("turns", "barge-in stop, p95", ms(0.95, r.Stops), "ms (aim <= 350)")
	b.add("turns", "interruptions that begin like an aside", float64(r.Leads), "")
	b.add("turns", "of these, that stopped the robot", share(r.LeadsHeard, r.Leads), "%")
	b.add("turns", "their stop after the third syllable begins, p50", ms(0.5, r.LeadStops), "ms")
	b.add("turns", "their stop after the third syllable begins, p95", ms(0.95, r.LeadStops), "ms")
	b.add("turns", "asides in the set", float64(r.Asides), "")
	b.add("turns", "false barge-ins: asides that cost a sentence", share(r.False, r.Asides), "% (aim <= 3)")
	b.add("turns", "asides at which the robot paused and went on", share(r.Paused, r.Asides), "%")
	b.add("turns", "asides of one or two syllables in the set", float64(r.Short), "")
	b.add("turns", "of these, at which the robot stopped at all", share(r.ShortStopped, r.Short), "%")
	return nil
}
