package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/tenant"
)

// What each kind of write does for several calls in one statement. Each method says the same as its namesake for one
// call, every condition included.

// beginAll is BeginDialing.
func (s *Store) beginAll(ctx context.Context, tx *sql.Tx, rows []any) (bool, error) {
	attempts, calls := make([][]any, len(rows)), make([][]any, len(rows))
	for i, r := range rows {
		c := r.(call.Call)
		attempts[i] = []any{string(c.UUID), int64(c.Tenant), int64(c.Campaign), int64(c.Contact), c.Ordinal, int64(c.Trunk)}
		calls[i] = callArgs(c)
	}
	all, err := s.updateAll(ctx, tx, "attempts", "state = 'dialing', trunk_id = v_trunk", sameAttempt+" AND state = 'claimed'",
		append(attemptColumns(), column{"v_trunk", asNumber}), attempts)
	if err != nil || !all {
		return false, err
	}
	n, err := insertAll(ctx, tx, "INSERT INTO calls "+callColumns, calls, "")
	return n == int64(len(rows)), err
}

// sameAttempt is the condition that row v describes an attempt as it is; attemptColumns are v's for it.
const sameAttempt = "uuid = v_uuid AND tenant_id = v_tenant AND campaign_id = v_campaign AND contact_id = v_contact AND ordinal = v_ordinal"

func attemptColumns() []column {
	return []column{{"v_uuid", asASCII}, {"v_tenant", asNumber}, {"v_campaign", asNumber}, {"v_contact", asNumber}, {"v_ordinal", asNumber}}
}

// inScope is own for a row v: tenant zero is the platform's scope.
const inScope = " AND (v_scope = 0 OR tenant_id = v_scope)"

func scopeNumber(scope tenant.Scope) int64 {
	id, _ := scope.Tenant()
	return int64(id)
}

// move is what MoveCall is asked for.
type move struct {
	call   call.Call
	expect call.State
	scope  tenant.Scope
}

// v's columns for progressSet and for the end of a call.
const (
	progressSetAll = "state = v_state, robot_leg = v_robot_leg, ringing_at = v_ringing, early_at = v_early, answered_at = v_answered_at," +
		" ended_at = v_ended, grade = v_grade, recording = v_recording, recording_from = v_recording_from, reply_p50 = v_reply_p50"
	endSetAll = progressSetAll + ", turns = v_turns, answered = v_answered, end_reason = v_end_reason, fault = v_fault, disposition = v_disposition," +
		" hung_up_by = v_hung_up_by, sip_code = v_sip_code, q850 = v_q850, cause = v_cause, talk = v_talk, facet = v_facet, " + lineSetAll
)

func progressColumns() []column {
	return []column{{"v_state", asText}, {"v_robot_leg", asText}, {"v_ringing", asNumber}, {"v_early", asNumber}, {"v_answered_at", asNumber},
		{"v_ended", asNumber}, {"v_grade", asText}, {"v_recording", asText}, {"v_recording_from", asNumber}, {"v_reply_p50", asNumber}}
}

func endColumns() []column {
	return append(append(progressColumns(), column{"v_turns", asNumber}, column{"v_answered", asNumber}, column{"v_end_reason", asText}, column{"v_fault", asText},
		column{"v_disposition", asText}, column{"v_hung_up_by", asText}, column{"v_sip_code", asNumber}, column{"v_q850", asNumber}, column{"v_cause", asText},
		column{"v_talk", asNumber}, column{"v_facet", asNumber}), lineColumnsAll()...)
}

// moveAll is MoveCall.
func (s *Store) moveAll(ctx context.Context, tx *sql.Tx, rows []any) (bool, error) {
	calls := make([][]any, len(rows))
	for i, r := range rows {
		m := r.(move)
		calls[i] = append(progressArgs(m.call), string(m.call.UUID), string(m.expect), scopeNumber(m.scope))
	}
	return s.updateAll(ctx, tx, "calls", progressSetAll, "uuid = v_uuid AND state = v_expect"+inScope,
		append(progressColumns(), column{"v_uuid", asASCII}, column{"v_expect", asText}, column{"v_scope", asNumber}), calls)
}

// finishAll is FinishCall for calls that have been begun.
func (s *Store) finishAll(ctx context.Context, tx *sql.Tx, rows []any) (bool, error) {
	attempts, calls, contacts, ids := make([][]any, len(rows)), make([][]any, len(rows)), make([][]any, len(rows)), make([]any, len(rows))
	for i, r := range rows {
		f := r.(call.Finish)
		c := f.Call
		attempts[i] = []any{string(c.UUID), int64(c.Tenant), int64(c.Campaign), int64(c.Contact), c.Ordinal}
		calls[i] = append(endArgs(c), string(c.UUID))
		contacts[i] = []any{int64(c.Contact), string(verdict(f)), micros(next(f)), number(f.OwnFault), string(c.Outcome.Disposition), c.Grade, micros(f.At)}
		ids[i] = string(c.UUID)
	}
	all, err := s.updateAll(ctx, tx, "attempts", "state = 'finished'", sameAttempt+" AND "+live, attemptColumns(), attempts)
	if err != nil || !all {
		return false, err
	}
	all, err = s.updateAll(ctx, tx, "calls", endSetAll, "uuid = v_uuid AND state <> 'ended'", append(endColumns(), column{"v_uuid", asASCII}), calls)
	if err != nil || !all {
		return false, err
	}
	all, err = s.updateAll(ctx, tx, "contacts", "state = v_state, not_before = v_not_before, own_faults = own_faults + v_fault, disposition = v_disposition,"+
		" grade = CASE WHEN v_grade = '' THEN grade ELSE v_grade END, updated_at = v_at", "id = v_id AND state = 'calling'",
		[]column{{"v_id", asNumber}, {"v_state", asText}, {"v_not_before", asNumber}, {"v_fault", asNumber}, {"v_disposition", asText}, {"v_grade", asText},
			{"v_at", asNumber}}, contacts)
	if err != nil || !all {
		return false, err
	}
	for _, r := range rows {
		if err := s.handOver(ctx, tx, r.(call.Finish)); err != nil {
			return false, err
		}
	}
	if err := queuePushes(ctx, tx, ids...); err != nil {
		return false, err
	}
	n, err := exec(ctx, tx, "INSERT INTO cdrs ("+cdrColumns+") SELECT "+cdrColumns+" FROM calls WHERE uuid IN ("+marks(len(ids))+")", ids...)
	return n == int64(len(rows)), err
}

// release is what Release is asked for.
type release struct {
	attempt   call.UUID
	notBefore time.Time
	scope     tenant.Scope
}

// releaseAll is Release.
func (s *Store) releaseAll(ctx context.Context, tx *sql.Tx, rows []any) (bool, error) {
	attempts, ids, due := make([][]any, len(rows)), make([]any, len(rows)), make(map[string]int64, len(rows))
	for i, r := range rows {
		r := r.(release)
		attempts[i] = []any{string(r.attempt), scopeNumber(r.scope)}
		ids[i], due[string(r.attempt)] = string(r.attempt), micros(r.notBefore)
	}
	all, err := s.updateAll(ctx, tx, "attempts", "state = 'finished', ordinal = NULL", "uuid = v_uuid AND state = 'claimed'"+inScope,
		[]column{{"v_uuid", asASCII}, {"v_scope", asNumber}}, attempts)
	if err != nil || !all {
		return false, err
	}
	contacts, err := contactsOf(ctx, tx, ids, due)
	if err != nil {
		return false, err
	}
	return s.updateAll(ctx, tx, "contacts", "state = 'waiting', attempts = attempts - 1, not_before = v_not_before", "id = v_id AND state = 'calling'",
		[]column{{"v_id", asNumber}, {"v_not_before", asNumber}}, contacts)
}

// contactsOf lists the contact of each attempt with when it is due.
func contactsOf(ctx context.Context, tx *sql.Tx, ids []any, due map[string]int64) ([][]any, error) {
	found, err := tx.QueryContext(ctx, "SELECT uuid, contact_id FROM attempts WHERE uuid IN ("+marks(len(ids))+")", ids...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	var out [][]any
	for found.Next() {
		var id string
		var contact int64
		if err := found.Scan(&id, &contact); err != nil {
			return nil, err
		}
		out = append(out, []any{contact, due[id]})
	}
	return out, found.Err()
}

// insertForCalls inserts rows whose calls are all there, and tells whether none of their keys was there before.
func (s *Store) insertForCalls(ctx context.Context, tx *sql.Tx, table, columns, key string, rows []any) (bool, error) {
	calls, list := make([][]any, len(rows)), make([][]any, len(rows))
	for i, r := range rows {
		r := r.(callsRow)
		calls[i], list[i] = []any{string(r.call), int64(r.tenant)}, r.values
	}
	doc, err := json.Marshal(calls)
	if err != nil {
		return false, err
	}
	var n int
	if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+s.source([]column{{"v_uuid", asASCII}, {"v_tenant", asNumber}})+
		" CROSS JOIN calls ON uuid = v_uuid AND tenant_id = v_tenant", string(doc)).Scan(&n); err != nil || n != len(rows) {
		return false, err
	}
	inserted, err := insertAll(ctx, tx, "INSERT INTO "+table+" ("+columns+")", list, s.ignoreDuplicate(key))
	return inserted == int64(len(rows)), err
}

// insertAll inserts rows in one statement and counts them.
func insertAll(ctx context.Context, tx *sql.Tx, into string, rows [][]any, onDuplicate string) (int64, error) {
	var v values
	v.WriteString(into + " VALUES ")
	for i, r := range rows {
		if i > 0 {
			_ = v.WriteByte(',')
		}
		_ = v.WriteByte('(')
		for _, a := range r {
			v.put(a)
		}
		_ = v.WriteByte(')')
	}
	v.WriteString(onDuplicate)
	return exec(ctx, tx, v.String(), v.args...)
}
