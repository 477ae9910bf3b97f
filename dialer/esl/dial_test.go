package esl_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

// speaks is a socket that says one thing to whoever connects, and then waits or closes.
func speaks(t *testing.T, say string, closes bool) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = nc.Write([]byte(say))
			if !closes {
				<-over
			}
			_ = nc.Close()
		}
	}()
	t.Cleanup(func() {
		close(over)
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

func TestDialErrors(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	free := l.Addr().String()
	_ = l.Close()
	good := newFake(t, nil)
	rejection := string(wire.AppendFrame(nil, wire.TypeRudeRejection, nil, []byte("Access Denied, go away.\n")))
	for name, row := range map[string]struct {
		address, password string
		want              error
	}{
		"nothing listens":          {free, password, esl.ErrRefused},
		"wrong password":           {good.address(), "wrong", esl.ErrAuth},
		"no password":              {good.address(), "", esl.ErrAuth},
		"access list":              {speaks(t, rejection, true), password, esl.ErrRejected},
		"silent":                   {speaks(t, "", false), password, esl.ErrSilent},
		"silent after the start":   {speaks(t, "Content-Type: auth/request\n\n", false), password, esl.ErrSilent},
		"closes at once":           {speaks(t, "", true), password, esl.ErrNotESL},
		"another protocol":         {speaks(t, "SSH-2.0-OpenSSH_9.2p1\r\n", false), password, esl.ErrNotESL},
		"another kind of frame":    {speaks(t, "Content-Type: text/html\n\n", false), password, esl.ErrNotESL},
		"cut in the middle":        {speaks(t, "Content-Type: auth/req", true), password, esl.ErrNotESL},
		"host that does not exist": {"no-such-host.invalid:8021", password, esl.ErrUnreachable},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			c, err := esl.Dial(testContext(t), esl.Config{Address: row.address, Password: row.password, DialTimeout: 300 * time.Millisecond})
			if err == nil {
				c.Close()
			}
			mustBe(t, err, row.want)
			var said *esl.DialError
			if !errors.As(err, &said) || said.Address != row.address || !strings.Contains(err.Error(), ";") || strings.Contains(err.Error(), "\n") {
				t.Errorf("the error %q is not one line with the address and advice", err)
			}
			if d := time.Since(begin); d > 3*time.Second {
				t.Errorf("took %v", d)
			}
		})
	}
}

func TestDialRefusesPassword(t *testing.T) {
	s := newFake(t, nil)
	_, err := esl.Dial(testContext(t), esl.Config{Address: s.address(), Password: "a\n\nexit"})
	var refused *wire.RefusedError
	if !errors.As(err, &refused) || strings.Contains(err.Error(), "exit") {
		t.Errorf("error is %v, want a refusal that does not show the password", err)
	}
}

func TestDialEndsWithContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := esl.Dial(ctx, esl.Config{Address: speaks(t, "", false), Password: password})
	mustBe(t, err, context.Canceled)
}

func TestSubscriptionIsRefused(t *testing.T) {
	s := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if strings.HasPrefix(cmd.Line, "event ") {
			c.reply("-ERR permission denied")
			return true
		}
		return false
	})
	_, err := esl.Dial(testContext(t), esl.Config{Address: s.address(), Password: password})
	var said *esl.ReplyError
	if !errors.As(err, &said) || said.Text != "permission denied" {
		t.Errorf("error is %v", err)
	}
}

func TestSubscription(t *testing.T) {
	s := newFake(t, nil)
	s.dial(esl.Config{Events: []esl.Kind{esl.ChannelAnswer}, Custom: []string{"sofia::register"}})
	want := "event plain CHANNEL_ANSWER BACKGROUND_JOB HEARTBEAT CUSTOM sofia::register"
	if got := s.received(); len(got) < 2 || got[1] != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}
