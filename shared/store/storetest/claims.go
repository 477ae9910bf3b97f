package storetest

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// together runs f n times at once and fails on any error.
func together(t *testing.T, n int, f func(i int) error) {
	t.Helper()
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			if err := f(i); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

func testClaimOrder(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	add := func(due time.Time) contact.ID {
		c := contact.Contact{Campaign: w.camp, Number: number(t), NotBefore: due, CreatedAt: t0}
		must(t, s.AddContact(ctx, w.scope, &c))
		return c.ID
	}
	late := add(t0.Add(-time.Second))
	future := add(t0.Add(time.Microsecond))
	oldest := add(t0.Add(-time.Hour))
	now := add(t0)
	fresh := add(time.Time{})

	got := w.claim(2)
	got = append(got, w.claim(0)...)
	got = append(got, w.claim(-1)...)
	got = append(got, w.claim(10)...)
	if order := ids(got, func(c call.ClaimedContact) contact.ID { return c.Contact.ID }); !slices.Equal(order, []contact.ID{fresh, oldest, late, now}) {
		t.Errorf("claimed %v, want %v", order, []contact.ID{fresh, oldest, late, now})
	}
	uuids := ids(got, func(c call.ClaimedContact) call.UUID { return c.Attempt.UUID })
	if !slices.IsSorted(uuids) {
		t.Errorf("the ids do not follow the order of the claims: %v", uuids)
	}
	for _, c := range got {
		a := c.Attempt
		want := call.Attempt{UUID: a.UUID, Tenant: w.tenant, Campaign: w.camp, Contact: c.Contact.ID, Ordinal: 1, State: call.Claimed, Holder: "dialer-1",
			LeaseUntil: t0.Add(time.Minute), CreatedAt: t0}
		if a != want || c.Contact.State != contact.Calling || c.Contact.Attempts != 1 {
			t.Errorf("claimed %+v", c)
		}
		if len(a.UUID) != 36 || a.UUID[14] != '7' {
			t.Errorf("%s is no UUIDv7", a.UUID)
		}
	}
	stored, err := s.LiveAttempts(ctx, w.scope, "dialer-1", t0)
	must(t, err)
	if !slices.Equal(stored, ids(got, func(c call.ClaimedContact) call.Attempt { return c.Attempt })) {
		t.Errorf("stored %+v", stored)
	}
	later := w.request(10)
	later.Now = t0.Add(time.Second)
	more, err := s.Claim(ctx, w.scope, later)
	must(t, err)
	if len(more) != 1 || more[0].Contact.ID != future {
		t.Errorf("a second later: %+v", more)
	}
	none := w.request(10)
	none.Campaign += 99
	more, err = s.Claim(ctx, w.scope, none)
	must(t, err)
	if len(more) != 0 {
		t.Errorf("claimed from no campaign: %+v", more)
	}
}

func testClaimsByMany(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	const contacts = 300
	_, err := s.AddImported(ctx, w.scope, w.rows(w.anImport(), contacts))
	must(t, err)
	var mu sync.Mutex
	seen := map[contact.ID]call.UUID{}
	uuids := map[call.UUID]bool{}
	together(t, 24, func(i int) error {
		for {
			r := w.request(i%7 + 1)
			r.Holder = string(rune('a' + i))
			got, err := s.Claim(ctx, tenant.Platform(), r)
			if err != nil || len(got) == 0 {
				return err
			}
			mu.Lock()
			for _, c := range got {
				if earlier, twice := seen[c.Contact.ID]; twice {
					t.Errorf("contact %d was claimed as %s and as %s", c.Contact.ID, earlier, c.Attempt.UUID)
				}
				seen[c.Contact.ID] = c.Attempt.UUID
				uuids[c.Attempt.UUID] = true
			}
			mu.Unlock()
		}
	})
	if len(seen) != contacts || len(uuids) != contacts {
		t.Errorf("%d contacts were claimed under %d ids, want %d", len(seen), len(uuids), contacts)
	}
}

func testRelease(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	w.contacts(1)
	first := w.claim(1)[0]
	must(t, s.Release(ctx, tenant.Platform(), first.Attempt.UUID, t0.Add(time.Minute)))
	wantKind(t, s.Release(ctx, tenant.Platform(), first.Attempt.UUID, t0), errs.Conflict, "released twice")
	c, err := s.Contact(ctx, w.scope, first.Contact.ID)
	must(t, err)
	if c.State != contact.Waiting || c.Attempts != 0 || c.OwnFaults != 0 || !c.NotBefore.Equal(t0.Add(time.Minute)) {
		t.Errorf("released to %+v", c)
	}
	if got := w.claim(1); len(got) != 0 {
		t.Errorf("claimed before its time: %+v", got)
	}
	again := w.request(1)
	again.Now = t0.Add(time.Minute)
	got, err := s.Claim(ctx, w.scope, again)
	must(t, err)
	if len(got) != 1 || got[0].Attempt.Ordinal != 1 || got[0].Attempt.UUID == first.Attempt.UUID {
		t.Fatalf("claimed again as %+v", got)
	}
	must(t, s.BeginDialing(ctx, tenant.Platform(), w.aCall(got[0])))
	wantKind(t, s.Release(ctx, tenant.Platform(), got[0].Attempt.UUID, t0), errs.Conflict, "released while dialing")
	wantKind(t, s.BeginDialing(ctx, tenant.Platform(), w.aCall(first)), errs.Conflict, "dialing after the release")
	wantKind(t, s.Release(ctx, tenant.Platform(), noCall, t0), errs.NotFound, "no attempt")
	wantKind(t, s.Release(ctx, tenant.Platform(), "not a uuid", t0), errs.NotFound, "no id")
}

// noCall is a well-formed id that no attempt has.
const noCall call.UUID = "0196f3a0-ffff-7fff-bfff-ffffffffffff"

func testLeases(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	w.contacts(4)
	mine := w.claim(2)
	theirs := w.request(2)
	theirs.Holder, theirs.Lease = "dialer-2", 2*time.Minute
	other, err := s.Claim(ctx, all, theirs)
	must(t, err)
	live := func(holder string, now time.Time) []call.UUID {
		t.Helper()
		list, err := s.LiveAttempts(ctx, all, holder, now)
		must(t, err)
		return ids(list, func(a call.Attempt) call.UUID { return a.UUID })
	}
	want := func(what string, got []call.UUID, want ...call.UUID) {
		t.Helper()
		if !slices.Equal(got, want) && len(got)+len(want) > 0 {
			t.Errorf("%s: %v, want %v", what, got, want)
		}
	}
	a, b, c, d := mine[0].Attempt.UUID, mine[1].Attempt.UUID, other[0].Attempt.UUID, other[1].Attempt.UUID
	want("mine", live("dialer-1", t0), a, b)
	want("theirs", live("dialer-2", t0), c, d)
	want("a third's before any lease ran out", live("dialer-3", t0.Add(time.Minute-time.Microsecond)))
	want("a third's when a lease runs out", live("dialer-3", t0.Add(time.Minute)), a, b)
	want("mine when all leases ran out", live("dialer-1", t0.Add(time.Hour)), a, b, c, d)

	// An adopter must wait for the lease; its owner may renew at any time.
	until := t0.Add(10 * time.Minute)
	wantKind(t, s.Adopt(ctx, all, c, "dialer-1", until, t0.Add(time.Minute)), errs.Conflict, "adopted under a lease")
	must(t, s.Adopt(ctx, all, c, "dialer-1", until, t0.Add(2*time.Minute)))
	must(t, s.Adopt(ctx, all, c, "dialer-1", until, t0.Add(2*time.Minute)))
	want("mine after adopting", live("dialer-1", t0), a, b, c)
	wantKind(t, s.Adopt(ctx, all, c, "dialer-2", until, t0.Add(3*time.Minute)), errs.Conflict, "taken back under a lease")
	wantKind(t, s.Adopt(ctx, all, noCall, "dialer-1", until, t0), errs.NotFound, "adopt nothing")

	must(t, s.BeginDialing(ctx, all, w.aCall(mine[0])))
	n, err := s.LiveOnTrunk(ctx, all, w.trunk)
	must(t, err)
	if n != 1 {
		t.Errorf("%d calls on the trunk, want 1", n)
	}
	_, err = s.LiveOnTrunk(ctx, all, w.trunk+99)
	wantKind(t, err, errs.NotFound, "calls on no trunk")
	must(t, s.RenewLeases(ctx, all, "dialer-1", t0.Add(time.Hour)))
	want("a third's after the renewal", live("dialer-3", t0.Add(30*time.Minute)), d)
	must(t, s.FinishCall(ctx, all, end(w.aCall(mine[0]))))
	must(t, s.Release(ctx, all, b, t0))
	want("mine after the end", live("dialer-1", t0), c)
	wantKind(t, s.Adopt(ctx, all, a, "dialer-1", until, t0.Add(time.Hour)), errs.Conflict, "adopt a finished attempt")
	n, err = s.LiveOnTrunk(ctx, all, w.trunk)
	must(t, err)
	if n != 0 {
		t.Errorf("%d calls on the trunk after the end, want 0", n)
	}

	// Of many who want an attempt whose lease ran out, one gets it.
	got := make(chan int, 16)
	together(t, 16, func(i int) error {
		err := s.Adopt(ctx, all, d, string(rune('a'+i)), t0.Add(2*time.Hour), t0.Add(time.Hour))
		if err == nil {
			got <- i
		} else if !errs.Is(err, errs.Conflict) {
			return err
		}
		return nil
	})
	if len(got) != 1 {
		t.Errorf("%d of 16 adopted the attempt, want 1", len(got))
	}
}
