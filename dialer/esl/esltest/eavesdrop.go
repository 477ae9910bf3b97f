package esltest

import (
	"testing"

	"github.com/outdial/outdial/dialer/esl"
)

// Tones of the callees in the tests of listening, each a whole number of periods in a second.
const (
	toneCallee   = 400.0
	toneRobot    = 1000.0
	toneAgent    = 1500.0
	toneListener = 2200.0
)

// listen calls a listener to a leg.
func (b *bench) listen(who *callee, target string) *call {
	b.Helper()
	return b.originate(who, func(o *esl.Originate) {
		o.Park, o.Eavesdrop = false, target
		o.Vars = []esl.Var{{Name: "eavesdrop_enable_dtmf", Value: "false"}}
	}).established()
}

// hears waits until a callee hears these tones and no other of the four.
func (b *bench) hears(who *callee, what string, tones ...float64) {
	b.Helper()
	b.eventually(what, func() bool {
		for _, f := range []float64{toneCallee, toneRobot, toneAgent, toneListener} {
			want := false
			for _, one := range tones {
				want = want || one == f
			}
			if who.hears(f) != want {
				return false
			}
		}
		return true
	})
}

// testEavesdrop: a listener hears both sides of a leg and is heard by nobody, follows the leg to another bridge, and ends
// with it; one of several that goes changes nothing.
func testEavesdrop(t *testing.T, b *bench) {
	to, robot, agent := b.a.callee(behaviour{tone: toneCallee}), b.a.callee(behaviour{tone: toneRobot}), b.a.callee(behaviour{tone: toneAgent})
	park := []esl.Var{{Name: "park_after_bridge", Value: "true"}, {Name: "park_timeout", Value: "30"}}
	k := b.originate(to, func(o *esl.Originate) {
		o.Vars = park
		b.withRobot(robot, park...)(o)
	}).established()
	k.await(esl.ChannelBridge, k.uuid)
	one, two := b.a.callee(behaviour{tone: toneListener}), b.a.callee(behaviour{tone: toneListener})
	first, second := b.listen(one, k.uuid), b.listen(two, k.uuid)
	b.hears(one, "the listener hears callee and robot", toneCallee, toneRobot)
	b.hears(two, "so does the second one", toneCallee, toneRobot)
	b.hears(to, "the callee hears the robot alone", toneRobot)
	b.hears(robot, "the robot hears the callee alone", toneCallee)

	a := b.originate(agent, nil).established()
	if err := b.c.Bridge(b.ctx, k.uuid, a.uuid); err != nil {
		t.Fatal(err)
	}
	b.hears(one, "the listener hears callee and agent", toneCallee, toneAgent)

	close(one.hangup)
	if h, _ := first.hungUp(first.uuid); h.Disposition != esl.RecvBye {
		t.Errorf("facts of the listener that hung up: %+v, want recv_bye", h)
	}
	b.hears(two, "the other listener hears callee and agent", toneCallee, toneAgent)
	b.hears(agent, "the agent hears the callee", toneCallee)

	close(to.hangup)
	k.hungUp(k.uuid)
	if h, _ := second.hungUp(second.uuid); h.Cause != esl.CauseNormalClearing || h.Disposition != esl.SendBye {
		t.Errorf("facts of the listener whose leg ended: %+v, want NORMAL_CLEARING, send_bye", h)
	}
	b.within("the listener gets BYE", two.ended)
}

// testEavesdropNobody: the leg is answered and let go.
func testEavesdropNobody(t *testing.T, b *bench) {
	who := b.a.callee(behaviour{})
	k := b.listen(who, newUUID())
	h, _ := k.hungUp(k.uuid)
	if h.Cause != esl.CauseNormalClearing || h.Answered.IsZero() || h.Disposition != esl.SendBye {
		t.Errorf("facts %+v, want an answer, NORMAL_CLEARING, send_bye", h)
	}
	b.within("the listener gets BYE", who.ended)
}

// testTakeOver bridges the callee to the leg that listens to it.
func testTakeOver(t *testing.T, b *bench) {
	to, robot, who := b.a.callee(behaviour{tone: toneCallee}), b.a.callee(behaviour{tone: toneRobot}), b.a.callee(behaviour{tone: toneListener})
	k := b.originate(to, b.withRobot(robot)).established()
	k.await(esl.ChannelBridge, k.uuid)
	l := b.listen(who, k.uuid)
	b.hears(who, "the listener hears callee and robot", toneCallee, toneRobot)
	if err := b.c.Bridge(b.ctx, k.uuid, l.uuid); err != nil {
		t.Fatal(err)
	}
	k.await(esl.ChannelUnbridge, k.uuid)
	if e := k.await(esl.ChannelBridge, k.uuid); e.Get("Other-Leg-Unique-ID") != l.uuid {
		t.Errorf("CHANNEL_BRIDGE names other leg %q, want %q", e.Get("Other-Leg-Unique-ID"), l.uuid)
	}
	k.hungUp(k.robot)
	b.within("the robot gets BYE", robot.ended)
	b.hears(to, "the callee hears the one who listened", toneListener)
	b.hears(who, "who listened hears the callee alone", toneCallee)
	close(to.hangup)
	k.hungUp(k.uuid)
	l.hungUp(l.uuid)
	b.within("who took over gets BYE", who.ended)
}
