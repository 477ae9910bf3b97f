package softswitch

import (
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
	legs[1].disc.Store(newRecording("", true))
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
