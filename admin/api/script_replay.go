package api

import (
	"cmp"
	"context"
	"maps"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// ScriptReplay compares what recorded calls come to in two versions.
type ScriptReplay struct {
	Calls   int            `json:"calls" doc:"That were walked"`
	Same    int            `json:"same" doc:"Calls of which nothing changes"`
	Changed []ReplayedCall `json:"changed" doc:"At most 200, newest first"`
	Grades  ReplayGrades   `json:"grades"`
}

// ReplayGrades counts the calls by grade.
type ReplayGrades struct {
	Before map[string]int `json:"before"`
	After  map[string]int `json:"after"`
}

// ReplayedCall is a call that goes another way.
type ReplayedCall struct {
	Call            string            `json:"call"`
	Number          string            `json:"number"`
	Before          ReplayedWalk      `json:"before"`
	After           ReplayedWalk      `json:"after"`
	FirstDifference *ReplayDifference `json:"first_difference,omitempty" doc:"Absent when only the grade differs"`
}

// ReplayedWalk is the way of a call through one version.
type ReplayedWalk struct {
	Path   []string `json:"path"`
	Labels []string `json:"labels"`
	Grade  string   `json:"grade"`
	Ended  string   `json:"ended" doc:"Why the talk ended; empty when it was still going on after all that the callee had said"`
}

// ReplayDifference is where the two ways part.
type ReplayDifference struct {
	Turn   int    `json:"turn" doc:"Which turn of the callee, from 1; 0 is the greeting"`
	Said   string `json:"said" doc:"As a test of the script would write it"`
	Before string `json:"before" doc:"Where it leads in the version before"`
	After  string `json:"after"`
}

type replayInput struct {
	ScriptPath
	Body struct {
		From  int64 `json:"from" minimum:"1" doc:"A version"`
		To    int64 `json:"to,omitempty" minimum:"0" doc:"A version; 0 for the draft"`
		Calls int   `json:"calls,omitempty" minimum:"0" maximum:"500" doc:"How many of the newest calls of the version before, 200 where it is absent"`
	}
}

type replayOutput struct{ Body ScriptReplay }

// usualReplay is how many calls are walked where nobody says how many.
const usualReplay = 200

// mostChanged is how many changed calls an answer shows.
const mostChanged = 200

func (a *API) replayScript(ctx context.Context, in *replayInput) (*replayOutput, error) {
	before, err := a.trial(ctx, in.id(), Trial{VersionID: in.Body.From})
	if err != nil {
		return nil, err
	}
	after, err := a.trial(ctx, in.id(), Trial{VersionID: in.Body.To})
	if err != nil {
		return nil, err
	}
	work, done, err := a.tryOut(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	calls, err := a.Store.Spoken(work, scopeOf(ctx), script.VersionID(in.Body.From), time.Time{}, cmp.Or(in.Body.Calls, usualReplay))
	if err != nil {
		return nil, err
	}
	people, err := a.variablesOf(work, scopeOf(ctx), calls)
	if err != nil {
		return nil, err
	}
	c := comparison{before: before, after: after, most: mostChanged, number: a.replayedNumber(ctx), text: func(s string) string { return a.text(ctx, s) }}
	out := &replayOutput{}
	out.Body, err = c.of(work, calls, people)
	return out, err
}

func noReplay() ScriptReplay {
	return ScriptReplay{Changed: []ReplayedCall{}, Grades: ReplayGrades{Before: map[string]int{}, After: map[string]int{}}}
}

// comparison lets recorded calls happen to two versions.
type comparison struct {
	before, after *scripttest.Runner
	most          int // of the calls that change, those that are shown
	number, text  func(string) string
}

// of compares until all calls are walked or the time is over; what it came to until then is told in any case.
func (c comparison) of(ctx context.Context, calls []transcript.Spoken, people map[contact.ID]map[string]string) (ScriptReplay, error) {
	out := noReplay()
	for i, one := range calls {
		if i%trialStep == 0 {
			if err := inTime(ctx); err != nil {
				return out, err
			}
		}
		recorded := scripttest.Record(one.Turns, people[one.Contact], one.EndReason == flow.CauseTransferred)
		was, is := c.before.Replay(recorded), c.after.Replay(recorded)
		out.Calls++
		out.Grades.Before[was.Grade]++
		out.Grades.After[is.Grade]++
		differ, at := scripttest.Differ(was, is)
		if !differ {
			out.Same++
			continue
		}
		if len(out.Changed) < c.most {
			out.Changed = append(out.Changed, ReplayedCall{Call: string(one.Call), Number: c.number(one.Number.String()), Before: walkShown(was), After: walkShown(is),
				FirstDifference: c.differenceShown(at)})
		}
	}
	return out, nil
}

// variablesOf are those that the robot spoke in the calls, as far as the contacts still have them.
func (a *API) variablesOf(ctx context.Context, scope tenant.Scope, calls []transcript.Spoken) (map[contact.ID]map[string]string, error) {
	ids := make([]contact.ID, len(calls))
	for i, c := range calls {
		ids[i] = c.Contact
	}
	people, err := a.Store.ContactsByID(ctx, scope, ids)
	if err != nil {
		return nil, err
	}
	out := make(map[contact.ID]map[string]string, len(people))
	for _, p := range people {
		vars := maps.Clone(p.Vars)
		if vars == nil {
			vars = map[string]string{}
		}
		vars["name"], vars["number"] = p.Name, p.Number.String()
		out[p.ID] = vars
	}
	return out, nil
}

// replayedNumber hides the middle of numbers from those who do not see calls, too.
func (a *API) replayedNumber(ctx context.Context) func(string) string {
	if a.permit(ctx, access.CallsView) != nil {
		return access.MaskNumber
	}
	return func(n string) string { return a.number(ctx, n) }
}

func walkShown(w scripttest.Walked) ReplayedWalk {
	path := make([]string, len(w.Path))
	for i, n := range w.Path {
		path[i] = string(n)
	}
	return ReplayedWalk{Path: path, Labels: w.Labels, Grade: w.Grade, Ended: w.Ended}
}

func (c comparison) differenceShown(d *scripttest.Difference) *ReplayDifference {
	if d == nil {
		return nil
	}
	return &ReplayDifference{Turn: d.Turn, Said: c.text(d.Said), Before: string(d.Before), After: string(d.After)}
}
