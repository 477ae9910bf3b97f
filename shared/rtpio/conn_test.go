package rtpio

import (
	"errors"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func listen(t testing.TB) *Conn {
	t.Helper()
	c, err := NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

func addr(c *Conn) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(c.LocalPort()))
}

// pair is two sockets that send to each other.
func pair(t testing.TB) (a, b *Conn) {
	a, b = listen(t), listen(t)
	a.SetRemote(addr(b))
	b.SetRemote(addr(a))
	return a, b
}

func read(t testing.TB, c *Conn) rtp.Packet {
	t.Helper()
	c.sock.SetReadDeadline(time.Now().Add(5 * time.Second))
	var p rtp.Packet
	if err := c.ReadPacket(make([]byte, MaxPacket), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func TestSendCounts(t *testing.T) {
	a, b := pair(t)
	if !b.LastReceived().IsZero() {
		t.Error("something came before anything was sent")
	}
	var first rtp.Packet
	for i := range 3 {
		if err := a.Send(8, i == 0, 160, make([]byte, 160)); err != nil {
			t.Fatal(err)
		}
		p := read(t, b)
		if i == 0 {
			first = p
		}
		if p.SequenceNumber != first.SequenceNumber+uint16(i) || p.Timestamp != first.Timestamp+uint32(160*i) ||
			p.SSRC != a.SSRC() || p.Marker != (i == 0) || p.PayloadType != 8 || len(p.Payload) != 160 {
			t.Errorf("packet %d: %+v", i, p.Header)
		}
	}
	a.SkipTimestamp(1600)
	if err := a.Send(101, false, 0, []byte{1, 2, 3, 4}); err != nil {
		t.Fatal(err)
	}
	if p := read(t, b); p.Timestamp != first.Timestamp+3*160+1600 {
		t.Errorf("timestamp after a skip moved by %d", p.Timestamp-first.Timestamp)
	}
	if d := time.Since(b.LastReceived()); d < 0 || d > time.Minute {
		t.Errorf("last received %v ago", d)
	}
	if s := a.Stats(); s.Sent != 4 {
		t.Errorf("%+v", s)
	}
}

func TestSendWithoutRemote(t *testing.T) {
	c := listen(t)
	for _, to := range []string{"", "0.0.0.0:4000", "127.0.0.1:0"} {
		if to != "" {
			c.SetRemote(netip.MustParseAddrPort(to))
		}
		if err := c.Send(0, false, 160, make([]byte, 160)); !errors.Is(err, ErrNoRemote) {
			t.Errorf("%q: %v", to, err)
		}
	}
	c.SetRemote(netip.MustParseAddrPort("127.0.0.1:9"))
	if err := c.Send(0, false, 0, make([]byte, MaxPacket)); !errors.Is(err, ErrPayloadTooLarge) {
		t.Errorf("a packet larger than any: %v", err)
	}
}

func TestReadSkipsNoise(t *testing.T) {
	a, b := pair(t)
	for _, noise := range [][]byte{
		{}, {0x80}, []byte("hello, is anybody there?"),
		{0x80, 200, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0},  // RTCP sender report
		{0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42, 0, 0}, // STUN
		{0x8F, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0},    // 15 CSRCs promised
		{0xA0, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 9}, // more padding than packet
		{0x90, 8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xBE, 0xDE, 0xFF, 0xFF},
	} {
		if _, err := a.sock.WriteToUDPAddrPort(noise, addr(b)); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Send(8, false, 160, []byte{42}); err != nil {
		t.Fatal(err)
	}
	if p := read(t, b); len(p.Payload) != 1 || p.Payload[0] != 42 {
		t.Errorf("%+v", p)
	}
	if s := b.Stats(); s.Malformed != 8 || s.Received != 1 {
		t.Errorf("%+v", s)
	}
}

func TestLatch(t *testing.T) {
	b, near, far := listen(t), listen(t), listen(t)
	near.SetRemote(addr(b))
	far.SetRemote(addr(b))
	b.SetRemote(netip.MustParseAddrPort("192.0.2.1:4000"))
	b.EnableLatch(true)
	near.Send(8, false, 160, []byte{1})
	if read(t, b); b.Remote() != addr(near) {
		t.Fatalf("remote is %v", b.Remote())
	}
	far.Send(8, false, 160, []byte{2})
	near.Send(8, false, 160, []byte{3})
	if p := read(t, b); p.Payload[0] != 3 || b.Stats().Strangers != 1 {
		t.Errorf("heard a stranger: %v, %+v", p.Payload, b.Stats())
	}
	b.SetRemote(addr(far))
	far.Send(8, false, 160, []byte{4})
	if p := read(t, b); p.Payload[0] != 4 || b.Remote() != addr(far) {
		t.Errorf("did not follow a new remote: %v", b.Remote())
	}
}

func TestCloseEndsRead(t *testing.T) {
	c := listen(t)
	done := make(chan error)
	go func() {
		var p rtp.Packet
		done <- c.ReadPacket(make([]byte, MaxPacket), &p)
	}()
	c.Close()
	if err := <-done; !errors.Is(err, net.ErrClosed) {
		t.Error(err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
}

func TestForwardIsOneStream(t *testing.T) {
	c, sink := pair(t)
	var last rtp.Packet
	base := uint32(4294967200)
	forward := func(p rtp.Packet) rtp.Packet {
		t.Helper()
		p.Version, p.PayloadType, p.Payload = 2, 8, []byte{1}
		if err := c.Forward(&p); err != nil {
			t.Fatal(err)
		}
		return read(t, sink)
	}
	head := func(ssrc uint32, seq uint16, ts uint32) rtp.Packet {
		return rtp.Packet{Header: rtp.Header{SSRC: ssrc, SequenceNumber: seq, Timestamp: ts}}
	}
	last = forward(head(1, 65534, base))
	if !last.Marker {
		t.Error("a new source has no marker")
	}
	// The same source across both wraps, then with a packet lost.
	for i, seq := range []uint16{65535, 0, 2} {
		steps := uint16(1)
		if i == 2 {
			steps = 2
		}
		p := forward(head(1, seq, base+160*uint32(seq+2)))
		if p.SequenceNumber != last.SequenceNumber+steps || p.Timestamp != last.Timestamp+160*uint32(steps) || p.SSRC != c.SSRC() {
			t.Fatalf("packet %d: %+v after %+v", i, p.Header, last.Header)
		}
		last = p
	}
	// The lost one comes late, and does not disturb what follows.
	if p := forward(head(1, 1, base+160*3)); p.SequenceNumber != last.SequenceNumber-1 {
		t.Errorf("late packet got number %d after %d", p.SequenceNumber, last.SequenceNumber)
	}
	// Another source, a restart of it, and our own sound in between.
	for i, p := range []rtp.Packet{head(2, 9000, 5), head(2, 30000, 77), head(1, 3, 1)} {
		if i == 2 {
			if err := c.Send(8, false, 160, []byte{1}); err != nil {
				t.Fatal(err)
			}
			last = read(t, sink)
		}
		got := forward(p)
		if got.SequenceNumber != last.SequenceNumber+1 || !got.Marker {
			t.Errorf("source %d: %+v after %+v", i, got.Header, last.Header)
		}
		if step := got.Timestamp - last.Timestamp; step < 160 || step%160 != 0 || step > 8000*60 {
			t.Errorf("source %d: timestamp moved by %d", i, step)
		}
		last = got
	}
}

func TestHotPathDoesNotAllocate(t *testing.T) {
	a, b := pair(t)
	payload, buf := make([]byte, 160), make([]byte, MaxPacket)
	var p rtp.Packet
	if n := testing.AllocsPerRun(100, func() {
		if a.Send(8, false, 160, payload) != nil || b.ReadPacket(buf, &p) != nil || b.Forward(&p) != nil || a.ReadPacket(buf, &p) != nil {
			t.Fatal("lost")
		}
	}); n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
}

func BenchmarkSendReadPacket(b *testing.B) {
	x, y := pair(b)
	payload, buf := make([]byte, 160), make([]byte, MaxPacket)
	var p rtp.Packet
	b.ReportAllocs()
	for b.Loop() {
		if err := x.Send(8, false, 160, payload); err != nil {
			b.Fatal(err)
		}
		if err := y.ReadPacket(buf, &p); err != nil {
			b.Fatal(err)
		}
	}
}

func FuzzPacket(f *testing.F) {
	f.Add([]byte{0x80, 8, 0, 1, 0, 0, 0, 160, 0, 0, 0, 1, 0xD5, 0xD5})
	f.Add([]byte{0xB1, 101, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2, 0xBE, 0xDE, 0, 1, 0x10, 0xFF, 0, 0, 1, 0x8A, 3, 0x20, 1})
	var r EventReader
	var p rtp.Packet
	f.Fuzz(func(t *testing.T, b []byte) {
		if !looksLikeRTP(b) || p.Unmarshal(b) != nil {
			return
		}
		if len(p.Payload) > len(b)-headerSize {
			t.Fatalf("payload of %d bytes in a packet of %d", len(p.Payload), len(b))
		}
		r.Push(&p)
	})
}
