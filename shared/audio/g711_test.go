package audio

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestLawNames(t *testing.T) {
	for law, want := range map[Law]string{PCMU: "PCMU", PCMA: "PCMA", 3: "Law(3)"} {
		if law.String() != want || law.Valid() != (law != 3) {
			t.Errorf("Law %d is %q, valid %v", uint8(law), law, law.Valid())
		}
	}
}

// Values of G.711 tables 1a/1b and 2a/2b, scaled to 16 bits.
func TestG711KnownWords(t *testing.T) {
	for _, c := range []struct {
		law  Law
		pcm  int16
		word byte
		back int16
	}{
		{PCMU, 0, 0xFF, 0},
		{PCMU, -1, 0x7F, 0},
		{PCMU, 32767, 0x80, 32124},
		{PCMU, -32768, 0x00, -32124},
		{PCMU, 1000, 0xCE, 988},
		{PCMA, 0, 0xD5, 8},
		{PCMA, -1, 0x55, -8},
		{PCMA, 32767, 0xAA, 32256},
		{PCMA, -32768, 0x2A, -32256},
		{PCMA, 1000, 0xFA, 1008},
	} {
		if w := c.law.Encode(nil, []int16{c.pcm}); w[0] != c.word {
			t.Errorf("%v encodes %d to %#x, want %#x", c.law, c.pcm, w[0], c.word)
		}
		if s := c.law.Decode(nil, []byte{c.word}); s[0] != c.back {
			t.Errorf("%v decodes %#x to %d, want %d", c.law, c.word, s[0], c.back)
		}
	}
}

func TestG711WordsSurvive(t *testing.T) {
	for _, law := range []Law{PCMU, PCMA} {
		for w := range 256 {
			in := byte(w)
			pcm := law.Decode(nil, []byte{in})
			out := law.Encode(nil, pcm)[0]
			// Mu-law has two zeros, which are the same sample.
			if out != in && !(law == PCMU && in == 0x7F && out == 0xFF) {
				t.Errorf("%v: %#x became %#x by way of %d", law, in, out, pcm[0])
			}
		}
		if s := law.Decode(nil, []byte{law.Silence()}); s[0] > 8 || s[0] < -8 {
			t.Errorf("%v silence is %d", law, s[0])
		}
	}
}

func TestG711ErrorIsSmallProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.Int16().Draw(t, "sample")
		for _, law := range []Law{PCMU, PCMA} {
			got := law.Decode(nil, law.Encode(nil, []int16{s}))[0]
			diff := math.Abs(float64(s) - float64(got))
			if diff > 16+math.Abs(float64(s))/16 {
				t.Fatalf("%v: %d came back as %d", law, s, got)
			}
		}
	})
}

func BenchmarkEncodeFrame(b *testing.B) {
	pcm := Tone(450, 0.5, FrameDuration)
	buf := make([]byte, 0, FrameSamples)
	b.ReportAllocs()
	for b.Loop() {
		buf = PCMA.Encode(buf[:0], pcm)
	}
}

func BenchmarkDecodeFrame(b *testing.B) {
	words := PCMA.Encode(nil, Tone(450, 0.5, FrameDuration))
	buf := make([]int16, 0, FrameSamples)
	b.ReportAllocs()
	for b.Loop() {
		buf = PCMA.Decode(buf[:0], words)
	}
}
