package carriersim

import (
	"log/slog"
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// FuzzOffer hands whatever a caller may put into INVITE, re-INVITE and ACK to the code that answers it: it has to answer
// with a description of its own, or refuse, and say why.
func FuzzOffer(f *testing.F) {
	for _, s := range []string{
		"", "v=0", "\x00\xff",
		"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8 0 101\r\na=rtpmap:101 telephone-event/8000\r\n",
		"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 0.0.0.0\r\nt=0 0\r\nm=audio 0 RTP/AVP 0\r\na=inactive\r\n",
		"v=0\r\no=- 1 1 IN IP6 ::1\r\ns=-\r\nc=IN IP6 ::1\r\nt=0 0\r\nm=video 1 RTP/AVP 9\r\nm=audio 99999 RTP/AVP 0\r\n",
	} {
		f.Add([]byte(s))
	}
	s, err := New(Config{Addr: "127.0.0.1:0"})
	if err != nil {
		f.Fatal(err)
	}
	conn, err := rtpio.NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		f.Fatal(err)
	}
	l := newLeg(conn, s.lib)
	f.Cleanup(l.close)
	f.Fuzz(func(t *testing.T, body []byte) {
		req := sip.NewRequest(sip.INVITE, sip.Uri{Scheme: "sip", User: "1", Host: "127.0.0.1"})
		req.SetBody(body)
		c := &call{sim: s, log: slog.New(slog.DiscardHandler), invite: req}
		if err := c.agree(l); err != nil {
			return
		}
		c.leg = l
		if got, err := sdp.Parse(c.describe()); err != nil || got.Port != conn.LocalPort() {
			t.Fatalf("answer %q: %v", c.describe(), err)
		}
		if answer, status := c.renegotiate(body); status == 200 && len(answer) == 0 {
			t.Fatal("a re-INVITE is accepted without a description")
		}
	})
}

// FuzzVoicedSpan hands whatever arrives as RTP payload to the ear of a leg.
func FuzzVoicedSpan(f *testing.F) {
	f.Add([]byte{}, true)
	f.Add([]byte{0xD5, 0x55, 0, 0xFF}, false)
	f.Fuzz(func(t *testing.T, words []byte, alaw bool) {
		law := audio.PCMU
		if alaw {
			law = audio.PCMA
		}
		first, last, ok := voicedSpan(law, words)
		if ok && (first < 0 || first >= last || last > len(words)) {
			t.Fatalf("span %d-%d of %d", first, last, len(words))
		}
	})
}
