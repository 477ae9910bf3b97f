package store

import (
	"crypto/rand"
	"encoding/binary"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
)

// uuids makes UUIDv7 values (RFC 9562, 5.7) from the caller's time. Within a store each is greater than the one before,
// even within a millisecond or when the clock steps back: the 12 bits after the time count (6.2, method 1).
type uuids struct {
	mu      sync.Mutex
	ms      int64
	counter uint16
}

func (g *uuids) next(now time.Time) call.UUID {
	var u uuid.UUID
	if _, err := rand.Read(u[8:]); err != nil {
		panic(err) // the kernel's random source does not fail on a running system
	}
	g.mu.Lock()
	if ms := now.UnixMilli(); ms > g.ms {
		g.ms, g.counter = ms, 0
	} else if g.counter++; g.counter > 0xfff {
		g.ms, g.counter = g.ms+1, 0
	}
	ms, counter := g.ms, g.counter
	g.mu.Unlock()
	binary.BigEndian.PutUint64(u[:8], uint64(ms)<<16|0x7000|uint64(counter))
	u[8] = u[8]&0x3f | 0x80
	return call.UUID(u.String())
}

// floor is below every UUIDv7 that was made since a time; one that was made in the millisecond itself is above it.
func floor(since time.Time) call.UUID {
	if since.IsZero() || since.Before(time.UnixMilli(0)) {
		return ""
	}
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(since.UnixMilli())<<16)
	return call.UUID(u.String())
}
