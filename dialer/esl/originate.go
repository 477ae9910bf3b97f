package esl

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// Var is a channel variable.
type Var = wire.Var

// Originate asks the switch for one call: a leg to the callee, and what it meets once it has media.
type Originate struct {
	UUID             string // the callee's leg, the attempt's id
	Endpoint         Endpoint
	CallerID         Number        // shown to the callee; empty leaves it to the switch
	Timeout          time.Duration // how long the callee may ring; rounded up to seconds; 0 leaves it to the switch
	IgnoreEarlyMedia bool          // wait for the answer, and do not bridge on a carrier's announcement
	Vars             []Var         // further variables of the callee's leg
	Bridge           *Leg          // the leg that is called and bridged once the callee's leg has media; or
	Park             bool          // leave the callee's leg alone; or
	Eavesdrop        string        // the leg whose two sides the called leg listens to, once it has media
}

// Leg is the second leg of a bridged call.
type Leg struct {
	UUID     string
	Endpoint Endpoint
	Vars     []Var
}

// uuidForm is what may name a leg. The switch takes any text; a narrow form keeps it out of every parser's way.
var uuidForm = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// CheckUUID refuses what cannot name a leg.
func CheckUUID(uuid string) error {
	if !uuidForm.MatchString(uuid) {
		return &wire.RefusedError{What: "uuid", Value: uuid, Reason: "may hold 1 to 64 letters, digits, dots, dashes and underscores only"}
	}
	return nil
}

// Arguments is the text after "originate ". Variables that the struct's fields stand for come first and cannot be given
// again in Vars.
func (o Originate) Arguments() (string, error) {
	meets := 0
	for _, one := range []bool{o.Bridge != nil, o.Park, o.Eavesdrop != ""} {
		if one {
			meets++
		}
	}
	if meets != 1 {
		return "", &wire.RefusedError{What: "originate", Value: o.UUID, Reason: "must either bridge, park or eavesdrop"}
	}
	if err := CheckUUID(o.UUID); err != nil {
		return "", err
	}
	if o.Bridge != nil && strings.EqualFold(o.Bridge.UUID, o.UUID) {
		return "", &wire.RefusedError{What: "uuid", Value: o.UUID, Reason: "names both legs"}
	}
	if err := o.checkEavesdrop(); err != nil {
		return "", err
	}
	if o.CallerID != "" {
		if _, err := ParseNumber(string(o.CallerID)); err != nil {
			return "", err
		}
	}
	vars := append(o.ownVars(), o.Vars...)
	text, err := appendLeg(nil, vars, o.Endpoint)
	if err != nil {
		return "", err
	}
	switch {
	case o.Park:
		return string(append(text, " &park()"...)), nil
	case o.Eavesdrop != "":
		return string(append(text, " &eavesdrop("+o.Eavesdrop+")"...)), nil
	}
	text = append(text, " &bridge("...)
	if text, err = o.Bridge.append(text); err != nil {
		return "", err
	}
	return string(append(text, ')')), nil
}

// checkEavesdrop refuses what is not one other leg. The word "all" is a form of a UUID here and every leg to the switch.
func (o Originate) checkEavesdrop() error {
	switch {
	case o.Eavesdrop == "":
		return nil
	case strings.EqualFold(o.Eavesdrop, "all"):
		return &wire.RefusedError{What: "uuid", Value: o.Eavesdrop, Reason: "means every leg of the switch"}
	case strings.EqualFold(o.Eavesdrop, o.UUID):
		return &wire.RefusedError{What: "uuid", Value: o.UUID, Reason: "names both legs"}
	}
	return CheckUUID(o.Eavesdrop)
}

func (o Originate) ownVars() []Var {
	vars := []Var{{Name: "origination_uuid", Value: o.UUID}}
	if o.CallerID != "" {
		vars = append(vars,
			Var{Name: "origination_caller_id_number", Value: string(o.CallerID)},
			Var{Name: "origination_caller_id_name", Value: string(o.CallerID)})
	}
	if o.Timeout > 0 {
		seconds := (o.Timeout + time.Second - 1) / time.Second
		vars = append(vars, Var{Name: "originate_timeout", Value: strconv.FormatInt(int64(seconds), 10)})
	}
	return append(vars,
		Var{Name: "ignore_early_media", Value: strconv.FormatBool(o.IgnoreEarlyMedia)},
		Var{Name: "hangup_after_bridge", Value: "true"},
		Var{Name: "RECORD_STEREO", Value: "true"})
}

// append writes the leg as it stands inside &bridge(...).
func (l Leg) append(dst []byte) ([]byte, error) {
	if err := CheckUUID(l.UUID); err != nil {
		return nil, err
	}
	vars := append([]Var{{Name: "origination_uuid", Value: l.UUID}}, l.Vars...)
	return appendLeg(dst, vars, l.Endpoint)
}

func appendLeg(dst []byte, vars []Var, e Endpoint) ([]byte, error) {
	dst, err := wire.AppendVars(dst, vars)
	if err != nil {
		return nil, err
	}
	to, err := e.DialString()
	if err != nil {
		return nil, err
	}
	return append(dst, to...), nil
}
