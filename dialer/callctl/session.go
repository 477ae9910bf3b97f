package callctl

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/routing"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// How long a call waits for what should come by itself.
const (
	// endPatience is how long a hang-up that was asked for, or must follow from another, may take.
	endPatience = 3 * time.Second
	// robotGrace is how long the callee's leg may outlive the robot's before it is hung up by command.
	robotGrace = 1500 * time.Millisecond
	// refusedGrace is how long the callee's hang-up event may come after the job that says the call failed.
	refusedGrace = 500 * time.Millisecond
	// commandPatience bounds one command to the switch.
	commandPatience = 5 * time.Second
)

// How a call behaves towards a switch that cannot be asked, or whose events were lost.
const (
	heldRecheck = 500 * time.Millisecond
	lookAgain   = time.Second
)

// queueLength bounds the events that wait for one call; a call's whole life is some twenty events.
const queueLength = 64

// input is anything but an event of the switch that a call is told.
type input struct {
	event             call.Event
	forced            call.EndReason
	conversationEnded bool
	transfer          *event.TransferRequested
	agent             *agentResult
	found             *found
	wished            listening.ID         // a supervisor wants something
	listening         *listening.Listening // and this is what
	listener          *heardOf
	took              *tookOver
	line              *linestatus.Verdict
	recorded          time.Time    // the recording began
	resync            *esl.Channel // what the switch's list says after a reconnect
	present           *bool        // whether the switch has the callee's leg
}

// session is one call in the hands of its goroutine. Fields below the line belong to that goroutine alone.
type session struct {
	ctl        *Controller
	inbox      chan input
	done       chan struct{}
	robotToken atomic.Value // string: the dialogue process that meets the callee
	freed      bool         // guarded by the registry
	epoch      atomic.Int64 // the connection the call was placed in; zero before

	// ----
	call      call.Call
	trunk     trunk.Trunk
	redial    campaign.Redial
	dnc       dnc.Policy
	endOn     []linestatus.Status // the campaign ends a call whose line says so
	ownFaults int
	attempts  int
	adopted   bool
	published call.State // the last state that was published ahead of its row

	evidence  call.Evidence
	owner     *esl.Owner
	job       esl.OriginateJob // its Job is nil while none runs
	calleeEnd *esl.Hangup      // the last facts of the callee's leg
	robotEnd  *esl.Hangup      // and of the robot's
	robotSeen bool             // the robot's leg was there
	talked    bool             // the robot reported the end of its conversation
	recording bool
	ending    bool // the switch was asked to hang up
	blind     bool // events of the call were lost: the switch is asked how it stands until it ends
	unsure    bool // the leg is there and its state is not known
	cut       bool // a timer ran out while the switch could not be asked: it counts once the switch has said how the call stands
	agent     *agentLeg
	listeners map[listening.ID]*listener
	alarms    alarms
	tasks     sync.WaitGroup // commands to the switch under way
}

// alarms are the timers of a call; nil channels never fire.
type alarms struct{ ring, talk, end, robot, refused, settle, look clockwork.Timer }

func fire(t clockwork.Timer) <-chan time.Time {
	if t == nil {
		return nil
	}
	return t.Chan()
}

func stop(t *clockwork.Timer) {
	if *t != nil {
		(*t).Stop()
		*t = nil
	}
}

func (s *session) arm(t *clockwork.Timer, d time.Duration) {
	stop(t)
	*t = s.ctl.cfg.Clock.NewTimer(d)
}

// held puts a timer off while the switch cannot be reached, and until it has said how the call stands: what the timer
// guards against may long have happened unheard, and calls that talk must not end for it.
func (s *session) held(t *clockwork.Timer) bool {
	if s.ctl.cfg.Line.Err() != nil {
		s.cut = true
	}
	if s.cut {
		s.arm(t, heldRecheck)
	}
	return s.cut
}

func newSession(c *Controller, k call.Call) *session {
	s := &session{ctl: c, inbox: make(chan input, 16), done: make(chan struct{}), call: k}
	s.robotToken.Store("")
	return s
}

// send tells the call something; it never blocks for long, since the goroutine always comes back to its inbox.
func (s *session) send(in input) {
	select {
	case s.inbox <- in:
	case <-s.done:
	}
}

// run is the call's whole life.
func (s *session) run() {
	defer s.ctl.wg.Done()
	defer s.ctl.reg.remove(s)
	defer s.close()
	ctx := s.ctl.ctx
	if !s.adopted && !s.begin(ctx) {
		return
	}
	for s.call.State != call.Ended {
		if !s.step(ctx) {
			return // the dialer stops without ending its calls: the next one adopts this call
		}
	}
	if s.evidence.Forced == call.EndNoRobot {
		s.ctl.robots.suspect(s.robotToken.Load().(string))
	}
	s.freeLine()
	s.hangUpAgent()
	s.endListeners()
	defer s.freeAgent()
	if s.calleeEnd == nil && s.epoch.Load() > 0 {
		s.hangUpRest()
	}
	s.finish(ctx)
	s.ctl.ended.Add(1)
}

// freeLine gives the slots back: the trunk's channel, the campaign's robot, the place in the dialogue process.
func (s *session) freeLine() {
	s.ctl.reg.free(s)
	if token := s.robotToken.Swap("").(string); token != "" && !s.adopted {
		s.ctl.robots.free(token)
	}
	s.ctl.cfg.Ended(s.call.Campaign)
}

// close gives up what the call still holds.
func (s *session) close() {
	s.stopAlarms()
	s.freeLine()
	if s.owner != nil {
		s.owner.Release()
	}
	close(s.done) // nobody is heard any more, so no task can hang on telling something
	s.tasks.Wait()
}

// step waits for the next thing that happens; false when the dialer stops.
func (s *session) step(ctx context.Context) bool {
	var events <-chan esl.Event
	var overflowed <-chan struct{}
	if s.owner != nil {
		events = s.owner.Events()
		if !s.blind {
			overflowed = s.owner.Overflowed()
		}
	}
	var jobDone <-chan struct{}
	if s.job.Job != nil {
		jobDone = s.job.Done()
	}
	a := &s.alarms
	select {
	case <-ctx.Done():
		return false
	case e := <-events:
		s.switchEvent(e)
	case <-overflowed:
		s.blind = true
		s.check()
	case <-fire(a.look):
		stop(&a.look)
		s.check()
	case <-fire(a.settle):
		s.conclude()
	case <-jobDone:
		s.jobResult()
	case in := <-s.inbox:
		s.told(in)
	case <-fire(a.ring):
		stop(&a.ring)
		if !s.held(&a.ring) {
			s.apply(call.EvRingTimeout, call.EndRingTimeout)
		}
	case <-fire(a.talk):
		stop(&a.talk)
		if !s.held(&a.talk) {
			s.apply(call.EvTalkTimeout, call.EndTalkTimeout)
		}
	case <-fire(a.robot):
		stop(&a.robot)
		if !s.held(&a.robot) {
			s.judgeRobot()
			s.apply(call.EvRobotGone, "")
		}
	case <-fire(a.refused):
		stop(&a.refused)
		s.apply(call.EvRefused, "")
	case <-fire(a.end):
		stop(&a.end)
		if !s.held(&a.end) {
			s.apply(call.EvEndTimeout, call.EndSwitchLost)
		}
	}
	return true
}

// begin writes the call down and hands it to the switch; false when it was not placed and the attempt went back
// or was withheld.
func (s *session) begin(ctx context.Context) bool {
	if !s.screened(ctx) {
		return false
	}
	log := s.ctl.cfg.Log.With("call", s.call.UUID)
	address, token, ok := s.ctl.robots.pick()
	if !ok {
		log.Warn("no robot is free; the contact waits")
		s.ctl.GiveBack(ctx, s.call.UUID, s.ctl.cfg.Clock.Now().Add(time.Second))
		return false
	}
	s.robotToken.Store(token)
	o, err := routing.Legs(s.call, s.trunk, address)
	if err == nil {
		_, err = o.Arguments()
	}
	s.call.Times.Created = s.ctl.cfg.Clock.Now()
	// The row says originating before the switch is told: from here on the switch has the last word on the call.
	written := s.call
	written.State = call.Originating
	if dbErr := s.ctl.cfg.Store.BeginDialing(ctx, tenant.Platform(), written); dbErr != nil {
		log.Error("call could not be written down and was not placed", "error", dbErr)
		s.ctl.GiveBack(ctx, s.call.UUID, s.ctl.cfg.Clock.Now().Add(time.Second))
		return false
	}
	if err != nil {
		log.Error("call cannot be dialled", "error", err)
		s.apply(call.EvRefused, call.EndInvalidNumber)
		return true
	}
	if s.owner, err = s.ctl.cfg.Line.Own(queueLength, string(s.call.UUID), string(s.call.RobotLeg)); err != nil {
		log.Error("events of the call cannot be had", "error", err)
		s.apply(call.EvRefused, call.EndSwitchRefused)
		return true
	}
	s.epoch.Store(s.ctl.epoch.Load())
	cmd, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	s.job, err = s.ctl.cfg.Line.Originate(cmd, o)
	switch {
	case err == nil:
		s.apply(call.EvOriginate, "")
	case errors.Is(err, esl.ErrLost), errors.Is(err, context.DeadlineExceeded):
		// The command may have reached the switch: the reconciler of the next connection, or the ring timer, decides.
		s.job = esl.OriginateJob{}
		s.apply(call.EvOriginate, "")
	default:
		log.Warn("the switch did not take the call", "error", err)
		s.job = esl.OriginateJob{}
		s.apply(call.EvRefused, call.EndSwitchRefused)
	}
	return true
}

// jobResult reads what became of the originate command. Success says nothing that events do not say better.
func (s *session) jobResult() {
	err := s.job.Result()
	s.job = esl.OriginateJob{}
	var failed *esl.OriginateError
	switch {
	case err == nil:
	case s.calleeEnd != nil: // the leg has said it better
	case errors.As(err, &failed):
		if s.evidence.Cause == "" {
			s.evidence.Cause = string(failed.Cause)
		}
		s.arm(&s.alarms.refused, refusedGrace)
	case errors.Is(err, esl.ErrLost): // the reconciler asks the switch about it
	default:
		s.evidence.Forced = call.EndSwitchRefused
		s.arm(&s.alarms.refused, refusedGrace)
	}
}

// told takes in what is not an event of the switch.
func (s *session) told(in input) {
	switch {
	case in.conversationEnded:
		s.conversationEnded()
	case in.transfer != nil:
		s.transfer(*in.transfer)
	case in.agent != nil:
		s.agentResult(*in.agent)
	case in.found != nil:
		s.foundAgents(*in.found)
	case in.wished != "":
		s.wished(in.wished)
	case in.listening != nil:
		s.listen(*in.listening)
	case in.listener != nil:
		s.listenerNews(*in.listener)
	case in.took != nil:
		s.tookOver(*in.took)
	case in.line != nil:
		s.lineSaid(*in.line)
	case !in.recorded.IsZero():
		s.call.RecordingFrom = in.recorded
	case in.resync != nil:
		s.cut = false
		s.resync(*in.resync)
	case in.present != nil:
		s.cut = false
		s.presence(*in.present)
	default:
		s.apply(in.event, in.forced)
	}
}

// conversationEnded: the robot is done with the call. Its leg's end follows within moments; when the switch cannot be
// heard, the call must end all the same.
func (s *session) conversationEnded() {
	s.talked = true
	if s.agent == nil && s.alarms.robot == nil && s.call.State != call.Ended {
		s.arm(&s.alarms.robot, robotGrace)
	}
}

// apply walks the state machine and carries its effects out.
func (s *session) apply(e call.Event, forced call.EndReason) {
	next, effects, err := call.Apply(s.call.State, e)
	if err != nil {
		s.ctl.cfg.Log.Error("call met an event that does not fit", "call", s.call.UUID, "error", err)
		return
	}
	if forced != "" && s.evidence.Forced == "" && s.call.State != call.Ended && (len(effects) > 0) {
		s.evidence.Forced = forced
	}
	before := s.call.State
	s.call.State = next
	for _, f := range effects {
		s.do(f)
	}
	if next != before && next != call.Ended {
		s.save(before)
	}
}

// save writes a state down. A failure is not the call's end: the last write holds everything again.
func (s *session) save(before call.State) {
	if s.published != s.call.State {
		defer s.publish()
	}
	if before == call.Created {
		return // BeginDialing wrote it
	}
	k := s.call
	ctx, cancel := context.WithTimeout(s.ctl.ctx, commandPatience)
	defer cancel()
	if err := s.ctl.cfg.Store.MoveCall(ctx, tenant.Platform(), k, before); err != nil && !errs.Is(err, errs.Conflict) {
		s.ctl.cfg.Log.Warn("state of a call could not be saved; the call goes on", "call", k.UUID, "state", k.State, "error", err)
	}
}

func (s *session) stopAlarms() {
	a := &s.alarms
	for _, t := range []*clockwork.Timer{&a.ring, &a.talk, &a.end, &a.robot, &a.refused, &a.settle, &a.look} {
		stop(t)
	}
}
