package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/unmatched"
)

// Where the values of a turn's row stand that tell whether it is to be collected.
var (
	turnSeq     = turnColumn("seq")
	turnSpeaker = turnColumn("speaker")
	turnText    = turnColumn("text")
	turnKind    = turnColumn("match_kind")
)

func turnColumn(name string) int { return slices.Index(strings.Split(turnColumns, ", "), name) }

// addTurns is AddTurn for several.
func (s *Store) addTurns(ctx context.Context, tx *sql.Tx, rows []any) (bool, error) {
	all, err := s.insertForCalls(ctx, tx, "turns", turnColumns, "seq", rows)
	if err != nil || !all {
		return false, err
	}
	return true, s.collect(ctx, tx, rows)
}

// collect writes down those of new turns that a script did not understand, in the transaction that stores them.
func (s *Store) collect(ctx context.Context, tx *sql.Tx, rows []any) error {
	var turns [][]any
	for _, r := range rows {
		v := r.(callsRow).values
		if v[turnSpeaker] == string(transcript.Callee) && v[turnKind] == string(transcript.MatchUnmatched) && v[turnText] != "" {
			turns = append(turns, []any{v[0], v[turnSeq]})
		}
	}
	const into = "INSERT INTO unmatched_sentences (tenant_id, script_id, script_version_id, call_uuid, seq, node, text, audio, at, state)" +
		" SELECT t.tenant_id, o.script_id, c.script_version_id, t.call_uuid, t.seq, t.node, t.text, t.audio, t.started_at, 'open' FROM "
	const of = " JOIN calls AS c ON c.uuid = t.call_uuid JOIN script_versions AS o ON o.id = c.script_version_id"
	switch len(turns) {
	case 0:
		return nil
	case 1:
		_, err := exec(ctx, tx, into+"turns AS t"+of+" WHERE t.call_uuid = ? AND t.seq = ?", turns[0]...)
		return err
	}
	doc, err := json.Marshal(turns)
	if err != nil {
		return err
	}
	_, err = exec(ctx, tx, into+s.source([]column{{"v_call", asASCII}, {"v_seq", asNumber}})+" JOIN turns AS t ON t.call_uuid = v_call AND t.seq = v_seq"+of, string(doc))
	return err
}

type sentenceRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant  int64  `gorm:"column:tenant_id"`
	Script  int64  `gorm:"column:script_id"`
	Version int64  `gorm:"column:script_version_id"`
	Call    string `gorm:"column:call_uuid"`
	Seq     int    `gorm:"column:seq"`
	Node    string `gorm:"column:node"`
	Text    string `gorm:"column:text"`
	Audio   string `gorm:"column:audio"`
	At      int64  `gorm:"column:at"`
	State   string `gorm:"column:state"`
}

func (sentenceRow) TableName() string { return "unmatched_sentences" }

func (r sentenceRow) domain() (unmatched.Sentence, error) {
	return unmatched.Sentence{ID: r.ID, Tenant: tenant.ID(r.Tenant), Script: script.ID(r.Script), Version: script.VersionID(r.Version), Call: call.UUID(r.Call), Seq: r.Seq,
		Node: r.Node, Text: r.Text, Audio: r.Audio, At: timeOf(r.At), State: unmatched.State(r.State)}, nil
}

// Unmatched lists the newest sentences of a script in a state, the oldest first. Those of calls that the scope does not see
// are not among them.
func (s *Store) Unmatched(ctx context.Context, scope tenant.Scope, id script.ID, state unmatched.State) ([]unmatched.Sentence, error) {
	if err := s.ownsScript(ctx, scope, id); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &sentenceRow{}).Where("script_id = ? AND state = ?", int64(id), string(state)).Order("id DESC").Limit(unmatched.Most)
	found, err := many(s, q, "sentences", sentenceRow.domain)
	if err != nil {
		return nil, err
	}
	found, err = s.ofSeenCalls(ctx, scope, found)
	slices.Reverse(found)
	return found, err
}

// UnmatchedByID lists some of a script's sentences, the oldest first.
func (s *Store) UnmatchedByID(ctx context.Context, scope tenant.Scope, id script.ID, ids []int64) ([]unmatched.Sentence, error) {
	if err := s.ownsScript(ctx, scope, id); err != nil {
		return nil, err
	}
	var out []unmatched.Sentence
	for part := range slices.Chunk(ids, idsAtOnce) {
		found, err := many(s, query(ctx, s.read, scope, &sentenceRow{}).Where("script_id = ? AND id IN ?", int64(id), part).Order("id"), "sentences", sentenceRow.domain)
		if err != nil {
			return nil, err
		}
		if found, err = s.ofSeenCalls(ctx, scope, found); err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// SettleUnmatched moves sentences from one state to another and counts them.
func (s *Store) SettleUnmatched(ctx context.Context, scope tenant.Scope, id script.ID, ids []int64, from, to unmatched.State) (int, error) {
	if err := s.ownsScript(ctx, scope, id); err != nil {
		return 0, err
	}
	n := 0
	for part := range slices.Chunk(ids, idsAtOnce) {
		done := query(ctx, s.write, scope, &sentenceRow{}).Where("script_id = ? AND id IN ? AND state = ?", int64(id), part, string(from)).Update("state", string(to))
		if done.Error != nil {
			return n, s.fail("settle sentences", done.Error)
		}
		n += int(done.RowsAffected)
	}
	return n, nil
}

func (s *Store) ownsScript(ctx context.Context, scope tenant.Scope, id script.ID) error {
	_, err := s.Script(ctx, scope, id)
	return err
}

// ofSeenCalls leaves out the sentences of calls that were deleted, or that the scope's view does not reach.
func (s *Store) ofSeenCalls(ctx context.Context, scope tenant.Scope, list []unmatched.Sentence) ([]unmatched.Sentence, error) {
	there := map[call.UUID]bool{}
	ids := make([]string, 0, len(list))
	for _, one := range list {
		if !there[one.Call] {
			there[one.Call] = true
			ids = append(ids, string(one.Call))
		}
	}
	clear(there)
	for part := range slices.Chunk(ids, idsAtOnce) {
		var found []string
		if err := query(ctx, s.read, scope, &callRow{}).Where("uuid IN ? AND deleted_at = 0", part).Pluck("uuid", &found).Error; err != nil {
			return nil, s.fail("look for calls", err)
		}
		for _, id := range found {
			there[call.UUID(id)] = true
		}
	}
	return slices.DeleteFunc(list, func(one unmatched.Sentence) bool { return !there[one.Call] }), nil
}
