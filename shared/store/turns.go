package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

type turnRow struct {
	Call         string  `gorm:"column:call_uuid;primaryKey"`
	Seq          int     `gorm:"column:seq;primaryKey"`
	Tenant       int64   `gorm:"column:tenant_id"`
	Speaker      string  `gorm:"column:speaker"`
	Text         string  `gorm:"column:text"`
	Started      int64   `gorm:"column:started_at"`
	Ended        int64   `gorm:"column:ended_at"`
	Audio        string  `gorm:"column:audio"`
	Node         string  `gorm:"column:node"`
	Kind         string  `gorm:"column:match_kind"`
	Intent       string  `gorm:"column:match_intent"`
	Rule         string  `gorm:"column:match_rule"`
	Score        float64 `gorm:"column:match_score"`
	RunnerUp     string  `gorm:"column:match_runner_up"`
	RunnerScore  float64 `gorm:"column:match_runner_up_score"`
	Correction   string  `gorm:"column:match_correction"`
	ReplyLatency int64   `gorm:"column:reply_latency"`
	Interrupted  bool    `gorm:"column:interrupted"`
	BargeInStop  int64   `gorm:"column:barge_in_stop"`
}

func (turnRow) TableName() string { return "turns" }

func (r turnRow) domain() (transcript.Turn, error) {
	return transcript.Turn{Call: call.UUID(r.Call), Tenant: tenant.ID(r.Tenant), Seq: r.Seq, Speaker: transcript.Speaker(r.Speaker), Text: r.Text,
		StartedAt: timeOf(r.Started), EndedAt: timeOf(r.Ended), Audio: r.Audio, Node: r.Node,
		Matched:      transcript.Match{Kind: transcript.MatchKind(r.Kind), Intent: r.Intent, Rule: r.Rule, Score: r.Score, RunnerUp: r.RunnerUp, RunnerUpScore: r.RunnerScore, Correction: r.Correction},
		ReplyLatency: durationOf(r.ReplyLatency), Interrupted: r.Interrupted, BargeInStop: durationOf(r.BargeInStop)}, nil
}

// AddTurn stores one finished turn of a call of its tenant.
func (s *Store) AddTurn(ctx context.Context, scope tenant.Scope, t transcript.Turn) error {
	if err := settle(scope, &t.Tenant, "turn"); err != nil {
		return err
	}
	if err := checkUUID(t.Call); err != nil {
		return err
	}
	row := callsRow{t.Call, t.Tenant, []any{string(t.Call), t.Seq, int64(t.Tenant), string(t.Speaker), text(t.Text), micros(t.StartedAt), micros(t.EndedAt),
		text(t.Audio), text(t.Node), string(t.Matched.Kind), text(t.Matched.Intent), text(t.Matched.Rule), t.Matched.Score, text(t.Matched.RunnerUp),
		microsOf(t.ReplyLatency), number(t.Interrupted), microsOf(t.BargeInStop), t.Matched.RunnerUpScore, text(t.Matched.Correction)}}
	return s.writer.share(ctx, string(t.Call), "store a turn", adding, row, func(ctx context.Context, tx *sql.Tx) error {
		n, err := s.insertForCall(ctx, tx, "turns", turnColumns, "seq", row)
		if err != nil {
			return err
		}
		if n > 0 {
			return s.collect(ctx, tx, []any{row})
		}
		if _, err := callState(ctx, tx, tenant.Of(t.Tenant), t.Call); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "call %s has a turn %d already", t.Call, t.Seq)
	})
}

const turnColumns = "call_uuid, seq, tenant_id, speaker, text, started_at, ended_at, audio, node, match_kind, match_intent, match_rule, match_score," +
	" match_runner_up, reply_latency, interrupted, barge_in_stop, match_runner_up_score, match_correction"

// callsRow is a new row of a table whose rows belong to calls.
type callsRow struct {
	call   call.UUID
	tenant tenant.ID
	values []any
}

// insertForCall inserts the row if its call is there, and counts none if a row of its key was there before.
func (s *Store) insertForCall(ctx context.Context, tx *sql.Tx, table, columns, key string, r callsRow) (int64, error) {
	return exec(ctx, tx, "INSERT INTO "+table+" ("+columns+") SELECT "+marks(len(r.values))+" FROM calls WHERE uuid = ? AND calls.tenant_id = ?"+
		s.ignoreDuplicate(key), append(slices.Clone(r.values), string(r.call), int64(r.tenant))...)
}

// Turns lists a call's turns in the order they were spoken.
func (s *Store) Turns(ctx context.Context, scope tenant.Scope, id call.UUID) ([]transcript.Turn, error) {
	if _, err := s.Call(ctx, scope, id); err != nil {
		return nil, err
	}
	return many(s, s.read.WithContext(ctx).Where("call_uuid = ?", string(id)).Order("seq"), "turns", turnRow.domain)
}

// TurnsOf reads the turns of several calls.
func (s *Store) TurnsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]transcript.Turn, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := map[call.UUID][]transcript.Turn{}
	for part := range slices.Chunk(words(ids), idsAtOnce) {
		mine := query(ctx, s.read, scope, &callRow{}).Select("uuid").Where("uuid IN ? AND deleted_at = 0", part)
		found, err := many(s, s.read.WithContext(ctx).Where("call_uuid IN (?)", mine).Order("call_uuid, seq"), "turns", turnRow.domain)
		if err != nil {
			return nil, err
		}
		for _, t := range found {
			out[t.Call] = append(out[t.Call], t)
		}
	}
	return out, nil
}

type conversationRow struct {
	Call         string `gorm:"column:call_uuid;primaryKey"`
	Tenant       int64  `gorm:"column:tenant_id"`
	Started      int64  `gorm:"column:started_at"`
	Ended        int64  `gorm:"column:ended_at"`
	EndedBy      string `gorm:"column:ended_by"`
	EndReason    string `gorm:"column:end_reason"`
	LastNode     string `gorm:"column:last_node"`
	Labels       string `gorm:"column:labels"`
	Interactions int    `gorm:"column:interactions"`
	Affirmed     int    `gorm:"column:affirmed"`
	Refused      int    `gorm:"column:refused"`
	Questions    int    `gorm:"column:questions"`
	Unmatched    int    `gorm:"column:unmatched"`
	Silences     int    `gorm:"column:silences"`
	Grade        string `gorm:"column:grade"`
	ReplyP50     int64  `gorm:"column:reply_p50"`
	SMS          string `gorm:"column:sms"`
	GradeRule    string `gorm:"column:grade_rule"`
}

func (conversationRow) TableName() string { return "conversations" }

// EndConversation stores the sum of a call's talk, once.
func (s *Store) EndConversation(ctx context.Context, scope tenant.Scope, c transcript.Conversation) error {
	if err := settle(scope, &c.Tenant, "conversation"); err != nil {
		return err
	}
	if err := checkUUID(c.Call); err != nil {
		return err
	}
	labels, err := toJSON(c.Labels)
	if err != nil {
		return err
	}
	sms := "" // most calls are marked for none
	if len(c.SMS) > 0 {
		if sms, err = toJSON(c.SMS); err != nil {
			return err
		}
	}
	t := c.Tally
	row := callsRow{c.Call, c.Tenant, []any{string(c.Call), int64(c.Tenant), micros(c.StartedAt), micros(c.EndedAt), string(c.EndedBy), text(c.EndReason),
		text(c.LastNode), labels, t.Interactions, t.Affirmed, t.Refused, t.Questions, t.Unmatched, t.Silences, c.Grade, microsOf(c.ReplyP50),
		sms, text(c.GradeRule)}}
	return s.writer.share(ctx, string(c.Call), "store a conversation", concluding, row, func(ctx context.Context, tx *sql.Tx) error {
		n, err := s.insertForCall(ctx, tx, "conversations", conversationColumns, "call_uuid", row)
		if err != nil || n > 0 {
			return err
		}
		if _, err := callState(ctx, tx, tenant.Of(c.Tenant), c.Call); err != nil {
			return err
		}
		return errs.New(errs.Conflict, "the conversation of call %s was stored already", c.Call)
	})
}

const conversationColumns = "call_uuid, tenant_id, started_at, ended_at, ended_by, end_reason, last_node, labels, interactions, affirmed, refused," +
	" questions, unmatched, silences, grade, reply_p50, sms, grade_rule"

// Conversation reads the sum of a call's talk.
func (s *Store) Conversation(ctx context.Context, scope tenant.Scope, id call.UUID) (transcript.Conversation, error) {
	if _, err := s.Call(ctx, scope, id); err != nil {
		return transcript.Conversation{}, err
	}
	r, err := one[conversationRow](s, query(ctx, s.read, scope, &conversationRow{}).Where("call_uuid = ?", string(id)), "conversation of call", id)
	if err != nil {
		return transcript.Conversation{}, err
	}
	c := transcript.Conversation{Call: id, Tenant: tenant.ID(r.Tenant), StartedAt: timeOf(r.Started), EndedAt: timeOf(r.Ended),
		EndedBy: call.Party(r.EndedBy), EndReason: r.EndReason, LastNode: r.LastNode,
		Tally: transcript.Tally{Interactions: r.Interactions, Affirmed: r.Affirmed, Refused: r.Refused, Questions: r.Questions,
			Unmatched: r.Unmatched, Silences: r.Silences}, Grade: r.Grade, GradeRule: r.GradeRule, ReplyP50: durationOf(r.ReplyP50)}
	if r.SMS != "" {
		if err := fromJSON(r.SMS, &c.SMS, "conversation of call", id); err != nil {
			return c, err
		}
	}
	return c, fromJSON(r.Labels, &c.Labels, "conversation of call", id)
}

// LabelsOf reads the labels of several calls.
func (s *Store) LabelsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]string, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := map[call.UUID][]string{}
	for part := range slices.Chunk(words(ids), idsAtOnce) {
		mine := query(ctx, s.read, scope, &callRow{}).Select("uuid").Where("uuid IN ? AND deleted_at = 0", part)
		var rows []conversationRow
		// Most calls have none, which is written as null.
		if err := s.read.WithContext(ctx).Select("call_uuid, labels").Where("call_uuid IN (?) AND labels NOT IN ('null', '[]')", mine).Find(&rows).Error; err != nil {
			return nil, s.fail("read labels", err)
		}
		for _, r := range rows {
			var labels []string
			if err := fromJSON(r.Labels, &labels, "conversation of call", r.Call); err != nil {
				return nil, err
			}
			out[call.UUID(r.Call)] = labels
		}
	}
	return out, nil
}

// Latencies lists every reply latency and barge-in stop of a campaign's newest calls.
func (s *Store) Latencies(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, newest int) (reply, bargeIn []time.Duration, err error) {
	if err := scope.Check(); err != nil {
		return nil, nil, err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign)); err != nil {
		return nil, nil, err
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT t.reply_latency, t.barge_in_stop FROM (SELECT uuid FROM "+s.use("calls_newest")+
		" WHERE campaign_id = ? ORDER BY uuid DESC LIMIT ?) AS newest JOIN turns t ON t.call_uuid = newest.uuid"+
		" WHERE t.reply_latency > 0 OR t.barge_in_stop > 0 ORDER BY t.call_uuid, t.seq", int64(campaign), newest)
	if err != nil {
		return nil, nil, s.fail("read latencies", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var r, b int64
		if err := rows.Scan(&r, &b); err != nil {
			return nil, nil, s.fail("read latencies", err)
		}
		if r > 0 {
			reply = append(reply, durationOf(r))
		}
		if b > 0 {
			bargeIn = append(bargeIn, durationOf(b))
		}
	}
	return reply, bargeIn, s.fail("read latencies", rows.Err())
}
