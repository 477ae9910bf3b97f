// Package routing turns a trunk and a contact into what the switch is asked to dial. It owns the shape of the two legs
// (callee, robot) and the headers that tell the robot which call it meets; it does not choose when to call.
package routing

import (
	"strconv"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/trunk"
)

// ringMargin is how long after the switch's own ring timeout the dialer's timer fires: the switch gives the better
// reason, but stops guarding once early media came.
const ringMargin = 2 * time.Second

// RingGuard is the dialer's own ring timer for a trunk.
func RingGuard(t trunk.Trunk) time.Duration { return t.RingTimeout + ringMargin }

// Legs builds the originate of a robot call. robot is host:port of the dialogue process that will meet the callee.
func Legs(c call.Call, t trunk.Trunk, robot string) (esl.Originate, error) {
	dialled, err := esl.ParseNumber(t.Prefix + c.Number.String())
	if err != nil {
		return esl.Originate{}, errs.Wrap(errs.Invalid, err, "number %s with the prefix of trunk %s cannot be dialled", c.Number, t.Name)
	}
	var callerID esl.Number
	if c.CallerID != "" {
		if callerID, err = esl.ParseNumber(c.CallerID); err != nil {
			return esl.Originate{}, errs.Wrap(errs.Invalid, err, "caller ID of trunk %s cannot be shown", t.Name)
		}
	}
	id := func(n int64) string { return strconv.FormatInt(n, 10) }
	return esl.Originate{
		UUID:             string(c.UUID),
		Endpoint:         esl.Endpoint{Gateway: t.Gateway, Address: t.Address, Number: dialled},
		CallerID:         callerID,
		Timeout:          t.RingTimeout,
		IgnoreEarlyMedia: !t.EarlyMedia,
		Vars: []esl.Var{
			{Name: "outdial_call", Value: string(c.UUID)},
			{Name: "outdial_tenant", Value: id(int64(c.Tenant))},
		},
		Bridge: &esl.Leg{
			UUID:     string(c.RobotLeg),
			Endpoint: esl.Endpoint{Profile: esl.ProfileExtensions, Address: robot, User: "robot"},
			Vars: []esl.Var{
				{Name: "outdial_leg", Value: "robot"},
				{Name: "sip_h_X-Outdial-Call", Value: string(c.UUID)},
				{Name: "sip_h_X-Outdial-Tenant", Value: id(int64(c.Tenant))},
				{Name: "sip_h_X-Outdial-Campaign", Value: id(int64(c.Campaign))},
				{Name: "sip_h_X-Outdial-Script", Value: id(int64(c.Script))},
			},
		},
	}, nil
}

// Agent builds the originate of an agent's leg, which waits parked until it is bridged to the callee.
func Agent(id call.UUID, extension string, callerID string, ring time.Duration) (esl.Originate, error) {
	o := softphone(id, extension, ring)
	o.Park = true
	return shown(o, callerID)
}

// Listener builds the originate of a supervisor's leg, which hears both sides of the callee's leg and is heard by nobody:
// its keys would let it speak into the call, so they are switched off. It ends with the callee's leg.
func Listener(leg call.UUID, extension, callerID string, ring time.Duration, callee call.UUID) (esl.Originate, error) {
	o := softphone(leg, extension, ring)
	o.Vars = []esl.Var{{Name: "eavesdrop_enable_dtmf", Value: "false"}}
	o.Eavesdrop = string(callee)
	if err := esl.CheckUUID(o.Eavesdrop); err != nil {
		return o, errs.Wrap(errs.Invalid, err, "leg %s cannot be listened to", callee)
	}
	return shown(o, callerID)
}

// softphone is what the legs of all registered telephones begin with.
func softphone(id call.UUID, extension string, ring time.Duration) esl.Originate {
	return esl.Originate{UUID: string(id), Endpoint: esl.Endpoint{Extension: extension}, Timeout: ring, IgnoreEarlyMedia: true}
}

// shown adds the number that the telephone shows, and checks the whole.
func shown(o esl.Originate, callerID string) (esl.Originate, error) {
	if callerID != "" {
		n, err := esl.ParseNumber(callerID)
		if err != nil {
			return o, errs.Wrap(errs.Invalid, err, "number %s cannot be shown to the agent", callerID)
		}
		o.CallerID = n
	}
	if _, err := o.Arguments(); err != nil {
		return o, errs.Wrap(errs.Invalid, err, "extension %s cannot be called", o.Endpoint.Extension)
	}
	return o, nil
}
