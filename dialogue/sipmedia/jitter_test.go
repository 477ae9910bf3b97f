package sipmedia

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/audio"
)

// word is a code word that decodes to something else than silence, different for neighbouring packets.
func word(i int) byte { return byte(0x80 + i%64) }

func packet(i, n int) []byte {
	b := make([]byte, n)
	for k := range b {
		b[k] = word(i)
	}
	return b
}

func sample(i int) int16 { return audio.PCMU.Decode(nil, []byte{word(i)})[0] }

// frames takes n frames and gives the first sample of each.
func frames(j *jitter, n int) (out []int16) {
	var f [audio.FrameSamples]int16
	for range n {
		j.take(&f)
		out = append(out, f[0])
	}
	return out
}

func TestJitterOrders(t *testing.T) {
	var j jitter
	var f [audio.FrameSamples]int16
	if _, ok := j.take(&f); ok {
		t.Error("something came of nothing")
	}
	const base = 1<<32 - 320 // wraps in the middle
	for _, i := range []int{0, 2, 1, 1} {
		j.put(9, base+uint32(i*160), audio.PCMU, packet(i, 160), time.Duration(i+1))
	}
	// The first frame is the target delay.
	if got := frames(&j, 1); got[0] != 0 {
		t.Errorf("first frame %v", got)
	}
	for i := range 3 {
		at, ok := j.take(&f)
		if !ok || at != time.Duration(i+1) || f[0] != sample(i) || f[159] != sample(i) {
			t.Errorf("frame %d: %v %v %d, want %d", i, at, ok, f[0], sample(i))
		}
	}
	if _, ok := j.take(&f); ok || f[0] != 0 {
		t.Error("a gap is not silent")
	}
	j.put(9, base, audio.PCMU, packet(5, 160), 1)
	if j.late != 1 || j.lost != 2 {
		t.Errorf("%d late, %d lost", j.late, j.lost)
	}
}

func TestJitterFollowsTheStream(t *testing.T) {
	for _, c := range []struct {
		name    string
		packets func(j *jitter)
	}{
		{"another source", func(j *jitter) { j.put(8, 99, audio.PCMU, packet(1, 160), 0) }},
		{"a jump ahead", func(j *jitter) { j.put(9, 100000, audio.PCMU, packet(1, 160), 0) }},
		{"a jump back", func(j *jitter) { j.put(9, 1<<31, audio.PCMU, packet(1, 160), 0) }},
		{"always late", func(j *jitter) {
			frames(j, 20)
			for i := range maxLate {
				j.put(9, uint32(160*(i+1)), audio.PCMU, packet(1, 160), 0)
			}
		}},
	} {
		var j jitter
		j.put(9, 0, audio.PCMU, packet(0, 160), 0)
		frames(&j, 2)
		c.packets(&j)
		if got := frames(&j, 3); got[0] != 0 || got[1] != sample(1) || got[2] != 0 {
			t.Errorf("%s: %v", c.name, got)
		}
		if j.resets != 1 {
			t.Errorf("%s: %d resets", c.name, j.resets)
		}
	}
}

func TestJitterTakesPartOfALatePacket(t *testing.T) {
	var j jitter
	j.put(9, 0, audio.PCMU, packet(0, 160), 0)
	frames(&j, 3) // our clock stands at 320
	j.put(9, 240, audio.PCMU, packet(1, 240), 7)
	var f [audio.FrameSamples]int16
	if at, ok := j.take(&f); !ok || at != 7 || f[0] != sample(1) || f[159] != sample(1) {
		t.Errorf("%v %v %d", at, ok, f[0])
	}
}

// Any packet length comes out as it went in, in whatever order neighbours arrive.
func TestJitterProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.SampledFrom([]int{80, 160, 240}).Draw(t, "length")
		base := rapid.Uint32().Draw(t, "base")
		count := rapid.IntRange(2, 60).Draw(t, "count")
		order := make([]int, count)
		for i := range order {
			order[i] = i
		}
		for i := 1; i+1 < count; i += 2 {
			// With longer packets a neighbour is further ahead than the buffer waits.
			if n <= 160 && rapid.Bool().Draw(t, "swap") {
				order[i], order[i+1] = order[i+1], order[i]
			}
		}
		var j jitter
		var out []int16
		var f [audio.FrameSamples]int16
		for k, i := range order {
			// The clock keeps up with the stream, as far as a packet may still come one place late.
			for len(out) <= (k-1)*n {
				j.take(&f)
				out = append(out, f[:]...)
			}
			j.put(1, base+uint32(i*n), audio.PCMU, packet(i, n), 0)
		}
		for len(out) < count*n+target {
			j.take(&f)
			out = append(out, f[:]...)
		}
		for i := range count {
			for k := range n {
				if got := out[target+i*n+k]; got != sample(i) {
					t.Fatalf("sample %d of packet %d is %d, want %d (resets %d, late %d)", k, i, got, sample(i), j.resets, j.late)
				}
			}
		}
	})
}

func TestHistogram(t *testing.T) {
	var h, total histogram
	for i := range 1000 {
		h.add(time.Duration(i) * 40 * time.Microsecond) // 0 to 40 ms
	}
	h.add(3 * time.Second)
	h.add(-time.Second)
	total.merge(&h)
	total.merge(&h)
	g := total.gaps()
	if g.N != 2004 || g.Max != 3*time.Second {
		t.Errorf("%+v", g)
	}
	for got, want := range map[time.Duration]time.Duration{g.P50: 20 * time.Millisecond, g.P95: 38 * time.Millisecond, g.P99: 39600 * time.Microsecond} {
		if d := got - want; d < -fineStep || d > fineStep {
			t.Errorf("quantile %v, want %v", got, want)
		}
	}
	if g := new(histogram).gaps(); g != (Gaps{}) {
		t.Errorf("empty: %+v", g)
	}
}

func TestHistogramBucketsProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.Int64Range(0, int64(900*time.Millisecond)).Draw(t, "d"))
		b := bucketOf(d)
		if d >= upper(b) || b > 0 && d < upper(b-1) {
			t.Fatalf("%v is in bucket %d below %v", d, b, upper(b))
		}
	})
}
