package redisbus

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// servers runs the test on the Redis in the process, and on a real one where it answers.
func servers(t *testing.T, test func(t *testing.T, addr string)) {
	t.Run("miniredis", func(t *testing.T) { test(t, miniredis.RunT(t).Addr()) })
	t.Run("redis", func(t *testing.T) {
		const addr = "127.0.0.1:6379"
		c, err := net.DialTimeout("tcp", addr, time.Second)
		if err != nil {
			t.Skipf("left out: no Redis answers at %s (%v)", addr, err)
		}
		_ = c.Close()
		test(t, addr)
	})
}

func newBus(t *testing.T, addr string, log *slog.Logger) *Bus {
	t.Helper()
	b := New(redis.Options{Addr: addr}, log)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func next(t *testing.T, ch <-chan event.Message) event.Message {
	t.Helper()
	select {
	case m, ok := <-ch:
		if !ok {
			t.Fatal("the channel is closed")
		}
		return m
	case <-time.After(10 * time.Second):
		t.Fatal("no message within ten seconds")
	}
	return nil
}

// changed is a message that no other test or process sends.
func changed(t *testing.T, n int) event.CallChanged {
	return event.CallChanged{Tenant: 7, Call: call.UUID(fmt.Sprintf("%s-%d", t.Name(), n)), State: call.AnsweredState}
}

func TestDeliversInOrderToEveryReader(t *testing.T) {
	servers(t, func(t *testing.T, addr string) {
		from, to := newBus(t, addr, nil), newBus(t, addr, nil)
		first, err := to.Subscribe(t.Context(), event.KindCallChanged, event.KindTurnAdded, event.KindCallChanged)
		if err != nil {
			t.Fatal(err)
		}
		second, err := to.Subscribe(t.Context(), event.KindCallChanged)
		if err != nil {
			t.Fatal(err)
		}
		const n = 200
		for i := range n {
			if err := from.Publish(t.Context(), changed(t, i)); err != nil {
				t.Fatal(err)
			}
			if err := from.Publish(t.Context(), event.TurnAdded{Seq: i, Text: "您好 \U0001f600\n"}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range n {
			if m := next(t, first); m != event.Message(changed(t, i)) {
				t.Fatalf("message %d: %+v", i, m)
			}
			if m := next(t, first).(event.TurnAdded); m.Seq != i || m.Text != "您好 \U0001f600\n" {
				t.Fatalf("turn %d: %+v", i, m)
			}
			if m := next(t, second); m != event.Message(changed(t, i)) {
				t.Fatalf("second reader, message %d: %+v", i, m)
			}
		}
	})
}

func TestSubscriptionEndsWithItsContext(t *testing.T) {
	servers(t, func(t *testing.T, addr string) {
		b := newBus(t, addr, nil)
		ctx, cancel := context.WithCancel(t.Context())
		ch, err := b.Subscribe(ctx, event.KindRobotsAlive)
		if err != nil {
			t.Fatal(err)
		}
		cancel()
		for range ch { // ends when the channel is closed
		}
	})
}

func TestSlowReaderLosesTheOldest(t *testing.T) {
	servers(t, func(t *testing.T, addr string) {
		var log lockedBuffer
		b := newBus(t, addr, slog.New(slog.NewTextHandler(&log, nil)))
		b.behind = 3
		slow, err := b.Subscribe(t.Context(), event.KindCallChanged)
		if err != nil {
			t.Fatal(err)
		}
		probe, err := b.Subscribe(t.Context(), event.KindCallChanged)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 10 {
			if err := b.Publish(t.Context(), changed(t, i)); err != nil {
				t.Fatal(err)
			}
			next(t, probe)
		}
		log.waitFor(t, "so_far=4")
		// At most one message was on its way to the reader; the rest are the newest three.
		var got []int
		for len(got) == 0 || got[len(got)-1] != 9 {
			var i int
			m := next(t, slow).(event.CallChanged)
			if _, err := fmt.Sscanf(string(m.Call), t.Name()+"-%d", &i); err != nil {
				t.Fatal(err)
			}
			got = append(got, i)
		}
		if len(got) > 4 || got[len(got)-2] != 8 {
			t.Errorf("the slow reader got %v", got)
		}
	})
}

func TestPassesOverWhatItDoesNotKnow(t *testing.T) {
	servers(t, func(t *testing.T, addr string) {
		b := newBus(t, addr, nil)
		ch, err := b.Subscribe(t.Context(), event.KindCallChanged)
		if err != nil {
			t.Fatal(err)
		}
		for _, junk := range []string{"", "{", `{"v":99,"kind":"call.changed","body":{}}`, `{"v":1,"kind":"call.changed","body":"x"}`} {
			if err := b.client.Publish(t.Context(), prefix+string(event.KindCallChanged), junk).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := b.Publish(t.Context(), changed(t, 1)); err != nil {
			t.Fatal(err)
		}
		if m := next(t, ch); m != event.Message(changed(t, 1)) {
			t.Errorf("got %+v", m)
		}
	})
}

func TestConnectsAgain(t *testing.T) {
	server := miniredis.RunT(t)
	addr := server.Addr()
	b := newBus(t, addr, nil)
	ch, err := b.Subscribe(t.Context(), event.KindCallChanged)
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	began := time.Now()
	err = b.Publish(t.Context(), changed(t, 0))
	if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), addr) {
		t.Errorf("publish without Redis: %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("publish without Redis took %v", took)
	}
	if _, err := b.Subscribe(t.Context(), event.KindCallChanged); !errs.Is(err, errs.Unavailable) {
		t.Errorf("subscribe without Redis: %v", err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	// Whoever subscribed before hears again, without asking; what is sent before it is back is lost, so send until heard.
	for deadline := time.Now().Add(10 * time.Second); ; {
		if err := b.Publish(t.Context(), changed(t, 1)); err != nil && !errs.Is(err, errs.Unavailable) {
			t.Fatal(err)
		}
		select {
		case m := <-ch:
			if m != event.Message(changed(t, 1)) {
				t.Fatalf("got %+v", m)
			}
			return
		case <-time.After(50 * time.Millisecond):
			if time.Now().After(deadline) {
				t.Fatal("the subscription did not come back within ten seconds")
			}
		}
	}
}

func TestPublishNeverBlocksLong(t *testing.T) {
	// A server that takes connections and never answers is worse than none.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	b := newBus(t, l.Addr().String(), nil)
	began := time.Now()
	if err := b.Publish(t.Context(), changed(t, 0)); !errs.Is(err, errs.Unavailable) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("publish took %v", took)
	}
}

func TestRefusesMisuse(t *testing.T) {
	b := New(redis.Options{Addr: miniredis.RunT(t).Addr()}, nil)
	if _, err := b.Subscribe(t.Context()); !errs.Is(err, errs.Invalid) {
		t.Errorf("no kinds: %v", err)
	}
	if err := b.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Publish(ctx, changed(t, 0)); err == nil {
		t.Error("published on an ended context")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	if _, err := b.Subscribe(t.Context(), event.KindCallChanged); !errs.Is(err, errs.Unavailable) {
		t.Errorf("closed: %v", err)
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) waitFor(t *testing.T, s string) {
	t.Helper()
	for range 1000 {
		l.mu.Lock()
		found := strings.Contains(l.b.String(), s)
		l.mu.Unlock()
		if found {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatalf("the log never said %q", s)
}
