package storetest

import (
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testContacts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c := w.contacts(1)[0]
	got, err := s.Contact(ctx, w.scope, c.ID)
	must(t, err)
	if !reflect.DeepEqual(got, c) {
		t.Errorf("stored %+v, read %+v", c, got)
	}
	again := contact.Contact{Campaign: w.camp, Number: c.Number}
	wantKind(t, s.AddContact(ctx, w.scope, &again), errs.Conflict, "the number again")
	again.Campaign = w.campaign("另一个")
	must(t, s.AddContact(ctx, w.scope, &again))
	bare, err := s.Contact(ctx, w.scope, again.ID)
	must(t, err)
	if bare.State != contact.Waiting || len(bare.Vars) != 0 || !bare.NotBefore.IsZero() || bare.Import != 0 {
		t.Errorf("a bare contact came back as %+v", bare)
	}
	wantKind(t, s.AddContact(ctx, w.scope, &contact.Contact{Campaign: w.camp}), errs.Invalid, "no number")
	wantKind(t, s.AddContact(ctx, w.scope, &contact.Contact{Campaign: w.camp + 99, Number: number(t)}), errs.NotFound, "no campaign")
	_, err = s.Contact(ctx, w.scope, again.ID+1)
	wantKind(t, err, errs.NotFound, "no contact")

	w.contacts(4)
	w.claim(2)
	n, err := s.CountContacts(ctx, w.scope, w.camp)
	must(t, err)
	if !reflect.DeepEqual(n, map[contact.State]int{contact.Waiting: 3, contact.Calling: 2}) {
		t.Errorf("counted %v", n)
	}
	p, err := s.CampaignProgress(ctx, w.scope, w.camp)
	must(t, err)
	if want := (campaign.Progress{Total: 5, Waiting: 3, Calling: 2}); p != want {
		t.Errorf("progress %+v, want %+v", p, want)
	}
	_, err = s.CampaignProgress(ctx, w.scope, w.camp+99)
	wantKind(t, err, errs.NotFound, "progress of no campaign")
}

func (w *world) anImport() contact.Import {
	w.t.Helper()
	i := contact.Import{Campaign: w.camp, Source: "xlsx", FileName: "名单.xlsx", FilePath: "imports/1.xlsx", State: contact.ImportQueued, CreatedAt: t0}
	must(w.t, w.s.CreateImport(w.t.Context(), w.scope, &i))
	return i
}

func testImports(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	first, second := w.anImport(), w.anImport()
	if first.Order != 1 || second.Order != 2 || first.Tenant != w.tenant {
		t.Fatalf("made %+v and %+v", first, second)
	}
	first.State, first.Total, first.Accepted, first.Rejected, first.StartedAt = contact.ImportRunning, 10, 7, 3, t0.Add(time.Second)
	must(t, s.UpdateImport(ctx, w.scope, first, contact.ImportQueued))
	must(t, s.UpdateImport(ctx, w.scope, first, contact.ImportRunning))
	must(t, s.UpdateImport(ctx, w.scope, first, contact.ImportRunning))
	wantKind(t, s.UpdateImport(ctx, w.scope, first, contact.ImportQueued), errs.Conflict, "not queued any more")
	got, err := s.Import(ctx, w.scope, first.ID)
	must(t, err)
	if got != first {
		t.Errorf("stored %+v, read %+v", first, got)
	}
	unfinished, err := s.UnfinishedImports(ctx, tenant.Platform())
	must(t, err)
	if !slices.Equal(unfinished, []contact.Import{first, second}) {
		t.Errorf("unfinished %+v", unfinished)
	}
	first.State, first.FinishedAt = contact.ImportFinished, t0.Add(time.Minute)
	must(t, s.UpdateImport(ctx, w.scope, first, contact.ImportRunning))
	second.State, second.Reason = contact.ImportFailed, "文件已加密"
	must(t, s.UpdateImport(ctx, w.scope, second, contact.ImportQueued))
	unfinished, err = s.UnfinishedImports(ctx, w.scope)
	must(t, err)
	if len(unfinished) != 0 {
		t.Errorf("unfinished %+v", unfinished)
	}
	list, err := s.Imports(ctx, w.scope, w.camp)
	must(t, err)
	if !slices.Equal(list, []contact.Import{first, second}) {
		t.Errorf("imports %+v", list)
	}
	wantKind(t, s.CreateImport(ctx, w.scope, &contact.Import{Campaign: w.camp + 99}), errs.NotFound, "import into no campaign")
	missing := first
	missing.ID += 99
	wantKind(t, s.UpdateImport(ctx, w.scope, missing, contact.ImportQueued), errs.NotFound, "no import")
}

func testRejections(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	imp, other := w.anImport(), w.anImport()
	var want []contact.Rejection
	for row := range 250 {
		want = append(want, contact.Rejection{Row: row + 2, Number: fmt.Sprintf("12%d'\"\\\n\x00,&{}", row), Reason: "号码太短"})
	}
	must(t, s.AddRejections(ctx, w.scope, imp.ID, want))
	must(t, s.AddRejections(ctx, w.scope, imp.ID, want[:3])) // again after a crash
	must(t, s.AddRejections(ctx, w.scope, other.ID, want[:1]))
	must(t, s.AddRejections(ctx, w.scope, imp.ID, nil))
	var got []contact.Rejection
	for after := 0; ; {
		page, err := s.Rejections(ctx, w.scope, imp.ID, after, 60)
		must(t, err)
		if len(page) == 0 {
			break
		}
		got, after = append(got, page...), page[len(page)-1].Row
	}
	if !slices.Equal(got, want) {
		t.Errorf("stored %d rejections, read %d or others", len(want), len(got))
	}
	must(t, s.ClearRejections(ctx, w.scope, imp.ID))
	left, err := s.Rejections(ctx, w.scope, imp.ID, 0, 10)
	must(t, err)
	kept, err := s.Rejections(ctx, w.scope, other.ID, 0, 10)
	must(t, err)
	if len(left) != 0 || len(kept) != 1 {
		t.Errorf("after clearing one import %d are left, and %d of the other", len(left), len(kept))
	}
	wantKind(t, s.AddRejections(ctx, w.scope, imp.ID+99, want), errs.NotFound, "rejections of no import")
}

// rows are n contacts of an import, the first of them in row 2.
func (w *world) rows(imp contact.Import, n int) []contact.Contact {
	w.t.Helper()
	out := make([]contact.Contact, n)
	for i := range out {
		out[i] = contact.Contact{Tenant: w.tenant, Campaign: w.camp, Number: number(w.t), Name: "韩梅梅\t\\N\n", Vars: map[string]string{"city": "上海 \"\\\t\n'"},
			Import: imp.ID, ImportRow: i + 2, CreatedAt: t0, UpdatedAt: t0}
	}
	return out
}

func testAddImported(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	imp := w.anImport()
	byHand := w.contacts(1)[0]
	batch := w.rows(imp, 1250)
	batch[5].Number = byHand.Number        // in the campaign already
	batch[700].Number = batch[300].Number  // twice in the batch
	batch[1249].Number = batch[0].Number   // and far apart
	batch[7].Name, batch[7].Vars = "", nil // with nothing but a number
	taken, err := s.AddImported(ctx, tenant.Platform(), batch)
	must(t, err)
	for i, ok := range taken {
		if refused := i == 5 || i == 700 || i == 1249; ok == refused {
			t.Errorf("row %d taken: %v", i, ok)
		}
	}
	p, err := s.CampaignProgress(ctx, w.scope, w.camp)
	must(t, err)
	if p.Total != 1248 || p.Waiting != 1248 {
		t.Errorf("the campaign has %+v, want 1248 waiting", p)
	}
	read := map[string]contact.Contact{}
	for len(read) < 1248 {
		got := w.claim(500)
		if len(got) == 0 {
			t.Fatalf("only %d contacts could be claimed", len(read))
		}
		for _, c := range got {
			read[c.Contact.Number.String()] = c.Contact
		}
	}
	for _, i := range []int{0, 7, 300, 1248} {
		got, want := read[batch[i].Number.String()], batch[i]
		if got.Name != want.Name || !reflect.DeepEqual(got.Vars, want.Vars) || got.Import != imp.ID || got.ImportRow != want.ImportRow ||
			!got.CreatedAt.Equal(t0) || got.Tenant != w.tenant || got.Attempts != 1 {
			t.Errorf("row %d: stored %+v, read %+v", i, want, got)
		}
	}
	none, err := s.AddImported(ctx, w.scope, nil)
	must(t, err)
	if len(none) != 0 {
		t.Errorf("an empty batch gives %v", none)
	}
	mixed := w.rows(imp, 2)
	mixed[1].Campaign = w.campaign("另一个")
	_, err = s.AddImported(ctx, w.scope, mixed)
	wantKind(t, err, errs.Invalid, "a batch of two campaigns")
	_, err = s.AddImported(ctx, w.scope, []contact.Contact{{Campaign: w.camp, Import: imp.ID, ImportRow: 2}})
	wantKind(t, err, errs.Invalid, "no number")
}

func testImportAgain(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	imp := w.anImport()
	batch := w.rows(imp, 300)
	batch[200].Number = batch[100].Number
	first, err := s.AddImported(ctx, w.scope, batch[:150])
	must(t, err)
	claimed := w.claim(10) // the campaign runs already
	again, err := s.AddImported(ctx, w.scope, batch)
	must(t, err)
	third, err := s.AddImported(ctx, w.scope, batch)
	must(t, err)
	if slices.Contains(first, false) {
		t.Error("the first run refused a row")
	}
	if !slices.Equal(again, third) {
		t.Error("two runs over the same rows differ")
	}
	for i, ok := range again {
		if ok == (i == 200) {
			t.Errorf("row %d taken on the second run: %v", i, ok)
		}
	}
	p, err := s.CampaignProgress(ctx, w.scope, w.camp)
	must(t, err)
	if want := (campaign.Progress{Total: 299, Waiting: 289, Calling: len(claimed)}); p != want {
		t.Errorf("the campaign has %+v, want %+v", p, want)
	}
	// The same numbers in another import are duplicates, all of them.
	other := w.anImport()
	for i := range batch {
		batch[i].Import = other.ID
	}
	dup, err := s.AddImported(ctx, w.scope, batch)
	must(t, err)
	if slices.Contains(dup, true) {
		t.Error("another import took a number that the campaign had")
	}
}
