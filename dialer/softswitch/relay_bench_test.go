package softswitch

import (
	"fmt"
	"net"
	"net/netip"
	"runtime"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/sdp"
)

// BenchmarkRelay passes packets from one leg's peer to another's through the switch's media path, recorded: what a call
// costs every 20 ms and direction, with both peers' system calls included.
func BenchmarkRelay(b *testing.B) {
	for _, ears := range []int{0, 1, 3} {
		b.Run(fmt.Sprintf("%d listeners", ears), func(b *testing.B) { benchmarkRelay(b, ears) })
	}
}

func benchmarkRelay(b *testing.B, ears int) {
	sw := startSwitch(b)
	peer := func() *net.UDPConn {
		c, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
		if err != nil {
			b.Fatal(err)
		}
		return c
	}
	in, out := peer(), peer()
	defer in.Close()
	defer out.Close()
	legs := make([]*media, 2)
	for i, p := range []*net.UDPConn{in, out} {
		m, err := newMedia(sw)
		if err != nil {
			b.Fatal(err)
		}
		m.leg = &leg{sw: sw}
		addr := p.LocalAddr().(*net.UDPAddr).AddrPort()
		if err := m.agree(sdp.Session{Host: addr.Addr().String(), Port: int(addr.Port()), EventPT: 101}, audio.PCMA); err != nil {
			b.Fatal(err)
		}
		defer m.close()
		legs[i] = m
	}
	legs[0].hear(legs[1])
	legs[1].attach(newRecording("", true, fileSettle))
	for range ears {
		legs[1].attach(newEar().rec)
	}
	p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SSRC: 7}, Payload: make([]byte, 160)}
	raw, err := p.Marshal()
	if err != nil {
		b.Fatal(err)
	}
	to := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(legs[0].conn.LocalPort()))
	buf := make([]byte, 2048)
	b.ReportAllocs()
	b.ResetTimer()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for i := range b.N {
		raw[2], raw[3] = byte(i>>8), byte(i)
		ts := uint32(i) * 160
		raw[4], raw[5], raw[6], raw[7] = byte(ts>>24), byte(ts>>16), byte(ts>>8), byte(ts)
		if _, err := in.WriteToUDPAddrPort(raw, to); err != nil {
			b.Fatal(err)
		}
		_ = out.SetReadDeadline(time.Now().Add(time.Second))
		if _, _, err := out.ReadFromUDPAddrPort(buf); err != nil {
			b.Fatal(err)
		}
	}
	runtime.ReadMemStats(&after)
	b.ReportMetric(float64(after.Mallocs-before.Mallocs)/float64(b.N), "mallocs/packet")
}

// Passing sound on allocates nothing, whether nobody takes the leg down, a recording does, or listeners as well.
func TestRelayAllocatesNothing(t *testing.T) {
	sw := startSwitch(t)
	m, err := newMedia(sw)
	if err != nil {
		t.Fatal(err)
	}
	defer m.close()
	m.leg = &leg{sw: sw}
	if err := m.agree(sdp.Session{Host: "127.0.0.1", Port: m.conn.LocalPort()}, audio.PCMA); err != nil {
		t.Fatal(err)
	}
	p := rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: 8, SSRC: 7}, Payload: make([]byte, audio.FrameSamples)}
	count := func(what string) {
		t.Helper()
		n := testing.AllocsPerRun(500, func() {
			p.SequenceNumber++
			p.Timestamp += audio.FrameSamples
			m.takeDown(left, &p)
			m.passSound(&p)
		})
		if n != 0 {
			t.Errorf("%s: %v allocations a packet", what, n)
		}
	}
	count("nobody listens")
	if m.takers.Load() != nil {
		t.Error("the leg is taken down before anybody asked for it")
	}
	one, two := newRecording("", true, fileSettle), newEar()
	m.attach(one)
	count("a recording")
	m.attach(two.rec)
	count("a recording and a listener")
	m.detach(one)
	m.detach(two.rec)
	m.detach(two.rec)
	if m.takers.Load() != nil {
		t.Error("the leg is taken down after everybody has gone")
	}
	count("nobody any more")
}
