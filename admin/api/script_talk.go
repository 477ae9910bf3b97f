package api

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/scripttest"
)

// scriptTrialRoutes are for trying scripts out and for what recorded calls tell about them.
func (a *API) scriptTrialRoutes() {
	const tag, one = "Script tests", "/api/v1/scripts/{id}"
	const reads = "it tries a script out and changes nothing"
	add(a, upTo(documentBody, unlogged(reads, needs(access.ScriptsView, op("POST", one+"/talk", "talkToScript", tag, "Talk to a script in text; the whole talk is sent each time")))), a.talkToScript)
	add(a, upTo(documentBody, unlogged(reads, needs(access.ScriptsView, op("POST", one+"/test", "testScript", tag, "Run the script's tests, and let simulated callees walk it")))), a.testScript)
	add(a, unlogged(reads, needs(access.ScriptsView, op("POST", one+"/replay", "replayScript", tag, "What the newest recorded calls would come to in another version"))), a.replayScript)
	add(a, needs(access.ScriptsView, op("GET", one+"/traffic", "scriptTraffic", tag, "Which ways the newest recorded calls took")), a.scriptTraffic)
	a.unmatchedRoutes(tag, one+"/unmatched")
	a.voiceTalkRoutes(tag, one)
}

type talkInput struct {
	ScriptPath
	Body struct {
		Trial
		Variables map[string]string  `json:"variables,omitempty" doc:"The contact's"`
		Inputs    []scripttest.Input `json:"inputs" maxItems:"500" doc:"Each has one of say, digits, silence, interrupted, transfer, model and model_failed"`
	}
}

type talkOutput struct{ Body scripttest.Talk }

func (a *API) talkToScript(ctx context.Context, in *talkInput) (*talkOutput, error) {
	for i, one := range in.Body.Inputs {
		if err := one.Check(); err != nil {
			return nil, &errs.Error{Kind: errs.Invalid, Message: "the talk was refused", Said: errs.Said{Format: "the talk was refused"},
				Fields: []errs.Field{field(fmt.Sprintf("inputs[%d]", i), err)}}
		}
	}
	r, err := a.trial(ctx, in.id(), in.Body.Trial)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, trialTime)
	defer cancel()
	slot := a.trialSlot()
	if err := slot.take(ctx); err != nil {
		return nil, err
	}
	defer slot.leave()
	talk, err := r.Talk(in.Body.Variables, in.Body.Inputs, a.asksModel(ctx, r.Language(), slot))
	if err != nil {
		return nil, err
	}
	talk.GradeRule = words.Text(languageOf(ctx), talk.GradeRule)
	return &talkOutput{Body: talk}, nil
}
