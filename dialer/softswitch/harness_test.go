package softswitch

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const testPassword = "s3cret"

// startSwitch runs a switch on ephemeral ports for one test.
func startSwitch(t testing.TB, edit ...func(*Config)) *Switch {
	t.Helper()
	cfg := Config{ESLAddr: "127.0.0.1:0", ESLPassword: testPassword, CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0"}
	if os.Getenv("SOFTSWITCH_TEST_LOG") != "" {
		cfg.Logger = slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	for _, e := range edit {
		e(&cfg)
	}
	sw, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return start(t, sw)
}

func start(t testing.TB, sw *Switch) *Switch {
	t.Helper()
	if err := sw.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sw.Close(); err != nil {
			t.Error(err)
		}
	})
	return sw
}

// client is a plain event socket client.
type client struct {
	t    testing.TB
	conn net.Conn
	out  sync.Mutex

	mu      sync.Mutex
	wake    *sync.Cond
	replies []wire.Frame
	events  []wire.Event
	err     error
}

func dial(t testing.TB, sw *Switch) *client {
	t.Helper()
	c := dialRaw(t, sw)
	if got := c.command("auth " + testPassword); got != "+OK accepted" {
		t.Fatalf("auth: %q", got)
	}
	return c
}

// dialRaw connects without signing in.
func dialRaw(t testing.TB, sw *Switch) *client {
	t.Helper()
	conn, err := net.Dial("tcp", sw.ESLAddr())
	if err != nil {
		t.Fatal(err)
	}
	c := &client{t: t, conn: conn}
	c.wake = sync.NewCond(&c.mu)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		c.read()
	}()
	t.Cleanup(func() {
		_ = conn.Close()
		<-ended
	})
	if f := c.reply(); f.ContentType() != wire.TypeAuthRequest {
		t.Fatalf("greeting: %v", f)
	}
	return c
}

func (c *client) read() {
	r := wire.NewReader(c.conn, wire.Limits{})
	for {
		f, err := r.ReadFrame()
		c.mu.Lock()
		switch {
		case err != nil:
			c.err = err
		case f.ContentType() == wire.TypeEventPlain:
			e, perr := f.Event()
			if perr != nil {
				c.t.Error(perr)
			}
			c.events = append(c.events, e)
		default:
			f.Body = append([]byte(nil), f.Body...)
			c.replies = append(c.replies, f)
		}
		c.mu.Unlock()
		c.wake.Broadcast()
		if err != nil {
			return
		}
	}
}

const patience = 5 * time.Second

// until waits for a condition that holds under the client's lock.
func (c *client) until(what string, ok func() bool) bool {
	c.t.Helper()
	timer := time.AfterFunc(patience, c.wake.Broadcast)
	defer timer.Stop()
	deadline := time.Now().Add(patience)
	c.mu.Lock()
	defer c.mu.Unlock()
	for !ok() {
		if time.Now().After(deadline) {
			var have []string
			for _, e := range c.events {
				have = append(have, e.Name()+" "+e.UUID())
			}
			c.t.Fatalf("no %s within %v; have %s", what, patience, strings.Join(have, ", "))
			return false
		}
		c.wake.Wait()
	}
	return true
}

func (c *client) reply() wire.Frame {
	c.t.Helper()
	var f wire.Frame
	c.until("reply", func() bool {
		if len(c.replies) > 0 {
			f = c.replies[0]
			c.replies = c.replies[1:]
			return true
		}
		return c.err != nil
	})
	return f
}

func (c *client) send(text string) {
	c.out.Lock()
	defer c.out.Unlock()
	if _, err := c.conn.Write([]byte(text + "\n\n")); err != nil {
		c.t.Error(err)
	}
}

// command sends a command and returns its Reply-Text.
func (c *client) command(text string) string {
	c.t.Helper()
	c.send(text)
	return c.reply().Headers.Get(wire.HeaderReplyText)
}

// api runs an api command and returns its output.
func (c *client) api(text string) string {
	c.t.Helper()
	c.send("api " + text)
	return string(c.reply().Body)
}

// event waits for an event of a kind about a leg ("" for any) with the given header values, and leaves it in place.
func (c *client) event(name, uuid string, want ...string) wire.Event {
	c.t.Helper()
	var found wire.Event
	c.until(name+" of "+uuid, func() bool {
		for _, e := range c.events {
			if e.Name() != name || uuid != "" && e.UUID() != uuid {
				continue
			}
			ok := true
			for i := 0; i < len(want); i += 2 {
				ok = ok && e.Get(want[i]) == want[i+1]
			}
			if ok {
				found = e
				return true
			}
		}
		return false
	})
	return found
}

// count is how many events of a kind about a leg have come.
func (c *client) count(name, uuid string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for _, e := range c.events {
		if e.Name() == name && (uuid == "" || e.UUID() == uuid) {
			n++
		}
	}
	return n
}

// story is the order of the events about a leg.
func (c *client) story(uuid string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, e := range c.events {
		if e.UUID() == uuid {
			out = append(out, strings.TrimPrefix(e.Name(), "CHANNEL_"))
		}
	}
	return strings.Join(out, " ")
}

// forget drops the events so far.
func (c *client) forget() {
	c.mu.Lock()
	c.events = nil
	c.mu.Unlock()
}

// tempFile is a path in the test's folder.
func tempFile(t testing.TB, name string) string { return filepath.Join(t.TempDir(), name) }

func uuidOf(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
