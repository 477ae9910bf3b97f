package softswitch

import (
	"bytes"
	"fmt"
	"net"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// answerer is a SIP peer that answers everything at once with as little work as possible, so that a benchmark measures
// the switch.
func answerer(t testing.TB) string {
	t.Helper()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.SetReadBuffer(4 << 20)
	port := conn.LocalAddr().(*net.UDPAddr).Port
	const sdp = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8 101\r\na=rtpmap:101 telephone-event/8000\r\n"
	var wg sync.WaitGroup
	wg.Go(func() {
		buf := make([]byte, 4096)
		var out bytes.Buffer
		for {
			n, from, err := conn.ReadFromUDPAddrPort(buf)
			if err != nil {
				return
			}
			m := buf[:n]
			if bytes.HasPrefix(m, []byte("ACK")) {
				continue
			}
			out.Reset()
			out.WriteString("SIP/2.0 200 OK\r\n")
			for line := range bytes.SplitSeq(m, []byte("\r\n")) {
				for _, h := range []string{"Via:", "From:", "Call-ID:", "CSeq:", "To:"} {
					if bytes.HasPrefix(line, []byte(h)) {
						out.Write(line)
						if h == "To:" && !bytes.Contains(line, []byte("tag=")) {
							out.WriteString(";tag=bench")
						}
						out.WriteString("\r\n")
					}
				}
			}
			fmt.Fprintf(&out, "Contact: <sip:x@127.0.0.1:%d>\r\n", port)
			if bytes.HasPrefix(m, []byte("INVITE")) {
				fmt.Fprintf(&out, "Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", len(sdp), sdp)
			} else {
				out.WriteString("Content-Length: 0\r\n\r\n")
			}
			_, _ = conn.WriteToUDPAddrPort(out.Bytes(), from)
		}
	})
	t.Cleanup(func() {
		_ = conn.Close()
		wg.Wait()
	})
	return "127.0.0.1:" + strconv.Itoa(port)
}

// BenchmarkOriginateParkHangup is one call: originate to a park, hang up, with the events a dialer hears. It reports calls
// per second with the answerer and the client on the same processors.
func BenchmarkOriginateParkHangup(b *testing.B) {
	sw := startSwitch(b, func(c *Config) { c.SessionsPerSecond, c.MaxSessions = 1e6, 1e6 })
	addr := answerer(b)
	conn, err := net.Dial("tcp", sw.ESLAddr())
	if err != nil {
		b.Fatal(err)
	}
	var out sync.Mutex
	send := func(s string) {
		out.Lock()
		_, _ = conn.Write([]byte(s))
		out.Unlock()
	}
	send("auth " + testPassword + "\n\nevent plain CHANNEL_ANSWER CHANNEL_PARK CHANNEL_PROGRESS_MEDIA CHANNEL_HANGUP_COMPLETE BACKGROUND_JOB\n\n")
	slots := make(chan struct{}, 64)
	var ended, failed atomic.Int64
	all := make(chan struct{})
	total := int64(b.N)
	var wg sync.WaitGroup
	wg.Go(func() {
		r := wire.NewReader(conn, wire.Limits{})
		for {
			f, err := r.ReadFrame()
			if err != nil {
				return
			}
			if f.ContentType() != wire.TypeEventPlain {
				continue
			}
			e, _ := f.Event()
			switch e.Name() {
			case "CHANNEL_PARK":
				send("bgapi uuid_kill " + e.UUID() + "\n\n")
			case "CHANNEL_HANGUP_COMPLETE":
				<-slots
				if e.Get("Hangup-Cause") != "NORMAL_CLEARING" {
					failed.Add(1)
				}
				if ended.Add(1) == total {
					close(all)
				}
			}
		}
	})
	b.ResetTimer()
	start := time.Now()
	for i := range b.N {
		slots <- struct{}{}
		send(fmt.Sprintf("bgapi originate {origination_uuid=%s,origination_caller_id_number=1000,origination_caller_id_name=1000,"+
			"ignore_early_media=false,originate_timeout=30,outdial_call=%s,outdial_tenant=1}sofia/carriers/%d@%s &park()\nJob-UUID: %d\n\n",
			uuidOf(i), uuidOf(i), i, addr, i))
	}
	<-all
	b.StopTimer()
	b.ReportMetric(float64(b.N)/time.Since(start).Seconds(), "calls/s")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapInuse)/1e6, "MB-heap")
	if failed.Load() > 0 {
		b.Errorf("%d calls failed", failed.Load())
	}
	_ = conn.Close()
	wg.Wait()
}
