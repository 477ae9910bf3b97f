package sipmedia

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
)

// answering says something some ticks after the caller was silent, and takes the times of packets that it is told.
type answering struct {
	mu      sync.Mutex
	came    time.Time // of the present frame
	order   []string
	gap     bool      // a gap was told as one
	last    time.Time // when the packet with the end of the caller's sound came
	quiet   int
	stall   time.Duration
	replied time.Time // when the first packet of the answer went
	says    bool
}

func (a *answering) Digit(byte, time.Time) {}

func (a *answering) Arrived(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.came = at
	a.order = append(a.order, "arrived")
}

func (a *answering) Tick(in []int16, _ time.Time) []int16 {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.order = append(a.order, "tick")
	if loud := audio.LevelDB(in) > -30; loud {
		a.last, a.quiet = a.came, 0
	} else if a.quiet++; a.last.IsZero() {
		return nil
	}
	a.gap = a.gap || a.came.IsZero()
	if a.quiet == 3 {
		time.Sleep(a.stall) // a machine that gives no time
	}
	if a.says = a.quiet >= 10; a.says {
		return audio.Tone(1000, 0.5, audio.FrameDuration)
	}
	return nil
}

func (a *answering) Sent(at time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.order = append(a.order, "sent")
	if a.says && a.replied.IsZero() {
		a.replied = at
	}
}

func (a *answering) times() (last, replied time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.last, a.replied
}

// TestTimesOfPackets: what a session is told is what the other end of the line sees, also over a stall of which no tick tells.
func TestTimesOfPackets(t *testing.T) {
	const stall = 300 * time.Millisecond
	a := &answering{stall: stall}
	handler, legs := handOver(func() Media { return a })
	s := serve(t, Config{}, handler)
	c := newSwitchboard(t).call(s)
	l := receive(t, "leg", legs)

	var spoke, heard time.Time // by the caller's own clock
	reading := make(chan struct{})
	stop := time.AfterFunc(patience, func() { c.rtp.Close() })
	defer stop.Stop()
	go func() {
		defer close(reading)
		buf := make([]byte, rtpio.MaxPacket)
		var p rtp.Packet
		for heard.IsZero() && c.rtp.ReadPacket(buf, &p) == nil {
			if audio.LevelDB(audio.Law(p.PayloadType).Decode(nil, p.Payload)) > -30 {
				heard = time.Now()
			}
		}
	}()
	tone := audio.Tone(450, 0.5, 400*time.Millisecond)
	ticker := time.NewTicker(audio.FrameDuration)
	defer ticker.Stop()
	for frame := range slices.Chunk(tone, audio.FrameSamples) {
		spoke = time.Now()
		if err := c.rtp.Send(uint8(audio.PCMA), false, audio.FrameSamples, audio.PCMA.Encode(nil, frame)); err != nil {
			t.Fatal(err)
		}
		<-ticker.C
	}
	receive(t, "answer", reading)
	await(t, "its time", func() bool { _, replied := a.times(); return !replied.IsZero() })
	last, replied := a.times()
	told, seen := replied.Sub(last), heard.Sub(spoke)
	if d := seen - told; d.Abs() > stall/5 {
		t.Errorf("told of %v from the last packet to the first, the caller saw %v", told, seen)
	}
	if ticks := 10 * audio.FrameDuration; told < ticks+stall/2 {
		t.Errorf("%v: the stall is left out", told)
	}
	c.bye()
	ended(t, l, EndRemote)
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.gap {
		t.Error("the silence after the caller's packets has times")
	}
	if a.order[0] == "sent" { // the session came between a frame and its sending
		a.order = a.order[1:]
	}
	for i := 0; i+2 < len(a.order); i += 3 {
		if got := a.order[i : i+3]; !slices.Equal(got, []string{"arrived", "tick", "sent"}) {
			t.Fatalf("frame %d: %v", i/3, got)
		}
	}
}
