package carriersim

import "time"

// GapBuckets is the number of buckets of Gaps: one a millisecond, and a last one for all that is longer.
const GapBuckets = 101

// Gaps counts the times between packets received, by whole milliseconds.
type Gaps [GapBuckets]uint32

func (g *Gaps) add(d time.Duration) { g[min(max(int(d/time.Millisecond), 0), GapBuckets-1)]++ }

// Add sums two histograms.
func (g *Gaps) Add(o *Gaps) {
	for i, n := range o {
		g[i] += n
	}
}

// Count is the number of gaps.
func (g *Gaps) Count() int {
	n := 0
	for _, c := range g {
		n += int(c)
	}
	return n
}

// Percentile is the upper end of the bucket in which the p-th (0-100) gap lies; 0 without gaps. Gaps over 100 ms all
// count as the last bucket.
func (g *Gaps) Percentile(p float64) time.Duration {
	total := g.Count()
	if total == 0 {
		return 0
	}
	rank := max(1, int(p/100*float64(total)+0.999999))
	for i, c := range g {
		if rank -= int(c); rank <= 0 {
			return time.Duration(i+1) * time.Millisecond
		}
	}
	return GapBuckets * time.Millisecond
}
