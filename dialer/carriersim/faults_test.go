package carriersim

import (
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/sdp"
)

func TestFaults(t *testing.T) {
	s := start(t, nil)
	t.Run("malformed-sdp", func(t *testing.T) {
		a := newCaller(t).call(within(t, 5*time.Second), s, number(t, "malformed-sdp", 0), nil)
		a.ack()
		if _, err := sdp.Parse(a.final.Body()); err == nil || len(a.final.Body()) == 0 {
			t.Errorf("body %q is good", a.final.Body())
		}
		a.hangUp()
	})
	t.Run("no-sdp", func(t *testing.T) {
		a := newCaller(t).call(within(t, 5*time.Second), s, number(t, "no-sdp", 0), nil)
		a.ack()
		if len(a.final.Body()) != 0 {
			t.Errorf("body %q", a.final.Body())
		}
		a.hangUp()
	})
	t.Run("ignores-bye", func(t *testing.T) {
		a := newCaller(t).call(within(t, 5*time.Second), s, number(t, "ignores-bye", 0), nil)
		a.ack()
		ctx, cancel := context.WithTimeout(t.Context(), 700*time.Millisecond)
		defer cancel()
		if err := a.d.Bye(ctx); err == nil {
			t.Error("BYE was answered")
		}
		_, before := a.leg.snapshot()
		time.Sleep(200 * time.Millisecond)
		if _, after := a.leg.snapshot(); after-before < 5 {
			t.Errorf("%d packets in 200 ms after BYE", after-before)
		}
		if rec := s.Calls(); rec[len(rec)-1].ByeSeen.IsZero() {
			t.Error("the BYE was not noted")
		}
	})
	t.Run("no-final", func(t *testing.T) {
		var wg sync.WaitGroup
		t.Cleanup(wg.Wait) // after the caller's own clean-up, which ends its wait for a 487
		k := newCaller(t)
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		t.Cleanup(cancel)
		num := number(t, "no-final", 0)
		wg.Go(func() {
			if a := k.call(ctx, s, num, nil); a.final != nil {
				t.Errorf("final %v", a.statuses)
			}
		})
		for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
			i := slices.IndexFunc(s.Calls(), func(c Call) bool { return c.Behaviour.Name == "no-final" && c.End == EndCancelled })
			if i >= 0 {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("calls %+v", s.Calls())
			}
		}
	})
	t.Run("rtp-stops", func(t *testing.T) {
		a := newCaller(t).call(within(t, 5*time.Second), s, number(t, "rtp-stops", 0), nil)
		a.ack()
		time.Sleep(rtpStopsAfter + 100*time.Millisecond)
		_, before := a.leg.snapshot()
		time.Sleep(200 * time.Millisecond)
		if _, after := a.leg.snapshot(); before < 15 || after != before {
			t.Errorf("%d packets, then %d", before, after)
		}
		a.hangUp()
	})
}

func TestBadOffers(t *testing.T) {
	s := start(t, nil)
	k := newCaller(t)
	for name, body := range map[string]string{
		"not SDP":  "hello",
		"no codec": "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 18\r\n",
		"name":     "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 no.such.host\r\nt=0 0\r\nm=audio 4000 RTP/AVP 8\r\n",
		"video":    "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=video 4000 RTP/AVP 96\r\n",
	} {
		a := k.call(within(t, 5*time.Second), s, number(t, "answers-at-once", 0), []byte(body))
		if a.final == nil || a.final.StatusCode != 488 {
			t.Errorf("%s: %v %v", name, a.statuses, a.err)
		}
	}
	if st := s.Stats(); st.ByEnd[EndBadOffer] != 4 {
		t.Errorf("stats %+v", st)
	}
}
