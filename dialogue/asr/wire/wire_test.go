package wire

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// What comes out of the queue is what went in, in order, with the marks where they were set, within the limit.
func TestQueueKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const limit = 500
		q := newQueue(limit)
		var in, out []int16
		var marksIn, marksOut []int
		next := int16(0)
		take := func() {
			pcm, mark := q.take(rapid.IntRange(1, 200).Draw(t, "n"))
			out = append(out, pcm...)
			if mark {
				marksOut = append(marksOut, len(out))
			}
		}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			switch rapid.IntRange(0, 3).Draw(t, "step") {
			case 0, 1:
				pcm := make([]int16, rapid.IntRange(0, 160).Draw(t, "samples"))
				for i := range pcm {
					next++
					pcm[i] = next
				}
				fits := len(in)-len(out)+len(pcm) <= limit
				if q.push(pcm) != fits {
					t.Fatalf("push of %d with %d waiting: %v", len(pcm), len(in)-len(out), !fits)
				}
				if fits {
					in = append(in, pcm...)
				} else {
					next -= int16(len(pcm))
				}
			case 2:
				if q.mark() {
					marksIn = append(marksIn, len(in))
				}
			case 3:
				take()
			}
		}
		for len(out) < len(in) || len(marksOut) < len(marksIn) {
			select {
			case <-q.wake:
				take()
			default:
				t.Fatal("something waits and nobody is woken")
			}
		}
		for i := range in {
			if in[i] != out[i] {
				t.Fatalf("sample %d: %d, want %d", i, out[i], in[i])
			}
		}
		for i := range marksIn {
			if marksIn[i] != marksOut[i] {
				t.Fatalf("mark %d at %d, want %d", i, marksOut[i], marksIn[i])
			}
		}
	})
}

// A doubled tone is the same tone, whatever pieces it came in.
func TestDoubler(t *testing.T) {
	in := make([]int16, 1600)
	for i := range in {
		in[i] = int16(0.5 * 32767 * math.Sin(2*math.Pi*1000*float64(i)/8000))
	}
	var whole, pieces Doubler
	out := whole.Append(nil, in)
	var joined []int16
	for rest := in; len(rest) > 0; {
		n := min(37, len(rest))
		joined = pieces.Append(joined, rest[:n])
		rest = rest[n:]
	}
	if len(out) != 2*len(in) || len(joined) != len(out) {
		t.Fatalf("%d samples in, %d and %d out", len(in), len(out), len(joined))
	}
	for i := range out {
		if out[i] != joined[i] {
			t.Fatalf("sample %d depends on the pieces", i)
		}
	}
	var worst float64
	for i := 400; i < len(out); i++ {
		want := 0.5 * 32767 * math.Sin(2*math.Pi*1000*float64(i-2*halfTaps)/16000)
		worst = math.Max(worst, math.Abs(float64(out[i])-want))
	}
	if worst > 200 {
		t.Errorf("off by %.0f", worst)
	}
}

func TestJoin(t *testing.T) {
	for _, c := range []struct {
		in   []string
		want string
	}{{[]string{"你好", "", " 我要 "}, "你好我要"}, {[]string{"hello", "world"}, "hello world"}, {nil, ""}} {
		if got := Join(c.in); got != c.want {
			t.Errorf("%q: %q", c.in, got)
		}
	}
}
