package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// shared settles a batch by statements that serve all writes of a kind. It is for the usual case that all of them succeed:
// when a statement fails or touches another number of rows than it has writes, everything is rolled back and nothing is
// settled: the writes are to run one by one, each to its own result.
func (w *writer) shared(batch []*write) (settled bool, err error) {
	steps := plan(batch)
	if w.apart.Load() || !shared(steps) {
		return false, nil
	}
	ctx := context.Background()
	tx, err := w.store.begin(ctx)
	if err != nil {
		return w.lost(batch, err), nil
	}
	for _, st := range steps {
		if all, err := w.step(ctx, tx, batch, st); err != nil || !all {
			_ = tx.Rollback()
			return false, err
		}
	}
	if err := tx.Commit(); err != nil {
		_ = tx.Rollback()
		return w.lost(batch, err), nil
	}
	return true, nil
}

// step tells whether its writes are settled, provided the transaction commits.
func (w *writer) step(ctx context.Context, tx *sql.Tx, batch []*write, st step) (bool, error) {
	if len(st.at) == 1 {
		o := batch[st.at[0]]
		if o.err = o.run(ctx, tx); o.err == nil || refusal(o.err) {
			return true, nil
		}
		return false, o.err
	}
	rows := make([]any, len(st.at))
	for i, at := range st.at {
		batch[at].err, rows[i] = nil, batch[at].row
	}
	return w.store.runAll(ctx, tx, st.kind, rows)
}

// runAll does the work of all rows and tells whether every statement touched what it should.
func (s *Store) runAll(ctx context.Context, tx *sql.Tx, k kind, rows []any) (bool, error) {
	switch k {
	case beginning:
		return s.beginAll(ctx, tx, rows)
	case moving:
		return s.moveAll(ctx, tx, rows)
	case finishing:
		return s.finishAll(ctx, tx, rows)
	case releasing:
		return s.releaseAll(ctx, tx, rows)
	case adding:
		return s.addTurns(ctx, tx, rows)
	case concluding:
		return s.insertForCalls(ctx, tx, "conversations", conversationColumns, "call_uuid", rows)
	}
	return false, nil
}

// column is one of a statement's own table of rows, v.
type column struct {
	name string
	typ  columnType
}

type columnType string

// Types of MySQL; SQLite takes the type of the JSON value. Only ASCII is compared with the ids that are ASCII in the tables,
// so that their indexes serve.
const (
	asNumber columnType = "BIGINT"
	asASCII  columnType = "VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin"
	asText   columnType = "VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
)

// longest is how many characters a text of a row of v may have.
const longest = 255

// source names the columns of v, which one parameter fills: rows as JSON, so that a statement's text is the same for any
// number of rows and no value needs to be quoted.
func (s *Store) source(columns []column) string {
	var q strings.Builder
	if s.dialect.name == "sqlite" {
		for i, c := range columns {
			q.WriteString(", json_extract(value, '$[" + strconv.Itoa(i) + "]') AS " + c.name)
		}
		return "(SELECT " + q.String()[2:] + " FROM json_each(?)) AS v"
	}
	for i, c := range columns {
		q.WriteString(", " + c.name + " " + string(c.typ) + " PATH '$[" + strconv.Itoa(i) + "]'")
	}
	return "JSON_TABLE(?, '$[*]' COLUMNS (" + q.String()[2:] + ")) AS v"
}

// updateAll updates the rows of a table that match a row of v each, and tells whether as many did as v has.
func (s *Store) updateAll(ctx context.Context, tx *sql.Tx, table, set, where string, columns []column, rows [][]any) (bool, error) {
	if !fit(rows) {
		return false, nil
	}
	doc, err := json.Marshal(rows)
	if err != nil {
		return false, err
	}
	q := "UPDATE " + table + " SET " + set + " FROM " + s.source(columns) + " WHERE " + where
	if s.dialect.name != "sqlite" {
		q = "UPDATE " + s.source(columns) + " STRAIGHT_JOIN " + table + " ON " + where + " SET " + set
	}
	n, err := exec(ctx, tx, q, string(doc))
	return n == int64(len(rows)), err
}

// fit tells whether all texts come out of JSON as they went in, and fit into the columns of v.
func fit(rows [][]any) bool {
	for _, r := range rows {
		for _, v := range r {
			if t, ok := v.(string); ok && (!utf8.ValidString(t) || utf8.RuneCountInString(t) > longest || strings.ContainsRune(t, 0)) {
				return false
			}
		}
	}
	return true
}
