package sipmedia

import (
	"context"
	"math"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// share of pcm's energy at freq.
func share(pcm []int16, freq float64) float64 {
	var re, im, total float64
	for i, s := range pcm {
		w := 2 * math.Pi * freq * float64(i) / audio.Rate
		re += float64(s) * math.Cos(w)
		im += float64(s) * math.Sin(w)
		total += float64(s) * float64(s)
	}
	if total == 0 {
		return 0
	}
	return 2 * (re*re + im*im) / (total * float64(len(pcm)))
}

func TestSpeakBothWays(t *testing.T) {
	for _, transport := range []string{"udp", "tcp"} {
		t.Run(transport, func(t *testing.T) {
			rec := &recorder{tone: audio.Tone(1000, 0.5, time.Second)}
			handler, legs := handOver(func() Media { return rec })
			s := serve(t, Config{}, handler)
			c := newSwitchboard(t).call(s, transport)
			if len(c.answer.Formats) != 1 || c.answer.Formats[0] != audio.PCMA || c.answer.EventPT != 101 {
				t.Errorf("answer %+v", c.answer)
			}
			l := receive(t, "leg", legs)
			if inv := l.Invite(); inv.TenantID != 7 || inv.ScriptVersionID != 42 || inv.CampaignID != 5 || inv.To != "robot" {
				t.Errorf("%+v", inv)
			}
			go c.speak(audio.PCMA, audio.Tone(450, 0.5, 700*time.Millisecond))
			pcm, packets := c.hear(30)
			if f := share(pcm[160:], 1000); f < 0.9 {
				t.Errorf("share of the robot's tone is %.2f", f)
			}
			for i, p := range packets[1:] {
				if p.SequenceNumber != packets[i].SequenceNumber+1 || (p.Timestamp-packets[i].Timestamp)%160 != 0 || p.Marker {
					t.Errorf("packet %d: %+v after %+v", i+1, p, packets[i])
				}
			}
			if !packets[0].Marker {
				t.Error("first packet has no marker")
			}
			await(t, "enough of the caller", func() bool { h, _, _ := rec.snapshot(); return len(h) > 45*audio.FrameSamples })
			heard, _, _ := rec.snapshot()
			voiced := heard[:0]
			for _, x := range heard {
				if x > 10 || x < -10 {
					voiced = append(voiced, x)
				}
			}
			if len(voiced) < audio.Rate/3 || audio.LevelDB(voiced) < -15 {
				t.Errorf("heard %d loud samples at %.1f dB", len(voiced), audio.LevelDB(voiced))
			}
			for name, at := range map[string]time.Time{"sent": l.SentAt(), "received": l.LastReceived(), "answered": l.Answered()} {
				if d := time.Since(at); d < 0 || d > patience {
					t.Errorf("%s %v ago", name, d)
				}
			}
			c.bye(sip.NewHeader("Reason", "SIP;cause=200, Q.850;cause=17;text=\"x\""))
			ended(t, l, EndRemote)
			if l.EndCause() != UserBusy {
				t.Errorf("cause %d", l.EndCause())
			}
			if st := l.Stats(); st.Gaps.N < 25 || st.RTP.Received < 20 {
				t.Errorf("%+v", st)
			}
			if st := s.Stats(); st.Accepted != 1 || st.Ended[EndRemote] != 1 || st.Gaps != l.Stats().Gaps {
				t.Errorf("%+v", st)
			}
		})
	}
}

func TestDigits(t *testing.T) {
	rec := &recorder{}
	handler, legs := handOver(func() Media { return rec })
	s := serve(t, Config{}, handler)
	c := newSwitchboard(t).call(s)
	receive(t, "leg", legs)
	press := func(d byte, lose int) {
		w, err := rtpio.NewEventWriter(d, 60*time.Millisecond)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; ; i++ {
			b, marker, more := w.Next(nil)
			if !more {
				break
			}
			if i < lose || lose == 0 {
				c.rtp.Send(101, marker, 0, b)
			}
		}
		c.rtp.SkipTimestamp(w.Samples())
	}
	digits := func() string { _, d, _ := rec.snapshot(); return d }
	press('1', 0)
	press('2', 2) // its end is lost, the next press tells
	press('#', 0)
	await(t, "keys in RTP", func() bool { return digits() == "12#" })
	press('9', 1) // its end is lost and nothing follows
	await(t, "a key without end", func() bool { return digits() == "12#9" })
	for _, i := range []struct {
		kind, body string
		want       int
	}{
		{"application/dtmf-relay", "Signal= 5\r\nDuration=160\r\n", 200},
		{"application/dtmf", "*", 200},
		{"application/dtmf-relay", "Signal=11\r\n", 200},
		{"application/dtmf-relay", "Signal=55\r\n", 415},
		{"text/plain", "5", 415},
	} {
		if res := c.request(sip.INFO, i.kind, []byte(i.body)); res.StatusCode != i.want {
			t.Errorf("%s %q: %d, want %d", i.kind, i.body, res.StatusCode, i.want)
		}
	}
	if res := c.request(sip.INFO, "", nil); res.StatusCode != 200 {
		t.Errorf("empty INFO: %d", res.StatusCode)
	}
	await(t, "keys in INFO", func() bool { return digits() == "12#95*#" })
	c.bye()
}

func TestCancelBeforeAnswer(t *testing.T) {
	asked := make(chan Invite, 1)
	cfg := Config{Admit: func(ctx context.Context, inv Invite) error {
		asked <- inv
		<-ctx.Done()
		return ctx.Err()
	}}
	handler, legs := handOver(nil)
	s := serve(t, cfg, handler)
	r := newRaw(t, s)
	text := r.inviteText("cancel", "call-cancel")
	r.send(text)
	receive(t, "question whether to take the call", asked)
	r.next("SIP/2.0 100")
	head, _, _ := strings.Cut(text, "Contact:")
	cancel := strings.NewReplacer("INVITE sip:", "CANCEL sip:", "10 INVITE", "10 CANCEL").Replace(head)
	r.send(cancel + "Content-Length: 0\r\n\r\n")
	if msg := r.next("SIP/2.0 200"); !strings.Contains(msg, "CANCEL") {
		t.Errorf("200 is not for CANCEL: %s", msg)
	}
	r.next("SIP/2.0 487")
	await(t, "end of the call", func() bool { st := s.Stats(); return st.Active == 0 && st.Canceled == 1 })
	if len(legs) != 0 || s.Stats().Accepted != 0 {
		t.Error("a canceled call got a leg")
	}
}

func TestRenegotiation(t *testing.T) {
	rec := &recorder{}
	handler, legs := handOver(func() Media { return rec })
	s := serve(t, Config{MediaTimeout: time.Minute}, handler)
	c := newSwitchboard(t).call(s)
	l := receive(t, "leg", legs)
	c.hear(3)

	offer := offerFor(c.rtp.LocalPort())
	parse := func(res *sip.Response) sdp.Session {
		t.Helper()
		if res.StatusCode != 200 {
			t.Fatalf("%d %s", res.StatusCode, res.Reason)
		}
		answer, err := sdp.Parse(res.Body())
		if err != nil {
			t.Fatal(err)
		}
		if answer.SessionID != c.answer.SessionID {
			t.Error("session id changed")
		}
		return answer
	}

	offer.Direction, offer.Version = sdp.SendOnly, 2
	held := parse(c.request(sip.INVITE, sdpType, offer.Marshal()))
	if held.Direction != sdp.RecvOnly || held.Version <= c.answer.Version || !l.OnHold() {
		t.Errorf("hold answered %+v, on hold %v", held, l.OnHold())
	}

	offer.Direction, offer.Formats, offer.Version = sdp.SendRecv, []sdp.Format{audio.PCMU}, 3
	back := parse(c.request(sip.INVITE, sdpType, offer.Marshal()))
	if back.Direction != sdp.SendRecv || l.OnHold() || l.Law() != audio.PCMU || back.Version <= held.Version {
		t.Errorf("resume answered %+v, law %v", back, l.Law())
	}
	// What was sent before the change may still be in the socket.
	changed := func(want audio.Law) {
		t.Helper()
		for range 100 {
			if _, p := c.hear(1); audio.Law(p[0].PayloadType) == want {
				return
			}
		}
		t.Errorf("robot does not send %v", want)
	}
	changed(audio.PCMU)

	if res := c.request(sip.INVITE, sdpType, []byte("v=0\r\nnonsense")); res.StatusCode != 400 {
		t.Errorf("nonsense: %d", res.StatusCode)
	}
	opus := []byte("v=0\r\no=- 1 9 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 96\r\na=rtpmap:96 opus/48000/2\r\n")
	if res := c.request(sip.INVITE, sdpType, opus); res.StatusCode != 488 || res.GetHeader("Warning") == nil {
		t.Errorf("opus: %d", res.StatusCode)
	}
	if l.Law() != audio.PCMU {
		t.Error("a refused offer changed the codec")
	}

	res := c.request(sip.UPDATE, "", nil, sip.NewHeader("Session-Expires", "1800;refresher=uac"), sip.NewHeader("Supported", "timer"))
	if res.StatusCode != 200 || res.GetHeader("Session-Expires") == nil || len(res.Body()) != 0 {
		t.Errorf("refresh: %v", res)
	}
	offer.Formats = []sdp.Format{audio.PCMA}
	if a := parse(c.request(sip.UPDATE, sdpType, offer.Marshal())); a.Formats[0] != audio.PCMA || l.Law() != audio.PCMA {
		t.Errorf("UPDATE answered %+v", a)
	}
	if res := c.request(sip.INVITE, "", nil, sip.NewHeader("Session-Expires", "60")); res.StatusCode != 422 || res.GetHeader("Min-SE") == nil {
		t.Errorf("short session: %d", res.StatusCode)
	}

	// Without an offer the robot offers, and the ACK answers.
	req := sip.NewRequest(sip.INVITE, c.InviteResponse.Contact().Address)
	res, err := c.Do(soon(t), req)
	if err != nil {
		t.Fatal(err)
	}
	ours := parse(res)
	if len(ours.Formats) != 2 || ours.EventPT != 101 {
		t.Errorf("offered %+v", ours)
	}
	offer.Formats = []sdp.Format{audio.PCMU}
	c.ack(res, offer.Marshal())
	await(t, "answer in ACK", func() bool { return l.Law() == audio.PCMU })

	c.bye()
	ended(t, l, EndRemote)
}

func TestMissingACK(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{AckTimeout: 700 * time.Millisecond}, handler)
	r := newRaw(t, s)
	r.send(r.inviteText("noack", "call-noack"))
	first := r.next("SIP/2.0 200")
	if again := r.next("SIP/2.0 200"); header(again, "To") != header(first, "To") {
		t.Error("repeated answer has another tag")
	}
	bye := r.next("BYE ")
	if !strings.Contains(header(bye, "Reason"), "cause=102") || header(bye, "To") != "<sip:switch@127.0.0.1>;tag=from-call-noack" {
		t.Errorf("%s", bye)
	}
	r.send("SIP/2.0 200 OK\r\nVia: " + header(bye, "Via") + "\r\nFrom: " + header(bye, "From") + "\r\nTo: " + header(bye, "To") +
		"\r\nCall-ID: " + header(bye, "Call-ID") + "\r\nCSeq: " + header(bye, "CSeq") + "\r\nContent-Length: 0\r\n\r\n")
	ended(t, receive(t, "leg", legs), EndNoAck)
}

// An old implementation acknowledges on the branch of the INVITE.
func TestACKOnSameBranch(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{AckTimeout: 300 * time.Millisecond, ByeTimeout: 50 * time.Millisecond}, handler)
	r := newRaw(t, s)
	text := r.inviteText("old", "call-old")
	r.send(text)
	ok := r.next("SIP/2.0 200")
	head, _, _ := strings.Cut(text, "Contact:")
	r.send(strings.NewReplacer("INVITE sip:", "ACK sip:", "10 INVITE", "10 ACK", "To: "+header(text, "To"), "To: "+header(ok, "To")).Replace(head) + "Content-Length: 0\r\n\r\n")
	l := receive(t, "leg", legs)
	await(t, "ACK", func() bool { l.mu.Lock(); defer l.mu.Unlock(); return len(l.acks) == 0 })
	if err := l.Hangup(soon(t), NormalClearing); err != nil {
		t.Error(err)
	}
	ended(t, l, EndLocal)
}

func TestLostBye(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{ByeTimeout: 100 * time.Millisecond}, handler)
	w := newSwitchboard(t)
	w.deaf.Store(true)
	w.call(s)
	l := receive(t, "leg", legs)
	for range 2 { // hanging up twice is hanging up
		if err := l.Hangup(soon(t), NormalClearing); err != nil {
			t.Error(err)
		}
	}
	bye := receive(t, "BYE", w.byes)
	if h := bye.GetHeader("Reason"); h == nil || h.Value() != "Q.850;cause=16" {
		t.Errorf("Reason %v", h)
	}
	ended(t, l, EndLocal)
	await(t, "dialog forgotten", func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.dialogs) == 0 })
}

func TestHangupDoesNotWaitLongerThanAsked(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{ByeTimeout: 200 * time.Millisecond}, handler)
	w := newSwitchboard(t)
	w.deaf.Store(true)
	w.call(s)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	l := receive(t, "leg", legs)
	if err := l.Hangup(ctx, NormalClearing); err == nil {
		t.Error("an unconfirmed BYE counts as confirmed")
	}
	ended(t, l, EndLocal)
}

func TestNoRTP(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{MediaTimeout: 150 * time.Millisecond}, handler)
	w := newSwitchboard(t)
	w.call(s)
	ended(t, receive(t, "leg", legs), EndNoMedia)
	if h := receive(t, "BYE", w.byes).GetHeader("Reason"); h == nil || h.Value() != "Q.850;cause=102" {
		t.Errorf("Reason %v", h)
	}
}

func TestHoldNeedsNoRTP(t *testing.T) {
	handler, legs := handOver(nil)
	s := serve(t, Config{MediaTimeout: 300 * time.Millisecond}, handler)
	c := newSwitchboard(t).call(s)
	l := receive(t, "leg", legs)
	offer := offerFor(c.rtp.LocalPort())
	offer.Direction = sdp.Inactive
	if res := c.request(sip.INVITE, sdpType, offer.Marshal()); res.StatusCode != 200 {
		t.Fatal(res)
	}
	select {
	case <-l.Done():
		t.Errorf("ended on hold: %s", l.EndReason())
	case <-time.After(500 * time.Millisecond): // longer than the media timeout: nothing is to happen
	}
	c.bye()
}

func TestPanicCostsOneCall(t *testing.T) {
	handler, legs := handOver(func() Media { return panicky{} })
	s := serve(t, Config{}, handler)
	w := newSwitchboard(t)
	w.call(s)
	ended(t, receive(t, "leg", legs), EndFault)
	receive(t, "BYE", w.byes)

	s2 := serve(t, Config{}, func(context.Context, *Leg) { panic("handler") })
	w.call(s2)
	receive(t, "BYE", w.byes)
	if n := s2.Stats().Ended[EndFault]; n != 1 {
		t.Errorf("%d faults", n)
	}
}

type panicky struct{}

func (panicky) Digit(byte, time.Time)               {}
func (panicky) Tick([]int16, time.Time) (_ []int16) { panic("tick") }

func TestShutdownHangsUp(t *testing.T) {
	handler, legs := handOver(nil)
	s, err := Listen(Config{}, handler)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- s.Serve(ctx) }()
	w := newSwitchboard(t)
	w.call(s)
	l := receive(t, "leg", legs)
	cancel()
	receive(t, "BYE", w.byes)
	if err := receive(t, "end of Serve", done); err != nil {
		t.Error(err)
	}
	ended(t, l, EndShutdown)
}

func TestPortTaken(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	if _, err := Listen(Config{Port: port}, nil); err == nil || !strings.Contains(err.Error(), "configure another one") {
		t.Errorf("taken port: %v", err)
	}
	for _, cfg := range []Config{{Port: -1}, {RTPMin: 2000, RTPMax: 1000}, {Laws: []audio.Law{3}}, {MaxLegs: -1}, {AdvertisedHost: "example.com"}} {
		if _, err := Listen(cfg, nil); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
}
