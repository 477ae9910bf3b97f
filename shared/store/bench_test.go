package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

// callers is how many calls are under way at once in the benchmarks.
const callers = 300

type ground struct {
	s       *store.Store
	tenant  tenant.ID
	version script.VersionID
	trunk   trunk.ID
	camp    campaign.ID
	imp     contact.ImportID
}

func newGround(b *testing.B, s *store.Store) *ground {
	b.Helper()
	ctx := b.Context()
	ok := func(err error) {
		b.Helper()
		if err != nil {
			b.Fatal(err)
		}
	}
	tn := tenant.Tenant{Kind: tenant.Merchant, Name: "bench", Zone: "UTC"}
	ok(s.CreateTenant(ctx, tenant.Platform(), &tn))
	scope := tenant.Of(tn.ID)
	sc := script.Script{Name: "bench"}
	ok(s.CreateScript(ctx, scope, &sc, nil))
	v := script.Version{Script: sc.ID}
	ok(s.PublishVersion(ctx, scope, &v))
	tr := trunk.Trunk{Name: "bench"}
	ok(s.CreateTrunk(ctx, scope, &tr))
	c := campaign.Campaign{Name: "bench", Script: v.Script, Trunk: tr.ID}
	ok(s.CreateCampaign(ctx, scope, &c))
	i := contact.Import{Campaign: c.ID}
	ok(s.CreateImport(ctx, scope, &i))
	return &ground{s: s, tenant: tn.ID, version: v.ID, trunk: tr.ID, camp: c.ID, imp: i.ID}
}

// people are contacts of the import, the from-th and on.
func (g *ground) people(b *testing.B, from, n int) []contact.Contact {
	b.Helper()
	out := make([]contact.Contact, n)
	for i := range out {
		// Numbers of a real list come in no order.
		number, err := contact.ParseNumber(fmt.Sprintf("13%09d", uint32(from+i+1)*2654435761%1_000_000_000), "CN")
		if err != nil {
			b.Fatal(err)
		}
		out[i] = contact.Contact{Tenant: g.tenant, Campaign: g.camp, Number: number, Name: "王小明", Vars: map[string]string{"city": "上海"},
			Import: g.imp, ImportRow: from + i + 1, CreatedAt: time.Unix(1_700_000_000, 0), UpdatedAt: time.Unix(1_700_000_000, 0)}
	}
	return out
}

func (g *ground) begun(b *testing.B, n int) []call.Call {
	b.Helper()
	for from := 0; from < n; from += 1000 {
		if _, err := g.s.AddImported(b.Context(), tenant.Platform(), g.people(b, from, min(1000, n-from))); err != nil {
			b.Fatal(err)
		}
	}
	var calls []call.Call
	for len(calls) < n {
		got, err := g.s.Claim(b.Context(), tenant.Platform(), call.ClaimRequest{Campaign: g.camp, Limit: 500, Holder: "bench", Now: time.Now(), Lease: time.Hour})
		if err != nil || len(got) == 0 {
			b.Fatal(len(got), err)
		}
		for _, c := range got {
			calls = append(calls, call.Call{UUID: c.Attempt.UUID, Tenant: g.tenant, Campaign: g.camp, Contact: c.Attempt.Contact, Ordinal: 1, Script: g.version,
				Trunk: g.trunk, RobotLeg: c.Attempt.UUID, Number: c.Contact.Number, Name: c.Contact.Name, CallerID: "02161234567", State: call.Created,
				Times: call.Times{Created: time.Now()}})
		}
	}
	calls = calls[:n]
	each(b, n, func(i int) error { return g.s.BeginDialing(b.Context(), tenant.Platform(), calls[i]) })
	return calls
}

// each runs f for 0 to n-1 on as many goroutines as calls are under way.
func each(b *testing.B, n int, f func(i int) error) {
	b.Helper()
	var at atomic.Int64
	var failed atomic.Value
	var wg sync.WaitGroup
	for range min(callers, n) {
		wg.Go(func() {
			for {
				i := int(at.Add(1)) - 1
				if i >= n {
					return
				}
				if err := f(i); err != nil {
					failed.Store(err)
				}
			}
		})
	}
	wg.Wait()
	if err := failed.Load(); err != nil {
		b.Fatal(err)
	}
}

func ended(c call.Call) call.Finish {
	c.State = call.Ended
	c.Times.Ringing, c.Times.Answered, c.Times.Ended = c.Times.Created.Add(time.Second), c.Times.Created.Add(2*time.Second), c.Times.Created.Add(time.Minute)
	c.Outcome = call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyCallee,
		SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}
	c.Grade, c.Turns, c.Recording = "A", 8, "2026/03/04/"+string(c.UUID)+".wav"
	return call.Finish{Call: c, At: c.Times.Ended}
}

func BenchmarkFinishCall(b *testing.B) {
	onEach(b, func(b *testing.B, s *store.Store) {
		calls := newGround(b, s).begun(b, b.N)
		b.ResetTimer()
		each(b, b.N, func(i int) error { return s.FinishCall(b.Context(), tenant.Platform(), ended(calls[i])) })
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	})
}

// BenchmarkWholeCall writes all that an answered call with eight turns writes.
func BenchmarkWholeCall(b *testing.B) {
	onEach(b, func(b *testing.B, s *store.Store) {
		g := newGround(b, s)
		for from := 0; from < b.N; from += 1000 {
			if _, err := s.AddImported(b.Context(), tenant.Platform(), g.people(b, from, min(1000, b.N-from))); err != nil {
				b.Fatal(err)
			}
		}
		ctx, all := b.Context(), tenant.Platform()
		b.ResetTimer()
		each(b, b.N, func(int) error {
			got, err := s.Claim(ctx, all, call.ClaimRequest{Campaign: g.camp, Limit: 1, Holder: "bench", Now: time.Now(), Lease: time.Hour})
			if err != nil || len(got) != 1 {
				return fmt.Errorf("claimed %d: %w", len(got), err)
			}
			a := got[0].Attempt
			c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: 1, Trunk: g.trunk, Number: got[0].Contact.Number, State: call.Created}
			if err := s.BeginDialing(ctx, all, c); err != nil {
				return err
			}
			for _, next := range []call.State{call.Originating, call.Early, call.AnsweredState} {
				was := c.State
				c.State = next
				if err := s.MoveCall(ctx, all, c, was); err != nil {
					return err
				}
			}
			for i := range 8 {
				t := transcript.Turn{Call: c.UUID, Tenant: c.Tenant, Seq: i + 1, Speaker: transcript.Robot, Text: "您好，请问是王先生吗？", Audio: "2026/03/04/x.wav", Node: "hello"}
				if err := s.AddTurn(ctx, all, t); err != nil {
					return err
				}
			}
			if err := s.EndConversation(ctx, all, transcript.Conversation{Call: c.UUID, Tenant: c.Tenant}); err != nil {
				return err
			}
			return s.FinishCall(ctx, all, ended(c))
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "calls/s")
	})
}

const importBatch = 1000

func BenchmarkImport(b *testing.B) {
	for name, insert := range map[string]func(*store.Store, []contact.Contact) error{
		"raw": func(s *store.Store, batch []contact.Contact) error {
			return s.RawInsertContacts(b.Context(), tenant.Platform(), batch)
		},
		"imported": func(s *store.Store, batch []contact.Contact) error {
			_, err := s.AddImported(b.Context(), tenant.Platform(), batch)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			onEach(b, func(b *testing.B, s *store.Store) {
				g := newGround(b, s)
				b.ResetTimer()
				for from := 0; from < b.N; from += importBatch {
					b.StopTimer()
					batch := g.people(b, from, min(importBatch, b.N-from))
					b.StartTimer()
					if err := insert(s, batch); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "rows/s")
			})
		})
	}
}
