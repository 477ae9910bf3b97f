package call

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/errs"
)

// Filter narrows a list of a campaign's calls (A4.4.3). Every condition that is set must hold; within a list of values
// one of them is enough. The zero Filter leaves all calls.
type Filter struct {
	State        State         `json:"state,omitempty"` // a state, or "" for all
	Live         bool          `json:"live,omitempty"`  // every state but ended
	Dispositions []Disposition `json:"dispositions,omitempty"`
	Class        Class         `json:"class,omitempty"`
	Grades       []string      `json:"grades,omitempty"`
	Number       string        `json:"number,omitempty"`       // what the number begins with
	WholeNumber  bool          `json:"whole_number,omitempty"` // Number is all of it
	Name         string        `json:"name,omitempty"`         // what the name begins with
	DialledFrom  time.Time     `json:"dialled_from,omitzero"`
	DialledTo    time.Time     `json:"dialled_to,omitzero"` // the first moment that is too late
	// Whole seconds, as a list shows them: a call of 30.9 s has 30.
	TalkMin  *int    `json:"talk_min,omitempty"`
	TalkMax  *int    `json:"talk_max,omitempty"`
	TurnsMin *int    `json:"turns_min,omitempty"`
	TurnsMax *int    `json:"turns_max,omitempty"`
	Read     *bool   `json:"read,omitempty"`
	HungUpBy []Party `json:"hung_up_by,omitempty"`
	Ordinal  int     `json:"ordinal,omitempty"`
	// AgentGroup is that of the agent who took the call.
	AgentGroup agent.GroupID `json:"agent_group,omitempty"`
	Pushes     []Push        `json:"pushes,omitempty"`
	Listened   *bool         `json:"listened,omitempty"`
	TakenOver  *bool         `json:"taken_over,omitempty"`
}

// FewestDigits is how much of a number must be known to look for it.
const FewestDigits = 3

// Validate refuses what cannot be looked for.
func (f Filter) Validate() error {
	var c errs.Check
	digits := strings.TrimPrefix(f.Number, "+")
	c.Require(f.Number == "" || len(digits) >= FewestDigits && len(digits) <= 31 && strings.Trim(digits, "0123456789") == "", "number",
		"give at least %d digits of the number's beginning", FewestDigits)
	c.Require(len([]rune(f.Name)) <= 100, "name", "must have at most 100 characters")
	c.Require(f.TalkMin == nil || *f.TalkMin >= 0, "talk_min_s", "must not be negative")
	c.Require(f.TalkMax == nil || *f.TalkMax >= 0, "talk_max_s", "must not be negative")
	c.Require(f.TurnsMin == nil || *f.TurnsMin >= 0, "turns_min", "must not be negative")
	c.Require(f.TurnsMax == nil || *f.TurnsMax >= 0, "turns_max", "must not be negative")
	c.Require(f.Ordinal >= 0, "ordinal", "must not be negative")
	c.Require(f.AgentGroup >= 0, "agent_group_id", "must not be negative")
	return c.Err("filter")
}

// IsZero tells whether the filter leaves all calls.
func (f Filter) IsZero() bool {
	return f.State == "" && !f.Live && len(f.Dispositions) == 0 && f.Class == "" && len(f.Grades) == 0 && f.Number == "" && f.Name == "" &&
		f.DialledFrom.IsZero() && f.DialledTo.IsZero() && f.TalkMin == nil && f.TalkMax == nil && f.TurnsMin == nil && f.TurnsMax == nil &&
		f.Read == nil && len(f.HungUpBy) == 0 && f.Ordinal == 0 && f.AgentGroup == 0 && len(f.Pushes) == 0 && f.Listened == nil && f.TakenOver == nil
}

// OnlyEnded tells whether no call under way can pass: what the filter asks for is known at a call's end.
func (f Filter) OnlyEnded() bool {
	return f.State == Ended || len(f.Dispositions) > 0 || f.Class != "" || len(f.HungUpBy) > 0 || f.Read != nil ||
		f.TalkMin != nil && *f.TalkMin > 0
}

// Wanted lists the dispositions that pass; all is true when there is no such condition.
func (f Filter) Wanted() (list []Disposition, all bool) {
	if f.Class == "" {
		return f.Dispositions, len(f.Dispositions) == 0
	}
	for _, d := range dispositions {
		if d.Class() == f.Class && (len(f.Dispositions) == 0 || slices.Contains(f.Dispositions, d)) {
			list = append(list, d)
		}
	}
	return list, false
}

// Accepts tells whether a call passes. It is what the store's search must agree with.
func (f Filter) Accepts(c Call) bool {
	ended := c.State == Ended
	within := func(n int, least, most *int) bool {
		return (least == nil || n >= *least) && (most == nil || n <= *most)
	}
	talk := 0
	if ended {
		talk = seconds(c.Times.Talk())
	}
	wanted, all := f.Wanted()
	switch {
	case f.State != "" && c.State != f.State, f.Live && ended, f.OnlyEnded() && !ended:
		return false
	case !all && !slices.Contains(wanted, c.Outcome.Disposition), len(f.Grades) > 0 && !slices.Contains(f.Grades, c.Grade):
		return false
	case f.WholeNumber && c.Number.String() != f.Number, !strings.HasPrefix(c.Number.String(), f.Number), !strings.HasPrefix(c.Name, f.Name):
		return false
	case c.Times.Created.Before(f.DialledFrom), !f.DialledTo.IsZero() && !c.Times.Created.Before(f.DialledTo):
		return false
	case !within(talk, f.TalkMin, f.TalkMax), !within(c.Turns, f.TurnsMin, f.TurnsMax):
		return false
	case f.Read != nil && *f.Read == c.ReadAt.IsZero(), len(f.HungUpBy) > 0 && !slices.Contains(f.HungUpBy, c.Outcome.HungUpBy):
		return false
	case len(f.Pushes) > 0 && !slices.Contains(f.Pushes, c.Push):
		return false
	case f.AgentGroup != 0 && f.AgentGroup != c.Agent.Group:
		return false
	case f.Listened != nil && *f.Listened != c.Attended.Listened(), f.TakenOver != nil && *f.TakenOver != c.Attended.TakenOver:
		return false
	}
	return f.Ordinal == 0 || f.Ordinal == c.Ordinal
}

func seconds(d time.Duration) int { return int(d / time.Second) }
