package esl_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

func TestRepliesReachTheirCallers(t *testing.T) {
	c := newFake(t, nil).dial(esl.Config{})
	ctx := testContext(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for n := range 500 {
				want := fmt.Sprintf("%d-%d", i, n)
				if got, err := c.API(ctx, "echo", want); err != nil || got != want {
					t.Errorf("%q became %q, %v", want, got, err)
					return
				}
			}
		})
	}
	all.Wait()
}

func TestGivingUpKeepsTheOrder(t *testing.T) {
	hold := make(chan struct{})
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if cmd.Line == "api echo slow" {
			<-hold
		}
		return false
	}).dial(esl.Config{})
	ctx, cancel := context.WithCancel(testContext(t))
	failed := make(chan error, 1)
	go func() {
		_, err := c.API(ctx, "echo", "slow")
		failed <- err
	}()
	cancel()
	mustBe(t, receive(t, "the caller gives up", failed), context.Canceled)
	close(hold)
	if got, err := c.API(testContext(t), "echo", "next"); err != nil || got != "next" {
		t.Errorf("the next caller gets %q, %v", got, err)
	}
}

func TestRefusals(t *testing.T) {
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		switch cmd.Line {
		case "api gone":
			c.api("-ERR No such channel!\n")
		case "api use":
			c.api("-USAGE: <uuid>\n")
		case "api denied":
			c.reply("-ERR permission denied")
		default:
			return false
		}
		return true
	}).dial(esl.Config{})
	for cmd, want := range map[string]string{"gone": "No such channel!", "use": "usage: <uuid>", "denied": "permission denied"} {
		var said *esl.ReplyError
		if _, err := c.API(testContext(t), cmd); !errors.As(err, &said) || said.Text != want || said.Command != cmd {
			t.Errorf("%s: %v, want %q", cmd, err, want)
		}
		if _, err := c.API(testContext(t), cmd); esl.NoSuchChannel(err) != (cmd == "gone") {
			t.Errorf("%s: NoSuchChannel is wrong about %v", cmd, err)
		}
	}
}

func TestForeignContentIsPassedOver(t *testing.T) {
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if cmd.Line == "api echo x" {
			c.send(wire.AppendFrame(nil, "log/data", wire.Headers{{Name: "Log-Level", Value: "7"}}, []byte("line\n\nline")))
			c.send(wire.AppendFrame(nil, "text/of-the-future", nil, nil))
			c.send([]byte("Content-Length: 2\n\nab"))
		}
		return false
	}).dial(esl.Config{})
	if got, err := c.API(testContext(t), "echo", "x"); err != nil || got != "x" {
		t.Errorf("%q, %v", got, err)
	}
}

// TestLostConnections ends the first connection in many ways; each must tell the waiting caller, and be repaired.
func TestLostConnections(t *testing.T) {
	for name, end := range map[string]func(*fakeConn){
		"closed":          func(c *fakeConn) { _ = c.nc.Close() },
		"cut in a header": func(c *fakeConn) { c.send([]byte("Content-Type: api/resp")); _ = c.nc.Close() },
		"cut in a body": func(c *fakeConn) {
			c.send([]byte("Content-Type: api/response\nContent-Length: 9\n\nabc"))
			_ = c.nc.Close()
		},
		"nonsense":                func(c *fakeConn) { c.send([]byte("hello\n\n")) },
		"broken event":            func(c *fakeConn) { c.send(wire.AppendFrame(nil, wire.TypeEventPlain, nil, []byte("no end"))) },
		"body over the limit":     func(c *fakeConn) { c.send([]byte("Content-Length: 999999999\n\n")) },
		"goodbye":                 func(c *fakeConn) { c.send(wire.AppendFrame(nil, wire.TypeDisconnect, nil, []byte("bye\n"))) },
		"rejected in mid-session": func(c *fakeConn) { c.send(wire.AppendFrame(nil, wire.TypeRudeRejection, nil, nil)) },
		"asked to sign in again":  func(c *fakeConn) { c.send(wire.AppendFrame(nil, wire.TypeAuthRequest, nil, nil)) },
		"wrong kind of reply":     func(c *fakeConn) { c.reply("+OK") },
	} {
		t.Run(name, func(t *testing.T) {
			s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
				if c.n == 0 && cmd.Line == "api echo x" {
					end(c)
					return true
				}
				return false
			})
			up, down := make(chan int, 4), make(chan error, 4)
			c := s.dial(esl.Config{Hooks: esl.Hooks{
				OnUp: func(_ context.Context, _ *esl.Client, channels []esl.Channel) error {
					up <- len(channels)
					return nil
				},
				OnDown: func(err error) { down <- err },
			}})
			receive(t, "OnUp", up)
			job, err := c.BGAPI(testContext(t), "status")
			if err != nil {
				t.Fatal(err)
			}
			_, err = c.API(testContext(t), "echo", "x")
			mustBe(t, err, esl.ErrLost)
			_, err = job.Wait(testContext(t))
			mustBe(t, err, esl.ErrLost)
			if err := receive(t, "OnDown", down); err == nil {
				t.Error("OnDown was told no reason")
			}
			receive(t, "OnUp after the loss", up)
			if err := c.WaitUp(testContext(t)); err != nil {
				t.Fatal(err)
			}
			if got, err := c.API(testContext(t), "echo", "x"); err != nil || got != "x" {
				t.Errorf("after the loss: %q, %v", got, err)
			}
			if st := c.Stats(); st.Connects != 2 || st.JobsLost != 1 {
				t.Errorf("stats %+v", st)
			}
		})
	}
}

func TestReplyThatNobodyAskedFor(t *testing.T) {
	down := make(chan error, 1)
	s := newFake(t, nil)
	s.dial(esl.Config{Hooks: esl.Hooks{OnDown: func(err error) { down <- err }}})
	s.conn(0).reply("+OK")
	if err := receive(t, "OnDown", down); !strings.Contains(err.Error(), "was not sent") {
		t.Errorf("the reason is %v", err)
	}
}

func TestOverdueReplyEndsTheConnection(t *testing.T) {
	at := clock.NewFake(time.Unix(1700000000, 0))
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		return c.n == 0 && cmd.Line == "api echo never"
	})
	c := s.dial(esl.Config{Clock: at, ReplyTimeout: 8 * time.Second, IdleTimeout: time.Hour})
	done := make(chan struct{})
	var err error
	go func() {
		defer close(done)
		_, err = c.API(testContext(t), "echo", "never")
	}()
	took := passes(t, at, 250*time.Millisecond, done)
	mustBe(t, err, esl.ErrLost)
	if !strings.Contains(err.Error(), "no answer") {
		t.Errorf("the reason is %v", err)
	}
	if took < 8*time.Second || took > time.Minute {
		t.Errorf("gave up after %v, want 8 s", took)
	}
}

func TestSilentSwitchEndsTheConnection(t *testing.T) {
	at := clock.NewFake(time.Unix(1700000000, 0))
	s := newFake(t, nil)
	gone := make(chan struct{})
	var why error
	s.dial(esl.Config{Clock: at, IdleTimeout: 40 * time.Second, Hooks: esl.Hooks{OnDown: func(err error) {
		if why == nil {
			why = err
			close(gone)
		}
	}}})
	if took := passes(t, at, time.Second, gone); took < 40*time.Second || took > 3*time.Minute {
		t.Errorf("gave up after %v, want 40 s", took)
	}
	if !strings.Contains(why.Error(), "heartbeat") {
		t.Errorf("the reason is %v", why)
	}
}

func TestCloseEndsWaiters(t *testing.T) {
	asked := make(chan struct{})
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if cmd.Line == "api echo never" {
			close(asked)
			return true
		}
		return false
	})
	c := s.dial(esl.Config{})
	failed := make(chan error, 1)
	go func() {
		_, err := c.API(testContext(t), "echo", "never")
		failed <- err
	}()
	receive(t, "the command", asked)
	c.Close()
	c.Close()
	mustBe(t, receive(t, "the waiting caller", failed), esl.ErrLost)
	_, err := c.API(testContext(t), "echo", "x")
	mustBe(t, err, esl.ErrClosed)
	mustBe(t, c.WaitUp(testContext(t)), esl.ErrClosed)
}

func TestOnUpReconciles(t *testing.T) {
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if cmd.Line == "api show channels as json" {
			c.api(`{"row_count":1,"rows":[{"uuid":"u1","direction":"outbound","callstate":"ACTIVE","created_epoch":"1700000000"}]}`)
			return true
		}
		return false
	})
	tries := 0
	var seen []esl.Channel
	cfg := esl.Config{Address: s.address(), Password: password, BackoffMin: time.Millisecond}
	cfg.Hooks.OnUp = func(ctx context.Context, c *esl.Client, channels []esl.Channel) error {
		seen = channels
		if tries++; tries == 1 {
			return errors.New("the store is down")
		}
		return c.Kill(ctx, channels[0].UUID, esl.CauseManagerRequest)
	}
	c := esl.Start(cfg)
	defer c.Close()
	if err := c.WaitUp(testContext(t)); err != nil {
		t.Fatal(err)
	}
	if tries != 2 || len(seen) != 1 || seen[0].UUID != "u1" || !seen[0].Outbound || seen[0].Created.Unix() != 1700000000 {
		t.Errorf("%d tries, channels %+v", tries, seen)
	}
	lines := s.received()
	if last := lines[len(lines)-1]; last != "api uuid_kill u1 MANAGER_REQUEST" {
		t.Errorf("last command %q", last)
	}
}

func TestStartKeepsTrying(t *testing.T) {
	s := newFake(t, nil)
	address := s.address()
	_ = s.socket.Close()
	c := esl.Start(esl.Config{Address: address, Password: password, BackoffMin: time.Millisecond, BackoffMax: 5 * time.Millisecond})
	defer c.Close()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	err := c.WaitUp(ctx)
	mustBe(t, err, context.DeadlineExceeded)
	mustBe(t, err, esl.ErrRefused)
	_, err = c.API(testContext(t), "status")
	mustBe(t, err, esl.ErrDown)
}
