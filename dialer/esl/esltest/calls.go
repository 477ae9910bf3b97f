package esltest

import (
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
)

func testPark(t *testing.T, b *bench) {
	to := b.a.callee(behaviour{})
	k := b.originate(to, nil).established()
	invite := <-to.invited
	if from := invite.From(); from == nil || from.Address.User != "02112345678" {
		t.Errorf("the callee sees caller %v, want 02112345678", from)
	}
	create := k.await(esl.ChannelCreate, k.uuid)
	answer := k.await(esl.ChannelAnswer, k.uuid)
	k.await(esl.ChannelPark, k.uuid)
	if create.Sequence() == 0 || create.Sequence() >= answer.Sequence() {
		t.Errorf("CHANNEL_CREATE is event %d, CHANNEL_ANSWER %d", create.Sequence(), answer.Sequence())
	}
	if got := answer.Get("Caller-Destination-Number"); got != to.number {
		t.Errorf("Caller-Destination-Number is %q, want %q", got, to.number)
	}
	b.eventually("the parked callee hears RTP or silence without the call ending", func() bool {
		ok, err := b.c.Exists(b.ctx, k.uuid)
		return err == nil && ok
	})
	if err := b.c.Kill(b.ctx, k.uuid, esl.CauseNormalClearing); err != nil {
		t.Fatal(err)
	}
	h, e := k.hungUp(k.uuid)
	b.within("the callee gets BYE", to.ended)
	if h.Cause != esl.CauseNormalClearing || h.Q850 != 16 || h.Disposition != esl.SendBye {
		t.Errorf("facts %+v, want NORMAL_CLEARING, 16, send_bye", h)
	}
	if h.SIPCode != 200 && h.SIPCode != 0 {
		t.Errorf("SIP status %d of an answered call", h.SIPCode)
	}
	if h.Created.IsZero() || h.Answered.IsZero() || h.HungUp.IsZero() || h.Answered.Before(h.Created) || h.HungUp.Before(h.Answered) {
		t.Errorf("times are out of order: %+v", h)
	}
	if d := time.Since(h.HungUp); d < -time.Minute || d > time.Minute {
		t.Errorf("hang-up time %v is not now", h.HungUp)
	}
	if e.Variable("billsec") == "" {
		t.Error("the last event lacks variable_billsec")
	}
	if ok, err := b.c.Exists(b.ctx, k.uuid); err != nil || ok {
		t.Errorf("the leg exists after its end: %v, %v", ok, err)
	}
}

func testRefused(t *testing.T, b *bench) {
	for _, row := range []struct {
		status int
		cause  esl.Cause
	}{
		{486, esl.CauseUserBusy}, {600, esl.CauseUserBusy}, {603, esl.CauseCallRejected}, {403, esl.CauseCallRejected},
		{404, esl.CauseUnallocatedNumber}, {480, esl.CauseNoUserResponse}, {408, esl.CauseTimerExpired}, {410, esl.CauseNumberChanged},
		{484, esl.CauseInvalidNumberFormat}, {503, esl.CauseTemporaryFailure}, {500, esl.CauseTemporaryFailure}, {488, esl.CauseIncompatible},
	} {
		to := b.a.callee(behaviour{refuse: row.status})
		k := b.originate(to, nil)
		var failed *esl.OriginateError
		if err := k.job.Wait(b.ctx); !errors.As(err, &failed) || failed.Cause != row.cause {
			t.Errorf("SIP %d: originate says %v, want %s", row.status, err, row.cause)
		}
		h, _ := k.hungUp(k.uuid)
		if h.Cause != row.cause || h.SIPCode != row.status || h.Disposition != esl.RecvRefuse || !h.Answered.IsZero() {
			t.Errorf("SIP %d: facts %+v, want %s, the status, recv_refuse, no answer", row.status, h, row.cause)
		}
		if h.Q850 != row.cause.Q850() {
			t.Errorf("SIP %d: Q.850 %d, want %d", row.status, h.Q850, row.cause.Q850())
		}
		if esl.CauseOfSIP(row.status) != row.cause {
			t.Errorf("the table makes %s of SIP %d, want %s", esl.CauseOfSIP(row.status), row.status, row.cause)
		}
	}
}

func testNoAnswer(t *testing.T, b *bench) {
	to := b.a.callee(behaviour{ring: true})
	begin := time.Now()
	k := b.originate(to, func(o *esl.Originate) { o.Timeout = 2 * time.Second })
	k.await(esl.ChannelProgress, k.uuid)
	var failed *esl.OriginateError
	if err := k.job.Wait(b.ctx); !errors.As(err, &failed) || failed.Cause != esl.CauseNoAnswer {
		t.Errorf("originate says %v, want NO_ANSWER", err)
	}
	if d := time.Since(begin); d < 900*time.Millisecond || d > 5*time.Second {
		t.Errorf("rang for %v, want 2 s or up to one less, as the switch counts whole seconds", d)
	}
	h, _ := k.hungUp(k.uuid)
	if h.Cause != esl.CauseNoAnswer || h.Progress.IsZero() || !h.Answered.IsZero() || h.Disposition != esl.SendCancel {
		t.Errorf("facts %+v, want NO_ANSWER after progress, send_cancel", h)
	}
	b.within("the callee gets CANCEL", to.ended)
}

func testCancel(t *testing.T, b *bench) {
	to := b.a.callee(behaviour{ring: true})
	k := b.originate(to, nil)
	k.await(esl.ChannelProgress, k.uuid)
	if err := b.c.Kill(b.ctx, k.uuid, esl.CauseOriginatorCancel); err != nil {
		t.Fatal(err)
	}
	var failed *esl.OriginateError
	if err := k.job.Wait(b.ctx); !errors.As(err, &failed) {
		t.Errorf("originate says %v, want a cause", err)
	}
	h, _ := k.hungUp(k.uuid)
	if h.Cause != esl.CauseOriginatorCancel || h.Disposition != esl.SendCancel {
		t.Errorf("facts %+v, want ORIGINATOR_CANCEL, send_cancel", h)
	}
	b.within("the callee gets CANCEL", to.ended)
}

func testCalleeHangsUp(t *testing.T, b *bench) {
	to := b.a.callee(behaviour{})
	k := b.originate(to, nil).established()
	close(to.hangup)
	h, _ := k.hungUp(k.uuid)
	if h.Cause != esl.CauseNormalClearing || h.Disposition != esl.RecvBye || !h.Disposition.Remote() {
		t.Errorf("facts %+v, want NORMAL_CLEARING, recv_bye", h)
	}
}

func testBridgeAnswer(t *testing.T, b *bench) {
	to, robot := b.a.callee(behaviour{ring: true, tone: 400}), b.a.callee(behaviour{tone: 1000})
	k := b.originate(to, b.withRobot(robot, esl.Var{Name: "outdial_leg", Value: "robot"}, esl.Var{Name: "sip_h_X-Outdial-Call", Value: "call-1"}))
	k.await(esl.ChannelProgress, k.uuid)
	select {
	case <-robot.invited:
		t.Fatal("the robot was called while the callee rang")
	case <-time.After(300 * time.Millisecond):
	}
	close(to.answer)
	k.established()
	k.await(esl.ChannelAnswer, k.uuid)
	invite := <-robot.invited
	if h := invite.GetHeader("X-Outdial-Call"); h == nil || h.Value() != "call-1" {
		t.Errorf("the robot sees X-Outdial-Call %v, want call-1", h)
	}
	if h := (<-to.invited).GetHeader("X-Outdial-Call"); h != nil {
		t.Errorf("the callee sees %v, which is the robot's", h)
	}
	k.await(esl.ChannelAnswer, k.robot)
	bridge := k.await(esl.ChannelBridge, k.uuid)
	if got := bridge.Get("Other-Leg-Unique-ID"); got != k.robot {
		t.Errorf("CHANNEL_BRIDGE names other leg %q, want %q", got, k.robot)
	}
	b.eventually("both hear each other", func() bool { return to.loud.Load() > 10 && robot.loud.Load() > 10 })
	close(to.hangup)
	h, _ := k.hungUp(k.uuid)
	r, e := k.hungUp(k.robot)
	b.within("the robot gets BYE", robot.ended)
	if h.Disposition != esl.RecvBye || r.Disposition != esl.SendBye {
		t.Errorf("callee's leg ended by %s, robot's by %s, want recv_bye and send_bye", h.Disposition, r.Disposition)
	}
	if got := e.Variable("outdial_leg"); got != "robot" {
		t.Errorf("the robot leg's variable outdial_leg is %q", got)
	}
}

func testBridgeEarly(t *testing.T, b *bench) {
	to, robot := b.a.callee(behaviour{early: true, tone: 400}), b.a.callee(behaviour{})
	k := b.originate(to, func(o *esl.Originate) {
		b.withRobot(robot)(o)
		o.IgnoreEarlyMedia = false
	})
	k.established() // by early media, before the answer
	k.await(esl.ChannelProgressMedia, k.uuid)
	k.await(esl.ChannelAnswer, k.robot)
	k.await(esl.ChannelBridge, k.uuid)
	for _, e := range k.seen {
		if esl.KindOf(e) == esl.ChannelAnswer && e.UUID() == k.uuid {
			t.Error("the robot's answer answered the callee")
		}
	}
	b.eventually("the robot hears the callee's early media", func() bool { return robot.loud.Load() > 10 })
	close(to.answer)
	k.await(esl.ChannelAnswer, k.uuid)
	close(robot.hangup)
	h, _ := k.hungUp(k.uuid)
	k.hungUp(k.robot)
	if h.ProgressMedia.IsZero() || h.Answered.Before(h.ProgressMedia) {
		t.Errorf("facts %+v, want early media and then an answer", h)
	}
	b.within("the callee gets BYE", to.ended)
}

func testRobotHangsUp(t *testing.T, b *bench) {
	to, robot := b.a.callee(behaviour{}), b.a.callee(behaviour{})
	k := b.originate(to, b.withRobot(robot)).established()
	k.await(esl.ChannelBridge, k.uuid)
	close(robot.hangup)
	h, _ := k.hungUp(k.uuid)
	r, _ := k.hungUp(k.robot)
	if h.Cause != esl.CauseNormalClearing || h.Disposition != esl.SendBye || r.Disposition != esl.RecvBye {
		t.Errorf("callee's leg %+v, robot's leg %+v, want NORMAL_CLEARING, send_bye and recv_bye", h, r)
	}
	b.within("the callee gets BYE", to.ended)
}

// testRobotRefuses: a callee who answered must not be left alone when there is no robot.
func testRobotRefuses(t *testing.T, b *bench) {
	to, robot := b.a.callee(behaviour{}), b.a.callee(behaviour{refuse: 486})
	k := b.originate(to, b.withRobot(robot)).established()
	r, _ := k.hungUp(k.robot)
	h, _ := k.hungUp(k.uuid)
	if r.Cause != esl.CauseUserBusy || h.Disposition != esl.SendBye {
		t.Errorf("robot's leg %+v, callee's leg %+v, want USER_BUSY and a callee hung up with BYE", r, h)
	}
	b.within("the callee gets BYE", to.ended)
}

func testKill(t *testing.T, b *bench) {
	for _, cause := range []esl.Cause{esl.CauseNormalClearing, esl.CauseManagerRequest, esl.CauseAllottedTimeout} {
		k := b.originate(b.a.callee(behaviour{}), nil).established()
		if err := b.c.Kill(b.ctx, k.uuid, cause); err != nil {
			t.Fatal(err)
		}
		if h, _ := k.hungUp(k.uuid); h.Cause != cause {
			t.Errorf("killed with %s, the event says %s", cause, h.Cause)
		}
	}
}

func testSchedHangup(t *testing.T, b *bench) {
	k := b.originate(b.a.callee(behaviour{}), nil).established()
	begin := time.Now()
	if err := b.c.SchedHangup(b.ctx, k.uuid, time.Second, esl.CauseAllottedTimeout); err != nil {
		t.Fatal(err)
	}
	h, _ := k.hungUp(k.uuid)
	if d := time.Since(begin); h.Cause != esl.CauseAllottedTimeout || d > 4*time.Second {
		t.Errorf("hung up after %v with %s, want 1 s and ALLOTTED_TIMEOUT", d, h.Cause)
	}
}

func testMediaTimeout(t *testing.T, b *bench) {
	if !b.MediaTimeout {
		t.Skip("the target does not claim a media timeout")
	}
	k := b.originate(b.a.callee(behaviour{mute: true}), func(o *esl.Originate) {
		o.Vars = []esl.Var{{Name: "media_timeout", Value: "1000"}}
	}).established()
	if h, _ := k.hungUp(k.uuid); h.Cause != esl.CauseMediaTimeout {
		t.Errorf("a callee that sends nothing is hung up with %s, want MEDIA_TIMEOUT", h.Cause)
	}
}
