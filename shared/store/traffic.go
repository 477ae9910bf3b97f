package store

import (
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// Spoken lists the newest calls of a version that had a conversation, with their turns. An index leads to the newest calls
// of the version; of those that nobody answered it passes a bounded number.
func (s *Store) Spoken(ctx context.Context, scope tenant.Scope, version script.VersionID, since time.Time, most int) ([]transcript.Spoken, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	most = min(max(most, 1), transcript.MostSpoken)
	where, args := and(scope, "tenant_id")
	args = append([]any{int64(version), string(floor(since)), micros(since)}, args...)
	if condition, more := seen(scope, "campaign_id"); condition != "" {
		where, args = where+" AND "+condition, append(args, more...)
	}
	rows, err := s.reads.QueryContext(ctx, "SELECT c.uuid, c.contact_id, c.number, v.last_node, v.ended_by, v.end_reason FROM ("+
		"SELECT uuid, contact_id, number FROM calls WHERE script_version_id = ? AND uuid >= ? AND created_at >= ? AND deleted_at = 0"+where+
		" ORDER BY uuid DESC LIMIT ?) AS c JOIN conversations AS v ON v.call_uuid = c.uuid ORDER BY c.uuid DESC LIMIT ?", append(args, transcript.MostCalls, most)...)
	if err != nil {
		return nil, s.fail("list a version's calls", err)
	}
	defer func() { _ = rows.Close() }()
	var out []transcript.Spoken
	for rows.Next() {
		var one transcript.Spoken
		var id, number, by string
		var person int64
		if err := rows.Scan(&id, &person, &number, &one.LastNode, &by, &one.EndReason); err != nil {
			return nil, s.fail("list a version's calls", err)
		}
		one.Call, one.Contact, one.EndedBy = call.UUID(id), contact.ID(person), call.Party(by)
		if one.Number, err = contact.NumberFromStore(number); err != nil {
			return nil, unreadable("call", id, err)
		}
		out = append(out, one)
	}
	if err := rows.Err(); err != nil {
		return nil, s.fail("list a version's calls", err)
	}
	return out, s.spokenTurns(ctx, out)
}

// spokenTurns reads the turns of calls that the scope may see.
func (s *Store) spokenTurns(ctx context.Context, calls []transcript.Spoken) error {
	at := make(map[call.UUID]int, len(calls))
	ids := make([]any, len(calls))
	for i, c := range calls {
		at[c.Call], ids[i] = i, string(c.Call)
	}
	for part := range slices.Chunk(ids, idsAtOnce) {
		if err := s.turnsInto(ctx, calls, at, part); err != nil {
			return s.fail("read turns", err)
		}
	}
	return nil
}

func (s *Store) turnsInto(ctx context.Context, calls []transcript.Spoken, at map[call.UUID]int, ids []any) error {
	rows, err := s.reads.QueryContext(ctx, "SELECT call_uuid, seq, speaker, text, node, match_kind, match_intent, interrupted FROM turns WHERE call_uuid IN ("+
		marks(len(ids))+") ORDER BY call_uuid, seq", ids...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var t transcript.Turn
		var id, speaker, kind string
		if err := rows.Scan(&id, &t.Seq, &speaker, &t.Text, &t.Node, &kind, &t.Matched.Intent, &t.Interrupted); err != nil {
			return err
		}
		t.Call, t.Speaker, t.Matched.Kind = call.UUID(id), transcript.Speaker(speaker), transcript.MatchKind(kind)
		one := &calls[at[t.Call]]
		one.Turns = append(one.Turns, t)
	}
	return rows.Err()
}
