package sipmedia

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/audio"
)

// all gives everything that a stream has to say now.
func (s *stream) all() (out []int16) {
	var f [audio.FrameSamples]int16
	for s.take(&f) {
		out = append(out, f[:]...)
	}
	return out
}

func samplesOf(packets ...int) (out []int16) {
	for _, i := range packets {
		for range audio.FrameSamples {
			out = append(out, sample(i))
		}
	}
	return out
}

const streamBase = 1<<32 - 480 // wraps in the middle

func (s *stream) send(packets ...int) {
	for _, i := range packets {
		s.put(7, streamBase+uint32(i*audio.FrameSamples), audio.PCMU, packet(i, audio.FrameSamples))
	}
}

// However packets come, reordered, doubled, in bursts, with our own clock standing still or running away in between, what was
// sent in one piece is heard in one piece.
func TestStreamIsWholeHoweverItComes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s stream
		n := rapid.IntRange(8, 120).Draw(t, "packets")
		var order []int
		for i := range n {
			order = append(order, i)
		}
		for i := 1; i+1 < n; i++ { // the first one begins it
			if rapid.IntRange(0, 4).Draw(t, "swap") == 0 {
				order[i], order[i+1] = order[i+1], order[i]
				i++
			}
		}
		var got, want []int16
		for _, i := range order {
			s.send(i)
			if rapid.IntRange(0, 9).Draw(t, "twice") == 0 {
				s.send(i)
			}
			for range rapid.IntRange(0, 3).Draw(t, "ticks") * 12 { // less than the patience with who is silent
				s.tick()
			}
			got = append(got, s.all()...)
		}
		s.release(0)
		got = append(got, s.all()...)
		for i := range n {
			want = append(want, samplesOf(i)...)
		}
		if !slices.Equal(got, want) {
			t.Fatalf("order %v: %d samples, want %d", order, len(got), len(want))
		}
	})
}

func TestStreamFillsWhatWasLost(t *testing.T) {
	var s stream
	s.send(0, 1, 3, 4, 5, 6) // four wait for number 2
	if got, want := s.all(), samplesOf(0, 1); !slices.Equal(got, want) {
		t.Errorf("before it is given up: %d samples, want %d", len(got), len(want))
	}
	s.send(7)
	if got, want := s.all(), samplesOf(1, 3, 4, 5, 6, 7); len(got) != len(want) || !slices.Equal(got[audio.FrameSamples:], want[audio.FrameSamples:]) {
		t.Errorf("after it: %d samples, want %d", len(got), len(want))
	}
	// Silence that is not sent lasts as long as it would have.
	s.send(40, 41, 42, 43, 44)
	got := s.all()
	if want := 37 * audio.FrameSamples; len(got) != want || got[0] != 0 || got[32*audio.FrameSamples-1] != 0 || got[want-1] != sample(44) {
		t.Errorf("after silence: %d samples, want %d", len(got), want)
	}
}

func TestStreamOfOneWhoIsSilent(t *testing.T) {
	var s stream
	for range patientTicks {
		s.tick()
	}
	if got := s.all(); len(got) != 0 {
		t.Errorf("%d samples of nothing", len(got))
	}
	for range 5 {
		s.tick()
		if got := s.all(); len(got) != audio.FrameSamples {
			t.Errorf("a tick of silence has %d samples", len(got))
		}
	}
	s.send(0, 1)
	var got []int16
	for range patientTicks + 10 {
		s.tick()
		got = append(got, s.all()...)
	}
	if len(got) != 12*audio.FrameSamples || got[0] != sample(0) || got[len(got)-1] != 0 {
		t.Errorf("%d samples", len(got))
	}
	// The sender had only stood still: its stream goes on where it was.
	s.send(2, 3)
	if got, want := s.all(), samplesOf(2, 3); !slices.Equal(got, want) {
		t.Errorf("after a stall: %d samples, want %d", len(got), len(want))
	}
}

// A stream that moves, as at the end of a transfer, is followed at once; one that nobody hears does not grow.
func TestStreamMoves(t *testing.T) {
	var s stream
	s.send(100, 101)
	s.all()
	s.send(60, 61, 62, 63)
	if got, want := s.all(), samplesOf(62, 63); !slices.Equal(got, want) {
		t.Errorf("moved back: %d samples, want %d", len(got), len(want))
	}
	s.put(8, 5, audio.PCMA, packet(1, 80))
	s.put(8, 85, audio.PCMA, packet(1, 80))
	if got := s.all(); len(got) != audio.FrameSamples {
		t.Errorf("another source: %d samples", len(got))
	}
	for i := range 3 * maxStream / audio.FrameSamples {
		s.send(200 + i)
	}
	if len(s.sound) > maxStream {
		t.Errorf("%d samples wait", len(s.sound))
	}
}

func FuzzStream(f *testing.F) {
	f.Add([]byte{1, 0, 160, 20, 1, 1, 64, 160})
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s stream
		for ; len(raw) >= 4; raw = raw[4:] {
			ts := uint32(raw[1])<<24 | uint32(raw[2])<<8 // jumps and small steps
			s.put(uint32(raw[0]%3), ts, audio.PCMU, packet(int(raw[3]), 1+int(raw[3])))
			s.tick()
			if len(s.held) > heldPackets || len(s.sound) > maxStream {
				t.Fatalf("%d packets and %d samples wait", len(s.held), len(s.sound))
			}
			if raw[0]&4 != 0 {
				s.all()
			}
		}
	})
}
