package sipmedia

import (
	"sync/atomic"
	"time"
)

const (
	fineStep    = 500 * time.Microsecond
	fineBuckets = 100 // up to 50 ms
	coarseStep  = 10 * time.Millisecond
	buckets     = fineBuckets + 96 // then up to 1 s
)

// histogram counts durations in fixed buckets: half a millisecond wide where a 20 ms clock lives, 10 ms above. One goroutine
// adds, any may read.
type histogram struct {
	counts [buckets]atomic.Uint32
	max    atomic.Int64
}

func bucketOf(d time.Duration) int {
	if d < fineStep*fineBuckets {
		return int(max(d, 0) / fineStep)
	}
	return min(fineBuckets+int((d-fineStep*fineBuckets)/coarseStep), buckets-1)
}

// upper is the bound that every duration of a bucket but the last stays below.
func upper(bucket int) time.Duration {
	if bucket < fineBuckets {
		return fineStep * time.Duration(bucket+1)
	}
	return fineStep*fineBuckets + coarseStep*time.Duration(bucket-fineBuckets+1)
}

func (h *histogram) add(d time.Duration) {
	h.counts[bucketOf(d)].Add(1)
	if int64(d) > h.max.Load() {
		h.max.Store(int64(d))
	}
}

// merge adds what other counted.
func (h *histogram) merge(other *histogram) {
	for i := range other.counts {
		if n := other.counts[i].Load(); n != 0 {
			h.counts[i].Add(n)
		}
	}
	if m := other.max.Load(); m > h.max.Load() {
		h.max.Store(m)
	}
}

// Gaps describes the time between one sent packet and the next. Quantiles are upper bounds, half a millisecond too high at
// most below 50 ms.
type Gaps struct {
	N                  uint64
	P50, P95, P99, Max time.Duration
}

func (h *histogram) gaps() Gaps {
	var counts [buckets]uint64
	g := Gaps{Max: time.Duration(h.max.Load())}
	for i := range counts {
		counts[i] = uint64(h.counts[i].Load())
		g.N += counts[i]
	}
	quantile := func(percent uint64) time.Duration {
		rank, seen := (g.N*percent+99)/100, uint64(0)
		for i, n := range counts {
			if seen += n; n > 0 && seen >= rank {
				return min(upper(i), g.Max)
			}
		}
		return 0
	}
	if g.N > 0 {
		g.P50, g.P95, g.P99 = quantile(50), quantile(95), quantile(99)
	}
	return g
}
