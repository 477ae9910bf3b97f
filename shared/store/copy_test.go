package store

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// TestACopyThatFailsLeavesNothing refuses the second of two recordings, when the script, its draft and the first one are written.
func TestACopyThatFailsLeavesNothing(t *testing.T) {
	s := openFile(t)
	ctx, all := t.Context(), tenant.Platform()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tn := aTenant()
	ok(s.CreateTenant(ctx, all, tn))
	scope := tenant.Of(tn.ID)
	from := script.Script{Name: "a"}
	ok(s.CreateScript(ctx, scope, &from, []byte("{}")))
	for _, key := range []string{"one", "two"} {
		ok(s.PutRecording(ctx, scope, &script.Recording{Script: from.ID, Key: key, Text: key, Path: key, Duration: time.Second}))
	}
	if _, err := s.writes.ExecContext(ctx, "CREATE TRIGGER refuse BEFORE INSERT ON script_recordings WHEN NEW.sentence = 'two' BEGIN SELECT RAISE(ABORT, 'no'); END"); err != nil {
		t.Fatal(err)
	}
	made := script.Script{Name: "b"}
	if err := s.CopyScript(ctx, scope, &made, []byte("{}"), from.ID, 0); err == nil || errs.Is(err, errs.NotFound) {
		t.Fatalf("a copy without its recordings: %v", err)
	}
	if made.ID != 0 {
		t.Errorf("a script that is not there has the id %d", made.ID)
	}
	for table, want := range map[string]int{"scripts": 1, "script_drafts": 1, "script_recordings": 2} {
		var n int
		ok(s.reads.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n))
		if n != want {
			t.Errorf("%s has %d rows, not %d", table, n, want)
		}
	}
}
