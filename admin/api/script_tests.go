package api

import (
	"context"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/scripttest"
)

type testScriptInput struct {
	ScriptPath
	Body struct {
		Trial
		Conversations *int  `json:"conversations,omitempty" minimum:"0" maximum:"2000" doc:"How many simulated callees walk the script, 500 where it is absent; with 0 only the tests run"`
		Seed          int64 `json:"seed,omitempty" doc:"The same seed gives the same callees"`
	}
}

type testScriptOutput struct{ Body ScriptReport }

// usualConversations is how many callees walk where nobody says how many.
const usualConversations = 500

func (a *API) testScript(ctx context.Context, in *testScriptInput) (*testScriptOutput, error) {
	r, err := a.trial(ctx, in.id(), in.Body.Trial)
	if err != nil {
		return nil, err
	}
	left := usualConversations
	if in.Body.Conversations != nil {
		left = *in.Body.Conversations
	}
	work, done, err := a.tryOut(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	cases := r.Cases()
	s := r.Simulation(uint64(in.Body.Seed)) //nolint:gosec // any number is a seed
	for ; left > 0; left -= trialStep {
		if err := inTime(work); err != nil {
			return nil, err
		}
		s.Run(min(trialStep, left))
	}
	return &testScriptOutput{Body: reportShown(ctx, s.Report(cases))}, nil
}

// reportShown is a report in the language of the request.
func reportShown(ctx context.Context, r scripttest.Report) ScriptReport {
	s, c := r.Simulation, r.Coverage
	out := ScriptReport{
		Cases:      make([]ScriptCase, len(r.Cases)),
		Simulation: ScriptSimulation{Conversations: s.Conversations, Turns: s.Turns, Ends: s.Ends, Grades: s.Grades},
		Coverage:   ScriptCoverage(c),
		Problems:   findingsShown(ctx, r.Problems),
	}
	for i, k := range r.Cases {
		path := make([]string, len(k.Path))
		for j, n := range k.Path {
			path[j] = string(n)
		}
		out.Cases[i] = ScriptCase{Name: k.Name, Passed: k.Passed, Failures: findingsShown(ctx, k.Failures), Notes: findingsShown(ctx, k.Notes), Path: path, Labels: append([]string{}, k.Labels...), Grade: k.Grade}
	}
	return out
}

// findingsShown says findings in the language of the request.
func findingsShown(ctx context.Context, list []scripttest.Finding) []string {
	out := make([]string, len(list))
	for i, f := range list {
		out[i] = words.Reason(languageOf(ctx), errs.Field{Reason: f.String(), Said: f.Said()})
	}
	return out
}
