package store

// kind is what a write does, as far as it matters for writing several of them in one statement.
type kind uint8

const (
	single kind = iota // never shares a statement
	beginning
	moving
	finishing
	releasing
	adding
	concluding
)

// step is what runs next in a transaction: several writes of one kind, or one single write. at are their places in the
// batch.
type step struct {
	kind kind
	at   []int
}

// plan orders a batch so that writes of one kind stand together. Writes of one key keep their order and never share a
// step; writes of different keys wait for their results at the same time, so their order is nobody's business.
func plan(batch []*write) []step {
	var steps []step
	last := make(map[string]int, len(batch)) // the step of the key's latest write
	ofKind := map[kind][]int{}
	for i, o := range batch {
		after, seen := last[o.key]
		at := -1
		if o.kind != single {
			for _, n := range ofKind[o.kind] {
				if !seen || n > after {
					at = n
					break
				}
			}
		}
		if at < 0 {
			at = len(steps)
			steps = append(steps, step{kind: o.kind})
			ofKind[o.kind] = append(ofKind[o.kind], at)
		}
		steps[at].at = append(steps[at].at, i)
		last[o.key] = at
	}
	return steps
}

// shared tells whether any statement of the plan serves more than one write.
func shared(steps []step) bool {
	for _, s := range steps {
		if len(s.at) > 1 {
			return true
		}
	}
	return false
}
