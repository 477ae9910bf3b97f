package esl_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

// TestCloseAtAnyMoment: a client can be closed while it dials, signs in, subscribes, reconciles or waits to try again.
func TestCloseAtAnyMoment(t *testing.T) {
	for name, stuck := range map[string]func(*fakeConn, wire.Command) bool{
		"signing in":  func(*fakeConn, wire.Command) bool { return true },
		"subscribing": func(_ *fakeConn, cmd wire.Command) bool { return len(cmd.Line) > 6 && cmd.Line[:6] == "event " },
		"listing":     func(_ *fakeConn, cmd wire.Command) bool { return cmd.Line == "api show channels as json" },
		"backing off": func(c *fakeConn, _ wire.Command) bool { _ = c.nc.Close(); return true },
		"up":          nil,
	} {
		t.Run(name, func(t *testing.T) {
			reached := make(chan struct{}, 100)
			s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
				if stuck == nil {
					return false
				}
				done := stuck(c, cmd)
				if done {
					reached <- struct{}{}
				}
				return done
			})
			c := esl.Start(esl.Config{Address: s.address(), Password: password, BackoffMin: time.Hour, BackoffMax: time.Hour, Hooks: esl.Hooks{
				OnUp:    func(ctx context.Context, _ *esl.Client, _ []esl.Channel) error { return ctx.Err() },
				OnEvent: func(esl.Event) {},
			}})
			if stuck != nil {
				receive(t, "the moment", reached)
			} else if err := c.WaitUp(testContext(t)); err != nil {
				t.Fatal(err)
			}
			closed := make(chan struct{})
			go func() {
				c.Close()
				close(closed)
			}()
			receive(t, "Close", closed)
		})
	}
}

// TestUnreadSwitch: a switch that takes no bytes must not hold callers for longer than the reply timeout.
func TestUnreadSwitch(t *testing.T) {
	release := make(chan struct{})
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if c.n == 0 && cmd.Line == "api echo stop" {
			<-release
			return true
		}
		return false
	})
	defer close(release)
	c := s.dial(esl.Config{ReplyTimeout: 300 * time.Millisecond})
	big := strings.Repeat("0123456789abcdef", 64)
	failed := make(chan error, 20)
	go func() {
		_, err := c.API(testContext(t), "echo", "stop")
		failed <- err
	}()
	for range 19 {
		go func() {
			for {
				if _, err := c.API(testContext(t), "echo", big); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	if err := receive(t, "a caller", failed); err == nil {
		t.Error("a caller got an answer")
	}
	c.Close()
	for range 19 {
		receive(t, "every caller", failed)
	}
}
