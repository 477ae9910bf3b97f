package rtpio

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"
	"pgregory.net/rapid"
)

func press(t testing.TB, digit byte, ssrc, ts uint32) []rtp.Packet {
	t.Helper()
	w, err := NewEventWriter(digit, 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	var out []rtp.Packet
	for {
		b, marker, more := w.Next(nil)
		if !more {
			return out
		}
		out = append(out, rtp.Packet{Header: rtp.Header{SSRC: ssrc, Timestamp: ts, Marker: marker}, Payload: b})
	}
}

func TestEventWriter(t *testing.T) {
	p := press(t, '#', 1, 1)
	if len(p) != 7 {
		t.Fatalf("%d packets", len(p))
	}
	for i, pkt := range p {
		e, err := DecodeEvent(pkt.Payload)
		want := Event{Code: 11, End: i >= 4, Volume: 10, Duration: uint16(min(i+1, 5) * 160)}
		if err != nil || e != want || pkt.Marker != (i == 0) {
			t.Errorf("packet %d: %+v, %v, want %+v", i, e, err, want)
		}
	}
	if _, err := NewEventWriter('x', time.Second); !errors.Is(err, ErrBadEvent) {
		t.Error(err)
	}
	if _, err := DecodeEvent([]byte{1, 2, 3}); !errors.Is(err, ErrBadEvent) {
		t.Error(err)
	}
}

func TestEventReaderTellsEveryPressOnce(t *testing.T) {
	var r EventReader
	got := ""
	for i, d := range []byte(Digits) {
		for _, p := range press(t, d, 7, uint32(i)*2000-4000) {
			got += r.Push(&p)
		}
	}
	if got != Digits {
		t.Errorf("read %q", got)
	}
}

// Whatever is lost or doubled, a press of which one packet arrives is told exactly once and in order.
func TestEventReaderLossProperty(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		keys := rapid.SliceOfN(rapid.SampledFrom([]byte(Digits)), 1, 8).Draw(rt, "keys")
		base := rapid.Uint32().Draw(rt, "base")
		var r EventReader
		var got, want strings.Builder
		for i, d := range keys {
			packets := press(t, d, 7, base+uint32(i)*2000)
			kept := rapid.SliceOfN(rapid.IntRange(0, 2), len(packets), len(packets)).Draw(rt, "kept")
			heard := false
			for j, p := range packets {
				for range kept[j] {
					heard = true
					got.WriteString(r.Push(&p))
				}
			}
			if heard {
				want.WriteByte(d)
			}
		}
		got.WriteString(r.Flush())
		if got.String() != want.String() {
			rt.Fatalf("read %q, pressed %q", got.String(), want.String())
		}
	})
}

func TestEventReaderIgnores(t *testing.T) {
	var r EventReader
	for _, payload := range [][]byte{nil, {1}, {16, 0x80, 0, 1}, {255, 0x80, 0, 0}} {
		if d := r.Push(&rtp.Packet{Payload: payload}); d != "" || r.Pending() {
			t.Errorf("%v is digit %q", payload, d)
		}
	}
	one, two := press(t, '1', 7, 1000), press(t, '2', 7, 9000)
	r.Push(&one[len(one)-1])
	r.Push(&two[len(two)-1])
	if d := r.Push(&one[len(one)-1]); d != "" {
		t.Errorf("a late packet told %q again", d)
	}
	other := press(t, '3', 8, 5)
	if d := r.Push(&other[len(other)-1]); d != "3" {
		t.Errorf("a new source told %q", d)
	}
}

func TestEventCode(t *testing.T) {
	for i := range len(Digits) {
		if code, ok := EventCode(Digits[i]); !ok || int(code) != i {
			t.Errorf("%c is %d", Digits[i], code)
		}
	}
	if code, ok := EventCode('d'); !ok || code != 15 {
		t.Error("small letters are no digits")
	}
	if _, ok := EventCode('E'); ok {
		t.Error("E is a digit")
	}
}

func FuzzDecodeEvent(f *testing.F) {
	f.Add([]byte{11, 0x8A, 3, 32})
	f.Add([]byte{255, 255, 255})
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := DecodeEvent(b)
		if err != nil {
			return
		}
		e.Volume &= 63
		if back, err := DecodeEvent(EncodeEvent(nil, e)); err != nil || back != e {
			t.Fatalf("%+v came back as %+v, %v", e, back, err)
		}
	})
}
