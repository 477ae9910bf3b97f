package carriersim

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

func start(t *testing.T, change func(*Config)) *Simulator {
	t.Helper()
	t.Parallel()
	return launch(t, change)
}

func launch(t *testing.T, change func(*Config)) *Simulator {
	t.Helper()
	cfg := Config{Addr: "127.0.0.1:0", TimeScale: 0.02, Patience: 400 * time.Millisecond}
	if change != nil {
		change(&cfg)
	}
	s, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func number(t *testing.T, name string, n int) string {
	t.Helper()
	out, err := NumberFor(name, n)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// record waits for the end of the newest call and returns its record.
func record(t *testing.T, s *Simulator, id string) Call {
	t.Helper()
	deadline := time.Now().Add(8 * time.Second)
	for {
		for _, c := range s.Calls() {
			if c.ID == id && c.End != EndActive {
				return c
			}
		}
		if time.Now().After(deadline) {
			t.Fatalf("call %s did not end: %+v", id, s.Calls())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func within(t *testing.T, d time.Duration) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	t.Cleanup(cancel)
	return ctx
}

func TestUnansweredCalls(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	for _, c := range []struct {
		name   string
		status int
		early  bool // audible early media
		reason string
	}{
		{"busy", 486, false, "Q.850;cause=17"},
		{"busy-tone", 486, true, "Q.850;cause=17"},
		{"no-answer-480", 480, false, "Q.850;cause=19"},
		{"rejected", 603, false, "Q.850;cause=21"},
		{"congestion", 503, false, "Q.850;cause=42"},
		{"congestion-tone", 503, true, "Q.850;cause=34"},
		{"no-answer-announced", 480, true, "Q.850;cause=19"},
		{"powered-off", 480, true, "Q.850;cause=20"},
		{"vacant", 404, true, "Q.850;cause=1"},
		{"suspended", 503, true, "Q.850;cause=27"},
		{"in-call", 486, true, "Q.850;cause=17"},
		{"unreachable", 480, true, "Q.850;cause=20"},
		{"network-busy", 503, true, "Q.850;cause=34"},
		{"vacant-plain", 404, false, "Q.850;cause=1"},
		{"forbidden", 403, false, "Q.850;cause=21"},
		{"number-changed", 410, false, "Q.850;cause=22"},
		{"not-acceptable", 488, false, "Q.850;cause=88"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			n := 0
			for Plan(number(t, c.name, n), 0).Ring == RingTone { // its early media is another test's
				n++
			}
			a := k.call(within(t, 20*time.Second), s, number(t, c.name, n), nil)
			if a.final == nil || a.final.StatusCode != c.status {
				t.Fatalf("got %v (%v), want %d", a.statuses, a.err, c.status)
			}
			if h := a.final.GetHeader("Reason"); h == nil || h.Value() != c.reason {
				t.Errorf("reason %v, want %s", h, c.reason)
			}
			heard, _ := a.leg.snapshot()
			if loud := loudest(heard); c.early != (loud > -30) || c.early != (a.early != nil) {
				t.Errorf("early media at %.0f dBFS over %v, SDP %q", loud, audio.Duration(len(heard)), a.early)
			}
			rec := record(t, s, a.id())
			if rec.End != EndRefused || rec.Status != c.status || !rec.Answered.IsZero() || rec.Behaviour.Name != c.name {
				t.Errorf("record %+v", rec)
			}
		})
	}
}

// loudest is the level of the loudest 100 ms.
func loudest(pcm []int16) float64 {
	db := -100.0
	for i := 0; i+800 <= len(pcm); i += 800 {
		db = math.Max(db, audio.LevelDB(pcm[i:i+800]))
	}
	return db
}

// onset are the times at which sound begins after at least 80 ms of silence.
func onsets(pcm []int16) []time.Duration {
	var out []time.Duration
	quiet := 8
	for i := 0; i+80 <= len(pcm); i += 80 {
		if audio.LevelDB(pcm[i:i+80]) < -35 {
			quiet++
			continue
		}
		if quiet >= 8 {
			out = append(out, audio.Duration(i))
		}
		quiet = 0
	}
	return out
}

func TestTonesHaveTheirCadence(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	for name, period := range map[string]time.Duration{"busy-tone": 700 * time.Millisecond, "congestion-tone": 1400 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := k.call(within(t, 20*time.Second), s, number(t, name, 2), nil)
			heard, _ := a.leg.snapshot()
			starts := onsets(heard)
			if len(starts) < 2 {
				t.Fatalf("onsets %v", starts)
			}
			for i := 1; i < len(starts); i++ {
				if d := starts[i] - starts[i-1]; (d - period).Abs() > 30*time.Millisecond {
					t.Errorf("onsets %v, want every %v", starts, period)
				}
			}
		})
	}
}

func TestCancel(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	a := k.call(ctx, s, number(t, "no-answer", 1), nil)
	if a.err == nil || a.final != nil {
		t.Fatalf("answered: %v", a.statuses)
	}
	if rec := record(t, s, a.id()); rec.End != EndCancelled || rec.Status != 487 || rec.Rang.IsZero() {
		t.Errorf("record %+v", rec)
	}
}

func TestRingStyles(t *testing.T) {
	s := start(t, func(c *Config) { c.TimeScale = 1 })
	k := newCaller(t)
	seen := map[RingStyle]bool{}
	for n := 0; len(seen) < 2 && n < 100; n++ {
		num := number(t, "no-answer", n)
		b := Plan(num, 0)
		if seen[b.Ring] || b.PostDial > 600*time.Millisecond {
			continue
		}
		seen[b.Ring] = true
		t.Run(string(b.Ring), func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithTimeout(t.Context(), b.PostDial+2*time.Second)
			defer cancel()
			a := k.call(ctx, s, num, nil)
			heard, _ := a.leg.snapshot()
			want := 180
			if b.Ring == RingTone {
				want = 183
			}
			if !slices.Contains(a.statuses, want) || (b.Ring == RingTone) != (loudest(heard) > -30) {
				t.Errorf("%v, heard %v at %.0f dBFS", a.statuses, audio.Duration(len(heard)), loudest(heard))
			}
		})
	}
}

// A whole conversation with a robot whose habits are known: what the simulator measures has to be those.
func TestConversationIsMeasured(t *testing.T) {
	s := start(t, func(c *Config) { c.Patience = 3 * time.Second })
	k := newCaller(t)
	a := k.call(within(t, 20*time.Second), s, greeting(t, "interrupts"), nil)
	lib, _ := loadLibrary()
	prompt := audio.PCMU.Decode(nil, lib.say("network", "line-unreachable").words[0])
	a.leg.mu.Lock()
	a.leg.answers, a.leg.yields, a.leg.prompts = true, true, [][]int16{prompt, prompt[:8000], prompt[:8000]}
	a.leg.mu.Unlock()
	a.ack()
	var rec Call
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		if rec = s.Calls()[0]; len(rec.Said) >= 3 && !rec.Said[1].Reply.IsZero() {
			break
		}
	}
	a.hangUp()
	rec = record(t, s, a.id())
	if rec.End != EndCaller || rec.Acked.IsZero() || rec.Codec != audio.PCMA.String() || len(rec.Said) < 3 {
		t.Fatalf("record %+v", rec)
	}
	for i := range 2 {
		d, ok := rec.Said[i].Latency()
		if !ok || d < robotEndpoint-25*time.Millisecond || d > robotEndpoint+400*time.Millisecond {
			t.Errorf("reply to %q after %v %v; this robot replies after %v, to within a packet", rec.Said[i].Text, d, ok, robotEndpoint)
		}
	}
	over := rec.Said[1]
	if d, ok := over.BargeInStop(); !ok || d < robotConfirm-50*time.Millisecond || d > robotConfirm+500*time.Millisecond {
		t.Errorf("robot stopped after %v, %v: %+v", d, ok, over)
	}
	if rec.Received < 100 || rec.Sent < 100 || rec.Gaps.Count() < 100 || rec.RobotSpoke < time.Second {
		t.Errorf("record %+v", rec)
	}
	st := s.Stats()
	if st.ReplyLatency.N < 2 || st.BargeInStop.N != 1 || st.Answered != 1 || st.ByEnd[EndCaller] != 1 || st.ByBehaviour["interrupts"] != 1 {
		t.Errorf("stats %+v", st)
	}
}

// greeting finds a number of a persona that speaks first, without early media that a simple robot would take for speech.
func greeting(t *testing.T, name string) string {
	t.Helper()
	for n := range 200 {
		if num := number(t, name, n); Plan(num, 0).Talk.Greet != "" && Plan(num, 0).Ring != RingTone {
			return num
		}
	}
	t.Fatalf("nobody of %q greets", name)
	return ""
}

func TestAnsweredCallsEnd(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	for name, speaks := range map[string]bool{
		"interested": true, "questions": true, "refuses": true, "interrupts": true, "silent": false, "hangs-up-early": true,
		"backchannels": true, "postpones": true, "keypad": true, "voicemail": true, "drops-after-answer": false,
		"slow-to-connect": true, "answers-at-once": true, "no-rtp": false, "ignores-ack": true,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			num := number(t, name, 0)
			if speaks && name != "voicemail" {
				num = greeting(t, name)
			}
			a := k.call(within(t, 20*time.Second), s, num, nil)
			a.ack()
			a.awaitBye(20 * time.Second)
			rec := record(t, s, a.id())
			heard, packets := a.leg.snapshot()
			if rec.End != EndCallee || rec.Answered.IsZero() || rec.Acked.IsZero() {
				t.Errorf("record %+v", rec)
			}
			if loud := loudest(heard); speaks != (loud > -30) || speaks != (len(rec.Said) > 0) {
				t.Errorf("heard %v at %.0f dBFS, said %v", audio.Duration(len(heard)), loud, rec.Said)
			}
			if (packets == 0) != (name == "no-rtp") {
				t.Errorf("%d packets", packets)
			}
		})
	}
}

func TestKeypadPressesKeys(t *testing.T) {
	s := start(t, func(c *Config) { c.Patience = 2 * time.Second })
	k := newCaller(t)
	a := k.call(within(t, 20*time.Second), s, number(t, "keypad", 0), nil)
	a.ack()
	time.Sleep(1200 * time.Millisecond) // past a greeting
	a.leg.speak(audio.Tone(300, 0.2, 500*time.Millisecond))
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		a.leg.mu.Lock()
		keys := a.leg.keys
		a.leg.mu.Unlock()
		if keys == "1#" {
			a.hangUp()
			return
		}
	}
	t.Errorf("keys %q", a.leg.keys)
}

func TestHoldAndReturn(t *testing.T) {
	s := start(t, func(c *Config) { c.Patience = 5 * time.Second })
	k := newCaller(t)
	a := k.call(within(t, 5*time.Second), s, number(t, "answers-at-once", 0), nil)
	a.ack()
	reinvite := func(d sdp.Direction) sdp.Session {
		t.Helper()
		offer := sdp.Session{Host: "127.0.0.1", Port: a.leg.conn.LocalPort(), Formats: []audio.Law{audio.PCMU}, EventPT: 101, Direction: d, Version: 2}
		req := sip.NewRequest(sip.INVITE, a.final.Contact().Address)
		req.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
		req.SetBody(offer.Marshal())
		res, err := a.d.Do(within(t, 3*time.Second), req)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("re-INVITE: %v %v", res, err)
		}
		got, err := sdp.Parse(res.Body())
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	packets := func() int {
		_, before := a.leg.snapshot()
		time.Sleep(200 * time.Millisecond)
		_, after := a.leg.snapshot()
		return after - before
	}
	if got := reinvite(sdp.SendOnly); got.Direction != sdp.RecvOnly || packets() > 1 {
		t.Errorf("on hold: %v, packets go on", got.Direction)
	}
	if got := reinvite(sdp.SendRecv); got.Direction != sdp.SendRecv || packets() < 2 {
		t.Errorf("back: %v, no packets", got.Direction)
	}
	a.hangUp()
	if rec := record(t, s, a.id()); rec.Codec != audio.PCMU.String() {
		t.Errorf("codec %s after the re-INVITE", rec.Codec)
	}
}

func TestOfferInTheAnswer(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	a := k.call(within(t, 5*time.Second), s, number(t, "answers-at-once", 0), []byte{})
	if a.err != nil || len(a.media.Formats) != 2 {
		t.Fatalf("%v: offer %+v", a.err, a.media)
	}
	answer := sdp.Session{Host: "127.0.0.1", Port: a.leg.conn.LocalPort(), Formats: []audio.Law{audio.PCMU}}
	ack := sip.NewRequest(sip.ACK, a.final.Contact().Address)
	ack.AppendHeader(sip.NewHeader("Content-Type", "application/sdp"))
	ack.SetBody(answer.Marshal())
	if err := a.d.WriteAck(t.Context(), ack); err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond)
	if _, n := a.leg.snapshot(); n < 5 {
		t.Errorf("%d packets", n)
	}
	a.hangUp()
}

func TestOptionsAndStrangers(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	host, port, _ := sip.ParseAddr(s.Addr())
	for method, want := range map[sip.RequestMethod]int{sip.OPTIONS: 200, sip.BYE: 481, sip.INFO: 481, sip.UPDATE: 481, sip.CANCEL: 481, sip.MESSAGE: 405} {
		req := sip.NewRequest(method, sip.Uri{Scheme: "sip", User: "x", Host: host, Port: port})
		res, err := k.dialog.Client.Do(within(t, 3*time.Second), req)
		if err != nil || res.StatusCode != want {
			t.Errorf("%s: %v %v, want %d", method, res, err, want)
		}
	}
}

func TestCapacity(t *testing.T) {
	s := start(t, func(c *Config) { c.MaxCalls = 1 })
	k := newCaller(t)
	a := k.call(within(t, 5*time.Second), s, number(t, "silent", 0), nil)
	a.ack()
	if b := k.call(within(t, 5*time.Second), s, number(t, "silent", 1), nil); b.final == nil || b.final.StatusCode != 503 {
		t.Errorf("second call: %v", b.statuses)
	}
	a.hangUp()
	record(t, s, a.id())
	if b := k.call(within(t, 5*time.Second), s, number(t, "silent", 2), nil); b.err != nil {
		t.Errorf("call after the first: %v", b.err)
	}
	if st := s.Stats(); st.OverCapacity != 1 || st.MostActive != 1 {
		t.Errorf("stats %+v", st)
	}
}

func TestCloseHangsUp(t *testing.T) {
	s := start(t, func(c *Config) { c.TimeScale = 1 })
	k := newCaller(t)
	var wg sync.WaitGroup
	var ringing *attempt
	wg.Go(func() { ringing = k.call(within(t, 5*time.Second), s, number(t, "no-answer", 0), nil) })
	a := k.call(within(t, 5*time.Second), s, number(t, "answers-at-once", 0), nil)
	a.ack()
	for s.Stats().Active < 2 {
		time.Sleep(5 * time.Millisecond)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	a.awaitBye(time.Second)
	if ringing.final == nil || ringing.final.StatusCode != 503 {
		t.Errorf("ringing call: %v %v", ringing.statuses, ringing.err)
	}
	if st := s.Stats(); st.Active != 0 || st.ByEnd[EndShutdown] != 2 {
		t.Errorf("stats %+v", st)
	}
}

func TestInternalHeadersAreNoticed(t *testing.T) {
	req := sip.NewRequest(sip.INVITE, sip.Uri{User: "1", Host: "x"})
	req.AppendHeader(sip.NewHeader("X-Outdial-Call", "1"))
	req.AppendHeader(sip.NewHeader("X-Other", "1"))
	if got := internalHeaders(req); len(got) != 1 || !strings.EqualFold(got[0], "X-Outdial-Call") {
		t.Errorf("got %v", got)
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, cfg := range map[string]Config{
		"no port":  {Addr: "127.0.0.1"},
		"scale":    {Addr: "127.0.0.1:0", TimeScale: -1},
		"ports":    {Addr: "127.0.0.1:0", RTPMin: 5, RTPMax: 4},
		"weights":  {Addr: "127.0.0.1:0", Weights: map[string]int{"x": 1}},
		"any host": {Addr: "0.0.0.0:0"},
		"law":      {Addr: "127.0.0.1:0", Laws: []audio.Law{9}},
	} {
		if _, err := New(cfg); !errors.Is(err, ErrConfig) {
			t.Errorf("%s: %v", name, err)
		}
	}
	s := start(t, nil)
	other, err := New(Config{Addr: s.Addr()})
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "free the port") {
		t.Errorf("port taken: %v", err)
	}
	if err := other.Close(); err != nil {
		t.Errorf("close of one that never started: %v", err)
	}
}

// A burst of calls: all are answered, all end, and nothing of them is left. It runs alone, since it takes the processor
// that others time themselves by, and has no robots, since their clocks would cost more than the simulator's.
func TestManyCallsAtOnce(t *testing.T) {
	const calls = 150
	s := launch(t, func(c *Config) { c.Weights = map[string]int{"silent": 3, "drops-after-answer": 1} })
	k := newCaller(t)
	ctx := within(t, 20*time.Second)
	nobody, err := rtpio.NewPorts("127.0.0.1", 0, 0).Listen()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = nobody.Close() }()
	offer := sdp.Session{Host: "127.0.0.1", Port: nobody.LocalPort(), Formats: []audio.Law{audio.PCMA}}.Marshal()
	var wg sync.WaitGroup
	for n := range calls {
		wg.Go(func() {
			a := k.dial(&attempt{k: k}, s, fmt.Sprintf("138%08d", n), offer)
			if a.wait(ctx); a.err != nil {
				t.Errorf("call %d: %v %v", n, a.statuses, a.err)
				return
			}
			if err := a.d.Ack(ctx); err != nil {
				t.Error(err)
			}
			a.awaitBye(15 * time.Second)
		})
	}
	wg.Wait()
	left := func() int {
		s.mu.Lock()
		defer s.mu.Unlock()
		return len(s.byID) + s.ports.InUse()
	}
	for deadline := time.Now().Add(5 * time.Second); left() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d calls and ports are left", left())
		}
	}
	if st := s.Stats(); st.Calls != calls || st.Answered != calls || st.ByEnd[EndCallee] != calls || st.MostActive < calls/3 {
		t.Errorf("stats %+v", st)
	}
}
