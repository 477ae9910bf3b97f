package esltest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
)

func testAuth(t *testing.T, b *bench) {
	_, err := esl.Dial(b.ctx, esl.Config{Address: b.Address, Password: b.Password + "x"})
	if !errors.Is(err, esl.ErrAuth) {
		t.Errorf("a wrong password gives %v, want ErrAuth", err)
	}
	c, err := esl.Dial(b.ctx, esl.Config{Address: b.Address, Password: b.Password})
	if err != nil {
		t.Fatalf("the right password after a wrong one: %v", err)
	}
	c.Close()
}

func testReplies(t *testing.T, b *bench) {
	var said *esl.ReplyError
	if _, err := b.c.API(b.ctx, "no_such_command"); !errors.As(err, &said) || !strings.Contains(said.Text, "no_such_command Command not found!") {
		t.Errorf("unknown api command: %v", err)
	}
	if out, err := b.c.API(b.ctx, "uuid_exists", newUUID()); err != nil || out != "false" {
		t.Errorf("uuid_exists of nothing: %q, %v", out, err)
	}
	j, err := b.c.BGAPI(b.ctx, "status")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := j.Wait(b.ctx); err != nil || !strings.Contains(out, "is ready") {
		t.Errorf("bgapi status: %q, %v", out, err)
	}
	if j, err = b.c.BGAPI(b.ctx, "no_such_command"); err != nil {
		t.Fatal(err)
	}
	if _, err := j.Wait(b.ctx); !errors.As(err, &said) || !strings.Contains(said.Text, "Command not found!") {
		t.Errorf("unknown bgapi command: %v", err)
	}
	gone := newUUID()
	for name, err := range map[string]error{
		"uuid_kill":      b.c.Kill(b.ctx, gone, esl.CauseNormalClearing),
		"uuid_setvar":    b.c.SetVar(b.ctx, gone, "a", "b"),
		"uuid_bridge":    b.c.Bridge(b.ctx, gone, newUUID()),
		"uuid_transfer":  b.c.Park(b.ctx, gone),
		"uuid_record":    b.c.StartRecord(b.ctx, gone, "/tmp/nothing.wav"),
		"uuid_broadcast": b.c.Broadcast(b.ctx, gone, "tone_stream://%(200,0,450)", esl.SideA),
		"sched_hangup":   b.c.SchedHangup(b.ctx, gone, time.Second, esl.CauseNormalClearing),
	} {
		if !esl.NoSuchChannel(err) {
			t.Errorf("%s of a leg that is not there: %v, want a refusal that NoSuchChannel knows", name, err)
		}
	}
	if _, err := b.c.API(b.ctx, "originate", "nonsense"); !errors.As(err, &said) || !strings.HasPrefix(said.Text, "usage") {
		t.Errorf("originate with one argument: %v, want its usage", err)
	}
}

// testOrder has every caller recognise its own replies.
func testOrder(t *testing.T, b *bench) {
	const callers, commands = 16, 2000
	k := b.originate(b.a.callee(behaviour{}), nil).established()
	for i := range callers {
		if err := b.c.SetVar(b.ctx, k.uuid, fmt.Sprintf("caller_%d", i), fmt.Sprintf("value-%d", i)); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	begin := time.Now()
	for i := range callers {
		all.Go(func() {
			name, want := fmt.Sprintf("caller_%d", i), fmt.Sprintf("value-%d", i)
			for n := range commands {
				got, _, err := b.c.GetVar(b.ctx, k.uuid, name)
				if err != nil || got != want {
					t.Errorf("caller %d, command %d: %q, %v", i, n, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	t.Logf("%d commands in %v, %.0f a second", callers*commands, time.Since(begin).Round(time.Millisecond),
		callers*commands/time.Since(begin).Seconds())
}

// session is a bare connection, for what the client never does.
type session struct {
	t  *testing.T
	nc net.Conn
	in *wire.Reader
}

func (b *bench) session(t *testing.T) *session {
	t.Helper()
	nc, err := net.Dial("tcp", b.Address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nc.Close() })
	_ = nc.SetDeadline(time.Now().Add(2 * patience))
	s := &session{t: t, nc: nc, in: wire.NewReader(nc, wire.Limits{})}
	if f := s.frame(); f.ContentType() != wire.TypeAuthRequest {
		t.Fatalf("the switch begins with %q", f.ContentType())
	}
	if got := s.command("auth " + b.Password); got != "+OK accepted" {
		t.Fatalf("auth: %q", got)
	}
	return s
}

func (s *session) frame() wire.Frame {
	s.t.Helper()
	f, err := s.in.ReadFrame()
	if err != nil {
		s.t.Fatalf("reading from the switch: %v", err)
	}
	return f
}

// command returns the Reply-Text or the api output; events on the way are passed over.
func (s *session) command(line string) string {
	s.t.Helper()
	text, err := wire.AppendCommand(nil, line)
	if err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.nc.Write(text); err != nil {
		s.t.Fatal(err)
	}
	for {
		switch f := s.frame(); f.ContentType() {
		case wire.TypeCommandReply:
			return f.Headers.Get(wire.HeaderReplyText)
		case wire.TypeAPIResponse:
			return string(f.Body)
		}
	}
}

func testRaw(t *testing.T, b *bench) {
	s := b.session(t)
	for _, row := range []struct{ line, want string }{
		{"no_such_command", "-ERR command not found"},
		{"event plain", "-ERR no keywords supplied"},
		{"event plain CHANNEL_ANSWER CHANNEL_HANGUP_COMPLETE", "+OK event listener enabled plain"},
		{"nixevent CHANNEL_ANSWER", "+OK events nixed"},
		{"filter Unique-ID abc", "+OK filter added. [Unique-ID]=[abc]"},
		{"filter delete Unique-ID abc", "+OK filter deleted. [Unique-ID][abc]"},
		{"filter delete all", "+OK filter deleted. [all][]"},
		{"filter", "-ERR command not found"},
		{"linger", "-ERR not controlling a session"},
		{"nolinger", "-ERR not controlling a session"},
		{"noevents", "+OK no longer listening for events"},
		{"noevents", "-ERR not listening for events"},
		{"api", "-ERR command not found"},
		{"api uuid_exists x", "false"},
		{"api uuid_getvar x", "-USAGE: <uuid> <var>\n"},
	} {
		if got := s.command(row.line); got != row.want {
			t.Errorf("%q is answered with %q, want %q", row.line, got, row.want)
		}
	}
	if got := s.command("exit"); got != "+OK bye" {
		t.Errorf("exit is answered with %q", got)
	}
	if f := s.frame(); f.ContentType() != wire.TypeDisconnect {
		t.Errorf("after exit comes %q, want a disconnect notice", f.ContentType())
	}
	if _, err := s.in.ReadFrame(); err == nil {
		t.Error("the switch speaks on after exit")
	}
}

func testInformation(t *testing.T, b *bench) {
	st, err := b.c.Status(b.ctx)
	if err != nil || !st.Ready || st.MaxSessions == 0 || st.MaxPerSec == 0 {
		t.Errorf("status: %+v, %v", st, err)
	}
	rows, err := b.c.SofiaStatus(b.ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{b.Carriers, b.Extensions} {
		found := false
		for _, r := range rows {
			found = found || r.Name == want && r.Type == "profile" && strings.HasPrefix(r.State, "RUNNING")
		}
		if !found {
			t.Errorf("sofia status shows no running profile %s: %+v", want, rows)
		}
	}
	if err := b.c.ReloadGateways(b.ctx, b.Carriers); err != nil {
		t.Errorf("reloading gateways: %v", err)
	}
	var said *esl.ReplyError
	if err := b.c.ReloadGateways(b.ctx, "no-such-profile"); !errors.As(err, &said) {
		t.Errorf("reloading the gateways of no profile: %v, want a refusal", err)
	}
}

// testFilters subscribes two bare sessions, one of them filtered to a leg that is not called.
func testFilters(t *testing.T, b *bench) {
	open, closed := b.session(t), b.session(t)
	for _, s := range []*session{open, closed} {
		s.command("event plain CHANNEL_ANSWER HEARTBEAT")
	}
	closed.command("filter Unique-ID " + newUUID())
	k := b.originate(b.a.callee(behaviour{}), nil).established()
	for {
		f := open.frame()
		if f.ContentType() != wire.TypeEventPlain {
			continue
		}
		e, err := f.Event()
		if err != nil {
			t.Fatal(err)
		}
		if e.UUID() == k.uuid {
			if e.Name() != "CHANNEL_ANSWER" {
				t.Errorf("got %s, which was not subscribed to", e.Name())
			}
			if e.Sequence() == 0 || e.Get("Event-Date-Timestamp") == "" || e.Get("Core-UUID") == "" {
				t.Errorf("the event lacks its sequence, time or core: %v", e.Headers[:min(12, len(e.Headers))])
			}
			break
		}
	}
	if got := closed.command("api uuid_exists " + k.uuid); got != "true" {
		t.Errorf("uuid_exists: %q", got)
	}
	_ = closed.nc.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if f, err := closed.in.ReadFrame(); err == nil && f.ContentType() == wire.TypeEventPlain {
		e, _ := f.Event()
		t.Errorf("the filter let %s of %s through", e.Name(), e.UUID())
	}
}

func testHeartbeat(t *testing.T, b *bench) {
	if b.Heartbeat == 0 {
		t.Skip("the target names no heartbeat interval")
	}
	ctx, cancel := context.WithTimeout(b.ctx, b.Heartbeat+5*time.Second)
	defer cancel()
	for ctx.Err() == nil {
		b.mu.Lock()
		for _, e := range b.unowned {
			if esl.KindOf(e) == esl.Heartbeat {
				b.mu.Unlock()
				for _, name := range []string{"Core-UUID", "Session-Count", "Max-Sessions", "Event-Sequence"} {
					if _, ok := e.Lookup(name); !ok {
						t.Errorf("the heartbeat lacks %s", name)
					}
				}
				return
			}
		}
		b.mu.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
	t.Errorf("no heartbeat within %v", b.Heartbeat+5*time.Second)
}
