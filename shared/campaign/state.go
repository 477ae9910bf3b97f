package campaign

import (
	"slices"

	"github.com/outdial/outdial/shared/errs"
)

// State is where a campaign stands (A4.1).
//
//	not_started --start--> scheduling <--window--> running --all contacts finished--> finished
//	                          |  ^                   |  ^
//	                          +--+------- pause -----+--+---> paused --resume--> scheduling
//	any of them but finished --terminate--> finished
type State string

const (
	// NotStarted campaigns were never started.
	NotStarted State = "not_started"
	// Scheduling campaigns were started and wait for their time or their calling window.
	Scheduling State = "scheduling"
	// Running campaigns are dialling.
	Running State = "running"
	// Paused campaigns place no new calls until somebody resumes them; calls under way go on.
	Paused State = "paused"
	// Finished campaigns will never dial again.
	Finished State = "finished"
)

// States lists them in the order of a campaign's life.
func States() []State { return []State{NotStarted, Scheduling, Running, Paused, Finished} }

// Action is what somebody, or the dialer, asks of a campaign.
type Action string

const (
	Start     Action = "start"
	Pause     Action = "pause"
	Resume    Action = "resume"
	Terminate Action = "terminate"
	// OpenWindow and CloseWindow come from the dialer's clock, Complete from its count of contacts.
	OpenWindow  Action = "open_window"
	CloseWindow Action = "close_window"
	Complete    Action = "complete"
)

// transitions is the whole life; what is not in it is a conflict.
var transitions = map[Action]struct {
	from []State
	to   State
}{
	Start:       {[]State{NotStarted}, Scheduling},
	Pause:       {[]State{Scheduling, Running}, Paused},
	Resume:      {[]State{Paused}, Scheduling},
	Terminate:   {[]State{NotStarted, Scheduling, Running, Paused}, Finished},
	OpenWindow:  {[]State{Scheduling}, Running},
	CloseWindow: {[]State{Running}, Scheduling},
	Complete:    {[]State{Scheduling, Running}, Finished},
}

// Plan tells which states the action may find a campaign in and where it leads; an UPDATE names both.
func Plan(a Action) (from []State, to State, err error) {
	t, ok := transitions[a]
	if !ok {
		return nil, "", errs.New(errs.Invalid, "campaigns know no action %q", string(a))
	}
	return slices.Clone(t.from), t.to, nil
}

// Next is the state after the action, or why it does not fit.
func Next(s State, a Action) (State, error) {
	from, to, err := Plan(a)
	if err != nil {
		return s, err
	}
	if !slices.Contains(from, s) {
		return s, errs.New(errs.Conflict, "a campaign that is %s cannot %s", s, a)
	}
	return to, nil
}
