package wire

import (
	"slices"
	"sync"
)

// queue stands between the clock of a call, which must not wait, and the network, which may. It holds audio up to a
// limit, with marks where turns ended.
type queue struct {
	mu    sync.Mutex
	pcm   []int16
	marks []int // offsets into pcm
	limit int
	wake  chan struct{} // holds one token while there is something to take
}

const maxMarks = 64

func newQueue(limit int) *queue { return &queue{limit: limit, wake: make(chan struct{}, 1)} }

func (q *queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// push takes all of pcm or nothing.
func (q *queue) push(pcm []int16) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.pcm)+len(pcm) > q.limit {
		return false
	}
	q.pcm = append(q.pcm, pcm...)
	q.signal()
	return true
}

// mark notes the end of a turn.
func (q *queue) mark() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.marks) >= maxMarks {
		return false
	}
	q.marks = append(q.marks, len(q.pcm))
	q.signal()
	return true
}

// take gives up to n samples that lie before the next mark, or the mark itself once nothing lies before it.
func (q *queue) take(n int) (pcm []int16, mark bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.marks) > 0 && q.marks[0] == 0 {
		q.marks = slices.Delete(q.marks, 0, 1)
		mark = true
	} else {
		n = min(n, len(q.pcm))
		if len(q.marks) > 0 {
			n = min(n, q.marks[0])
		}
		pcm = slices.Clone(q.pcm[:n])
		q.pcm = q.pcm[:copy(q.pcm, q.pcm[n:])]
		for i := range q.marks {
			q.marks[i] -= n
		}
	}
	if len(q.pcm)+len(q.marks) > 0 {
		q.signal()
	}
	return pcm, mark
}
