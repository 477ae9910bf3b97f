package phrase

import "math"

// Alignment is dynamic time warping with symmetric steps: a diagonal step costs twice the local distance, so that the
// total divided by both lengths does not depend on the path's shape.

const (
	// bandShare is how far the path may leave the straight line, as a share of the longer side.
	bandShare = 0.15
	bandMin   = 5
)

var inf = float32(math.Inf(1))

// aligner holds the two rows of one alignment; it is reused.
type aligner struct{ prev, cur []float32 }

// rows are the row before the first, where nothing but the beginning is reached, and room for the next, for m vectors.
func (al *aligner) rows(m int) (prev, cur []float32) {
	if cap(al.prev) < m+1 {
		al.prev, al.cur = make([]float32, m+1, 2*m+1), make([]float32, m+1, 2*m+1)
	}
	prev, cur = al.prev[:m+1], al.cur[:m+1]
	for j := range prev {
		prev[j] = inf
	}
	prev[0] = 0
	return prev, cur
}

// distance aligns two utterances and gives the mean local distance, or +Inf once it must exceed limit.
func (al *aligner) distance(a, b []vector, limit float32) float32 {
	n, m := len(a), len(b)
	if n == 0 || m == 0 {
		return inf
	}
	prev, cur := al.rows(m)
	// The band of one row must touch that of the next.
	radius := max(bandMin, int(bandShare*float64(max(n, m))), m/n+1)
	stop := limit * float32(n+m)
	for i := 1; i <= n; i++ {
		mid := (i*m + n/2) / n
		lo, hi := max(1, mid-radius), min(m, mid+radius)
		cur[lo-1] = inf
		best := inf
		for j := lo; j <= hi; j++ {
			d := local(&a[i-1], &b[j-1])
			c := prev[j-1] + 2*d
			if v := prev[j] + d; v < c {
				c = v
			}
			if v := cur[j-1] + d; v < c {
				c = v
			}
			cur[j] = c
			if c < best {
				best = c
			}
		}
		// The next row looks at cells that this one did not reach.
		for j := hi + 1; j <= min(m, ((i+1)*m+n/2)/n+radius); j++ {
			cur[j] = inf
		}
		if best > stop {
			return inf
		}
		prev, cur = cur, prev
		prev[0] = inf
	}
	return prev[m] / float32(n+m)
}

// local is the distance of two frames: the root keeps one bad frame from deciding. It works on copies, which cost little and
// spare the race detector 48 looks at shared memory.
func local(a, b *vector) float32 {
	x, y := *a, *b
	var s float32
	for k := range x {
		d := x[k] - y[k]
		s += d * d
	}
	return float32(math.Sqrt(float64(s)))
}
