package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// imports compares the import of a CSV file, every number parsed, duplicates found and bad rows kept with their reason,
// with raw inserts of as many ready rows of the same columns.
func (b *bench) imports(ctx context.Context) error {
	s, stop, err := b.stack()
	if err != nil {
		return err
	}
	defer stop()
	if err := s.startAll(ctx, s.startStore); err != nil {
		return err
	}
	d, err := s.seedDemo(ctx, simulatedTrunk("127.0.0.1:5070", 1, 1))
	if err != nil {
		return err
	}
	scope := tenant.Of(d.tenant.ID)
	newCampaign := func(name string) (campaign.Campaign, contact.Import, error) {
		now := s.clock.Now()
		c := campaign.Campaign{Tenant: d.tenant.ID, Name: name, Script: d.script.Script, Trunk: d.trunk.ID, Robots: 1, StartMode: campaign.Manual,
			State: campaign.NotStarted, CreatedAt: now, UpdatedAt: now,
			Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
			Redial: campaign.Redial{MaxAttempts: 1}}
		if err := s.store.CreateCampaign(ctx, scope, &c); err != nil {
			return c, contact.Import{}, err
		}
		i := contact.Import{Tenant: d.tenant.ID, Campaign: c.ID, Source: "bench", FileName: "bench.csv", State: contact.ImportQueued, CreatedAt: now}
		return c, i, s.store.CreateImport(ctx, scope, &i)
	}

	_, raw, err := newCampaign("raw")
	if err != nil {
		return err
	}
	took, err := s.rawInserts(ctx, raw, b.Rows)
	if err != nil {
		return err
	}
	rawRate := float64(b.Rows) / took.Seconds()

	file := filepath.Join(s.cfg.UploadsDir(), "bench.csv")
	bad, doubled, err := writeNumbers(file, b.Rows)
	if err != nil {
		return err
	}
	_, imp, err := newCampaign("import")
	if err != nil {
		return err
	}
	before := residentMB()
	peak := before
	done := make(chan struct{})
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		for {
			peak = max(peak, residentMB())
			select {
			case <-done:
				return
			case <-time.After(200 * time.Millisecond):
			}
		}
	}()
	begin := time.Now()
	imp, err = importer.Run(ctx, importer.Input{Import: imp, File: file, Store: s.store, Clock: s.clock, Logger: s.log})
	took = time.Since(begin)
	close(done)
	<-watched
	if err != nil {
		return err
	}
	if imp.State != contact.ImportFinished || imp.Total != b.Rows || imp.Rejected != bad+doubled || imp.Accepted != b.Rows-bad-doubled {
		return fmt.Errorf("import counted %d rows, %d accepted, %d rejected (%s %s); the file has %d rows, %d bad and %d doubled",
			imp.Total, imp.Accepted, imp.Rejected, imp.State, imp.Reason, b.Rows, bad, doubled)
	}
	rate := float64(b.Rows) / took.Seconds()
	b.add("import", "raw inserts", rawRate, "rows/s")
	b.add("import", "import of a CSV file", rate, "rows/s")
	b.add("import", "import / raw inserts", rate/rawRate, "ratio (aim >= 0.5)")
	b.add("import", "memory above idle, peak", peak-before, "MB")
	b.add("import", "rows rejected with a reason", float64(imp.Rejected), "rows")
	return nil
}

// rawInserts stores n ready contacts and says how long the store took; making them is not counted.
func (s *stack) rawInserts(ctx context.Context, list contact.Import, n int) (time.Duration, error) {
	var took time.Duration
	now := s.clock.Now()
	for begin := 0; begin < n; begin += 5000 {
		batch := make([]contact.Contact, 0, 5000)
		for i := begin; i < min(begin+5000, n); i++ {
			number, err := contact.ParseNumber(strconv.Itoa(13_000_000_000+i), "CN")
			if err != nil {
				return 0, err
			}
			batch = append(batch, contact.Contact{
				Tenant: list.Tenant, Campaign: list.Campaign, Number: number, Name: fmt.Sprintf("客户%d", i), State: contact.Waiting,
				Vars: map[string]string{"城市": "上海"}, NotBefore: now, Import: list.ID, ImportRow: i + 2, CreatedAt: now, UpdatedAt: now,
			})
		}
		from := time.Now()
		if err := s.store.RawInsertContacts(ctx, tenant.Of(list.Tenant), batch); err != nil {
			return 0, err
		}
		took += time.Since(from)
	}
	return took, nil
}

// writeNumbers writes a list in which every thousandth number is bad and every five-hundredth a repetition.
func writeNumbers(path string, rows int) (bad, doubled int, err error) {
	f, err := os.Create(path) //nolint:gosec // a file of the benchmark's own folder
	if err != nil {
		return 0, 0, err
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "号码,姓名,城市")
	for i := range rows {
		switch {
		case i%1000 == 999:
			bad++
			fmt.Fprintf(w, "12%05d,客户%d,上海\n", i%100_000, i)
		case i%500 == 499:
			doubled++
			fmt.Fprintf(w, "%d,客户%d,上海\n", 13_000_000_000+i-1, i)
		default:
			fmt.Fprintf(w, "%d,客户%d,上海\n", 13_000_000_000+i, i)
		}
	}
	if err := w.Flush(); err != nil {
		return 0, 0, err
	}
	return bad, doubled, f.Close()
}
