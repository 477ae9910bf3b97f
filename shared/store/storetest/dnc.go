package storetest

import (
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func (w *world) group(name string, expires time.Time) dnc.Group {
	w.t.Helper()
	g := dnc.Group{Name: name, Remark: "客户投诉\n' \" <b>", ExpiresAt: expires, CreatedBy: "王芳", CreatedAt: t0}
	must(w.t, w.s.CreateGroup(w.t.Context(), w.scope, &g))
	return g
}

// list puts numbers into a group.
func (w *world) list(g dnc.Group, numbers ...contact.Number) {
	w.t.Helper()
	for _, n := range numbers {
		must(w.t, w.s.AddNumber(w.t.Context(), w.scope, &dnc.Number{Group: g.ID, Number: n, Remark: "要求不再拨打", CreatedAt: t0}))
	}
}

func (w *world) counted(g dnc.Group) int {
	w.t.Helper()
	got, err := w.s.Group(w.t.Context(), w.scope, g.ID)
	must(w.t, err)
	return got.Numbers
}

func testDNCGroups(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	a, b := w.group("投诉", time.Time{}), w.group("监管", t0.Add(time.Hour))
	got, err := s.Group(ctx, w.scope, b.ID)
	must(t, err)
	if got != b || got.Tenant != w.tenant {
		t.Errorf("stored %+v, read %+v", b, got)
	}
	twin := dnc.Group{Name: "投诉"}
	wantKind(t, s.CreateGroup(ctx, w.scope, &twin), errs.Conflict, "a name twice")
	a.Name, a.Remark, a.ExpiresAt = "监管", "", t0
	wantKind(t, s.UpdateGroup(ctx, w.scope, a), errs.Conflict, "renamed to a name that is taken")
	a.Name = "已过期"
	must(t, s.UpdateGroup(ctx, w.scope, a))
	must(t, s.UpdateGroup(ctx, w.scope, a))
	if got, err = s.Group(ctx, w.scope, a.ID); err != nil || got != a {
		t.Errorf("changed to %+v, read %+v (%v)", a, got, err)
	}
	page, err := s.Groups(ctx, w.scope, 0, 1)
	must(t, err)
	rest, err := s.Groups(ctx, w.scope, page[0].ID, 10)
	must(t, err)
	if all := append(page, rest...); !slices.Equal(all, []dnc.Group{b, a}) {
		t.Errorf("two pages hold %+v", all)
	}
	chosen := w.aCampaign("挑选")
	chosen.DNC = dnc.Policy{Enabled: true, Groups: []dnc.GroupID{b.ID}}
	must(t, s.CreateCampaign(ctx, w.scope, &chosen))
	wantKind(t, s.DeleteGroup(ctx, w.scope, b.ID), errs.Conflict, "deleted while a campaign has chosen it")
	must(t, s.MoveCampaign(ctx, w.scope, chosen.ID, campaign.States(), campaign.Finished, "", t0))
	must(t, s.DeleteGroup(ctx, w.scope, b.ID))
	wantKind(t, s.DeleteGroup(ctx, w.scope, b.ID), errs.NotFound, "deleted twice")
	wantKind(t, s.UpdateGroup(ctx, w.scope, b), errs.NotFound, "changed after it was deleted")
	unknown := w.aCampaign("x")
	unknown.DNC.Groups = []dnc.GroupID{b.ID}
	wantKind(t, s.CreateCampaign(ctx, w.scope, &unknown), errs.NotFound, "a campaign with no such group")
}

func testDNCNumbers(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	g := w.group("投诉", time.Time{})
	numbers := []contact.Number{number(t), number(t), number(t)}
	w.list(g, numbers...)
	dup := dnc.Number{Group: g.ID, Number: numbers[1]}
	wantKind(t, s.AddNumber(ctx, w.scope, &dup), errs.Conflict, "a number twice")
	wantKind(t, s.AddNumber(ctx, w.scope, &dnc.Number{Group: g.ID}), errs.Invalid, "no number")
	wantKind(t, s.AddNumber(ctx, w.scope, &dnc.Number{Group: g.ID + 99, Number: number(t)}), errs.NotFound, "into no group")
	if n := w.counted(g); n != 3 {
		t.Errorf("the group counts %d numbers, want 3", n)
	}
	page, err := s.Numbers(ctx, w.scope, g.ID, "", "", 2)
	must(t, err)
	rest, err := s.Numbers(ctx, w.scope, g.ID, "138", page[1].Number.String(), 10)
	must(t, err)
	all := append(page, rest...)
	if got := ids(all, func(n dnc.Number) contact.Number { return n.Number }); !slices.Equal(got, numbers) {
		t.Errorf("two pages hold %v, want %v", got, numbers)
	}
	if n := all[0]; n.Remark != "要求不再拨打" || n.Group != g.ID || n.Tenant != w.tenant || !n.CreatedAt.Equal(t0) {
		t.Errorf("read %+v", n)
	}
	for prefix, want := range map[string]int{numbers[2].String(): 1, "139": 0, "%": 0, "' OR 1=1": 0, "1": 3} {
		got, err := s.Numbers(ctx, w.scope, g.ID, prefix, "", 10)
		must(t, err)
		if len(got) != want {
			t.Errorf("%d numbers begin with %q, want %d", len(got), prefix, want)
		}
	}
	other := w.group("别组", time.Time{})
	gone, err := s.DeleteNumbers(ctx, w.scope, other.ID, []dnc.NumberID{all[0].ID})
	must(t, err)
	if len(gone) != 0 {
		t.Errorf("another group's number was deleted: %+v", gone)
	}
	gone, err = s.DeleteNumbers(ctx, w.scope, g.ID, []dnc.NumberID{all[0].ID, all[2].ID, all[2].ID, 1 << 60})
	must(t, err)
	if !reflect.DeepEqual(gone, []dnc.Number{all[0], all[2]}) || w.counted(g) != 1 {
		t.Errorf("deleted %+v and left %d", gone, w.counted(g))
	}

	// Whatever happens at once, the count is right.
	together(t, 8, func(i int) error {
		n := dnc.Number{Group: g.ID, Number: numbers[i%3], CreatedAt: t0}
		if err := s.AddNumber(ctx, w.scope, &n); err != nil && !errs.Is(err, errs.Conflict) {
			return err
		}
		if i%2 == 0 && n.ID != 0 {
			_, err := s.DeleteNumbers(ctx, w.scope, g.ID, []dnc.NumberID{n.ID})
			return err
		}
		return nil
	})
	left, err := s.Numbers(ctx, w.scope, g.ID, "", "", 10)
	must(t, err)
	if n := w.counted(g); n != len(left) {
		t.Errorf("the group counts %d numbers and has %d", n, len(left))
	}
}

func testDNCImport(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	g := w.group("导入", time.Time{})
	byHand := number(t)
	w.list(g, byHand)
	imp := contact.Import{DNCGroup: g.ID, Source: "upload", FileName: "黑名单.csv", CreatedAt: t0}
	must(t, s.CreateImport(ctx, w.scope, &imp))
	next := contact.Import{DNCGroup: g.ID, CreatedAt: t0}
	must(t, s.CreateImport(ctx, w.scope, &next))
	of := w.anImport()
	if imp.Order != 1 || next.Order != 2 || of.Order != 1 {
		t.Errorf("imports are counted %d, %d and %d", imp.Order, next.Order, of.Order)
	}
	list, err := s.GroupImports(ctx, w.scope, g.ID)
	must(t, err)
	if !slices.Equal(list, []contact.Import{imp, next}) {
		t.Errorf("imports %+v", list)
	}
	wantKind(t, s.CreateImport(ctx, w.scope, &contact.Import{DNCGroup: g.ID, Campaign: w.camp}), errs.Invalid, "an import into both")
	wantKind(t, s.CreateImport(ctx, w.scope, &contact.Import{DNCGroup: g.ID + 99}), errs.NotFound, "an import into no group")

	batch := make([]dnc.Number, 2300)
	for i := range batch {
		batch[i] = dnc.Number{Tenant: w.tenant, Group: g.ID, Number: number(t), Remark: "备注 '\\", Import: imp.ID, CreatedAt: t0}
	}
	batch[7].Number = byHand
	first, err := s.AddNumbers(ctx, tenant.Platform(), batch[:1500])
	must(t, err)
	again, err := s.AddNumbers(ctx, tenant.Platform(), batch) // after a crash
	must(t, err)
	for i, ok := range again {
		if ok == (i == 7) || i < len(first) && first[i] != ok {
			t.Errorf("row %d taken: %v", i, ok)
		}
	}
	if n := w.counted(g); n != len(batch) {
		t.Errorf("the group counts %d numbers, want %d", n, len(batch))
	}
	for i := range batch {
		batch[i].Import = next.ID
	}
	dup, err := s.AddNumbers(ctx, w.scope, batch)
	must(t, err)
	if slices.Contains(dup, true) || w.counted(g) != len(batch) {
		t.Error("another import took a number that the group had")
	}
	mixed := slices.Clone(batch[:2])
	mixed[1].Group++
	_, err = s.AddNumbers(ctx, w.scope, mixed)
	wantKind(t, err, errs.Invalid, "a batch of two groups")
	must(t, s.DeleteGroup(ctx, w.scope, g.ID))
	_, err = s.AddNumbers(ctx, w.scope, batch[:1])
	wantKind(t, err, errs.NotFound, "into a group that was deleted")
	found, err := s.Listed(ctx, w.scope, dnc.Policy{Enabled: true}, []contact.Number{byHand}, t0)
	must(t, err)
	if len(found) != 0 {
		t.Errorf("a deleted group still lists %v", found)
	}
}

func testDNCListed(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	ever, later := w.group("永久", time.Time{}), w.group("到期", t0.Add(time.Hour))
	a, b, c, d := number(t), number(t), number(t), number(t)
	w.list(ever, a)
	w.list(later, a, b)
	other.list(other.group("别家", time.Time{}), d)
	numbers := []contact.Number{a, b, c, d, a}
	for name, q := range map[string]struct {
		p    dnc.Policy
		at   time.Time
		want []contact.Number
	}{
		"all groups":             {dnc.Policy{Enabled: true}, t0, []contact.Number{a, b}},
		"to the last moment":     {dnc.Policy{Enabled: true}, later.ExpiresAt.Add(-time.Microsecond), []contact.Number{a, b}},
		"after the expiry":       {dnc.Policy{Enabled: true}, later.ExpiresAt, []contact.Number{a}},
		"a chosen group":         {dnc.Policy{Enabled: true, Groups: []dnc.GroupID{later.ID}}, t0, []contact.Number{a, b}},
		"the other one":          {dnc.Policy{Enabled: true, Groups: []dnc.GroupID{ever.ID, ever.ID + 99}}, t0, []contact.Number{a}},
		"a chosen, expired one":  {dnc.Policy{Enabled: true, Groups: []dnc.GroupID{later.ID}}, later.ExpiresAt, nil},
		"switched off":           {dnc.Policy{Groups: []dnc.GroupID{ever.ID}}, t0, nil},
		"a group of another one": {dnc.Policy{Enabled: true, Groups: []dnc.GroupID{1 << 40}}, t0, nil},
	} {
		got, err := s.Listed(ctx, w.scope, q.p, numbers, q.at)
		must(t, err)
		for _, n := range numbers {
			if got[n] != slices.Contains(q.want, n) {
				t.Errorf("%s: %s listed %v", name, n, got[n])
			}
		}
	}
	in, err := s.GroupsListing(ctx, w.scope, a, t0)
	must(t, err)
	if got := ids(in, func(g dnc.Group) dnc.GroupID { return g.ID }); !slices.Equal(got, []dnc.GroupID{later.ID, ever.ID}) {
		t.Errorf("%s stands in %v", a, got)
	}
	in, err = s.GroupsListing(ctx, w.scope, d, t0)
	must(t, err)
	if len(in) != 0 {
		t.Errorf("another tenant's group lists %s: %+v", d, in)
	}
	_, err = s.Listed(ctx, tenant.Platform(), dnc.Policy{Enabled: true}, numbers, t0)
	wantKind(t, err, errs.Internal, "whose lists?")
}

// screened makes a campaign that respects the groups, with n contacts.
func (w *world) screened(n int, groups ...dnc.GroupID) []contact.Contact {
	w.t.Helper()
	c := w.aCampaign("过滤")
	c.DNC = dnc.Policy{Enabled: true, Groups: groups}
	must(w.t, w.s.CreateCampaign(w.t.Context(), w.scope, &c))
	w.camp = c.ID
	return w.contacts(n)
}

func testScreenedClaims(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	plain := w.contacts(1)[0]
	unscreened := w.camp
	g, unused := w.group("投诉", t0.Add(time.Hour)), w.group("没选", time.Time{})
	people := w.screened(6, g.ID)
	w.list(g, people[0].Number, people[1].Number, people[4].Number, plain.Number)
	w.list(unused, people[2].Number)
	var ended atomic.Int64
	r := w.request(3)
	r.Screened = func(n int) { ended.Add(int64(n)) }
	got, err := s.Claim(ctx, tenant.Platform(), r)
	must(t, err)
	// The claim goes on beyond those it ended until it has what was asked for.
	if want := []contact.ID{people[2].ID, people[3].ID, people[5].ID}; !slices.Equal(ids(got, func(c call.ClaimedContact) contact.ID { return c.Contact.ID }), want) || ended.Load() != 3 {
		t.Errorf("claimed %+v and ended %d, want %v and 3", got, ended.Load(), want)
	}
	for i, c := range people {
		now, err := s.Contact(ctx, w.scope, c.ID)
		must(t, err)
		listed := i == 0 || i == 1 || i == 4
		if listed != (now.State == contact.Finished && now.Disposition == string(call.DNC) && now.Attempts == 0 && now.UpdatedAt.Equal(t0)) {
			t.Errorf("contact %d stands as %+v", i, now)
		}
	}
	p, err := s.CampaignProgress(ctx, w.scope, w.camp)
	must(t, err)
	if want := (campaign.Progress{Total: 6, Calling: 3, Finished: 3}); p != want {
		t.Errorf("progress %+v, want %+v", p, want)
	}
	live, err := s.LiveAttempts(ctx, w.scope, "dialer-1", t0)
	must(t, err)
	if len(live) != 3 {
		t.Errorf("%d live attempts, want 3", len(live))
	}
	all := w.request(5)
	all.Campaign = unscreened
	got, err = s.Claim(ctx, tenant.Platform(), all)
	must(t, err)
	if len(got) != 1 {
		t.Errorf("a campaign without a filter claimed %+v", got)
	}

	// What was listed is called again once the group has expired, where it was not ended before.
	late := w.screened(2)
	w.list(g, late[0].Number, late[1].Number)
	r = w.request(5)
	r.Now = t0.Add(time.Hour)
	got, err = s.Claim(ctx, tenant.Platform(), r)
	must(t, err)
	if len(got) != 2 {
		t.Errorf("after the expiry: claimed %+v", got)
	}
}

// testScreenedLists lets a whole list be forbidden: claims end it in bounded steps and say so.
func testScreenedLists(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	g := w.group("全部", time.Time{})
	w.screened(0)
	imp := w.anImport()
	rows := w.rows(imp, 2500)
	_, err := s.AddImported(ctx, w.scope, rows)
	must(t, err)
	batch := make([]dnc.Number, len(rows)-1)
	for i := range batch {
		batch[i] = dnc.Number{Tenant: w.tenant, Group: g.ID, Number: rows[i].Number, CreatedAt: t0}
	}
	_, err = s.AddNumbers(ctx, w.scope, batch)
	must(t, err)
	ended, steps := 0, 0
	for claimed := 0; claimed == 0; steps++ {
		r := w.request(200)
		r.Screened = func(n int) { ended += n }
		got, err := s.Claim(ctx, tenant.Platform(), r)
		must(t, err)
		claimed = len(got)
		if claimed > 0 && got[0].Contact.Number != rows[len(rows)-1].Number {
			t.Errorf("claimed %+v", got)
		}
		if steps > 20 {
			t.Fatal("the one that may be called is never reached")
		}
	}
	if ended != len(batch) || steps < 2 {
		t.Errorf("%d contacts ended in %d claims, want %d in several", ended, steps, len(batch))
	}
}

func testWithhold(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	w.contacts(2)
	got := w.claim(2)
	id := got[0].Attempt.UUID
	must(t, s.Withhold(ctx, all, id, t0.Add(time.Second)))
	wantKind(t, s.Withhold(ctx, all, id, t0), errs.Conflict, "withheld twice")
	wantKind(t, s.BeginDialing(ctx, all, w.aCall(got[0])), errs.Conflict, "dialled after it was withheld")
	wantKind(t, s.Withhold(ctx, all, noCall, t0), errs.NotFound, "no attempt")
	must(t, s.BeginDialing(ctx, all, w.aCall(got[1])))
	wantKind(t, s.Withhold(ctx, all, got[1].Attempt.UUID, t0), errs.Conflict, "withheld while dialing")
	c, err := s.Contact(ctx, w.scope, got[0].Contact.ID)
	must(t, err)
	if c.State != contact.Finished || c.Disposition != string(call.DNC) || c.Attempts != 0 || !c.UpdatedAt.Equal(t0.Add(time.Second)) {
		t.Errorf("withheld as %+v", c)
	}
	calls, err := s.Calls(ctx, w.scope, w.camp, call.Filter{}, call.Page{})
	must(t, err)
	if len(calls) != 1 {
		t.Errorf("%d calls, want 1", len(calls))
	}
	if n := strings.Count(string(call.DNC), "dnc"); n != 1 || call.DNC.Class() != call.ClassCallee || call.DNC.Redialable() {
		t.Errorf("disposition %q is of class %s", call.DNC, call.DNC.Class())
	}
}
