package store

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// BenchmarkSpoken reads the newest 2,000 talks of a version among 1,000,000 turns of 375,000 calls, a third of them answered,
// of four versions. OUTDIAL_BENCH_DSN names an empty database to use instead of SQLite.
func BenchmarkSpoken(b *testing.B) {
	ctx := b.Context()
	dsn := os.Getenv("OUTDIAL_BENCH_DSN")
	if dsn == "" {
		dsn = "sqlite://" + filepath.Join(b.TempDir(), "outdial.db")
	}
	s, err := Open(ctx, Config{DSN: dsn})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(ctx); err != nil {
		b.Fatal(err)
	}
	number, err := contact.ParseNumber("13800000000", "CN")
	if err != nil {
		b.Fatal(err)
	}
	const calls, batch = 375_000, 3000
	scope, begin := tenant.Of(1), time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for at := 0; at < calls; at += batch {
		list := make([]call.Call, 0, batch)
		for i := at; i < at+batch; i++ {
			when := begin.Add(time.Duration(i) * 5 * time.Second)
			list = append(list, call.Call{UUID: callAt(when, i), Tenant: 1, Campaign: 1, Script: script.VersionID(1 + i*4/calls), Number: number, State: call.Ended, Times: call.Times{Created: when}})
		}
		if err := s.RawInsertCalls(ctx, scope, list); err != nil {
			b.Fatal(err)
		}
		var said, ended []string
		for i := 0; i < len(list); i += 3 {
			id := list[i].UUID
			ended = append(ended, fmt.Sprintf("('%s', 1, 0, 0, 'callee', 'callee_hangup', 'bye', '[]', 4, 1, 0, 0, 1, 0, 'A', 0)", id))
			for seq := 1; seq <= 8; seq++ {
				said = append(said, fmt.Sprintf("('%s', %d, 1, '%s', '您好，请问您这边有没有兴趣了解一下', 0, 0, 'x.wav', 'n%d', 'intent', 'affirm', '', 1, '', 0, 0, 0)", id, seq, []string{"callee", "robot"}[seq%2], seq))
			}
		}
		for _, q := range []string{
			"INSERT INTO conversations (call_uuid, tenant_id, started_at, ended_at, ended_by, end_reason, last_node, labels, interactions, affirmed, refused, questions, unmatched, silences, grade, reply_p50) VALUES " + strings.Join(ended, ","),
			"INSERT INTO turns (call_uuid, seq, tenant_id, speaker, text, started_at, ended_at, audio, node, match_kind, match_intent, match_rule, match_score, match_runner_up, reply_latency, interrupted, barge_in_stop) VALUES " +
				strings.Join(said, ","),
		} {
			if _, err := s.writes.ExecContext(ctx, q); err != nil {
				b.Fatal(err)
			}
		}
	}
	for name, version := range map[string]script.VersionID{"the oldest version": 1, "the newest version": 4} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				got, err := s.Spoken(ctx, scope, version, begin.Add(24*time.Hour), transcript.MostSpoken)
				if err != nil || len(got) != transcript.MostSpoken || len(got[0].Turns) != 8 {
					b.Fatal(len(got), err)
				}
			}
		})
	}
}

func callAt(at time.Time, i int) call.UUID {
	var u uuid.UUID
	binary.BigEndian.PutUint64(u[:8], uint64(at.UnixMilli())<<16|0x7000)
	u[8] = 0x80
	binary.BigEndian.PutUint32(u[12:], uint32(i))
	return call.UUID(u.String())
}
