package store

import (
	"context"
	"flag"
	"fmt"
	"hash/maphash"
	"math"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// held is a store whose writes stay in the lane until the test commits them.
type held struct{ *Store }

func hold(t *testing.T, dsn string) held {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: dsn})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.writer.close()
	s.writer = &writer{store: s, seed: maphash.MakeSeed(), lanes: []chan *write{make(chan *write, batchMost)}}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return held{s}
}

// run hands the operations over in their order and returns what each caller got.
func (h held) run(operations []operation, commit func(*writer, []*write)) []string {
	results := make([]chan error, len(operations))
	batch := make([]*write, 0, len(operations))
	for i, o := range operations {
		results[i] = make(chan error, 1)
		go func() { results[i] <- o.run(h.Store) }()
		select {
		case w := <-h.writer.lanes[0]:
			batch = append(batch, w)
		case err := <-results[i]: // refused before it became a write
			results[i] <- err
		}
	}
	for _, w := range batch {
		w.taken.Store(true)
	}
	commit(h.writer, batch)
	for _, w := range batch {
		close(w.done)
	}
	out := make([]string, len(operations))
	for i := range results {
		out[i] = operations[i].name + ": " + strings.ReplaceAll(fmt.Sprint(<-results[i]), h.place(), "database")
	}
	return out
}

// rows are all rows of a tenant.
func (h held) rows(t *rapid.T, tenant int64) string {
	var out strings.Builder
	for table, order := range map[string]string{"attempts": "uuid", "calls": "uuid", "contacts": "id", "cdrs": "uuid", "turns": "call_uuid, seq", "conversations": "call_uuid",
		"unmatched_sentences": "call_uuid, seq"} {
		if err := h.dump(&out, table, order, tenant); err != nil {
			t.Fatal(err)
		}
	}
	lines := strings.Split(out.String(), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func (h held) dump(out *strings.Builder, table, order string, tenant int64) error {
	rows, err := h.writes.Query("SELECT * FROM "+table+" WHERE tenant_id = ? ORDER BY "+order, tenant)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	for rows.Next() {
		cells, into := make([]any, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		out.WriteString(table)
		for i, c := range cells {
			if (table == "cdrs" || table == "unmatched_sentences") && names[i] == "id" {
				continue // in the order of writing, which is free
			}
			if b, ok := c.([]byte); ok {
				c = string(b)
			}
			fmt.Fprintf(out, " %s=%q", names[i], fmt.Sprint(c))
		}
		out.WriteByte('\n')
	}
	return rows.Err()
}

// operation is one caller's call of the store.
type operation struct {
	name string
	run  func(*Store) error
}

const people = 6

// ground is what a run of the property starts from: claimed attempts of a tenant of its own.
func (h held) ground(t *rapid.T, n int64) {
	for i := range int64(people) {
		id := n*people + i + 1
		for _, q := range []string{
			fmt.Sprintf("INSERT INTO contacts VALUES (%d, %d, %d, '+8613800000000', 'x', '', 'calling', 1, 0, 0, 'C', '', 1, %d, 0, 0)", id, n, id, i),
			fmt.Sprintf("INSERT INTO attempts VALUES ('%s', %d, 1, %d, 1, 'claimed', 'dialer', 0, 0, 0)", uuidOf(n, int(i)), n, id),
		} {
			if _, err := h.writes.Exec(q); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func uuidOf(n int64, i int) call.UUID {
	return call.UUID(fmt.Sprintf("0196f3a0-%04x-7000-8000-%012x", n, i))
}

// usual are the operations of a call's life, in their order, as operate numbers them.
var usual = [4][]int{{0}, {3, 7}, {8, 9}, {5, 7, 3}}

// operations draws what comes next for every attempt, usually, or anything for some of them.
func operations(t *rapid.T, n int64, round int) []operation {
	any := rapid.Custom(func(t *rapid.T) operation {
		return operate(t, n, rapid.IntRange(0, people-1).Draw(t, "attempt"), rapid.IntRange(0, 9).Draw(t, "operation"))
	})
	if rapid.IntRange(0, 4).Draw(t, "any") == 0 {
		return rapid.SliceOfN(any, 1, 10).Draw(t, "operations")
	}
	var out []operation
	for i := range people {
		next := usual[round]
		out = append(out, operate(t, n, i, next[rapid.IntRange(0, len(next)*3).Draw(t, "next")/3%len(next)]))
	}
	if rapid.IntRange(0, 4).Draw(t, "one more") == 0 {
		out = append(out, any.Draw(t, "more"))
	}
	return out
}

// operate makes an operation on an attempt, with something wrong about it now and then.
func operate(t *rapid.T, n int64, i, which int) operation {
	rarely := func(what string) bool { return rapid.IntRange(0, 149).Draw(t, what) == 77 }
	number, err := contact.ParseNumber("13800000000", "CN")
	if err != nil {
		t.Fatal(err)
	}
	word := "王先生 'a\\\" ? <&>"
	if rarely("odd text") {
		word = rapid.SampledFrom([]string{"a\x00b", "\xff", strings.Repeat("长", 300), "\u2028", ""}).Draw(t, "text")
	}
	scope := tenant.Platform()
	switch {
	case rarely("another tenant"):
		scope = tenant.Of(tenant.ID(n + 1_000_000))
	case rapid.Bool().Draw(t, "own scope"):
		scope = tenant.Of(tenant.ID(n))
	}
	k := call.Call{UUID: uuidOf(n, i), Tenant: tenant.ID(n), Campaign: 1, Contact: contact.ID(n*people + int64(i) + 1), Ordinal: 1, Trunk: 3, Script: 2,
		Number: number, Name: word, CallerID: "021", State: call.Created, Times: call.Times{Created: time.UnixMicro(1_700_000_000_123_456)}}
	if rarely("no such attempt") {
		k.UUID = uuidOf(n, people)
	}
	if rarely("another contact") {
		k.Contact++
	}
	k.Grade = rapid.SampledFrom([]string{"", "A"}).Draw(t, "grade")
	if rarely("grade too long") {
		k.Grade = "no such grade"
	}
	ctx := context.Background()
	switch which {
	case 0, 1, 2:
		return operation{"begin", func(s *Store) error { return s.BeginDialing(ctx, scope, k) }}
	case 3, 4:
		expect := rapid.SampledFrom([]call.State{call.Created, call.Created, call.Created, call.Created, call.Created, call.Originating}).Draw(t, "expect")
		k.State, k.Recording, k.Times.Early = call.Originating, word, time.UnixMicro(rapid.Int64Range(1, math.MaxInt64/2).Draw(t, "early"))
		return operation{"move", func(s *Store) error { return s.MoveCall(ctx, scope, k, expect) }}
	case 5, 6:
		k.State, k.Recording = call.Ended, word
		k.Outcome = call.Outcome{Answered: rapid.Bool().Draw(t, "answered"), EndReason: call.EndCompleted, Disposition: call.Answered, SIPCode: 200, Cause: word}
		f := call.Finish{Call: k, Again: rapid.Bool().Draw(t, "again"), OwnFault: rapid.Bool().Draw(t, "own fault"), At: time.UnixMicro(7), NotBefore: time.UnixMicro(9)}
		return operation{"finish", func(s *Store) error { return s.FinishCall(ctx, scope, f) }}
	case 7:
		return operation{"release", func(s *Store) error { return s.Release(ctx, scope, k.UUID, time.UnixMicro(11)) }}
	case 8:
		turn := transcript.Turn{Call: k.UUID, Tenant: k.Tenant, Seq: rapid.IntRange(1, 9).Draw(t, "seq"), Text: word, Matched: transcript.Match{Score: rapid.Float64Range(0, 1).Draw(t, "score")}}
		if rapid.Bool().Draw(t, "unmatched") {
			turn.Speaker, turn.Matched.Kind = transcript.Callee, transcript.MatchUnmatched
		}
		return operation{"turn", func(s *Store) error { return s.AddTurn(ctx, scope, turn) }}
	default:
		return operation{"conclude", func(s *Store) error {
			return s.EndConversation(ctx, scope, transcript.Conversation{Call: k.UUID, Tenant: k.Tenant, LastNode: word, Labels: []string{word}})
		}}
	}
}

// byHand changes a contact as an operator might.
func (h held) byHand(t *rapid.T, id int64) {
	if _, err := h.writes.Exec("UPDATE contacts SET state = 'waiting' WHERE id = ?", id); err != nil {
		t.Fatal(err)
	}
}

// TestSharedNotUnderstood lets a database refuse the syntax of shared statements: the writes go through, and it is not asked
// again.
func TestSharedNotUnderstood(t *testing.T) {
	h := hold(t, "sqlite://"+filepath.Join(t.TempDir(), "x.db"))
	h.writer.doubt(2, fmt.Errorf("update: %w", &mysql.MySQLError{Number: 1064, Message: "You have an error in your SQL syntax"}))
	if settled, err := h.writer.shared([]*write{{kind: moving, key: "a"}, {kind: moving, key: "b"}}); settled || err != nil {
		t.Errorf("settled %v with %v", settled, err)
	}
}

// SharedIsOneByOne runs the same operations in shared statements on one store and one by one on another: every caller must
// hear the same and every row be the same.
func SharedIsOneByOne(t *testing.T, dsn func() string) {
	a, b := hold(t, dsn()), hold(t, dsn())
	for _, h := range []held{a, b} { // the version that the calls speak
		if _, err := h.writes.Exec("INSERT INTO script_versions (id, script_id, tenant_id, number, source, created_at) VALUES (2, 1, 1, 1, X'78', 0)"); err != nil {
			t.Fatal(err)
		}
	}
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue { // a check is many transactions
		if err := checks.Value.Set("25"); err != nil {
			t.Fatal(err)
		}
		defer func() { _ = checks.Value.Set(checks.DefValue) }()
	}
	n, settled, tried := int64(0), 0, 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		a.ground(t, n)
		b.ground(t, n)
		for round := range usual {
			list := operations(t, n, round)
			if rapid.IntRange(0, 9).Draw(t, "by hand") == 0 {
				id := n*people + 1
				a.byHand(t, id)
				b.byHand(t, id)
			}
			got := a.run(list, func(w *writer, batch []*write) {
				tried++
				if all, _ := w.shared(batch); all {
					settled++
				} else {
					w.commit(batch)
				}
			})
			want := b.run(list, func(w *writer, batch []*write) {
				for _, o := range batch {
					w.commit([]*write{o})
				}
			})
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Fatalf("callers heard\n%s\none by one\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			if got, want := a.rows(t, n), b.rows(t, n); got != want {
				t.Fatalf("shared wrote\n%s\none by one\n%s", got, want)
			}
		}
	})
	t.Logf("%d of %d batches were settled in shared statements", settled, tried)
	if settled == 0 {
		t.Error("no batch was settled in shared statements")
	}
}
