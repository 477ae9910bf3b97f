package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// listedNumbers is how long the list is that claims are screened by.
const listedNumbers = 200_000

// BenchmarkScreen claims 200 contacts at a time: for a campaign that filters nothing, for one that filters by a long list
// with none of its contacts in it, and for one of whose contacts one in ten is listed. One look-up is that of a single
// number, right before its call.
func BenchmarkScreen(b *testing.B) {
	for _, listed := range []int{-1, 0, 10} {
		b.Run(fmt.Sprintf("listed=%d%%", listed), func(b *testing.B) {
			onEach(b, func(b *testing.B, s *store.Store) {
				g := screenGround(b, s, listed)
				const batch = 200
				for i := 0; b.Loop(); i++ {
					b.StopTimer()
					if _, err := s.AddImported(b.Context(), tenant.Platform(), g.people(b, i*batch, batch)); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
					got, err := s.Claim(b.Context(), tenant.Platform(), call.ClaimRequest{Campaign: g.camp, Limit: batch, Holder: "bench", Now: time.Now(), Lease: time.Hour})
					if err != nil || len(got) == 0 {
						b.Fatal(len(got), err)
					}
				}
			})
		})
	}
	b.Run("look-up", func(b *testing.B) {
		onEach(b, func(b *testing.B, s *store.Store) {
			g := screenGround(b, s, 0)
			one := []contact.Number{g.people(b, 7, 1)[0].Number}
			for b.Loop() {
				if _, err := s.Listed(b.Context(), tenant.Of(g.tenant), dnc.Policy{Enabled: true}, one, time.Now()); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// screenGround has a long list; with listed below zero the campaign does not look at it, else that many in a hundred of its
// contacts stand in it.
func screenGround(b *testing.B, s *store.Store, listed int) *ground {
	b.Helper()
	g := newGround(b, s)
	group := dnc.Group{Tenant: g.tenant, Name: "bench"}
	if err := s.CreateGroup(b.Context(), tenant.Platform(), &group); err != nil {
		b.Fatal(err)
	}
	if listed >= 0 {
		was, err := s.Campaign(b.Context(), tenant.Of(g.tenant), g.camp)
		if err != nil {
			b.Fatal(err)
		}
		c := was
		c.DNC.Enabled, c.State = true, campaign.NotStarted
		if err := s.UpdateCampaign(b.Context(), tenant.Of(g.tenant), c, was.Version()); err != nil {
			b.Fatal(err)
		}
	}
	add := func(numbers []contact.Number) {
		batch := make([]dnc.Number, len(numbers))
		for i, n := range numbers {
			batch[i] = dnc.Number{Tenant: g.tenant, Group: group.ID, Number: n}
		}
		if _, err := s.AddNumbers(b.Context(), tenant.Platform(), batch); err != nil {
			b.Fatal(err)
		}
	}
	var numbers []contact.Number
	for i := range listedNumbers {
		n, err := contact.ParseNumber(fmt.Sprintf("19%09d", uint32(i+1)*2654435761%1_000_000_000), "CN")
		if err != nil {
			b.Fatal(err)
		}
		if numbers = append(numbers, n); len(numbers) == 2000 {
			add(numbers)
			numbers = numbers[:0]
		}
	}
	if listed > 0 {
		for _, p := range g.people(b, 0, 100_000) {
			if p.ImportRow%100 < listed {
				numbers = append(numbers, p.Number)
			}
		}
		add(numbers)
	}
	return g
}
