package api

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

// Call is one row of a campaign's calls (A4.4.2, A4.4.3).
type Call struct {
	ID          string       `json:"id" format:"uuid"`
	CampaignID  int64        `json:"campaign_id"`
	ContactID   int64        `json:"contact_id"`
	Name        string       `json:"name"`
	Customer    string       `json:"customer,omitempty" doc:"Whom the contact belongs to, from its variable 客户名称, 客户, 公司, company or customer when it was called"`
	Number      string       `json:"number"`
	CallerID    string       `json:"caller_id"`
	TrunkID     int64        `json:"trunk_id"`
	TrunkName   string       `json:"trunk_name"`
	Ordinal     int          `json:"ordinal" doc:"1 for the contact's first call"`
	State       string       `json:"state" enum:"created,originating,early,answered,ended"`
	Disposition string       `json:"disposition,omitempty"`
	Class       string       `json:"class,omitempty" enum:"answered,line_fault,callee_fault"`
	EndReason   string       `json:"end_reason,omitempty"`
	Fault       string       `json:"fault,omitempty" enum:"none,callee,carrier,us,unknown"`
	HungUpBy    string       `json:"hung_up_by,omitempty"`
	Transfer    string       `json:"transfer,omitempty" enum:"requested,connected,failed" doc:"How far the way to a person has come; absent when none was asked for"`
	Agent       *CallAgent   `json:"agent,omitempty" doc:"Who took the call over; absent when nobody did"`
	Listened    bool         `json:"listened" doc:"Somebody listened to it while it went on"`
	ListenedMS  int64        `json:"listened_ms" doc:"How long they did, all of them together; each counts from the end of their listening on"`
	TakenOver   bool         `json:"taken_over" doc:"Somebody who listened took the robot's place"`
	Push        *CallPush    `json:"push,omitempty" doc:"The message about the call to a WeChat robot; absent when the campaign tells none of it"`
	SIPCode     int          `json:"sip_code,omitempty"`
	Q850        int          `json:"q850,omitempty"`
	Cause       string       `json:"cause,omitempty"`
	Line        *LineVerdict `json:"line,omitempty" doc:"What the line said of itself before the answer"`
	AnsweredBy  *LineVerdict `json:"answered_by,omitempty" doc:"Who answered, by their voice: human, machine or unknown"`
	Grade       string       `json:"grade,omitempty" enum:"A,B,C,D,E,F"`
	TurnCount   int          `json:"turn_count"`
	DialledAt   time.Time    `json:"dialled_at"`
	RingingAt   *time.Time   `json:"ringing_at,omitempty"`
	AnsweredAt  *time.Time   `json:"answered_at,omitempty"`
	EndedAt     *time.Time   `json:"ended_at,omitempty"`
	TalkMS      int64        `json:"talk_ms"`
	Unread      bool         `json:"unread" doc:"Nobody of the company has opened it yet; calls under way are not unread"`
	ReplyP50MS  int64        `json:"reply_p50_ms,omitempty"`
	Audio       string       `json:"audio,omitempty" doc:"Where the whole call can be heard"`

	Labels       []string          `json:"labels" nullable:"false" doc:"What the script labelled the call, in the order in which it happened; complete when the talk is over"`
	Vars         map[string]string `json:"vars,omitempty" doc:"The contact's variables"`
	ScriptName   string            `json:"script_name,omitempty"`
	LastSentence *Sentence         `json:"last_sentence,omitempty" doc:"Of a call under way: what was said last"`
}

// Sentence is what one side said.
type Sentence struct {
	Speaker string `json:"speaker" enum:"robot,callee"`
	Text    string `json:"text"`
}

type listCallsInput struct {
	CampaignPath
	CallFilter
	Paging
}

// CallPage is one page of a campaign's calls.
type CallPage struct {
	Page[Call]
	Total *int `json:"total,omitempty" doc:"On the first page of a list without a filter, where there are no more than 10,000"`
}

type listCallsOutput struct{ Body CallPage }

// mostTotal is how far a list is counted: a page must not wait for a million rows.
const mostTotal = 10_000

func (a *API) listCalls(ctx context.Context, in *listCallsInput) (*listCallsOutput, error) {
	if in.Cursor != "" && uuid.Validate(in.Cursor) != nil {
		return nil, errCursor()
	}
	scope := scopeOf(ctx)
	f, err := in.domain(masks(ctx))
	if err != nil {
		return nil, inQuery(err)
	}
	found, err := a.Store.Calls(ctx, scope, in.id(), f, call.Page{Before: call.UUID(in.Cursor), Limit: in.Limit + 1})
	if err != nil {
		return nil, err
	}
	out := &listCallsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(c call.Call) string { return string(c.UUID) })
	if out.Body.Items, err = a.callRows(ctx, found); err != nil {
		return nil, err
	}
	if f.IsZero() && in.Cursor == "" {
		n, err := a.Store.CountCalls(ctx, scope, in.id(), f, mostTotal+1)
		if err != nil {
			return nil, err
		}
		if n <= mostTotal {
			out.Body.Total = &n
		}
	}
	return out, nil
}

// inQuery says of refused fields that they stood in the address.
func inQuery(err error) error {
	var e *errs.Error
	if errors.As(err, &e) && e.Kind == errs.Invalid {
		p := status(http.StatusUnprocessableEntity, e.Message)
		for _, f := range e.Fields {
			p.Errors = append(p.Errors, FieldError{Location: "query." + f.Path, Message: f.Reason})
		}
		return p
	}
	return err
}

// callRows adds to calls what stands in other tables, one query each.
func (a *API) callRows(ctx context.Context, found []call.Call) ([]Call, error) {
	scope := scopeOf(ctx)
	names, err := a.trunkNames(ctx)
	if err != nil {
		return nil, err
	}
	people := make([]contact.ID, 0, len(found))
	var live []call.UUID
	for _, c := range found {
		people = append(people, c.Contact)
		if c.State != call.Ended {
			live = append(live, c.UUID)
		}
	}
	contacts, err := a.Store.ContactsByID(ctx, scope, people)
	if err != nil {
		return nil, err
	}
	said, err := a.Store.TurnsOf(ctx, scope, live)
	if err != nil {
		return nil, err
	}
	ids, spoken := make([]call.UUID, len(found)), make([]script.VersionID, len(found))
	for i, c := range found {
		ids[i], spoken[i] = c.UUID, c.Script
	}
	labels, err := a.Store.LabelsOf(ctx, scope, ids)
	if err != nil {
		return nil, err
	}
	slices.Sort(spoken)
	versions, err := a.Store.VersionLabels(ctx, scope, slices.Compact(spoken))
	if err != nil {
		return nil, err
	}
	rows := make([]Call, 0, len(found))
	told, err := a.pushesOf(ctx, found)
	if err != nil {
		return nil, err
	}
	for _, c := range found {
		row := callOf(c, names)
		row.Push = told[c.UUID]
		row.Vars = contacts[c.Contact].Vars
		row.ScriptName = versions[c.Script].Name
		row.Labels = append(row.Labels, labels[c.UUID]...)
		soFar(&row, said[c.UUID])
		a.mask(ctx, &row)
		rows = append(rows, row)
	}
	return rows, nil
}

// mask hides telephone numbers of a row: the callee's own, and those that a list or a sentence may hold.
func (a *API) mask(ctx context.Context, row *Call) {
	row.Vars = a.vars(ctx, row.Number, row.Vars)
	row.Customer = a.value(ctx, row.Number, row.Customer)
	row.Number, row.Name = a.number(ctx, row.Number), a.text(ctx, row.Name)
	for i, label := range row.Labels {
		row.Labels[i] = a.text(ctx, label)
	}
	if row.LastSentence != nil {
		row.LastSentence.Text = a.text(ctx, row.LastSentence.Text)
	}
}

// soFar shows what has been said in a call under way, and the grade that it comes to.
func soFar(row *Call, said []transcript.Turn) {
	if len(said) == 0 {
		return
	}
	last := said[len(said)-1]
	row.LastSentence = &Sentence{Speaker: string(last.Speaker), Text: last.Text}
	row.TurnCount = max(row.TurnCount, len(said))
	if row.Grade == "" {
		row.Grade = transcript.GradeTalk(transcript.TallyOf(said)).Grade
	}
}

func callOf(c call.Call, trunks map[trunk.ID]string) Call {
	out := Call{Labels: []string{}, ID: string(c.UUID), CampaignID: int64(c.Campaign), ContactID: int64(c.Contact), Name: c.Name, Customer: c.Customer, Number: c.Number.String(),
		CallerID: c.CallerID, TrunkID: int64(c.Trunk), TrunkName: trunks[c.Trunk], Ordinal: c.Ordinal, State: string(c.State), Grade: c.Grade,
		TurnCount: c.Turns, DialledAt: c.Times.Created.UTC(), RingingAt: moment(c.Times.Ringing), AnsweredAt: moment(c.Times.Answered),
		EndedAt: moment(c.Times.Ended), TalkMS: c.Times.Talk().Milliseconds(), ReplyP50MS: c.ReplyP50.Milliseconds(), Transfer: string(c.Transfer), Agent: agentOf(c),
		Listened: c.Attended.Listened(), ListenedMS: c.Attended.For.Milliseconds(), TakenOver: c.Attended.TakenOver,
		Line: verdictShown(c.Outcome.Line), AnsweredBy: verdictShown(c.Outcome.AnsweredBy)}
	if c.State == call.Ended {
		o := c.Outcome
		out.Disposition, out.Class, out.EndReason, out.Fault = string(o.Disposition), string(o.Disposition.Class()), string(o.EndReason), string(o.Fault)
		out.Unread = c.ReadAt.IsZero()
		out.HungUpBy, out.SIPCode, out.Q850, out.Cause = string(o.HungUpBy), o.SIPCode, o.Q850, o.Cause
	}
	if c.Recording != "" {
		out.Audio = callAddress(c.UUID) + "/audio"
	}
	return out
}

func callAddress(id call.UUID) string { return "/api/v1/calls/" + string(id) }

// trunkNames resolves what rows only number.
func (a *API) trunkNames(ctx context.Context) (map[trunk.ID]string, error) {
	trunks, err := a.Store.Trunks(ctx, scopeOf(ctx))
	if err != nil {
		return nil, err
	}
	out := make(map[trunk.ID]string, len(trunks))
	for _, t := range trunks {
		out[t.ID] = t.Name
	}
	return out, nil
}
