package esltest

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
)

func testVariables(t *testing.T, b *bench) {
	k := b.originate(b.a.callee(behaviour{}), func(o *esl.Originate) {
		o.Vars = []esl.Var{{Name: "outdial_call", Value: o.UUID}, {Name: "outdial_tenant", Value: "42"}}
	}).established()
	get := func(name string) (string, bool) {
		t.Helper()
		v, ok, err := b.c.GetVar(b.ctx, k.uuid, name)
		if err != nil {
			t.Fatal(err)
		}
		return v, ok
	}
	if v, _ := get("outdial_tenant"); v != "42" {
		t.Errorf("outdial_tenant is %q", v)
	}
	if v, ok := get("never_set"); ok {
		t.Errorf("never_set is %q", v)
	}
	if err := b.c.SetVar(b.ctx, k.uuid, "later", "two words"); err != nil {
		t.Fatal(err)
	}
	if v, _ := get("later"); v != "two words" {
		t.Errorf("later is %q", v)
	}
	if err := b.c.SetVar(b.ctx, k.uuid, "later", ""); err != nil {
		t.Fatal(err)
	}
	if v, ok := get("later"); ok {
		t.Errorf("later is still %q", v)
	}
	if e := k.await(esl.ChannelAnswer, k.uuid); e.Variable("outdial_call") != k.uuid {
		t.Errorf("CHANNEL_ANSWER carries outdial_call %q", e.Variable("outdial_call"))
	}
}

// testEncoding has the switch itself say whether it reads what the encoder wrote, on both legs.
func testEncoding(t *testing.T, b *bench) {
	values := map[string]string{
		"plain": "a-b_c.d:e/f@g", "blank": "two words and more", "comma": "one,two,,three", "both": "Smith, John", "equals": "a=b=c",
		"chinese": "你好，世界", "signs": "50%+1;#*~!?&", "percent": "%41%0A", "tail": "comma,",
	}
	var vars []esl.Var
	for name, v := range values {
		vars = append(vars, esl.Var{Name: "t_" + name, Value: v})
	}
	robot := b.a.callee(behaviour{})
	k := b.originate(b.a.callee(behaviour{}), func(o *esl.Originate) {
		o.Vars = vars
		b.withRobot(robot, vars...)(o)
	}).established()
	k.await(esl.ChannelBridge, k.uuid)
	for _, leg := range []string{k.uuid, k.robot} {
		for name, want := range values {
			if got, _, err := b.c.GetVar(b.ctx, leg, "t_"+name); err != nil || got != want {
				t.Errorf("leg %s: variable %s is %q, want %q (%v)", map[bool]string{true: "callee", false: "robot"}[leg == k.uuid], name, got, want, err)
			}
		}
	}
	for name, want := range values {
		if err := b.c.SetVar(b.ctx, k.uuid, "s_"+name, want); err != nil {
			t.Errorf("setting %s: %v", name, err)
		}
		if got, _, err := b.c.GetVar(b.ctx, k.uuid, "s_"+name); err != nil || got != want {
			t.Errorf("set variable %s is %q, want %q (%v)", name, got, want, err)
		}
	}
}

func testTransfer(t *testing.T, b *bench) {
	k := b.originate(b.a.callee(behaviour{}), nil).established()
	k.await(esl.ChannelPark, k.uuid)
	if err := b.c.Park(b.ctx, k.uuid); err != nil {
		t.Fatal(err)
	}
	k.await(esl.ChannelPark, k.uuid)
	if err := b.c.Transfer(b.ctx, k.uuid, "hangup:USER_BUSY", "inline", ""); err != nil {
		t.Fatal(err)
	}
	if h, _ := k.hungUp(k.uuid); h.Cause != esl.CauseUserBusy {
		t.Errorf("transferred to hangup:USER_BUSY, ended with %s", h.Cause)
	}
}

func testBridgeLegs(t *testing.T, b *bench) {
	one, two := b.a.callee(behaviour{tone: 400}), b.a.callee(behaviour{tone: 1000})
	k, l := b.originate(one, nil).established(), b.originate(two, nil).established()
	if err := b.c.Bridge(b.ctx, k.uuid, l.uuid); err != nil {
		t.Fatal(err)
	}
	k.await(esl.ChannelBridge, k.uuid)
	b.eventually("both hear each other", func() bool { return one.loud.Load() > 10 && two.loud.Load() > 10 })
	close(one.hangup)
	k.hungUp(k.uuid)
	l.hungUp(l.uuid)
	b.within("the other leg is hung up too", two.ended)
}

// testHandOver gives the callee to an agent and back to the robot, with park_after_bridge on callee and robot.
func testHandOver(t *testing.T, b *bench) {
	park := []esl.Var{{Name: "park_after_bridge", Value: "true"}, {Name: "park_timeout", Value: "30"}}
	to, robot, agent := b.a.callee(behaviour{tone: 400}), b.a.callee(behaviour{tone: 700}), b.a.callee(behaviour{tone: 1000})
	k := b.originate(to, func(o *esl.Originate) {
		o.Vars = park
		b.withRobot(robot, park...)(o)
	}).established()
	k.await(esl.ChannelBridge, k.uuid)
	a := b.originate(agent, nil).established()

	if err := b.c.Bridge(b.ctx, k.uuid, a.uuid); err != nil {
		t.Fatal(err)
	}
	k.await(esl.ChannelPark, k.robot) // alive, and waiting
	before := agent.loud.Load()
	b.eventually("the agent hears the callee", func() bool { return agent.loud.Load() > before+10 })

	if err := b.c.Bridge(b.ctx, k.uuid, k.robot); err != nil {
		t.Fatal(err)
	}
	before = robot.loud.Load()
	b.eventually("the robot hears the callee again", func() bool { return robot.loud.Load() > before+10 })
	a.hungUp(a.uuid) // no park flag there
	b.within("the agent gets BYE", agent.ended)

	close(robot.hangup)
	k.hungUp(k.robot)
	k.await(esl.ChannelPark, k.uuid) // the callee is parked, not dropped
	if ok, err := b.c.Exists(b.ctx, k.uuid); err != nil || !ok {
		t.Errorf("the callee was dropped with the robot: %v", err)
	}
}

func testChannels(t *testing.T, b *bench) {
	to, robot := b.a.callee(behaviour{}), b.a.callee(behaviour{})
	k := b.originate(to, b.withRobot(robot)).established()
	k.await(esl.ChannelBridge, k.uuid)
	find := func(uuid string) (esl.Channel, bool) {
		t.Helper()
		list, err := b.c.Channels(b.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, ch := range list {
			if ch.UUID == uuid {
				return ch, true
			}
		}
		return esl.Channel{}, false
	}
	b.eventually("both legs are listed as active", func() bool {
		x, okX := find(k.uuid)
		y, okY := find(k.robot)
		return okX && okY && x.CallState == "ACTIVE" && y.CallState == "ACTIVE"
	})
	ch, _ := find(k.uuid)
	if !ch.Outbound || ch.Destination != to.number || ch.Application != "bridge" {
		t.Errorf("the callee's leg is listed as %+v", ch)
	}
	if d := time.Since(ch.Created); d < -time.Minute || d > time.Minute {
		t.Errorf("the leg was created at %v", ch.Created)
	}
	if err := b.c.Kill(b.ctx, k.uuid, esl.CauseNormalClearing); err != nil {
		t.Fatal(err)
	}
	b.eventually("neither leg is listed", func() bool {
		_, okX := find(k.uuid)
		_, okY := find(k.robot)
		return !okX && !okY
	})
	var failed *esl.OriginateError
	k = b.originate(b.a.callee(behaviour{}), func(o *esl.Originate) { o.Endpoint = esl.Endpoint{Gateway: "no-such-gateway", Number: "12345"} })
	if err := k.job.Wait(b.ctx); !errors.As(err, &failed) || failed.Cause != esl.CauseInvalidGateway {
		t.Errorf("originate through a gateway that is not there: %v, want INVALID_GATEWAY", err)
	}
}
