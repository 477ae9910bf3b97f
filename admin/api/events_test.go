package api_test

import (
	"bufio"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/transcript"
)

// listener reads a live stream.
type listener struct {
	t    testing.TB
	resp *http.Response
	text *bufio.Reader
}

func (m merchant) listen(query string) *listener {
	m.w.t.Helper()
	r := m.w.request("GET", "/api/v1/events"+query, nil)
	r.AddCookie(m.cookie)
	resp, err := http.DefaultTransport.RoundTrip(r)
	must(m.w.t, err)
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "text/event-stream" {
		m.w.t.Fatalf("stream: %d %v", resp.StatusCode, resp.Header)
	}
	l := &listener{m.w.t, resp, bufio.NewReader(resp.Body)}
	if got := l.next(); got != "ready {}" {
		m.w.t.Fatalf("stream begins with %s", got)
	}
	return l
}

// next is the next event as "kind data", a comment as it stands, or "end".
func (l *listener) next() string {
	l.t.Helper()
	var kind, data string
	for {
		line, err := l.text.ReadString('\n')
		if err != nil {
			return "end"
		}
		line = strings.TrimSuffix(line, "\n")
		switch {
		case strings.HasPrefix(line, "event: "):
			kind = line[7:]
		case strings.HasPrefix(line, "data: "):
			data = line[6:]
		case strings.HasPrefix(line, ":"):
			return line
		case line == "" && kind != "":
			return kind + " " + data
		}
	}
}

func (l *listener) close() { _ = l.resp.Body.Close() }

func (w *world) publish(m event.Message) { must(w.t, w.bus.Publish(w.t.Context(), m)) }

func TestEventsOfTheTenantAreStreamed(t *testing.T) {
	w := newWorld(t)
	all, some, other := w.one.listen(""), w.one.listen("?campaign_id=2"), w.two.listen("")
	for _, l := range []*listener{all, some, other} {
		defer l.close()
	}
	for camp := contact.CampaignID(1); camp <= 2; camp++ {
		w.publish(event.CallChanged{Tenant: w.one.id, Campaign: camp, Call: someCall, State: call.AnsweredState, At: noon})
		w.publish(event.TurnAdded{Tenant: w.one.id, Campaign: camp, Call: someCall, Seq: 2, Speaker: transcript.Callee, Text: "好\nevent: x", Grade: "A"})
		w.publish(event.CampaignChanged{Tenant: w.one.id, Campaign: camp, State: "running", At: noon})
		w.publish(event.ImportChanged{Tenant: w.one.id, Campaign: camp, Import: 3, State: contact.ImportRunning, Total: 3, Accepted: 2, Rejected: 1})
	}
	w.publish(event.RobotsAlive{})
	w.publish(event.CampaignChanged{Tenant: w.two.id, Campaign: 9, State: "paused", At: noon})
	want := func(camp int) []string {
		return []string{
			fmt.Sprintf(`call.changed {"campaign_id":%d,"call_id":"%s","state":"answered","at":"2026-03-02T04:00:00Z"}`, camp, someCall),
			fmt.Sprintf(`turn.added {"campaign_id":%d,"call_id":"%s","seq":2,"speaker":"callee","text":"好\nevent: x","grade":"A"}`, camp, someCall),
			fmt.Sprintf(`campaign.changed {"campaign_id":%d,"state":"running","at":"2026-03-02T04:00:00Z"}`, camp),
			fmt.Sprintf(`import.changed {"campaign_id":%d,"import_id":3,"state":"running","total":3,"accepted":2,"rejected":1}`, camp),
		}
	}
	for _, l := range []struct {
		*listener
		want []string
	}{{all, append(want(1), want(2)...)}, {some, want(2)}, {other, []string{`campaign.changed {"campaign_id":9,"state":"paused","at":"2026-03-02T04:00:00Z"}`}}} {
		for _, want := range l.want {
			if got := l.next(); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
		}
	}
	must(t, w.clock.BlockUntilContext(t.Context(), 3))
	w.clock.Advance(15 * time.Second)
	if got := other.next(); got != ": alive" {
		t.Errorf("heartbeat: %s", got)
	}
}

func TestStreamsShareOneSubscriptionThatEndsWithTheLast(t *testing.T) {
	w := newWorld(t)
	one, two := w.one.listen(""), w.two.listen("")
	if n := <-w.bus.count; n != 1 {
		t.Fatalf("%d subscriptions", n)
	}
	one.close()
	two.close()
	if n := <-w.bus.count; n != 0 {
		t.Fatalf("%d subscriptions are left", n)
	}
	three := w.one.listen("")
	defer three.close()
	if n := <-w.bus.count; n != 1 {
		t.Fatalf("%d subscriptions", n)
	}
}

func TestStreamEndsWithItsSession(t *testing.T) {
	w := newWorld(t)
	l := w.one.listen("")
	defer l.close()
	must(t, w.clock.BlockUntilContext(t.Context(), 1))
	w.clock.Advance(12 * time.Hour)
	if got := l.next(); got != "end" {
		t.Errorf("got %s", got)
	}
}

func TestSlowReaderIsCutOff(t *testing.T) {
	w := newWorld(t)
	slow := w.one.listen("")
	defer slow.close()
	long := strings.Repeat("x", 32<<10)
	// The socket's buffers take some megabytes before the backlog fills.
	for seq := 0; ; seq++ {
		w.publish(event.TurnAdded{Tenant: w.one.id, Campaign: 1, Call: someCall, Seq: seq, Text: long})
		if strings.Contains(w.logged(), "fell behind") {
			break
		}
		if seq > 20_000 {
			t.Fatal("a reader that reads nothing was not cut off")
		}
	}
	for slow.next() != "end" {
	}
}

func TestStreamsAreLimited(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.Limits.Streams = 1 })
	l := w.one.listen("")
	defer l.close()
	w.two.get("/api/v1/events").problem(429)
}
