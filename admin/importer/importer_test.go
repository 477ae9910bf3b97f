package importer_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a database with one campaign that contacts can be imported into.
type bench struct {
	t        testing.TB
	store    *store.Store
	scope    tenant.Scope
	tenant   tenant.ID
	campaign campaign.ID
	events   []event.ImportChanged
}

func (b *bench) Publish(_ context.Context, m event.Message) error {
	b.events = append(b.events, m.(event.ImportChanged))
	return nil
}

func newBench(t testing.TB) *bench {
	t.Helper()
	ctx := t.Context()
	db := storetest.Empty(t, filepath.Join(t.TempDir(), "outdial.db"))
	at := time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)
	owner := tenant.Tenant{Kind: tenant.Merchant, Name: "Merchant", Zone: "Asia/Shanghai", CreatedAt: at}
	must(t, db.CreateTenant(ctx, tenant.Platform(), &owner))
	b := &bench{t: t, store: db, scope: tenant.Of(owner.ID), tenant: owner.ID}
	talk := script.Script{Tenant: owner.ID, Name: "Talk", CreatedAt: at}
	must(t, db.CreateScript(ctx, b.scope, &talk, nil))
	version := script.Version{Script: talk.ID, Tenant: owner.ID, Source: []byte("x"), CreatedAt: at}
	must(t, db.PublishVersion(ctx, b.scope, &version))
	line := trunk.Trunk{Tenant: owner.ID, Name: "Line", Address: "127.0.0.1:5070", Concurrency: 1, CPS: 1, RingTimeout: time.Minute, CreatedAt: at}
	must(t, db.CreateTrunk(ctx, b.scope, &line))
	c := campaign.Campaign{
		Tenant: owner.ID, Name: "March", Script: talk.ID, Trunk: line.ID, Robots: 1, StartMode: campaign.Manual, State: campaign.NotStarted,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1}, CreatedAt: at, UpdatedAt: at,
	}
	must(t, db.CreateCampaign(ctx, b.scope, &c))
	b.campaign = c.ID
	return b
}

func (b *bench) queue(file string) importer.Input {
	b.t.Helper()
	i := contact.Import{Tenant: b.tenant, Campaign: b.campaign, Source: "upload", FileName: filepath.Base(file), State: contact.ImportQueued,
		CreatedAt: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)}
	must(b.t, b.store.CreateImport(b.t.Context(), b.scope, &i))
	return importer.Input{Import: i, File: file, Store: b.store, Bus: b, Clock: clock.Real(), Logger: slog.New(slog.NewTextHandler(b.t.Output(), nil))}
}

func (b *bench) run(file string) contact.Import {
	b.t.Helper()
	in := b.queue(file)
	got, err := importer.Run(b.t.Context(), in)
	must(b.t, err)
	stored, err := b.store.Import(b.t.Context(), b.scope, in.Import.ID)
	must(b.t, err)
	if stored.State != got.State || stored.Total != got.Total || stored.Accepted != got.Accepted || stored.Rejected != got.Rejected {
		b.t.Fatalf("stored %+v, returned %+v", stored, got)
	}
	return got
}

func (b *bench) rejections(id contact.ImportID) []contact.Rejection {
	b.t.Helper()
	r, err := b.store.Rejections(b.t.Context(), b.scope, id, 0, 1000)
	must(b.t, err)
	return r
}

func file(t testing.TB, name, content string) string {
	t.Helper()
	p := filepath.Join(t.TempDir(), name)
	must(t, os.WriteFile(p, []byte(content), 0o600))
	return p
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCSVIsImportedAndEveryRowAccountedFor(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	got := b.run(file(t, "list.csv", strings.Join([]string{
		"姓名,联系方式,金额(元)",
		"张三,13800138000,12.5",
		"",
		"李四,138 0013 8001,",
		"王五,12345,1",
		"赵六,13800138000,2",
		"\"孙\n七\",13800138003,3",
		"=cmd|' /C calc'!A0,13800138004,3",
		"周八,{origination_uuid=x}13800138005,3",
	}, "\r\n")))
	if got.State != contact.ImportFinished || got.Total != 7 || got.Accepted != 3 || got.Rejected != 4 {
		t.Fatalf("import: %+v", got)
	}
	var rows []string
	for _, r := range b.rejections(got.ID) {
		rows = append(rows, fmt.Sprintf("%d %s: %s", r.Row, r.Number, r.Reason))
	}
	want := []string{
		`5 12345: "12345" is not a number in use`,
		`6 13800138000: the same number stands in row 2 of this file`,
		`7 13800138003: the name holds a control character`,
	}
	for i, w := range want {
		if i >= len(rows) || rows[i] != w {
			t.Fatalf("rejected rows:\n%s\nwant at %d: %s", strings.Join(rows, "\n"), i, w)
		}
	}
	if !strings.HasPrefix(rows[3], "9 {origination_uuid=x}13800138005: ") {
		t.Errorf("last rejection: %s", rows[3])
	}
	last := b.events[len(b.events)-1]
	if last.State != contact.ImportFinished || last.Accepted != 3 {
		t.Errorf("last event: %+v", last)
	}
}
