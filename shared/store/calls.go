package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// callRow is a row of calls; a row of cdrs has the same facts except what belongs to the talk and the recording.
type callRow struct {
	UUID          string  `gorm:"column:uuid;primaryKey"`
	Tenant        int64   `gorm:"column:tenant_id"`
	Campaign      int64   `gorm:"column:campaign_id"`
	Contact       int64   `gorm:"column:contact_id"`
	Ordinal       int     `gorm:"column:ordinal"`
	Script        int64   `gorm:"column:script_version_id"`
	Trunk         int64   `gorm:"column:trunk_id"`
	RobotLeg      string  `gorm:"column:robot_leg"`
	Number        string  `gorm:"column:number"`
	Name          string  `gorm:"column:name"`
	CallerID      string  `gorm:"column:caller_id"`
	State         string  `gorm:"column:state"`
	Created       int64   `gorm:"column:created_at;autoCreateTime:false"`
	Ringing       int64   `gorm:"column:ringing_at"`
	Early         int64   `gorm:"column:early_at"`
	AnsweredAt    int64   `gorm:"column:answered_at"`
	Ended         int64   `gorm:"column:ended_at"`
	Answered      bool    `gorm:"column:answered"`
	EndReason     string  `gorm:"column:end_reason"`
	Fault         string  `gorm:"column:fault"`
	Disposition   string  `gorm:"column:disposition"`
	HungUpBy      string  `gorm:"column:hung_up_by"`
	SIPCode       int     `gorm:"column:sip_code"`
	Q850          int     `gorm:"column:q850"`
	Cause         string  `gorm:"column:cause"`
	Grade         string  `gorm:"column:grade"`
	Turns         int     `gorm:"column:turns"`
	Recording     string  `gorm:"column:recording"`
	RecordingFrom int64   `gorm:"column:recording_from"`
	ReplyP50      int64   `gorm:"column:reply_p50"`
	Read          int64   `gorm:"column:read_at"`
	Transfer      string  `gorm:"column:transfer"`
	Customer      string  `gorm:"column:customer"`
	Agent         string  `gorm:"column:agent"`
	AgentAsked    int64   `gorm:"column:agent_asked_at"`
	AgentAt       int64   `gorm:"column:agent_at"`
	Push          string  `gorm:"column:push"`
	AgentGroup    int64   `gorm:"column:agent_group_id"`
	AgentGroupAs  string  `gorm:"column:agent_group"`
	ListenedAt    int64   `gorm:"column:listened_at"`
	Listened      int64   `gorm:"column:listened"`
	TakenOver     bool    `gorm:"column:taken_over"`
	Line          lineRow `gorm:"embedded"`
}

func (callRow) TableName() string { return "calls" }

func (r callRow) times() call.Times {
	return call.Times{Created: timeOf(r.Created), Ringing: timeOf(r.Ringing), Early: timeOf(r.Early), Answered: timeOf(r.AnsweredAt), Ended: timeOf(r.Ended)}
}

func (r callRow) outcome() call.Outcome {
	return call.Outcome{Answered: r.Answered, EndReason: call.EndReason(r.EndReason), Fault: call.Fault(r.Fault),
		Disposition: call.Disposition(r.Disposition), HungUpBy: call.Party(r.HungUpBy), SIPCode: r.SIPCode, Q850: r.Q850, Cause: r.Cause, Line: r.Line.line(), AnsweredBy: r.Line.answeredBy()}
}

func (r callRow) domain() (call.Call, error) {
	number, err := contact.NumberFromStore(r.Number)
	if err != nil {
		return call.Call{}, unreadable("call", r.UUID, err)
	}
	return call.Call{UUID: call.UUID(r.UUID), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign), Contact: contact.ID(r.Contact),
		Ordinal: r.Ordinal, Script: script.VersionID(r.Script), Trunk: trunk.ID(r.Trunk), RobotLeg: call.UUID(r.RobotLeg), Number: number,
		Name: r.Name, CallerID: r.CallerID, State: call.State(r.State), Times: r.times(), Outcome: r.outcome(), Grade: r.Grade, Turns: r.Turns,
		Recording: r.Recording, RecordingFrom: timeOf(r.RecordingFrom), ReplyP50: durationOf(r.ReplyP50), ReadAt: timeOf(r.Read), Transfer: call.Transfer(r.Transfer),
		Attended: call.Attended{Since: timeOf(r.ListenedAt), For: durationOf(r.Listened), TakenOver: r.TakenOver},
		Customer: r.Customer, Push: call.Push(r.Push), Agent: call.Agent{Extension: r.Agent, Group: agent.GroupID(r.AgentGroup), GroupName: r.AgentGroupAs, Asked: timeOf(r.AgentAsked), Connected: timeOf(r.AgentAt)}}, nil
}

// callColumns and callArgs are a whole new row.
const callColumns = "(uuid, tenant_id, campaign_id, contact_id, ordinal, script_version_id, trunk_id, robot_leg, number, name, caller_id, state," +
	" created_at, ringing_at, early_at, answered_at, ended_at, answered, end_reason, fault, disposition, hung_up_by, sip_code, q850, cause," +
	" grade, turns, recording, recording_from, reply_p50, talk, read_at, facet, push, customer, agent, agent_asked_at, agent_at, agent_group_id, agent_group," +
	" listened_at, listened, taken_over)"

const callValues = 43

func callArgs(c call.Call) []any {
	o := c.Outcome
	return []any{string(c.UUID), int64(c.Tenant), int64(c.Campaign), int64(c.Contact), c.Ordinal, int64(c.Script), int64(c.Trunk), string(c.RobotLeg),
		c.Number.String(), text(c.Name), c.CallerID, string(c.State), micros(c.Times.Created), micros(c.Times.Ringing), micros(c.Times.Early),
		micros(c.Times.Answered), micros(c.Times.Ended), number(o.Answered), string(o.EndReason), string(o.Fault), string(o.Disposition), string(o.HungUpBy),
		o.SIPCode, o.Q850, text(o.Cause), c.Grade, c.Turns, text(c.Recording), micros(c.RecordingFrom), microsOf(c.ReplyP50), talkMicros(c), micros(c.ReadAt), int64(call.FacetOf(c)), string(c.Push),
		text(c.Customer), text(c.Agent.Extension), micros(c.Agent.Asked), micros(c.Agent.Connected), int64(c.Agent.Group), text(c.Agent.GroupName),
		micros(c.Attended.Since), microsOf(c.Attended.For), number(c.Attended.TakenOver)}
}

// talkMicros is how long an ended call was connected, which lists filter by; zero before its end.
func talkMicros(c call.Call) int64 {
	if c.State != call.Ended {
		return 0
	}
	return microsOf(c.Times.Talk())
}

// progressSet and progressArgs are what changes while a call goes on. None of it stands in an index, so that a move writes
// one row: turns and talk time are counted at the end.
const progressSet = "state = ?, robot_leg = ?, ringing_at = ?, early_at = ?, answered_at = ?, ended_at = ?, grade = ?, recording = ?," +
	" recording_from = ?, reply_p50 = ?"

func progressArgs(c call.Call) []any {
	return []any{string(c.State), string(c.RobotLeg), micros(c.Times.Ringing), micros(c.Times.Early), micros(c.Times.Answered), micros(c.Times.Ended),
		c.Grade, text(c.Recording), micros(c.RecordingFrom), microsOf(c.ReplyP50)}
}

// BeginDialing moves the attempt from claimed to dialing and creates the call.
func (s *Store) BeginDialing(ctx context.Context, scope tenant.Scope, c call.Call) error {
	if err := settle(scope, &c.Tenant, "call"); err != nil {
		return err
	}
	if err := checkUUID(c.UUID); err != nil {
		return err
	}
	if c.Number.IsZero() {
		return errs.New(errs.Invalid, "call %s has no number", c.UUID)
	}
	if c.State == "" {
		c.State = call.Created
	}
	return s.writer.share(ctx, string(c.UUID), "begin a call", beginning, c, func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE attempts SET state = 'dialing', trunk_id = ? WHERE uuid = ? AND state = 'claimed' AND tenant_id = ? AND campaign_id = ?"+
			" AND contact_id = ? AND ordinal = ?", int64(c.Trunk), string(c.UUID), int64(c.Tenant), int64(c.Campaign), int64(c.Contact), c.Ordinal)
		if err != nil {
			return err
		}
		if n == 0 {
			return refuseAttempt(ctx, tx, c, "begin", call.Claimed)
		}
		_, err = exec(ctx, tx, "INSERT INTO calls "+callColumns+" VALUES ("+marks(callValues)+")", callArgs(c)...)
		return err
	})
}

// refuseAttempt says why an attempt was not found as the call describes it and in the states expected.
func refuseAttempt(ctx context.Context, tx *sql.Tx, c call.Call, verb string, expect ...call.AttemptState) error {
	state, err := attemptState(ctx, tx, tenant.Of(c.Tenant), c.UUID)
	if err != nil {
		return err
	}
	for _, e := range expect {
		if state == e {
			return errs.New(errs.Invalid, "call %s cannot %s: campaign, contact or ordinal are not those of its attempt", c.UUID, verb)
		}
	}
	return errs.New(errs.Conflict, "call %s cannot %s: its attempt is %s", c.UUID, verb, state)
}

// MoveCall saves what changed in a call whose state is still the expected one.
func (s *Store) MoveCall(ctx context.Context, scope tenant.Scope, c call.Call, expect call.State) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(c.UUID); err != nil {
		return err
	}
	if c.State == call.Ended {
		return errs.New(errs.Invalid, "call %s ends by FinishCall only", c.UUID)
	}
	own, args := and(scope, "tenant_id")
	args = append(append(progressArgs(c), string(c.UUID), string(expect)), args...)
	return s.writer.share(ctx, string(c.UUID), "move a call", moving, move{c, expect, scope}, func(ctx context.Context, tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE calls SET "+progressSet+" WHERE uuid = ? AND state = ?"+own, args...)
		if err != nil || n > 0 {
			return err
		}
		state, err := callState(ctx, tx, scope, c.UUID)
		if err != nil {
			return err
		}
		if state == expect {
			return nil // MySQL counts rows that changed, and this one reads so already
		}
		return errs.New(errs.Conflict, "call %s is %s, not %s", c.UUID, state, expect)
	})
}

func callState(ctx context.Context, tx *sql.Tx, scope tenant.Scope, id call.UUID) (call.State, error) {
	own, args := and(scope, "tenant_id")
	var state string
	err := tx.QueryRowContext(ctx, "SELECT state FROM calls WHERE uuid = ?"+own, append([]any{string(id)}, args...)...).Scan(&state)
	if errors.Is(err, sql.ErrNoRows) {
		return "", errs.Missing("call", string(id))
	}
	return call.State(state), err
}

// Call reads one call.
func (s *Store) Call(ctx context.Context, scope tenant.Scope, id call.UUID) (call.Call, error) {
	if err := scope.Check(); err != nil {
		return call.Call{}, err
	}
	if err := checkUUID(id); err != nil {
		return call.Call{}, err
	}
	row, err := one[callRow](s, query(ctx, s.read, scope, &callRow{}).Where("uuid = ? AND deleted_at = 0", string(id)), "call", id)
	if err != nil {
		return call.Call{}, err
	}
	return row.domain()
}

// Summarise counts what a campaign's calls came to; calls under way count as placed only.
func (s *Store) Summarise(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) (call.Summary, error) {
	if err := scope.Check(); err != nil {
		return call.Summary{}, err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign)); err != nil {
		return call.Summary{}, err
	}
	var groups []struct {
		State, Disposition, EndReason, Grade string
		Answered                             bool
		N, Talk                              int64
	}
	err := s.read.WithContext(ctx).Raw("SELECT state, disposition, end_reason, grade, answered_at <> 0 AS answered, COUNT(*) AS n,"+
		" SUM(CASE WHEN answered_at <> 0 AND ended_at > answered_at THEN ended_at - answered_at ELSE 0 END) AS talk"+
		" FROM calls WHERE campaign_id = ? GROUP BY state, disposition, end_reason, grade, answered_at <> 0", int64(campaign)).Scan(&groups).Error
	if err != nil {
		return call.Summary{}, s.fail("sum up a campaign", err)
	}
	sum := call.Summary{ByDisposition: map[call.Disposition]int{}, ByEndReason: map[call.EndReason]int{}, ByGrade: map[string]int{}}
	for _, g := range groups {
		n := int(g.N)
		sum.Placed += n
		if g.Answered {
			sum.Answered += n
		}
		sum.TalkTotal += time.Duration(g.Talk) * time.Microsecond
		if g.State != string(call.Ended) {
			continue
		}
		sum.ByDisposition[call.Disposition(g.Disposition)] += n
		sum.ByEndReason[call.EndReason(g.EndReason)] += n
		if g.Grade != "" {
			sum.ByGrade[g.Grade] += n
		}
	}
	return sum, nil
}

// AttemptedTwice counts the calls of a campaign that share contact and ordinal with an earlier one.
func (s *Store) AttemptedTwice(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) (int, error) {
	if err := scope.Check(); err != nil {
		return 0, err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign)); err != nil {
		return 0, err
	}
	var n int
	err := s.reads.QueryRowContext(ctx, "SELECT COALESCE(SUM(n - 1), 0) FROM (SELECT COUNT(*) AS n FROM calls WHERE campaign_id = ?"+
		" GROUP BY contact_id, ordinal HAVING COUNT(*) > 1) AS doubled", int64(campaign)).Scan(&n)
	return n, s.fail("look for doubled calls", err)
}
