package session

import (
	"context"
	"fmt"
	"io"
	"path"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/outcome"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// Session is one call's talk. Digit and Tick come from the leg's clock; everything else may come from anywhere.
type Session struct {
	cfg      Config
	settings script.Settings
	cancel   context.CancelFunc
	ctx      context.Context
	wg       sync.WaitGroup // recogniser, prompts, requests
	keeping  sync.WaitGroup // recorder and keeper, which outlive the talk
	keepCtx  context.Context
	keepEnd  context.CancelFunc
	rec      *recorder
	keep     *keeper

	mu   sync.Mutex
	now  tick
	at   time.Time
	over bool

	answered   bool
	answeredAt time.Time
	answer     tick
	flow       flow.State
	begun      bool // the flow has started
	cause      string
	endedBy    call.Party
	leaving    tick // when to hang up; 0 while not leaving
	left       bool // a person has the call, or it is hung up: nothing is said or heard any more

	ear     *ear
	line    line
	hearing hearing
	heard   *heard // what the callee is saying
	waiting *heard // what was said and waits for the recogniser
	heards  int
	taken   tick // last frame that went to an utterance

	mouth   mouth
	behind  background
	prompts chan rendered
	owing   tick      // since when a prompt is waited for and nothing is said; 0 when none is
	replyTo tick      // last voiced frame of the utterance being answered; 0 when nobody is
	waited  time.Time // when the reply could have begun, had nothing but silence and recogniser been waited for
	wire    wire      // what the latencies are measured by

	floor    tick // since when the callee has the floor; 0 while they have not
	value    bool // a number or a name is awaited, which is said with pauses
	patience int  // in parts of the script's silence
	keys     keypad
	consult  *consult // what the chat model was asked; nil when it was not
	transfer tick     // until when a transfer may take; 0 while there is none
	bridging tick     // until when an end of the leg means that a person was bridged to the callee, though nobody has said so yet
	seq      int
	outcome  outcome.Tracker
}

// heard is one utterance of the callee.
type heard struct {
	n          int
	seq        int  // of its turn, once it is sure to be one
	begun      tick // first voiced frame
	last       tick // last voiced frame
	startedAt  time.Time
	endedAt    time.Time
	voiced     int
	partial    string
	partialAt  tick // when it last changed
	expected   bool // the partial leads somewhere
	unfinished bool
	deadline   tick          // for the final
	silence    time.Duration // that ended it
	flushed    time.Time     // when the recogniser was asked for all of it
	chunk      *[]int16
}

type rendered struct {
	u      *utter
	prompt *Prompt
	err    error
}

// New begins a talk that waits for Answered. Finish must follow, whatever happens.
func New(cfg Config) (*Session, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.Tuning = cfg.Tuning.withDefaults()
	if cfg.Zone == nil {
		cfg.Zone = time.UTC
	}
	f := cfg.Program.Flow()
	s := &Session{outcome: outcome.Tracker{Rules: f.Grades}, cfg: cfg, settings: f.Settings, flow: flow.New(cfg.Program, cfg.Vars), ear: newEar(cfg.Voices, cfg.Murmurs), prompts: make(chan rendered, 8), patience: 1, behind: background{pcm: cfg.Background}}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	s.keepCtx, s.keepEnd = context.WithCancel(context.Background())
	s.rec = newRecorder(cfg.Recordings, path.Join(fmt.Sprint(int64(cfg.Campaign)), string(cfg.Call)), cfg.Log)
	s.keep = &keeper{turns: cfg.Turns, bus: cfg.Bus, clock: cfg.Clock, log: cfg.Log, scope: tenant.Of(cfg.Tenant),
		retry: cfg.Tuning.StoreRetry, wake: make(chan struct{}, 1)}
	s.hearing = hearing{providers: cfg.Recognisers, ctx: s.ctx, wg: &s.wg, opened: make(chan opening, 1),
		params: asr.Params{ID: string(cfg.Call), Lang: f.Language, HotWords: hotWords(f)},
		log:    func(msg string, args ...any) { cfg.Log.Warn(msg, args...) }}
	s.hearing.open(s.now)
	s.openLine()
	return s, nil
}

// hotWords are the words that the script itself waits for.
func hotWords(f *script.Flow) []string {
	const most = 500
	var out []string
	for _, i := range f.Intents {
		out = append(out, i.Keywords...)
	}
	for _, q := range f.Questions {
		out = append(out, q.Variants...)
	}
	lists := [][]script.Branch{f.Anywhere}
	for _, id := range f.Order {
		lists = append(lists, f.Nodes[id].Branches)
	}
	for _, list := range lists {
		for _, b := range list {
			if b.On.Kind == script.OnKeyword {
				out = append(out, b.On.Value)
			}
		}
	}
	return out[:min(len(out), most)]
}

// Answered reports that the callee answered: the robot may speak. Saying so twice changes nothing.
func (s *Session) Answered() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.answered || s.over {
		return
	}
	s.answered, s.answer, s.answeredAt = true, s.now, s.at
	s.answeredLine()
	s.ear.gate.Reset() // what was heard so far was the network, not the callee
	if s.at.IsZero() {
		s.answeredAt = s.cfg.Clock.Now()
	}
	s.keeping.Go(s.rec.run)
	s.keeping.Go(func() { s.keep.run(s.keepCtx) })
}

// IsAnswered tells whether the robot may speak.
func (s *Session) IsAnswered() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered
}

// bridgeWait is how long bridging a person to the callee takes at most.
const bridgeWait = 5 * time.Second

// TransferBridging reports that a person is being bridged to the callee. The robot's leg ends with that.
func (s *Session) TransferBridging() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bridging = s.now + ticks(bridgeWait)
}

// TransferEnded reports whether a person took the call. One may have taken it without having been asked for.
func (s *Session) TransferEnded(connected bool, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bridging = 0
	if s.transfer == 0 && !connected || s.over || s.left {
		return
	}
	s.transfer = 0
	s.step(flow.TransferResult{Connected: connected, Reason: reason})
}

// Tick hears 20 ms and gives the 20 ms to say, nil for silence.
func (s *Session) Tick(in []int16, at time.Time) []int16 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return nil
	}
	s.now++
	s.at = at
	s.hearing.poll(s.now)
	if !s.left {
		s.hearing.open(s.now)
	}
	s.hearLine(in)
	s.listen(in)
	s.results()
	s.rendered()
	s.replies()
	if s.answered && !s.left {
		s.decide()
	}
	out := s.say()
	if s.answered && !s.left {
		out = s.behind.mix(out)
	}
	return out
}

// decide looks at everything that may be due in this frame.
func (s *Session) decide() {
	since := (s.now - s.answer).duration()
	switch {
	case s.leaving > 0:
		if s.now >= s.leaving {
			s.left = true
			s.cfg.HangUp()
		}
		return
	case since >= s.settings.LongestCall && s.flow.Phase != flow.Ended:
		s.cutPrompts()
		s.step(flow.Expired{})
		return
	case !s.begun:
		s.greet(since)
		return
	}
	s.endpoint()
	s.breakIn()
	s.pressed()
	s.patienceOver()
	if s.transfer > 0 && s.now >= s.transfer {
		s.transfer = 0
		s.cfg.Log.Warn("nobody said how the transfer ended; the script goes on as if it had failed")
		s.step(flow.TransferResult{Reason: "timeout"})
	}
}

// local is the present time where the callee is: dates are said and understood by it.
func (s *Session) local() time.Time { return s.at.In(s.cfg.Zone) }

// greetWait is how long a callee who speaks first holds the robot's greeting up.
const greetWait = 3 * time.Second

// greet starts the flow once the script's delay is over; somebody who is just saying hello is let finish.
func (s *Session) greet(since time.Duration) {
	if since < s.settings.GreetingDelay {
		return
	}
	if h := s.heard; h != nil {
		quiet := s.ear.silent(s.now)
		if quiet < s.settings.Endpoint.Matched && since < s.settings.GreetingDelay+greetWait {
			return
		}
		if quiet >= s.settings.Endpoint.Matched {
			s.endUtterance()
		}
	}
	s.begun = true
	s.step(flow.Start{At: s.local()})
}

// step moves the flow and does what it asks for.
func (s *Session) step(in flow.Input) flow.Trace {
	next, actions, trace := flow.Step(s.flow, in)
	s.flow = next
	s.outcome.Enter(trace.Entered...)
	fresh := true
	for _, a := range actions {
		switch a := a.(type) {
		case flow.Label:
			s.outcome.Label(a.Name)
		case flow.SMS:
			s.outcome.SMS(a.Mark)
		case flow.Speak:
			if fresh && !a.Append {
				s.cutPrompts()
			}
			fresh = false
			s.floor, s.keys = 0, keypad{}
			u := &utter{speak: a, waiting: s.now}
			if len(s.mouth.queue) > 0 {
				s.render(u) // while the one before it is spoken
			}
			s.mouth.queue = append(s.mouth.queue, u)
		case flow.Resume:
			s.resume()
		case flow.Listen:
			s.floor, s.patience = s.now, a.Silence
			s.keys.rule, s.value = a.Digits, a.Value != ""
			s.replyTo = 0
		case flow.Consult:
			s.ask(a)
		case flow.HandOver:
			s.handOver(a.Rule)
		case flow.Leave:
			s.cutPrompts()
			s.cause, s.endedBy, s.left, s.floor = flow.CauseTransferred, call.PartyAgent, true, 0
			s.dropHeard()
			s.forgetConsult()
		case flow.End:
			s.end(a.Cause)
		}
	}
	return trace
}

func (s *Session) end(cause string) {
	s.cutPrompts()
	s.forgetConsult()
	s.cause, s.endedBy, s.floor = cause, call.PartyRobot, 0
	s.leaving = s.now + max(1, ticks(s.cfg.Tuning.Linger))
}

func (s *Session) handOver(rule script.TransferRule) {
	// The dialer's own timer runs the same time; a little more lets its answer arrive.
	s.transfer = s.now + ticks(rule.Timeout+3*time.Second)
	s.floor = 0
	m := event.TransferRequested{Tenant: s.cfg.Tenant, Campaign: s.cfg.Campaign, Call: s.cfg.Call, Extension: rule.Extension, Timeout: rule.Timeout}
	s.wg.Go(func() {
		ctx, cancel := context.WithTimeout(s.ctx, storeWait)
		defer cancel()
		if err := s.cfg.Bus.Publish(ctx, m); err != nil {
			s.cfg.Log.Error("the transfer could not be asked for; the script goes on as if it had failed", "err", err)
			s.TransferEnded(false, "not asked for")
		}
	})
}

// patienceOver applies the silence rule of the script.
func (s *Session) patienceOver() {
	if s.mouth.paused && s.heard == nil && s.waiting == nil {
		s.step(flow.FalseAlarm{})
	}
	if s.floor == 0 || s.heard != nil || s.waiting != nil || len(s.keys.pressed) > 0 || s.mouth.current() != nil {
		return
	}
	allowed := time.Duration(s.patience) * s.settings.Silence.After
	if rule := s.keys.rule; rule != nil {
		allowed = max(allowed, rule.Timeout)
	}
	since := max(s.floor, s.ear.last)
	if (s.now - since).duration() < allowed {
		return
	}
	node := string(s.flow.Node)
	start := s.at.Add(-(s.now - s.floor - 1).duration())
	s.floor, s.replyTo = 0, 0
	trace := s.step(flow.Silence{})
	s.storeCallee(transcript.Turn{StartedAt: start, EndedAt: s.at, Node: node, Matched: trace.Match})
}

// Report is what the end of the leg adds to what the session knows.
type Report struct {
	EndedBy call.Party // used unless the robot itself hung up
	Reason  string     // callee_hangup, no_media, …
}

// Finish ends the talk after the leg's last tick: what was being said is stored, then the conversation's sum, then the
// event that says so. It waits for the store as long as ctx lasts and returns the sum; nil when the callee never answered.
func (s *Session) Finish(ctx context.Context, r Report) *transcript.Conversation {
	s.mu.Lock()
	if s.over {
		s.mu.Unlock()
		return nil
	}
	if s.answered && s.now < s.bridging && !s.left && r.EndedBy == call.PartyCallee { // the leg's end was quicker than the message
		s.step(flow.TransferResult{Connected: true})
	}
	s.over = true
	var sum *transcript.Conversation
	if s.answered {
		s.lastTurns()
		sum = s.sum(r)
		s.keep.put(keep{sum: sum, told: event.ConversationEnded{Tenant: s.cfg.Tenant, Campaign: s.cfg.Campaign, Call: s.cfg.Call}})
		s.keep.finish()
		close(s.rec.jobs)
	}
	s.hearing.close()
	s.line.hearing.close()
	s.cancel()
	s.mu.Unlock()

	s.wg.Wait()
	if c, ok := s.cfg.Voices.(io.Closer); ok {
		_ = c.Close()
	}
	s.drainPrompts()
	s.waitKept(ctx)
	return sum
}

// waitKept waits until everything is stored; when ctx ends first, the keeper gives up and says in the log what it had.
func (s *Session) waitKept(ctx context.Context) {
	stop := context.AfterFunc(ctx, s.keepEnd)
	s.keeping.Wait()
	stop()
	s.keepEnd()
}

func (s *Session) drainPrompts() {
	for {
		select {
		case <-s.prompts:
		default:
			return
		}
	}
}

// lastTurns stores what the end of the leg cut off.
func (s *Session) lastTurns() {
	s.cutPrompts()
	if h := s.waiting; h != nil {
		s.waiting = nil
		s.closeHeard(h, transcript.Turn{Text: h.partial, Node: string(s.flow.Node), Matched: transcript.Match{Kind: transcript.MatchUnmatched}})
	}
	if h := s.heard; h != nil {
		s.heard = nil
		if s.burst(h) {
			s.closeHeard(h, transcript.Turn{Text: h.partial, Node: string(s.flow.Node), Matched: transcript.Match{Kind: transcript.MatchUnmatched}})
		} else {
			s.discard(h)
		}
	}
}

func (s *Session) sum(r Report) *transcript.Conversation {
	talked := max(s.at.Sub(s.answeredAt), 0)
	verdict := s.outcome.Grade(talked)
	c := &transcript.Conversation{Call: s.cfg.Call, Tenant: s.cfg.Tenant, StartedAt: s.answeredAt, EndedAt: s.at, EndedBy: r.EndedBy,
		EndReason: r.Reason, LastNode: string(s.flow.Node), Labels: s.outcome.Labels(), SMS: s.outcome.Marks(),
		Tally: s.outcome.Tally(), Grade: verdict.Grade, GradeRule: verdict.Rule, ReplyP50: s.outcome.ReplyP50()}
	if s.cause != "" && s.left {
		c.EndReason = s.cause
		if s.endedBy != call.PartyNone {
			c.EndedBy = s.endedBy
		}
	}
	if c.EndedAt.Before(c.StartedAt) {
		c.EndedAt = c.StartedAt
	}
	return c
}

// Live is what the session is at, for the process's figures.
type Live struct {
	Answered bool
	Node     script.NodeID
	Phase    flow.Phase
	Talked   time.Duration
	// Recogniser is who listens at present; empty while none does. Opening tells that one is on its way.
	Recogniser string
	Opening    bool
}

// Live describes the present moment.
func (s *Session) Live() Live {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hearing.poll(s.now)
	l := Live{Answered: s.answered, Node: s.flow.Node, Phase: s.flow.Phase, Opening: s.hearing.busy}
	if s.hearing.stream != nil {
		l.Recogniser = s.hearing.name
	}
	if s.answered {
		l.Talked = (s.now - s.answer).duration()
	}
	return l
}
