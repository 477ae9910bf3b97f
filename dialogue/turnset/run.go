package turnset

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"time"

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

// Result is what came of one case.
type Result struct {
	Case Case
	// Cut tells that the turn was taken for over before it was; Reply is from its end to the robot's first sample, of those
	// that were heard to the end.
	Cut   bool
	Reply time.Duration
	// Stopped tells that the prompt stopped, Stop how long after the callee began, or, where they began like an aside, after the
	// third syllable began (at once when it stopped before); Resumed that it went on afterwards.
	Stopped, Resumed bool
	Stop             time.Duration
}

const (
	lead       = 500 * time.Millisecond // from the end of the robot's question to the callee's answer
	afterwards = 8 * time.Second        // longer than the prompt
	echoDB     = -38                    // of the robot's own voice on a noisy line
	echoDelay  = 3                      // frames
)

var (
	asking = []byte(`
script: 1
name: turns
settings: {silence: {after: 20s, max: 2, then: bye}, unmatched: {max: 9, then: bye}}
nodes:
  ask: {say: question, branches: {default: reply, unmatched: reply, affirm: reply, negate: reply, refuse: reply, busy: reply, callback_later: reply}}
  reply: {say: reply, branches: {default: reply, unmatched: reply, affirm: reply, goodbye: bye}}
  bye: {say: reply, hangup: true}
questions:
  price: {intent: price, answer: reply}
  who: {intent: who_is_calling, answer: reply}
  source: {intent: number_source, answer: reply}
`)
	dictating = []byte(`
script: 1
name: dictation
settings: {silence: {after: 20s, max: 2, then: bye}, unmatched: {max: 9, then: bye}}
nodes:
  ask: {say: question, collect: {length: 11, into: number, timeout: 20s}, branches: {digits: bye, default: bye, unmatched: bye}}
  bye: {say: reply, hangup: true}
`)
	talking = []byte(`
script: 1
name: prompt
settings: {silence: {after: 20s, max: 2, then: bye}, unmatched: {max: 9, then: bye}}
nodes:
  talk: {say: speech, branches: {default: reply, unmatched: reply, affirm: reply, negate: reply, refuse: reply, busy: reply}}
  reply: {say: reply, branches: {default: reply, unmatched: reply, affirm: reply, goodbye: bye}}
  bye: {say: reply, hangup: true}
questions:
  price: {intent: price, answer: reply}
  who: {intent: who_is_calling, answer: reply}
anywhere: {hold_on: reply}
`)
)

// Bench runs cases.
type Bench struct {
	// Murmurs tells backchannels by their sound, anew for each case; nil is what comes with the product.
	Murmurs func() session.Murmurs

	programs map[Kind]*flow.Program
	voice    voice
}

// NewBench prepares the scripts and the robot's voice.
func NewBench() (*Bench, error) {
	b := &Bench{programs: map[Kind]*flow.Program{}}
	for kind, source := range map[Kind][]byte{Turn: asking, Dictation: dictating, Interrupt: talking, Lead: talking, Aside: talking} {
		f, err := script.Parse(source)
		if err != nil {
			return nil, fmt.Errorf("turn set: %w", err)
		}
		if b.programs[kind], err = flow.Compile(f); err != nil {
			return nil, fmt.Errorf("turn set: %w", err)
		}
	}
	speech, err := Speech()
	if err != nil {
		return nil, err
	}
	b.voice = voice{"question": speech[:audio.Rate], "reply": speech[audio.Rate : 2*audio.Rate], "speech": speech}
	return b, nil
}

// Speech is six seconds of one voice.
func Speech() ([]int16, error) {
	all, err := recordings()
	if err != nil {
		return nil, err
	}
	var speech []int16
	for _, c := range all {
		if c.Voice == "f4" && len(c.Sentence.Text) >= 15 && len(speech) < 6*audio.Rate {
			speech = append(append(speech, c.PCM...), make([]int16, audio.Rate/8)...)
		}
	}
	return speech, nil
}

// voice has the three things the robot says.
type voice map[string][]int16

func (v voice) Ready(_, text string) *session.Prompt {
	return &session.Prompt{PCM: v[text], File: "prompts/turnset.wav"}
}

func (v voice) Render(context.Context, string, string) (*session.Prompt, error) {
	return nil, errors.New("everything is ready")
}

// nowhere takes what a call leaves behind.
type nowhere struct{}

func (nowhere) AddTurn(context.Context, tenant.Scope, transcript.Turn) error { return nil }
func (nowhere) EndConversation(context.Context, tenant.Scope, transcript.Conversation) error {
	return nil
}
func (nowhere) Publish(context.Context, event.Message) error { return nil }

// Run plays one case to a session. Folder takes the sounds of its turns.
func (b *Bench) Run(ctx context.Context, c Case, folder string) (Result, error) {
	sound, words := c.sound()
	e := &ear{words: words}
	epoch := time.Date(2026, 1, 5, 2, 0, 0, 0, time.UTC)
	clk := clock.NewFake(epoch)
	var murmurs session.Murmurs
	if b.Murmurs != nil {
		murmurs = b.Murmurs()
	}
	s, err := session.New(session.Config{Call: "0190a0aa-0000-7000-8000-000000000001", Tenant: 1, Campaign: 1, Program: b.programs[c.Kind], Voice: b.voice,
		Recognisers: []asr.Provider{e}, Murmurs: murmurs, Turns: nowhere{}, Bus: nowhere{}, Recordings: folder, HangUp: func() {}, Clock: clk, Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		return Result{}, err
	}
	defer s.Finish(ctx, session.Report{})
	for s.Live().Opening {
		runtime.Gosched()
	}
	s.Answered()
	p := &play{bench: b, c: c, s: s, ear: e, sound: sound, line: newLine(c.Noisy), clock: clk, epoch: epoch, begin: -1}
	if len(words) > 0 {
		p.ends = words[len(words)-1].to
	} else {
		p.ends = len(sound)
	}
	for p.more() {
		p.tick()
	}
	return p.result(), nil
}

// play is one case on its way.
type play struct {
	bench *Bench
	c     Case
	s     *session.Session
	ear   *ear
	sound []int16
	ends  int // samples of the sound until the callee has finished
	line  *line
	clock *clock.Fake
	epoch time.Time

	frame  int
	spoken int // frames the robot has spoken
	quiet  int // frames since
	begin  int // frame in which the callee begins; -1 before
	echo   [echoDelay][]int16

	paused, replied int // frames; 0 while it did not happen
}

func (p *play) at() time.Duration { return time.Duration(p.frame) * audio.FrameDuration }

func frames(d time.Duration) int { return int(d / audio.FrameDuration) }

// more tells whether anything can still happen.
func (p *play) more() bool {
	if p.begin < 0 {
		return p.at() < 20*time.Second
	}
	return p.frame < p.begin+len(p.sound)/audio.FrameSamples+frames(afterwards)
}

func (p *play) tick() {
	if p.begin < 0 && p.due() {
		p.begin = p.frame
	}
	in := make([]int16, audio.FrameSamples)
	if p.begin >= 0 {
		if at := (p.frame - p.begin) * audio.FrameSamples; at < len(p.sound) {
			copy(in, p.sound[at:])
		}
		p.ear.tick((p.frame - p.begin + 1) * audio.FrameSamples)
	}
	if e := p.echo[p.frame%echoDelay]; p.c.Noisy && e != nil {
		for i, v := range scale(e, echoDB) {
			in[i] += v
		}
	}
	p.line.add(in)
	out := p.s.Tick(in, p.epoch.Add(p.at()))
	p.echo[p.frame%echoDelay] = nil
	if out != nil {
		p.echo[p.frame%echoDelay] = append(make([]int16, 0, audio.FrameSamples), out...)
	}
	p.heard(out)
	p.frame++
	p.clock.Advance(audio.FrameDuration)
}

// due tells whether the callee's moment has come.
func (p *play) due() bool {
	if p.c.Kind == Turn || p.c.Kind == Dictation {
		return p.spoken > 0 && p.quiet >= frames(lead)
	}
	return p.spoken >= p.c.into/20
}

// heard follows what the robot does.
func (p *play) heard(out []int16) {
	if out == nil {
		p.quiet++
	} else {
		if p.begin >= 0 && p.quiet > 0 && p.replied == 0 && p.frame > p.begin {
			p.replied = p.frame
		}
		p.spoken, p.quiet = p.spoken+1, 0
	}
	if p.begin >= 0 && out == nil && p.paused == 0 && p.frame > p.begin && p.c.Kind != Turn && p.c.Kind != Dictation && p.talks() {
		p.paused = p.frame
	}
}

// talks tells whether the long prompt cannot have ended by itself.
func (p *play) talks() bool {
	return p.spoken < len(p.bench.voice["speech"])/audio.FrameSamples-1
}

func (p *play) result() Result {
	r := Result{Case: p.c}
	end := p.begin + p.ends/audio.FrameSamples
	switch p.c.Kind {
	case Turn, Dictation:
		for _, cut := range p.ear.cuts {
			r.Cut = r.Cut || cut < p.ends
		}
		if !r.Cut && p.replied > 0 {
			r.Reply = time.Duration(p.replied-end) * audio.FrameDuration
		}
	default:
		if p.paused > 0 {
			r.Stopped, r.Stop = true, time.Duration(max(0, p.paused-p.begin-p.c.third()))*audio.FrameDuration
			r.Resumed = p.c.Kind == Aside && p.replied > 0 && p.spoken >= len(p.bench.voice["speech"])/audio.FrameSamples-1
		}
	}
	return r
}
