package session_test

import (
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/script"
)

// observed keeps what a session measures.
type observed struct{ replies, stops []time.Duration }

func (o *observed) Replied(after, _ time.Duration) { o.replies = append(o.replies, after) }
func (o *observed) Stopped(after time.Duration)    { o.stops = append(o.stops, after) }

// TestLatenciesAreThoseOfPackets: a packet waits 27 ms until it is heard, what is said is sent 4 ms after its tick, and after each
// sentence of the callee the process stands still for 100 ms, of which no tick tells. Whoever records the line sees all three.
func TestLatenciesAreThoseOfPackets(t *testing.T) {
	const waits, sends, stall = 27 * time.Millisecond, 4 * time.Millisecond, 100 * time.Millisecond
	measure := func(change func(*call)) (*observed, []time.Duration, []time.Duration) {
		o := &observed{}
		c := newCall(t, over("多少钱", time.Second), says("可以啊"), over("我在开会", 1500*time.Millisecond))
		if change != nil {
			change(c)
		}
		c.open(script.Demo(), func(cfg *session.Config) { cfg.Observer = o }).run()
		var replies, stops []time.Duration
		for _, turn := range c.store.turns {
			if turn.ReplyLatency > 0 {
				replies = append(replies, turn.ReplyLatency)
			}
			if turn.Interrupted {
				stops = append(stops, turn.BargeInStop)
			}
		}
		return o, replies, stops
	}
	_, replies, stops := measure(nil)
	if len(replies) < 2 || len(stops) == 0 {
		t.Fatalf("the callee is answered after %v and stops the robot in %v", replies, stops)
	}
	moved := func(all []time.Duration, by time.Duration) (out []time.Duration) {
		for _, d := range all {
			out = append(out, d+by)
		}
		return out
	}
	stood := -stall // the call begins with silence
	o, gotReplies, gotStops := measure(func(c *call) {
		silent := 0 // frames since the callee's last sentence
		c.packets = func() (came, went time.Time) {
			if silent++; len(c.sound) > 0 {
				silent = 0
			}
			if silent == 5 {
				stood += stall
			}
			at := epoch.Add(c.at() + stood)
			return at.Add(-waits), at.Add(sends)
		}
	})
	// Voice ends where its packet does, 20 ms after the packet begins.
	if want := moved(replies, waits+sends+stall-20*time.Millisecond); !slices.Equal(gotReplies, want) || !slices.Equal(o.replies, want) {
		t.Errorf("replies after %v, told %v, want %v", gotReplies, o.replies, want)
	}
	// By ticks, a frame's beginning is taken to lie 20 ms before it is heard.
	if want := moved(stops, waits+sends-20*time.Millisecond); !slices.Equal(gotStops, want) || !slices.Equal(o.stops, want) {
		t.Errorf("stopped in %v, told %v, want %v", gotStops, o.stops, want)
	}

	o, gotReplies, gotStops = measure(func(c *call) { // packets whose times are not known
		c.packets = func() (came, went time.Time) { return time.Time{}, epoch.Add(c.at()) }
	})
	if !slices.Equal(gotReplies, replies) || !slices.Equal(o.replies, replies) || !slices.Equal(gotStops, stops) {
		t.Errorf("without arrivals: replies after %v, stopped in %v, want %v and %v", gotReplies, gotStops, replies, stops)
	}
}
