package api

import (
	"context"
	"encoding/json"

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
	report, err := reportShown(ctx, s.Report(cases))
	return &testScriptOutput{Body: report}, err
}

// reportShown is a report in the language of the request.
func reportShown(ctx context.Context, r scripttest.Report) (ScriptReport, error) {
	var out ScriptReport
	raw, err := json.Marshal(r)
	if err == nil {
		err = json.Unmarshal(raw, &out)
	}
	if err != nil {
		return out, err
	}
	out.Problems = told(ctx, out.Problems)
	for i := range out.Cases {
		out.Cases[i].Failures = told(ctx, out.Cases[i].Failures)
	}
	return out, nil
}
