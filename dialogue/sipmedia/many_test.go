package sipmedia

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
)

// TestManyLegs logs the gaps between sent packets under load. It asserts none of them: the machine may have other work.
func TestManyLegs(t *testing.T) {
	st, heap := many(t, 100, 2*time.Second)
	t.Logf("100 legs: gaps %+v, heap %d kB a leg", st.Gaps, heap>>10)
}

// BenchmarkLegs300 holds the number of calls that one robot host is sized for. Both sides of every call run here. A bare
// timer that keeps the same pace beside them shows how much of a gap is the machine's.
func BenchmarkLegs300(b *testing.B) {
	for b.Loop() {
		bare := make(chan Gaps)
		stop := make(chan struct{})
		go func() { bare <- bareTimer(stop) }()
		st, heap := many(b, 300, 10*time.Second)
		close(stop)
		b.ReportMetric((<-bare).P99.Seconds()*1e3, "ms-timer-p99")
		b.ReportMetric(st.Gaps.P50.Seconds()*1e3, "ms-gap-p50")
		b.ReportMetric(st.Gaps.P99.Seconds()*1e3, "ms-gap-p99")
		b.ReportMetric(st.Gaps.Max.Seconds()*1e3, "ms-gap-max")
		b.ReportMetric(float64(heap)/1024, "kB-heap/leg")
	}
}

// bareTimer measures the gaps of a 20 ms schedule that does nothing.
func bareTimer(stop <-chan struct{}) Gaps {
	var h histogram
	start := time.Now()
	last := start
	for i := 1; ; i++ {
		select {
		case <-stop:
			return h.gaps()
		case <-time.After(time.Until(start.Add(time.Duration(i) * audio.FrameDuration))):
		}
		now := time.Now()
		h.add(now.Sub(last))
		last = now
	}
}

// many holds n calls that speak both ways and gives the endpoint's counters and the heap a leg.
func many(t testing.TB, n int, d time.Duration) (Stats, uint64) {
	handler, legs := handOver(func() Media { return &echo{} })
	s := serve(t, Config{}, handler)
	w := newSwitchboard(t)
	calls := make([]*call, n)
	for i := range calls {
		calls[i] = w.call(s)
	}
	var talking, listening sync.WaitGroup
	for _, c := range calls {
		listening.Go(func() {
			buf := make([]byte, rtpio.MaxPacket)
			var p rtp.Packet
			for c.rtp.ReadPacket(buf, &p) == nil {
			}
		})
	}
	over := time.After(d)
	talking.Go(func() {
		ticker := time.NewTicker(audio.FrameDuration)
		defer ticker.Stop()
		words := audio.PCMA.Encode(nil, audio.Tone(450, 0.3, audio.FrameDuration))
		for {
			for _, c := range calls {
				c.rtp.Send(uint8(audio.PCMA), false, audio.FrameSamples, words)
			}
			select {
			case <-ticker.C:
			case <-over:
				return
			}
		}
	})
	talking.Wait()
	st := s.Stats()
	var mem runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&mem)
	for _, c := range calls {
		c.bye()
		c.rtp.Close()
	}
	listening.Wait()
	for range n {
		ended(t, receive(t, "leg", legs), EndRemote)
	}
	return st, mem.HeapAlloc / uint64(n)
}

type echo struct{ last [audio.FrameSamples]int16 }

func (*echo) Digit(byte, time.Time) {}
func (e *echo) Tick(in []int16, _ time.Time) []int16 {
	copy(e.last[:], in)
	return e.last[:]
}
