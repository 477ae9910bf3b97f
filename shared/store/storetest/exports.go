package storetest

import (
	"reflect"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testExports(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w, other := newWorld(t, s), newWorld(t, s)
	most := 30
	ask := func(user int64) export.Export {
		e := export.Export{User: access.UserID(user), Campaign: w.camp, Kind: export.CallsXLSX, Title: "三月", CreatedBy: "王芳", CreatedAt: t0, Request: export.Request{
			Filter: call.Filter{Grades: []string{"A"}, TalkMax: &most, DialledTo: t0}}}
		must(t, s.CreateExport(ctx, w.scope, &e))
		return e
	}
	first, second, third := ask(1), ask(2), ask(1)
	got, err := s.Export(ctx, w.scope, first.ID)
	must(t, err)
	if !reflect.DeepEqual(got, first) {
		t.Errorf("stored %+v, read %+v", first, got)
	}
	list, err := s.Exports(ctx, w.scope, export.Filter{User: 1}, 0, 10)
	must(t, err)
	if len(list) != 2 || list[0].ID != third.ID || list[1].ID != first.ID {
		t.Errorf("exports of one user: %+v", list)
	}
	for name, f := range map[string]export.Filter{"creator": {Creator: "李"}, "from": {From: t0.Add(time.Microsecond)}, "to": {To: t0}} {
		if list, err := s.Exports(ctx, w.scope, f, 0, 10); err != nil || len(list) != 0 {
			t.Errorf("%s leaves %+v (%v)", name, list, err)
		}
	}
	list, err = s.Exports(ctx, w.scope, export.Filter{Creator: "王"}, third.ID, 10)
	must(t, err)
	if len(list) != 2 || list[0].ID != second.ID {
		t.Errorf("the page below the newest: %+v", list)
	}

	first.State, first.Done, first.Total, first.StartedAt = export.Running, 3, 9, t0.Add(time.Second)
	must(t, s.UpdateExport(ctx, all, first, export.Queued))
	must(t, s.UpdateExport(ctx, all, first, export.Running)) // nothing changed: no conflict
	wantKind(t, s.UpdateExport(ctx, all, first, export.Queued), errs.Conflict, "moved from a state it has left")
	unfinished, err := s.UnfinishedExports(ctx, all)
	must(t, err)
	if len(unfinished) != 3 || !reflect.DeepEqual(unfinished[0], first) {
		t.Errorf("unfinished: %+v", unfinished)
	}
	first.State, first.Rows, first.Reason, first.FilePath, first.FileName, first.Size = export.Finished, 9, "r", "p", "n", 1<<40
	first.FinishedAt, first.ExpiresAt, first.Request.Import = t0.Add(time.Minute), t0.Add(time.Hour), contact.ImportID(4)
	must(t, s.UpdateExport(ctx, all, first, export.Running))
	if got, err = s.Export(ctx, w.scope, first.ID); err != nil || !reflect.DeepEqual(got, first) {
		t.Errorf("stored %+v, read %+v (%v)", first, got, err)
	}
	for at, want := range map[time.Duration]int{time.Hour - time.Microsecond: 0, time.Hour: 1} {
		if expired, err := s.ExpiredExports(ctx, all, t0.Add(at), 10); err != nil || len(expired) != want {
			t.Errorf("%v after: %d have expired (%v), want %d", at, len(expired), err, want)
		}
	}

	them := other.scope
	theirs := export.Export{User: 1, Campaign: w.camp, Kind: export.CallsXLSX}
	wantKind(t, s.CreateExport(ctx, them, &theirs), errs.NotFound, "an export of another tenant's campaign")
	_, err = s.Export(ctx, them, first.ID)
	wantKind(t, err, errs.NotFound, "another tenant's export")
	wantKind(t, s.UpdateExport(ctx, them, first, export.Finished), errs.NotFound, "changing another tenant's export")
	wantKind(t, s.DeleteExport(ctx, them, first.ID), errs.NotFound, "deleting another tenant's export")
	for name, l := range map[string]func() ([]export.Export, error){
		"Exports":           func() ([]export.Export, error) { return s.Exports(ctx, them, export.Filter{}, 0, 10) },
		"UnfinishedExports": func() ([]export.Export, error) { return s.UnfinishedExports(ctx, them) },
		"ExpiredExports":    func() ([]export.Export, error) { return s.ExpiredExports(ctx, them, t0.Add(time.Hour), 10) },
	} {
		if list, err := l(); err != nil || len(list) != 0 {
			t.Errorf("%s shows another tenant %+v (%v)", name, list, err)
		}
	}
	must(t, s.DeleteExport(ctx, w.scope, first.ID))
	wantKind(t, s.DeleteExport(ctx, w.scope, first.ID), errs.NotFound, "deleted twice")
	for name, bad := range map[string]export.Export{
		"no user":      {Campaign: w.camp, Kind: export.CallsXLSX},
		"no kind":      {Campaign: w.camp, User: 1},
		"no target":    {Campaign: w.camp, User: 1, Kind: export.CallsAdd},
		"itself":       {Campaign: w.camp, User: 1, Kind: export.CallsAdd, Request: export.Request{Target: w.camp}},
		"odd filter":   {Campaign: w.camp, User: 1, Kind: export.CallsXLSX, Request: export.Request{Filter: call.Filter{Number: "x"}}},
		"many at once": {Campaign: w.camp, User: 1, Kind: export.TextZIP, Request: export.Request{Calls: manyIDs(export.MostRecordings + 1)}},
	} {
		wantKind(t, s.CreateExport(ctx, w.scope, &bad), errs.Invalid, name)
	}
}

func manyIDs(n int) []call.UUID {
	out := make([]call.UUID, n)
	for i := range out {
		out[i] = noCall
	}
	return out
}
