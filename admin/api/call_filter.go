package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
)

// CallFilter narrows a campaign's calls (A4.4.3); all conditions that are set must hold. It is read from the address of a
// list and from the body of what is done to all calls of a list.
type CallFilter struct {
	State        string    `query:"state" json:"state,omitempty" enum:"live,created,originating,early,answered,ended" doc:"live is every state but ended"`
	Dispositions []string  `query:"disposition,explode" json:"disposition,omitempty" maxItems:"20" doc:"Any of these"`
	Class        string    `query:"class" json:"class,omitempty" enum:"answered,line_fault,callee_fault"`
	Grades       []string  `query:"grade,explode" json:"grade,omitempty" maxItems:"6" doc:"Any of these: A to F"`
	Number       string    `query:"number" json:"number,omitempty" maxLength:"32" doc:"What the number begins with, three digits or more; all of it for members who see numbers masked"`
	Name         string    `query:"name" json:"name,omitempty" maxLength:"100" doc:"What the name begins with"`
	DialledFrom  time.Time `query:"dialled_from" json:"dialled_from,omitzero"`
	DialledTo    time.Time `query:"dialled_to" json:"dialled_to,omitzero" doc:"The first moment that is too late"`
	TalkMin      Whole     `query:"talk_min_s" json:"talk_min_s,omitzero" doc:"Whole seconds of talk, at least"`
	TalkMax      Whole     `query:"talk_max_s" json:"talk_max_s,omitzero" doc:"Whole seconds of talk, at most"`
	TurnsMin     Whole     `query:"turns_min" json:"turns_min,omitzero"`
	TurnsMax     Whole     `query:"turns_max" json:"turns_max,omitzero"`
	Read         string    `query:"read" json:"read,omitempty" enum:"true,false"`
	Push         []string  `query:"push,explode" json:"push,omitempty" maxItems:"4" doc:"Any of none, waiting, sent, failed: the message to a WeChat robot"`
	HungUpBy     []string  `query:"hung_up_by,explode" json:"hung_up_by,omitempty" maxItems:"5" doc:"Any of callee, robot, agent, dialer, carrier"`
	Ordinal      int       `query:"ordinal" json:"ordinal,omitempty" minimum:"0" maximum:"1000"`
	AgentGroup   int64     `query:"agent_group_id" json:"agent_group_id,omitempty" minimum:"0" doc:"The group through which an agent took the call"`
	Listened     string    `query:"listened" json:"listened,omitempty" enum:"true,false" doc:"Whether somebody listened to it while it went on"`
	TakenOver    string    `query:"taken_over" json:"taken_over,omitempty" enum:"true,false" doc:"Whether somebody who listened took the robot's place"`
}

// Whole is a number that may be left out, and means something else then than zero.
type Whole struct {
	N   int
	Set bool
}

// Schema describes it to the contract.
func (Whole) Schema(huma.Registry) *huma.Schema {
	least := 0.0
	return &huma.Schema{Type: huma.TypeInteger, Minimum: &least}
}

// Receiver is asked by huma for what a parameter is read into.
func (w *Whole) Receiver() reflect.Value { return reflect.ValueOf(w).Elem().Field(0) }

// OnParamSet is told by huma whether the parameter was there.
func (w *Whole) OnParamSet(set bool, _ any) { w.Set = set }

// UnmarshalJSON reads a number.
func (w *Whole) UnmarshalJSON(b []byte) error {
	if bytes.Equal(b, []byte("null")) {
		return nil
	}
	w.Set = true
	return json.Unmarshal(b, &w.N)
}

// MarshalJSON writes it back.
func (w Whole) MarshalJSON() ([]byte, error) {
	if !w.Set {
		return []byte("null"), nil
	}
	return json.Marshal(w.N)
}

func (w Whole) pointer() *int {
	if !w.Set {
		return nil
	}
	n := w.N
	return &n
}

// domain turns the filter into what the store is asked. Members who see numbers masked must name a whole one: by its
// beginnings a number could be guessed digit by digit.
func (f CallFilter) domain(masked bool) (call.Filter, error) {
	out := call.Filter{State: call.State(f.State), Class: call.Class(f.Class), Grades: f.Grades, Number: f.Number, WholeNumber: masked && f.Number != "",
		Name: f.Name, DialledFrom: f.DialledFrom, DialledTo: f.DialledTo, TalkMin: f.TalkMin.pointer(), TalkMax: f.TalkMax.pointer(),
		TurnsMin: f.TurnsMin.pointer(), TurnsMax: f.TurnsMax.pointer(), Ordinal: f.Ordinal,
		AgentGroup: agent.GroupID(f.AgentGroup)}
	if f.State == "live" {
		out.State, out.Live = "", true
	}
	for _, d := range f.Dispositions {
		if len(d) > 40 {
			return out, errs.New(errs.Invalid, "no call has such a disposition")
		}
		out.Dispositions = append(out.Dispositions, call.Disposition(d))
	}
	for _, g := range f.Grades {
		if len(g) > 8 {
			return out, errs.New(errs.Invalid, "no call has such a grade")
		}
	}
	for _, p := range f.HungUpBy {
		if len(p) > 16 {
			return out, errs.New(errs.Invalid, "nobody such hangs up")
		}
		out.HungUpBy = append(out.HungUpBy, call.Party(p))
	}
	for _, p := range f.Push {
		if !slices.Contains([]string{"none", "waiting", "sent", "failed"}, p) {
			return out, errs.New(errs.Invalid, "no message to a WeChat robot stands like this")
		}
		out.Pushes = append(out.Pushes, call.Push(strings.TrimPrefix(p, "none")))
	}
	out.Read, out.Listened, out.TakenOver = yesOrNo(f.Read), yesOrNo(f.Listened), yesOrNo(f.TakenOver)
	return out, out.Validate()
}

// yesOrNo is a condition that may be left out.
func yesOrNo(s string) *bool {
	if s == "" {
		return nil
	}
	yes := s == "true"
	return &yes
}
