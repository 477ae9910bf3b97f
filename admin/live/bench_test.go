package live_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// benchContacts is how many contacts and ended calls the campaign has; a tenth of them with -short.
const benchContacts = 1_000_000

// fill gives the campaign contacts of which all have been called, spread over thirty days.
func fill(b *testing.B, g *ground) int {
	b.Helper()
	n := benchContacts
	if testing.Short() {
		n /= 10
	}
	const part = 10_000
	for from := 0; from < n; from += part {
		batch := make([]contact.Contact, 0, part)
		for i := range part {
			number, err := contact.ParseNumber(fmt.Sprintf("13%09d", uint32(from+i+1)*2654435761%1_000_000_000), "CN")
			must(b, err)
			batch = append(batch, contact.Contact{Tenant: g.tenant, Campaign: g.camp, Number: number, State: contact.Waiting})
		}
		must(b, g.db.RawInsertContacts(b.Context(), tenant.Platform(), batch))
	}
	must(b, g.db.RawFinishContacts(b.Context(), g.scope, g.camp, noon.Add(-30*24*time.Hour), noon))
	return n
}

// BenchmarkFigures asks for all that an open console shows of a large campaign: the first time, and again and again.
func BenchmarkFigures(b *testing.B) {
	g := newGround(b)
	n := fill(b, g)
	ask := func(b *testing.B, f *live.Figures) {
		_, _, err := f.Calls(b.Context(), g.tenant, g.camp)
		must(b, err)
		_, err = f.Progress(b.Context(), g.tenant, g.camp)
		must(b, err)
		_, err = f.Live(b.Context(), g.tenant, g.camp)
		must(b, err)
	}
	b.Run(fmt.Sprintf("first/%d", n), func(b *testing.B) {
		for b.Loop() {
			f := live.New(g.db, clock.Real(), slog.New(slog.DiscardHandler))
			ask(b, f)
			f.Close()
		}
	})
	b.Run(fmt.Sprintf("again/%d", n), func(b *testing.B) {
		f := live.New(g.db, clock.Real(), slog.New(slog.DiscardHandler))
		defer f.Close()
		ask(b, f)
		for b.Loop() {
			ask(b, f)
		}
	})
	zone, err := time.LoadLocation("Asia/Shanghai")
	must(b, err)
	home := func(b *testing.B, d *live.Days) {
		_, err := d.Range(context.Background(), g.tenant, zone, noon.Add(-30*24*time.Hour), noon)
		must(b, err)
	}
	b.Run(fmt.Sprintf("home first/%d", n), func(b *testing.B) {
		for b.Loop() {
			home(b, live.NewDays(g.db, clock.Real()))
		}
	})
	b.Run(fmt.Sprintf("home again/%d", n), func(b *testing.B) {
		d := live.NewDays(g.db, clock.Real())
		home(b, d)
		for b.Loop() {
			home(b, d)
		}
	})
}
