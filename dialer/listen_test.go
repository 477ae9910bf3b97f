package dialer_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/listening"
)

// desk is a supervisor with a telephone, beside one call that goes on until somebody ends it.
type desk struct {
	*rig
	d    *dialer.Dialer
	c    campaign.Campaign
	user access.User
	k    call.Call
}

// supervised starts a call in which callee and robot talk, and gives the company a supervisor.
func supervised(t *testing.T, on *realSwitch) *desk {
	t.Helper()
	r := newRig(t, settings{
		on:     on,
		sw:     func(c *softswitch.Config) { c.User = func(u string) (string, bool) { return "pw-" + u, len(u) == 4 } },
		sim:    func(c *carriersim.Config) { c.Patience = 30 * time.Second },
		manner: func(call.Call) manner { return manner{} },
	})
	s := &desk{rig: r, user: r.supervisor("1001"), c: r.campaign(r.trunk())}
	r.contact(s.c, "ignores-bye", 0)
	s.d = r.dialer()
	r.act(s.c, campaign.Start)
	r.until("call that is talked in", func() bool {
		for _, k := range r.calls(s.c) {
			s.k = k
		}
		return s.k.State == call.AnsweredState
	})
	return s
}

func (r *rig) supervisor(extension string) access.User {
	r.t.Helper()
	role := access.Role{Name: "班长" + extension, DataScope: access.ScopeTenant, Permissions: []access.Permission{access.CallsListenLive, access.CallsTakeOver}}
	must(r.t, r.store.CreateRole(context.Background(), r.scope(), &role))
	u := access.User{Account: "boss" + extension, Name: "班长", PasswordHash: "x", AgentNumber: extension, Role: role.ID, CreatedAt: time.Now()}
	must(r.t, r.store.CreateUser(context.Background(), r.scope(), &u))
	return u
}

// asks writes down what a supervisor wants, and tells the dialer of it as the console's server does.
func (s *desk) asks(u access.User, w listening.Wish) listening.ID {
	s.t.Helper()
	id := s.unheard(u, w, 0)
	must(s.t, s.bus.Publish(context.Background(), event.ListeningWished{Tenant: s.tenant.ID, Call: s.k.UUID, Listening: id}))
	return id
}

// unheard is asks when the message is lost.
func (s *desk) unheard(u access.User, w listening.Wish, ago time.Duration) listening.ID {
	s.t.Helper()
	id, err := uuid.NewV7()
	must(s.t, err)
	l := listening.Listening{ID: listening.ID(id.String()), Call: s.k.UUID, User: u.ID, Name: u.Name, Extension: u.AgentNumber, Wish: w, AskedAt: time.Now().Add(-ago)}
	must(s.t, s.store.AskListening(context.Background(), s.scope(), &l))
	return l.ID
}

func (s *desk) wishes(u access.User, id listening.ID, w listening.Wish) {
	s.t.Helper()
	_, err := s.store.WishListening(context.Background(), s.scope(), id, u.ID, w)
	must(s.t, err)
	must(s.t, s.bus.Publish(context.Background(), event.ListeningWished{Tenant: s.tenant.ID, Call: s.k.UUID, Listening: id}))
}

func (s *desk) at(id listening.ID) listening.Listening {
	s.t.Helper()
	l, err := s.store.Listening(context.Background(), s.scope(), id)
	must(s.t, err)
	return l
}

func (s *desk) reaches(id listening.ID, want listening.State) listening.Listening {
	s.t.Helper()
	s.until("listening that is "+string(want), func() bool { return s.at(id).State == want })
	return s.at(id)
}

// hears checks that sound goes on arriving.
func (p *phone) hears(what string) {
	p.t.Helper()
	before := p.packets()
	p.r.until(what, func() bool { return p.packets() > before+20 })
}

func (s *desk) call() call.Call {
	s.t.Helper()
	k, err := s.store.Call(context.Background(), s.scope(), s.k.UUID)
	must(s.t, err)
	return k
}

func (s *desk) over() {
	s.t.Helper()
	s.act(s.c, campaign.Terminate)
	s.settled(s.d, s.c)
}

func TestSupervisorListens(t *testing.T) { onEachSwitch(t, testSupervisorListens) }

func testSupervisorListens(t *testing.T, on *realSwitch) {
	s := supervised(t, on)
	p := startPhone(t, s.rig, "1001", "answer")
	id := s.asks(s.user, listening.Listen)
	s.reaches(id, listening.Heard)
	if from := <-p.ringing; from != s.k.CallerID {
		t.Errorf("the supervisor was shown %q, and not the line's number", from)
	}
	p.hears("sound at the supervisor's")
	if k := s.call(); !k.Attended.Listened() || k.Attended.TakenOver || k.State != call.AnsweredState || s.robots.live() != 1 {
		t.Errorf("while somebody listens, the call keeps %+v, is %s and has %d robots", k.Attended, k.State, s.robots.live())
	}
	p.hangUp()
	l := s.reaches(id, listening.Ended)
	if l.Reason != listening.HungUp || l.Listened() <= 0 {
		t.Errorf("ended as %+v after %v", l, l.Listened())
	}
	if k := s.call(); k.State != call.AnsweredState || s.robots.live() != 1 {
		t.Errorf("when the supervisor left, the call was %s with %d robots", k.State, s.robots.live())
	}
	again := s.asks(s.user, listening.Listen)
	s.reaches(again, listening.Heard)
	s.over()
	last := s.reaches(again, listening.Ended)
	if last.Reason != listening.CallEnded {
		t.Errorf("with the call the listening ended as %q", last.Reason)
	}
	s.until("BYE to the supervisor", func() bool { return len(p.byes) > 0 })
	k := s.call()
	if want := l.Listened() + last.Listened(); k.Attended.For != want || !k.Attended.Since.Equal(l.HeardAt) || k.Attended.TakenOver {
		t.Errorf("the call keeps %+v, want %v in all", k.Attended, want)
	}
	yes := true
	if found, err := s.store.Calls(context.Background(), s.scope(), s.c.ID, call.Filter{State: call.Ended, Listened: &yes}, call.Page{}); err != nil || len(found) != 1 {
		t.Errorf("%d calls that were listened to are found, error %v", len(found), err)
	}
}

func TestSupervisorTakesOver(t *testing.T) { onEachSwitch(t, testSupervisorTakesOver) }

func testSupervisorTakesOver(t *testing.T, on *realSwitch) {
	for _, tt := range []struct {
		name    string
		listens bool
		ends    string
		reason  listening.Reason
	}{
		{"after listening; hangs up", true, "supervisor", listening.HungUp},
		{"at once; the campaign is terminated", false, "platform", listening.CallEnded},
	} {
		t.Run(tt.name, func(t *testing.T) {
			on.alone(t)
			s := supervised(t, on)
			p := startPhone(t, s.rig, "1001", "answer")
			wish := listening.TakeOver
			if tt.listens {
				wish = listening.Listen
			}
			id := s.asks(s.user, wish)
			if tt.listens {
				s.reaches(id, listening.Heard)
				p.hears("sound at the supervisor's")
				s.wishes(s.user, id, listening.TakeOver)
			}
			l := s.reaches(id, listening.Talking)
			if m := s.told(); !m.Connected {
				t.Errorf("the robot was told %+v", m)
			}
			s.until("end of the robot's leg", func() bool { return s.robots.live() == 0 })
			if !s.robots.foreseen(s.k.UUID) {
				t.Error("the robot's leg ended before the robot knew why")
			}
			p.hears("the callee at the supervisor's")
			if len(p.ringing) != 1 {
				t.Errorf("the telephone rang %d times", len(p.ringing))
			}
			if k := s.call(); k.State != call.AnsweredState || !k.Attended.TakenOver || k.Attended.Listened() != tt.listens {
				t.Errorf("taken over, the call is %s and keeps %+v", k.State, k.Attended)
			}
			if tt.ends == "supervisor" {
				p.hangUp()
			} else {
				s.act(s.c, campaign.Terminate)
			}
			s.finished(s.c)
			s.settled(s.d, s.c)
			end := s.reaches(id, listening.Ended)
			k := s.call()
			if end.Reason != tt.reason || end.Listened() != k.Attended.For || tt.listens != (k.Attended.For > 0) {
				t.Errorf("ended as %+v, and the call keeps %+v", end, k.Attended)
			}
			if k.Agent.Extension != "1001" || !k.Agent.Connected.Equal(l.TookAt) || k.Agent.Reaction() != 0 || k.AgentTalk() <= 0 || k.Transfer != call.TransferNone {
				t.Errorf("agent %+v, transfer %q, talk %v", k.Agent, k.Transfer, k.AgentTalk())
			}
			if by := map[bool]call.Party{true: call.PartyAgent, false: call.PartyDialer}[tt.ends == "supervisor"]; k.Outcome.HungUpBy != by {
				t.Errorf("hung up by %q, want %q", k.Outcome.HungUpBy, by)
			}
			if k.Outcome.EndReason == call.EndRobotLost || k.Outcome.Fault != call.FaultNone {
				t.Errorf("call ended as %+v", k.Outcome)
			}
		})
	}
}

func TestListeningThatDoesNotBegin(t *testing.T) {
	for _, tt := range []struct {
		name, manner string
		stop         bool
		reason       listening.Reason
	}{
		{"no telephone is on", "", false, listening.NotRegistered},
		{"busy", "busy", false, listening.Busy},
		{"given up while it rings", "ring", true, listening.HungUp},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := supervised(t, nil)
			var p *phone
			if tt.manner != "" {
				p = startPhone(t, s.rig, "1001", tt.manner)
			}
			id := s.asks(s.user, listening.Listen)
			if tt.stop {
				s.until("ringing telephone", func() bool { return len(p.ringing) > 0 })
				s.wishes(s.user, id, listening.Stop)
				<-p.cancelled
			}
			if l := s.reaches(id, listening.Ended); l.Reason != tt.reason || l.Listened() != 0 {
				t.Errorf("ended as %+v", l)
			}
			if k := s.call(); k.Attended != (call.Attended{}) || k.State != call.AnsweredState {
				t.Errorf("the call is %s and keeps %+v", k.State, k.Attended)
			}
			s.over()
		})
	}
}

// TestCallEndsWhileTheSupervisorIsCalled: nothing rings on for a call that is over.
func TestCallEndsWhileTheSupervisorIsCalled(t *testing.T) {
	s := supervised(t, nil)
	p := startPhone(t, s.rig, "1001", "ring")
	id := s.asks(s.user, listening.Listen)
	s.until("ringing telephone", func() bool { return len(p.ringing) > 0 })
	s.over()
	<-p.cancelled
	if l := s.reaches(id, listening.Ended); l.Reason != listening.CallEnded {
		t.Errorf("ended as %+v", l)
	}
}

func TestTwoSupervisorsAndOneCall(t *testing.T) {
	s := supervised(t, nil)
	other := s.supervisor("1002")
	p, q := startPhone(t, s.rig, "1001", "answer"), startPhone(t, s.rig, "1002", "answer")
	first, second := s.asks(s.user, listening.Listen), s.asks(other, listening.Listen)
	s.reaches(first, listening.Heard)
	s.reaches(second, listening.Heard)
	s.wishes(s.user, first, listening.TakeOver)
	s.reaches(first, listening.Talking)
	q.hears("the call, which goes on, at the second supervisor's")
	s.wishes(other, second, listening.TakeOver)
	s.until("refusal", func() bool { return s.at(second).Reason == listening.Taken })
	if l := s.at(second); l.State != listening.Heard {
		t.Errorf("who comes too late is %s", l.State)
	}
	p.hears("the callee, still, at the first supervisor's")
	s.over()
	s.reaches(first, listening.Ended)
	s.reaches(second, listening.Ended)
}

// TestListeningWithoutMessages: the row alone tells the dialer what is wanted.
func TestListeningWithoutMessages(t *testing.T) {
	s := supervised(t, nil)
	p := startPhone(t, s.rig, "1001", "answer")
	old := s.unheard(s.user, listening.Listen, listening.Unseen+time.Second)
	if l := s.reaches(old, listening.Ended); l.Reason != listening.Lost {
		t.Errorf("a wish that nobody saw in time ended as %+v", l)
	}
	id := s.unheard(s.user, listening.Listen, 0)
	s.reaches(id, listening.Heard)
	_, err := s.store.WishListening(context.Background(), s.scope(), id, s.user.ID, listening.Stop)
	must(t, err)
	if l := s.reaches(id, listening.Ended); l.Reason != listening.HungUp {
		t.Errorf("ended as %+v", l)
	}
	if len(p.ringing) != 1 {
		t.Errorf("the telephone rang %d times", len(p.ringing))
	}
	s.over()
}

// TestListeningOutlivesTheDialer: the next dialer knows who listens, and can still let them take over.
func TestListeningOutlivesTheDialer(t *testing.T) {
	s := supervised(t, nil)
	p := startPhone(t, s.rig, "1001", "answer")
	id := s.asks(s.user, listening.Listen)
	heard := s.reaches(id, listening.Heard)
	s.leaves(s.d, false)
	p.hears("sound at the supervisor's while no dialer is there")
	s.d = s.dialer()
	s.wishes(s.user, id, listening.TakeOver)
	s.reaches(id, listening.Talking)
	s.until("end of the robot's leg", func() bool { return s.robots.live() == 0 })
	p.hears("the callee at the supervisor's")
	s.over()
	if l := s.reaches(id, listening.Ended); !l.HeardAt.Equal(heard.HeardAt) || l.Listened() <= 0 || l.Reason != listening.CallEnded {
		t.Errorf("ended as %+v", l)
	}
	if k := s.call(); !k.Attended.TakenOver || k.Attended.For <= 0 {
		t.Errorf("the call keeps %+v", k.Attended)
	}
}

// TestListeningEndsWhileNoDialerIsThere: what a call that is over left open is closed.
func TestListeningEndsWhileNoDialerIsThere(t *testing.T) {
	s := supervised(t, nil)
	p := startPhone(t, s.rig, "1001", "answer")
	id := s.asks(s.user, listening.Listen)
	s.reaches(id, listening.Heard)
	s.leaves(s.d, false)
	p.hangUp()
	s.d = s.dialer()
	if l := s.reaches(id, listening.Ended); l.HeardAt.IsZero() || l.Reason != listening.Lost {
		t.Errorf("ended as %+v", l)
	}
	s.over()
}

// TestListeningEndsWithThePermission: who may not listen any more hears nothing more, and the call goes on.
func TestListeningEndsWithThePermission(t *testing.T) {
	s := supervised(t, nil)
	startPhone(t, s.rig, "1001", "answer")
	id := s.asks(s.user, listening.Listen)
	s.reaches(id, listening.Heard)
	role, err := s.store.Role(context.Background(), s.scope(), s.user.Role)
	must(t, err)
	role.Permissions = []access.Permission{access.CallsView}
	must(t, s.store.UpdateRole(context.Background(), s.scope(), &role, time.Now()))
	s.reaches(id, listening.Ended)
	if k := s.call(); k.State != call.AnsweredState || s.robots.live() != 1 {
		t.Errorf("the call is %s with %d robots", k.State, s.robots.live())
	}
	s.over()
}

// TestTakeOverWaitsForTheAgentWhoRings: the robot has asked for somebody, who may come first.
func TestTakeOverWaitsForTheAgentWhoRings(t *testing.T) {
	s := supervised(t, nil)
	rings := startPhone(t, s.rig, "1002", "ring")
	startPhone(t, s.rig, "1001", "answer")
	must(t, s.bus.Publish(context.Background(), event.TransferRequested{Tenant: s.tenant.ID, Campaign: s.c.ID, Call: s.k.UUID, Extension: "1002", Timeout: patience}))
	<-rings.ringing
	id := s.asks(s.user, listening.TakeOver)
	s.until("refusal", func() bool { l := s.at(id); return l.State == listening.Heard && l.Reason == listening.Taken })
	close(rings.refuse)
	s.until("failure of the transfer", func() bool { return s.call().Transfer == call.TransferFailed })
	if l := s.reaches(id, listening.Talking); l.Reason != "" {
		t.Errorf("talking, it says %q", l.Reason)
	}
	s.over()
	if k := s.call(); k.Transfer != call.TransferFailed || !k.Attended.TakenOver || k.Agent.Extension != "1001" {
		t.Errorf("transfer %q, attended %+v, agent %+v", k.Transfer, k.Attended, k.Agent)
	}
}
