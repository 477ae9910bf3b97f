package api

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/figures"
)

// Live is a campaign as it stands now (A4.4.1).
type Live struct {
	Campaign  Campaign  `json:"campaign"`
	Figures   Figures   `json:"figures"`
	Funnel    []Slice   `json:"funnel" doc:"Contacts by how far they came: contacts, called, answered, talked, grade_ab"`
	Pies      Pies      `json:"pies"`
	LiveCalls int       `json:"live_calls"`
	Idle      *Idle     `json:"idle" doc:"Why it is not dialling, when it is not"`
	AsOf      time.Time `json:"as_of"`
}

// Figures are a campaign's; rates are between 0 and 1.
type Figures struct {
	Progress         float64 `json:"progress" doc:"Finished contacts of all contacts"`
	AnswerRate       float64 `json:"answer_rate" doc:"Calls that the callee answered, of those that have ended"`
	AbandonRate      float64 `json:"abandon_rate" doc:"Calls that the callee answered and nobody met, of those that the callee answered"`
	IntentRate       float64 `json:"intent_rate" doc:"Contacts graded A or B, of those called"`
	IntentOfAnswered float64 `json:"intent_of_answered" doc:"Calls graded A or B, of those that the callee answered"`
	TalkTotalMS      int64   `json:"talk_total_ms"`
	TalkMeanMS       int64   `json:"talk_mean_ms" doc:"Of an answered call"`
	CalleeHangupRate float64 `json:"callee_hangup_rate" doc:"Calls that the callee hung up, of those that the callee answered"`
	Placed           int     `json:"placed" doc:"Calls that have ended"`
	Answered         int     `json:"answered" doc:"Calls that the callee answered"`
	Talked           int     `json:"talked" doc:"Of these, those met by a robot or an agent"`
	GradeAB          int     `json:"grade_ab" doc:"Of these, those graded A or B"`
}

// Slice is a part of a pie, or a step of the funnel.
type Slice struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
}

// ClassSlice is one of the three classes of call states.
type ClassSlice struct {
	Class   string  `json:"class" enum:"answered,line_fault,callee_fault"`
	Count   int     `json:"count"`
	Details []Slice `json:"details" doc:"By disposition, the most frequent first"`
}

// Pies are those of a campaign.
type Pies struct {
	Grades []Slice      `json:"grades" doc:"Of all calls that have ended: A to F, and none for calls without a grade"`
	Turns  []Slice      `json:"turns" doc:"Of answered calls, by the number of turns"`
	Talk   []Slice      `json:"talk" doc:"Of answered calls, by seconds of talk"`
	States []ClassSlice `json:"states" doc:"Of all calls that have ended"`
}

type liveOutput struct{ Body Live }

func (a *API) getLive(ctx context.Context, in *CampaignPath) (*liveOutput, error) {
	// The scope is asked every time; what comes from memory afterwards is the campaign's, whoever looks.
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	shown, err := a.shown(ctx, c)
	if err != nil {
		return nil, err
	}
	m, err := a.figures.Moment(ctx, c.Tenant, c.ID)
	if err != nil {
		return nil, err
	}
	shown.Progress = Progress(m.Progress)
	return &liveOutput{Body: Live{Campaign: shown, Figures: figuresOf(m.Progress, m.Counts), Funnel: slicesOf(figures.Funnel(m.Progress, m.Counts)),
		Pies: piesOf(m.Counts), LiveCalls: m.Live.Calls, Idle: idle(c, shown.Progress, a.Clock.Now()), AsOf: m.AsOf.UTC()}}, nil
}

func figuresOf(p campaign.Progress, c figures.Counts) Figures {
	r := figures.RatesOf(p, c)
	return Figures{Progress: r.Progress, AnswerRate: r.AnswerRate, AbandonRate: r.AbandonRate, IntentRate: r.IntentRate, IntentOfAnswered: r.IntentOfAnswered,
		TalkTotalMS: c.TalkTotal.Milliseconds(), TalkMeanMS: r.TalkMean.Milliseconds(), CalleeHangupRate: r.CalleeHangup,
		Placed: c.Placed, Answered: c.Answered, Talked: c.Talked, GradeAB: c.GradeAB}
}

func piesOf(c figures.Counts) Pies {
	p := figures.PiesOf(c)
	out := Pies{Grades: slicesOf(p.Grades), Turns: slicesOf(p.Turns), Talk: slicesOf(p.Talk), States: make([]ClassSlice, 0, len(p.States))}
	for _, s := range p.States {
		out.States = append(out.States, ClassSlice{Class: string(s.Class), Count: s.Count, Details: slicesOf(s.Details)})
	}
	return out
}

func slicesOf(of []figures.Slice) []Slice {
	out := make([]Slice, 0, len(of))
	for _, s := range of {
		out = append(out, Slice(s))
	}
	return out
}
