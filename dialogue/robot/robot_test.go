package robot_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/prompts"
	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a store and a bus in memory.
type office struct {
	mu       sync.Mutex
	versions map[script.VersionID][]byte
	loads    int

	recordings map[script.VersionID][]script.Recording

	answered bool // what a call's row says
	turns    []transcript.Turn
	sums     []transcript.Conversation
	events   []event.Message
	readers  []chan event.Message
}

func newOffice() *office {
	return &office{versions: map[script.VersionID][]byte{42: script.Demo(), 13: []byte("script: 1\n")}}
}

func (o *office) ScriptVersion(_ context.Context, _ tenant.Scope, id script.VersionID) (script.Version, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.loads++
	source := o.versions[id]
	if source == nil {
		return script.Version{}, errs.Missing("script version", id)
	}
	return script.Version{ID: id, Source: source}, nil
}

func (o *office) Recordings(_ context.Context, _ tenant.Scope, _ script.ID, id script.VersionID) ([]script.Recording, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.recordings[id], nil
}

func (o *office) Call(_ context.Context, _ tenant.Scope, id call.UUID) (call.Call, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	c := call.Call{UUID: id, Campaign: 7, Contact: 3, Name: "王先生", State: call.Early}
	if o.answered {
		c.State = call.AnsweredState
	}
	return c, nil
}

func (o *office) Campaign(context.Context, tenant.Scope, campaign.ID) (campaign.Campaign, error) {
	return campaign.Campaign{Window: campaign.Window{Zone: "Asia/Shanghai"}}, nil
}

func (o *office) Contact(context.Context, tenant.Scope, contact.ID) (contact.Contact, error) {
	return contact.Contact{ID: 3, Vars: map[string]string{"amount": "39"}}, nil
}

func (o *office) AddTurn(_ context.Context, _ tenant.Scope, t transcript.Turn) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.turns = append(o.turns, t)
	return nil
}

func (o *office) EndConversation(_ context.Context, _ tenant.Scope, c transcript.Conversation) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sums = append(o.sums, c)
	return nil
}

func (o *office) Publish(_ context.Context, m event.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, m)
	for _, r := range o.readers {
		select {
		case r <- m:
		default:
		}
	}
	return nil
}

func (o *office) Subscribe(ctx context.Context, _ ...event.Kind) (<-chan event.Message, error) {
	ch := make(chan event.Message, 100)
	o.mu.Lock()
	o.readers = append(o.readers, ch)
	o.mu.Unlock()
	context.AfterFunc(ctx, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.readers = slices.DeleteFunc(o.readers, func(c chan event.Message) bool { return c == ch })
		close(ch)
	})
	return ch, nil
}

func (o *office) count(k event.Kind) int {
	o.mu.Lock()
	defer o.mu.Unlock()
	n := 0
	for _, m := range o.events {
		if m.Kind() == k {
			n++
		}
	}
	return n
}

func (o *office) stored() ([]transcript.Turn, []transcript.Conversation) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.turns), slices.Clone(o.sums)
}

// start runs robots; the test stops them while its peers still answer.
func start(t testing.TB, o *office, change func(*robot.Config)) (*robot.Robot, string) {
	t.Helper()
	voice, err := tts.NewRecorded(prompts.Demo())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cfg := robot.Config{SIPAddr: "127.0.0.1:0", Store: o, Bus: o, Voice: voice, RecordingsDir: dir, Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)}
	if change != nil {
		change(&cfg)
	}
	r, err := robot.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	return r, dir
}

func stop(t testing.TB, r *robot.Robot) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := r.Close(ctx); err != nil {
		t.Error(err)
	}
}

func TestCall(t *testing.T) {
	o := newOffice()
	r, dir := start(t, o, nil)
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	if code := receive(t, "answer", p.status); code != 200 {
		t.Fatalf("answered with %d", code)
	}
	await(t, "silence", func() bool { n, _ := p.heard(); return n > 20 })
	if _, voiced := p.heard(); voiced > 0 {
		t.Error("the robot spoke before the callee answered")
	}
	if err := o.Publish(context.Background(), event.CallChanged{Tenant: 1, Call: call.UUID(p.call), State: call.AnsweredState}); err != nil {
		t.Fatal(err)
	}
	await(t, "greeting", func() bool { _, v := p.heard(); return v > 10 })
	if got := r.Stats(); got.Active != 1 || got.Gaps.N == 0 {
		t.Errorf("%+v", got)
	}
	p.press("1#")
	await(t, "the next prompt", func() bool { turns, _ := o.stored(); return len(turns) >= 2 })
	p.bye()
	await(t, "conversation", func() bool { return o.count(event.KindConversationEnded) == 1 })
	turns, sums := o.stored()
	if turns[1].Text != "1" || turns[1].Matched.Kind != transcript.MatchDigits || turns[1].Node != "opening" {
		t.Errorf("the keys became %+v", turns[1])
	}
	s := sums[0]
	if s.EndedBy != call.PartyCallee || s.EndReason != "callee_hangup" || s.LastNode != "ask-adviser" || s.Grade == "" || !slices.Contains(s.Labels, "按键有兴趣") {
		t.Errorf("%+v", s)
	}
	if o.count(event.KindRobotsAlive) == 0 {
		t.Error("nobody was told that the robots are alive")
	}
	await(t, "an empty house", func() bool { return r.Stats().Active == 0 }) // only then is the last sound written
	for _, turn := range turns {
		if turn.Audio == "" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, turn.Audio)); err != nil {
			t.Errorf("turn %d: %v", turn.Seq, err)
		}
	}
}

func TestAnswerReadFromTheRow(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	receive(t, "answer", p.status)
	o.mu.Lock()
	o.answered = true // and no message
	o.mu.Unlock()
	await(t, "greeting", func() bool { _, v := p.heard(); return v > 10 })
}

func TestUnansweredLeavesNothing(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	receive(t, "answer", p.status)
	p.bye()
	await(t, "an empty house", func() bool { return r.Stats().Active == 0 })
	if turns, sums := o.stored(); len(turns)+len(sums) > 0 {
		t.Errorf("stored %v %v", turns, sums)
	}
}

func TestAnsweredUnknownToUs(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	receive(t, "answer", p.status)
	await(t, "media", func() bool { n, _ := p.heard(); return n > 2 })
	o.mu.Lock()
	o.answered = true
	o.mu.Unlock()
	p.bye()
	await(t, "conversation", func() bool { _, sums := o.stored(); return len(sums) == 1 })
}

func TestScriptsThatCannotBeTalked(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	for version, want := range map[string]int{"99": 404, "13": 500} {
		p := newPeer(t, r.Addr(), version)
		if code := receive(t, "answer", p.status); code != want {
			t.Errorf("version %s: %d, want %d", version, code, want)
		}
	}
}

func TestCapacity(t *testing.T) {
	r, _ := start(t, newOffice(), func(c *robot.Config) { c.Capacity = 1 })
	defer stop(t, r)
	first := newPeer(t, r.Addr(), "42")
	receive(t, "answer", first.status)
	second := newPeer(t, r.Addr(), "42")
	if code := receive(t, "refusal", second.status); code != 503 {
		t.Errorf("one call too many was answered with %d", code)
	}
}

func TestCloseEndsCalls(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	p := newPeer(t, r.Addr(), "42")
	receive(t, "answer", p.status)
	o.mu.Lock()
	o.answered = true
	o.mu.Unlock()
	await(t, "greeting", func() bool { _, v := p.heard(); return v > 10 })
	stop(t, r)
	receive(t, "BYE", p.byes)
	turns, sums := o.stored()
	if len(turns) != 1 || len(sums) != 1 || sums[0].EndReason != "shutdown" {
		t.Errorf("stored %d turns and %+v", len(turns), sums)
	}
}

func TestScriptIsLoadedOnce(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	for range 5 {
		p := newPeer(t, r.Addr(), "42")
		receive(t, "answer", p.status)
	}
	if o.loads != 1 {
		t.Errorf("the version was loaded %d times", o.loads)
	}
}

func TestCloseWithoutStart(t *testing.T) {
	o := newOffice()
	voice, err := tts.NewRecorded(prompts.Demo())
	if err != nil {
		t.Fatal(err)
	}
	r, err := robot.New(robot.Config{SIPAddr: "127.0.0.1:0", Store: o, Bus: o, Voice: voice, RecordingsDir: t.TempDir(), Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	stop(t, r)
	again, err := robot.New(robot.Config{SIPAddr: r.Addr(), Store: o, Bus: o, Voice: voice, RecordingsDir: t.TempDir(), Clock: clock.Real(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal("the port was not given back:", err)
	}
	stop(t, again)
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := robot.New(robot.Config{}); err == nil {
		t.Error("an empty configuration was taken")
	}
	o := newOffice()
	voice, _ := tts.NewRecorded(prompts.Demo())
	_, err := robot.New(robot.Config{SIPAddr: "nowhere", Store: o, Bus: o, Voice: voice, RecordingsDir: t.TempDir(), Clock: clock.Real(), Log: slog.Default()})
	if err == nil {
		t.Error("an address without a port was taken")
	}
}

func TestDeployedScriptIsMadeReady(t *testing.T) {
	o := newOffice()
	r, _ := start(t, o, nil)
	defer stop(t, r)
	if err := o.Publish(context.Background(), event.ScriptDeployed{Tenant: 1, Script: 7, Version: 42}); err != nil {
		t.Fatal(err)
	}
	await(t, "the deployed version", func() bool {
		o.mu.Lock()
		defer o.mu.Unlock()
		return o.loads == 1
	})
}
