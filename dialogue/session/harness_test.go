package session_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

var epoch = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// memory is a store and a bus.
type memory struct {
	mu     sync.Mutex
	turns  []transcript.Turn
	sums   []transcript.Conversation
	events []event.Message
	fail   error
	tries  int
}

func (m *memory) AddTurn(_ context.Context, _ tenant.Scope, t transcript.Turn) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.tries++
	if m.fail != nil {
		return m.fail
	}
	m.turns = append(m.turns, t)
	return nil
}

func (m *memory) EndConversation(_ context.Context, _ tenant.Scope, c transcript.Conversation) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fail != nil {
		return m.fail
	}
	m.sums = append(m.sums, c)
	return nil
}

func (m *memory) Publish(_ context.Context, e event.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.events = append(m.events, e)
	return nil
}

func (m *memory) sent(k event.Kind) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, e := range m.events {
		if e.Kind() == k {
			n++
		}
	}
	return n
}

// tones speaks 120 ms of tone a character.
type tones struct{}

func (tones) Ready(_, text string) *session.Prompt {
	n := utf8.RuneCountInString(text)
	return &session.Prompt{PCM: audio.Tone(300, 0.2, time.Duration(n)*120*time.Millisecond), File: "prompts/x.wav"}
}

func (tones) Render(context.Context, string, string) (*session.Prompt, error) {
	return nil, errors.New("tones are always ready")
}

// oracle recognises what the test's callee was told to say: partial after 100 ms of pause, final at Flush.
type oracle struct {
	mu     sync.Mutex
	said   []string
	openAs error
	dieAt  int // frames after which streams fail; 0 never
	opened int
}

func (o *oracle) Name() string { return "oracle" }

func (o *oracle) Open(context.Context, asr.Params) (asr.Stream, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.opened++
	if o.openAs != nil {
		return nil, o.openAs
	}
	return &oracleStream{o: o, out: make(chan asr.Result, 100)}, nil
}

type oracleStream struct {
	o      *oracle
	out    chan asr.Result
	loud   bool
	quiet  int
	frames int
	once   sync.Once
}

func (s *oracleStream) Write(pcm []int16) error {
	s.frames++
	if s.o.dieAt > 0 && s.frames >= s.o.dieAt {
		return &asr.Error{Kind: asr.Disconnected, Provider: "oracle", Tried: "hear"}
	}
	if audio.LevelDB(pcm) > -40 {
		s.loud, s.quiet = true, 0
		return nil
	}
	if s.quiet++; s.loud && s.quiet == 5 {
		s.result(false)
	}
	return nil
}

func (s *oracleStream) result(final bool) {
	s.o.mu.Lock()
	defer s.o.mu.Unlock()
	r := asr.Result{Final: final}
	if len(s.o.said) > 0 && s.loud {
		r.Text, r.Matched, r.Confidence = s.o.said[0], s.o.said[0] != "", 0.9
		if final {
			s.o.said = s.o.said[1:]
		}
	}
	s.out <- r
}

func (s *oracleStream) Flush()                     { s.result(true); s.loud, s.quiet = false, 0 }
func (s *oracleStream) Results() <-chan asr.Result { return s.out }
func (s *oracleStream) Close() error               { s.once.Do(func() { close(s.out) }); return nil }

// speech sounds like n syllables of 160 ms with 60 ms of near silence between them.
func speech(n int) []int16 {
	var out []int16
	for i := range n {
		if i > 0 {
			out = append(out, audio.Tone(180, 0.006, 60*time.Millisecond)...)
		}
		out = append(out, audio.Tone(180, 0.25, 160*time.Millisecond)...)
	}
	return out
}

// hum is one drawn-out syllable.
func hum(d time.Duration) []int16 { return audio.Tone(150, 0.25, d) }

// murmurs takes the first frames of every burst for a backchannel; tones sound like nothing that the shipped net knows.
type murmurs struct {
	most, frames int
	sure         bool // that what follows is none
}

func (m *murmurs) Quiet([]int16) {}
func (m *murmurs) Begin()        { m.frames = 0 }
func (m *murmurs) Step([]int16)  { m.frames++ }
func (m *murmurs) Odds() float64 {
	if m.frames <= m.most {
		return 3
	}
	if m.sure {
		return -5
	}
	return -3
}

// line is one thing the callee does: after so much quiet of the robot, or so far into its speech.
type line struct {
	text   string
	sound  []int16       // speech of as many syllables as the text has characters, if nil
	after  time.Duration // of the robot's silence
	into   time.Duration // of the robot's speech; then after is not used
	keys   string
	hangup bool
}

type call struct {
	t     testing.TB
	s     *session.Session
	store *memory
	ear   *oracle
	clock *clock.Fake
	dir   string
	lines []line
	// answerAt is when the callee's answer is reported; negative never.
	answerAt time.Duration
	longest  time.Duration
	on       map[time.Duration]func()
	// live lets the time of the machine pass with the frames; the test is then a bubble of testing/synctest.
	live bool
	// packets tells when those of a frame came and went; nil for a leg that does not tell.
	packets func() (came, went time.Time)

	frame    int
	sound    []int16
	quiet    int  // frames since the robot's last voice, or the callee's own
	cue      bool // the robot has spoken since the callee's last line
	talking  int  // frames of the robot's present speech
	hungUp   bool
	loudest  float64 // of the robot before the answer
	finished *transcript.Conversation
}

func newCall(t testing.TB, lines ...line) *call {
	return &call{t: t, store: &memory{}, ear: &oracle{}, clock: clock.NewFake(epoch), dir: t.TempDir(), lines: lines,
		longest: 90 * time.Second, on: map[time.Duration]func(){}, loudest: -100}
}

func (c *call) open(source []byte, change func(*session.Config)) *call {
	c.t.Helper()
	f, err := script.Parse(source)
	if err != nil {
		c.t.Fatal(err)
	}
	p, err := flow.Compile(f)
	if err != nil {
		c.t.Fatal(err)
	}
	cfg := session.Config{Call: "0190a0aa-0000-7000-8000-000000000001", Tenant: 1, Campaign: 7, Program: p, Voice: tones{},
		Recognisers: []asr.Provider{c.ear}, Turns: c.store, Bus: c.store, Recordings: c.dir, HangUp: func() { c.hungUp = true },
		Clock: c.clock, Log: slog.New(slog.DiscardHandler), Murmurs: &murmurs{}}
	if change != nil {
		change(&cfg)
	}
	if c.s, err = session.New(cfg); err != nil {
		c.t.Fatal(err)
	}
	c.settle()
	return c
}

// away keeps the recogniser from being opened for a while.
func (c *call) away(from, to time.Duration) {
	set := func(err error) {
		c.ear.mu.Lock()
		defer c.ear.mu.Unlock()
		c.ear.openAs = err
		if err == nil {
			c.ear.dieAt, c.ear.said = 0, nil // what was said to nobody is lost
		}
	}
	if from == 0 {
		set(unreachable)
	} else {
		die := c.on[from]
		c.on[from] = func() { set(unreachable); die() }
	}
	c.on[to] = func() { set(nil) }
}

// run drives the call frame by frame until somebody hangs up, and finishes it.
func (c *call) run() *call {
	c.t.Helper()
	gone := false
	for !c.hungUp && !gone && c.at() < c.longest {
		gone = c.tick()
	}
	c.finish(gone)
	return c
}

func (c *call) at() time.Duration { return time.Duration(c.frame) * audio.FrameDuration }

func (c *call) finish(gone bool) {
	r := session.Report{EndedBy: "robot", Reason: "robot_hangup"}
	if gone {
		r = session.Report{EndedBy: "callee", Reason: "callee_hangup"}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c.finished = c.s.Finish(ctx, r)
}

func (c *call) tick() (gone bool) {
	now := c.at()
	if now == c.answerAt && c.answerAt >= 0 {
		c.s.Answered()
	}
	if f := c.on[now]; f != nil {
		f()
	}
	in := make([]int16, audio.FrameSamples)
	c.sound = c.sound[copy(in, c.sound):]
	for i := range in { // a line is never perfectly silent
		in[i] += int16(20 * math.Sin(float64(i*i)))
	}
	var went time.Time
	if c.packets != nil {
		var came time.Time
		came, went = c.packets()
		c.s.Arrived(came)
	}
	out := c.s.Tick(in, epoch.Add(now))
	if c.packets != nil {
		c.s.Sent(went)
	}
	c.settle()
	c.frame++
	c.clock.Advance(audio.FrameDuration)
	if now < c.answerAt || c.answerAt < 0 {
		c.loudest = max(c.loudest, audio.LevelDB(out))
	}
	if audio.LevelDB(out) > -40 {
		c.quiet, c.cue = 0, true
		c.talking++
	} else if c.quiet++; c.quiet > 15 {
		c.talking = 0
	}
	return c.act()
}

// settle lets a frame's time pass. Where none passes, frames come much faster than in a call: a recogniser must not be late only
// for that.
func (c *call) settle() {
	if c.live {
		time.Sleep(audio.FrameDuration)
		synctest.Wait() // for what falls into the same moment
		return
	}
	for c.s.Live().Opening {
		runtime.Gosched()
	}
}

// act starts the callee's next line when its time has come.
func (c *call) act() (gone bool) {
	if len(c.sound) > 0 {
		c.quiet, c.cue = 0, false
	}
	if len(c.lines) == 0 || len(c.sound) > 0 || !c.cue {
		return false
	}
	l := c.lines[0]
	spoken := time.Duration(c.talking) * audio.FrameDuration
	quiet := time.Duration(c.quiet) * audio.FrameDuration
	if l.into > 0 && spoken < l.into || l.into == 0 && quiet < max(l.after, 500*time.Millisecond) {
		return false
	}
	c.lines = c.lines[1:]
	if l.hangup {
		return true
	}
	for _, k := range []byte(l.keys) {
		c.s.Digit(k, epoch.Add(c.at()))
	}
	if l.keys != "" {
		c.quiet, c.cue = 0, false
		return false
	}
	c.sound = l.sound
	if c.sound == nil {
		c.sound = speech(utf8.RuneCountInString(l.text))
	}
	c.ear.mu.Lock()
	c.ear.said = append(c.ear.said, l.text)
	c.ear.mu.Unlock()
	c.quiet = 0
	return false
}

// trace writes what was stored, times counted from the first frame.
func (c *call) trace() string {
	var b strings.Builder
	since := func(t time.Time) string { return fmt.Sprintf("%6.2f", t.Sub(epoch).Seconds()) }
	for _, t := range c.store.turns {
		fmt.Fprintf(&b, "%2d %s-%s %-6s %s", t.Seq, since(t.StartedAt), since(t.EndedAt), t.Speaker, t.Node)
		if t.Text != "" {
			fmt.Fprintf(&b, " %q", t.Text)
		}
		if m := t.Matched; m.Kind != "" {
			fmt.Fprintf(&b, " = %s %s", m.Kind, m.Intent)
		}
		if t.ReplyLatency > 0 {
			fmt.Fprintf(&b, " after %v", t.ReplyLatency)
		}
		if t.Interrupted {
			fmt.Fprintf(&b, " interrupted, stopped in %v", t.BargeInStop)
		}
		if t.Audio != "" {
			fmt.Fprintf(&b, " [%s]", t.Audio[strings.LastIndexByte(t.Audio, '/')+1:])
		}
		b.WriteString("\n")
	}
	for _, s := range c.store.sums {
		fmt.Fprintf(&b, "%s-%s ended by %s: %s at %s, labels %v, grade %s, %+v, reply %v\n", since(s.StartedAt), since(s.EndedAt),
			s.EndedBy, s.EndReason, s.LastNode, s.Labels, s.Grade, s.Tally, s.ReplyP50)
	}
	if len(c.store.sums) == 0 {
		b.WriteString("no conversation\n")
	}
	return b.String()
}
