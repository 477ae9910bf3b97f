package dialer_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
)

const extension = "1001"

// transferRig has one callee, whose robot asks for the agent as soon as they talk.
func transferRig(t *testing.T, on *realSwitch, behaviour string) (*rig, *dialer.Dialer, campaign.Campaign) {
	t.Helper()
	r := newRig(t, settings{
		on: on,
		sw: func(c *softswitch.Config) {
			c.User = func(u string) (string, bool) { return "pw-" + u, u == extension }
		},
		sim:    func(c *carriersim.Config) { c.Patience = 3 * time.Second },
		manner: func(call.Call) manner { return manner{transfer: extension} },
	})
	c := r.campaign(r.trunk())
	r.contact(c, behaviour, 0)
	d := r.dialer()
	return r, d, c
}

// told waits for what the robot hears about the transfer.
func (r *rig) told() event.TransferEnded {
	r.t.Helper()
	var m event.TransferEnded
	r.until("end of the transfer", func() bool {
		r.robots.mu.Lock()
		defer r.robots.mu.Unlock()
		for _, seen := range r.robots.transfers {
			m = seen
			return true
		}
		return false
	})
	return m
}

func TestTransfer(t *testing.T) { onEachSwitch(t, testTransfer) }

func testTransfer(t *testing.T, on *realSwitch) {
	for _, tt := range []struct {
		name      string
		behaviour string
		agentEnds bool
		by        call.Party
	}{{"agent hangs up", "ignores-bye", true, call.PartyAgent}, {"callee hangs up", "silent", false, call.PartyCallee}} {
		t.Run(tt.name, func(t *testing.T) {
			on.alone(t)
			r, d, c := transferRig(t, on, tt.behaviour)
			p := startPhone(t, r, extension, "answer")
			r.act(c, campaign.Start)
			r.until("ringing agent", func() bool { return len(p.ringing) > 0 })
			if from := <-p.ringing; len(from) != 11 {
				t.Errorf("the agent was shown %q", from)
			}
			if m := r.told(); !m.Connected || m.Reason != "" {
				t.Fatalf("the robot was told %+v", m)
			}
			r.until("end of the robot's leg", func() bool { return r.robots.live() == 0 })
			if !r.robots.foreseen(r.calls(c)[0].UUID) {
				t.Error("the robot's leg ended before the robot knew why")
			}
			before := p.packets()
			r.until("sound at the agent's", func() bool { return p.packets() > before+20 })
			r.until("transfer written down", func() bool { return r.calls(c)[0].Transfer == call.TransferConnected })
			if k := r.calls(c)[0]; k.State != call.AnsweredState {
				t.Fatalf("with the agent the call is %s", k.State)
			}
			if tt.agentEnds {
				p.hangUp()
			} else {
				r.until("BYE to the agent", func() bool { return len(p.byes) > 0 })
			}
			r.finished(c)
			r.settled(d, c)
			k := r.calls(c)[0]
			if k.Outcome.EndReason != call.EndCompleted || k.Outcome.Fault != call.FaultNone || k.Outcome.HungUpBy != tt.by {
				t.Errorf("call ended as %+v", k.Outcome)
			}
			if a := k.Agent; a.Extension != extension || a.Asked.Before(k.Times.Answered) || a.Reaction() <= 0 || k.AgentTalk() <= 0 || a.Reaction()+k.AgentTalk() > k.Times.Talk() {
				t.Errorf("agent %+v, reaction %v, talk %v of %v", a, a.Reaction(), k.AgentTalk(), k.Times.Talk())
			}
		})
	}
}

func TestTransferFails(t *testing.T) {
	t.Parallel()
	for _, manner := range []string{"busy", "ring", "absent"} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			r, d, c := transferRig(t, nil, "ignores-bye")
			if manner != "absent" {
				startPhone(t, r, extension, manner)
			}
			r.act(c, campaign.Start)
			if m := r.told(); m.Connected || m.Reason == "" {
				t.Fatalf("the robot was told %+v", m)
			}
			r.until("failure written down", func() bool { return r.calls(c)[0].Transfer == call.TransferFailed })
			if a := r.calls(c)[0].Agent; a != (call.Agent{}) {
				t.Errorf("nobody took the call, and %+v is written down", a)
			}
			time.Sleep(2 * time.Second) // longer than a call may outlive its robot
			if r.robots.live() != 1 {
				t.Fatal("the robot lost the call")
			}
			r.act(c, campaign.Terminate)
			r.settled(d, c)
		})
	}
}

func TestCalleeDoesNotWaitForTheAgent(t *testing.T) {
	t.Parallel()
	r, d, c := transferRig(t, nil, "drops-after-answer")
	p := startPhone(t, r, extension, "ring")
	r.act(c, campaign.Start)
	r.until("ringing agent, or end of the call", func() bool { return len(p.ringing) > 0 || r.state(c).State == campaign.Finished })
	if len(p.ringing) == 0 {
		t.Skip("the callee hung up before the agent's telephone rang: the machine is too slow for this test")
	}
	select {
	case <-p.cancelled:
	case <-time.After(1800 * time.Millisecond): // the agent's own ring timer is 2 s
		t.Error("the agent's telephone rings on")
	}
	r.finished(c)
	r.settled(d, c)
	if k := r.calls(c)[0]; k.Outcome.EndReason != call.EndCompleted || k.Outcome.HungUpBy != call.PartyCallee {
		t.Errorf("call ended as %+v", k.Outcome)
	}
}
