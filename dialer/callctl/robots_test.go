package callctl

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/event"
)

func TestRobotPool(t *testing.T) {
	p := newRobotPool()
	if _, _, ok := p.pick(); ok {
		t.Fatal("a robot was found where there is none")
	}
	alive := func(addr, token string, calls, capacity int) []string {
		return p.hear(event.RobotsAlive{Dialogue: addr, Process: token, Calls: calls, Capacity: capacity})
	}
	alive("127.0.0.1:1", "a", 0, 2)
	alive("127.0.0.1:2", "b", 1, 2)
	if got := p.capacity(); got != 3 {
		t.Fatalf("capacity %d, want 3: one of four is another dialer's", got)
	}
	picked := make(map[string]int)
	for range 3 {
		_, token, ok := p.pick()
		if !ok {
			t.Fatal("there is room and no robot was found")
		}
		picked[token]++
	}
	if picked["a"] != 2 || picked["b"] != 1 {
		t.Fatalf("picked %v, want the room of each", picked)
	}
	if _, _, ok := p.pick(); ok {
		t.Fatal("more calls than robots")
	}
	p.free("a")
	if _, token, ok := p.pick(); !ok || token != "a" {
		t.Fatalf("a place that was given back is not found: %q, %v", token, ok)
	}
	alive("127.0.0.1:1", "a", 2, 2) // counts the two calls that this dialer sent there
	p.free("a")
	if _, _, ok := p.pick(); !ok {
		t.Fatal("the dialer's own calls were counted twice")
	}
	if gone := alive("127.0.0.1:1", "a2", 0, 2); len(gone) != 1 || gone[0] != "a" {
		t.Fatalf("a restarted process replaces the old one; gone %v", gone)
	}
	alive("127.0.0.1:2", "b", 0, 0) // says goodbye
	if got := p.capacity(); got != 2 {
		t.Fatalf("capacity %d after a goodbye, want 2", got)
	}
	if gone := p.expire(time.Second); len(gone) != 0 {
		t.Fatalf("expired too soon: %v", gone)
	}
	if gone := p.expire(robotsSilent); len(gone) != 0 {
		t.Fatalf("calls of a process that was merely silent were given up: %v", gone)
	}
	if got := p.capacity(); got != 0 {
		t.Fatalf("a silent process is offered %d calls", got)
	}
	if gone := p.expire(robotsLost - robotsSilent); len(gone) != 1 || gone[0] != "a2" {
		t.Fatalf("a silent process is gone; got %v", gone)
	}
}
