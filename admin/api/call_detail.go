package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// CallDetail is a call with everything that was said.
type CallDetail struct {
	Call
	SMS           []string    `json:"sms" doc:"The text messages that the call was marked for, in order"`
	GradeRule     string      `json:"grade_rule,omitempty" doc:"The clause that gave the grade"`
	LastNode      string      `json:"last_node,omitempty"`
	EndedBy       string      `json:"conversation_ended_by,omitempty"`
	TalkEnd       string      `json:"conversation_end_reason,omitempty" doc:"The robot's own word for why the talk ended"`
	RecordingFrom *time.Time  `json:"recording_from,omitempty" doc:"Offsets of turns count from it"`
	Turns         []Turn      `json:"turns"`
	Listenings    []Listening `json:"listenings" nullable:"false" doc:"Who listened to it or took it over, oldest first"`
}

// Turn is one utterance of one side.
type Turn struct {
	Seq            int       `json:"seq"`
	Speaker        string    `json:"speaker" enum:"robot,callee"`
	Text           string    `json:"text"`
	StartedAt      time.Time `json:"started_at"`
	EndedAt        time.Time `json:"ended_at"`
	FromMS         *int64    `json:"from_ms,omitempty" doc:"Offset in the recording of the whole call"`
	ToMS           *int64    `json:"to_ms,omitempty"`
	Audio          string    `json:"audio,omitempty"`
	Node           string    `json:"node,omitempty"`
	Match          *Match    `json:"match,omitempty" doc:"What a callee's turn was taken for"`
	ReplyLatencyMS int64     `json:"reply_latency_ms,omitempty"`
	Interrupted    bool      `json:"interrupted,omitempty"`
	BargeInStopMS  int64     `json:"barge_in_stop_ms,omitempty"`
}

// Match explains what a sentence was taken for.
type Match struct {
	Kind     string  `json:"kind" enum:"intent,question,digits,unmatched,silence,backchannel"`
	Intent   string  `json:"intent,omitempty"`
	Rule     string  `json:"rule,omitempty" doc:"The keyword, pattern, digit or phrase that decided"`
	Score    float64 `json:"score" doc:"0 to 1"`
	RunnerUp string  `json:"runner_up,omitempty"`
}

// CallPath names the call of an address.
type CallPath struct {
	ID string `path:"id" format:"uuid"`
}

type callDetailOutput struct{ Body CallDetail }

type getCallInput struct {
	CallPath
	Peek bool `query:"peek" doc:"Leave the call unread: a page that is open already asks again"`
}

func (a *API) getCall(ctx context.Context, in *getCallInput) (*callDetailOutput, error) {
	scope := scopeOf(ctx)
	c, err := a.Store.Call(ctx, scope, call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	names, err := a.trunkNames(ctx)
	if err != nil {
		return nil, err
	}
	if !in.Peek {
		a.opened(ctx, &c)
	}
	d := CallDetail{Call: callOf(c, names), SMS: []string{}, RecordingFrom: moment(c.RecordingFrom)}
	labels, err := a.Store.VersionLabels(ctx, scope, []script.VersionID{c.Script})
	if err != nil {
		return nil, err
	}
	d.ScriptName = labels[c.Script].Name
	told, err := a.pushesOf(ctx, []call.Call{c})
	if err != nil {
		return nil, err
	}
	d.Push = told[c.UUID]
	who, err := a.Store.Contact(ctx, scope, c.Contact)
	if err != nil && !errs.Is(err, errs.NotFound) {
		return nil, err
	}
	if d.Vars = who.Vars; d.Vars == nil {
		d.Vars = map[string]string{}
	}
	turns, err := a.Store.Turns(ctx, scope, c.UUID)
	if err != nil {
		return nil, err
	}
	d.Turns = make([]Turn, 0, len(turns))
	for _, t := range turns {
		d.Turns = append(d.Turns, turnOf(t, c.RecordingFrom))
	}
	d.TurnCount = max(d.TurnCount, len(turns)) // a live call's row does not count them yet
	if d.Listenings, err = a.listeningsOf(ctx, c.UUID); err != nil {
		return nil, err
	}
	said, err := a.Store.Conversation(ctx, scope, c.UUID)
	switch {
	case err == nil:
		d.LastNode, d.EndedBy, d.TalkEnd = said.LastNode, string(said.EndedBy), said.EndReason
		d.Labels = append(d.Labels, said.Labels...)
		d.SMS = append(d.SMS, said.SMS...)
		if d.GradeRule = said.GradeRule; d.GradeRule == "" { // stored before rules were
			if v := transcript.GradeTalk(said.Tally); c.Outcome.Answered && v.Grade == c.Grade {
				d.GradeRule = v.Rule
			}
		}
	case !errs.Is(err, errs.NotFound):
		return nil, err
	}
	if v := transcript.GradeUnconnected(c.Ordinal); d.GradeRule == "" && c.State == call.Ended && !c.Outcome.Answered && v.Grade == c.Grade {
		d.GradeRule = v.Rule
	}
	a.maskDetail(ctx, &d)
	return &callDetailOutput{Body: d}, nil
}

// opened marks an ended call as read when somebody looks at it for the first time. That it could not be marked is no
// reason not to show it.
func (a *API) opened(ctx context.Context, c *call.Call) {
	if c.State != call.Ended || !c.ReadAt.IsZero() {
		return
	}
	now := a.Clock.Now()
	if _, err := a.Store.ReadCalls(ctx, scopeOf(ctx), c.Campaign, []call.UUID{c.UUID}, now); err != nil {
		a.Logger.WarnContext(ctx, "a call could not be marked as read", "call", c.UUID, "error", err)
		return
	}
	c.ReadAt = now
}

func turnOf(t transcript.Turn, from time.Time) Turn {
	out := Turn{Seq: t.Seq, Speaker: string(t.Speaker), Text: t.Text, StartedAt: t.StartedAt.UTC(), EndedAt: t.EndedAt.UTC(), Node: t.Node,
		FromMS: offset(t.StartedAt, from), ToMS: offset(t.EndedAt, from), ReplyLatencyMS: t.ReplyLatency.Milliseconds(),
		Interrupted: t.Interrupted, BargeInStopMS: t.BargeInStop.Milliseconds()}
	if t.Audio != "" {
		out.Audio = callAddress(t.Call) + "/turns/" + strconv.Itoa(t.Seq) + "/audio"
	}
	if m := t.Matched; m.Kind != transcript.MatchNone {
		out.Match = &Match{Kind: string(m.Kind), Intent: m.Intent, Rule: m.Rule, Score: m.Score, RunnerUp: m.RunnerUp}
	}
	return out
}

// offset is where a moment lies in the recording; nil without a recording. What began before it lies at its start.
func offset(at, from time.Time) *int64 {
	if at.IsZero() || from.IsZero() {
		return nil
	}
	ms := max(at.Sub(from).Milliseconds(), 0)
	return &ms
}
