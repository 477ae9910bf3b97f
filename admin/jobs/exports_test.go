package jobs_test

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/jobs"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// exportYard is a yard with finished calls, a member who may export, and folders.
type exportYard struct {
	*yard
	user       access.UserID
	role       access.Role
	recordings string
	exports    string
	over       chan event.ExportChanged
	ids        []call.UUID
}

func (y *exportYard) Publish(ctx context.Context, m event.Message) error {
	if e, ok := m.(event.ExportChanged); ok && export.State(e.State).Over() {
		y.over <- e
	}
	return y.yard.Publish(ctx, m)
}

func newExportYard(t *testing.T) *exportYard {
	t.Helper()
	ctx := t.Context()
	y := &exportYard{yard: newYard(t, miniRedis(t)), over: make(chan event.ExportChanged, 100)}
	y.recordings, y.exports = filepath.Join(filepath.Dir(y.uploads), "recordings"), filepath.Join(filepath.Dir(y.uploads), "exports")
	must(t, os.MkdirAll(y.recordings, 0o750))
	y.role = access.Role{Tenant: y.tenant, Name: "exporters", DataScope: access.ScopeTenant, CreatedAt: y.clock.Now(), UpdatedAt: y.clock.Now(),
		Permissions: []access.Permission{access.CallsView, access.CallsExport, access.CallsListen, access.CallsDelete, access.ContactsImport}}
	must(t, y.db.CreateRole(ctx, y.scope, &y.role))
	u := access.User{Tenant: y.tenant, Account: "exporter", Name: "王芳", PasswordHash: "x", Role: y.role.ID, CreatedAt: y.clock.Now()}
	must(t, y.db.CreateUser(ctx, y.scope, &u))
	y.user = u.ID
	for i := range 5 {
		n, err := contact.ParseNumber(fmt.Sprintf("1380013800%d", i), "CN")
		must(t, err)
		must(t, y.db.AddContact(ctx, y.scope, &contact.Contact{Campaign: y.campaign, Number: n, Name: "李雷", Vars: map[string]string{"k": "v"}}))
	}
	claimed, err := y.db.Claim(ctx, tenant.Platform(), call.ClaimRequest{Campaign: y.campaign, Limit: 5, Holder: "d", Now: y.clock.Now(), Lease: time.Minute})
	must(t, err)
	for i, a := range claimed {
		file := fmt.Sprintf("call-%d.wav", i)
		must(t, os.WriteFile(filepath.Join(y.recordings, file), []byte("RIFF"), 0o600))
		c := call.Call{UUID: a.Attempt.UUID, Tenant: y.tenant, Campaign: a.Attempt.Campaign, Contact: a.Contact.ID, Ordinal: 1, Number: a.Contact.Number, Name: a.Contact.Name,
			Times: call.Times{Created: y.clock.Now()}}
		must(t, y.db.BeginDialing(ctx, tenant.Platform(), c))
		must(t, y.db.AddTurn(ctx, y.scope, transcript.Turn{Call: c.UUID, Seq: 1, Speaker: transcript.Robot, Text: "您好"}))
		c.State, c.Times.Ended, c.Recording = call.Ended, y.clock.Now(), file
		must(t, y.db.FinishCall(ctx, tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended}))
		y.ids = append(y.ids, c.UUID)
	}
	return y
}

func (y *exportYard) ask(kind export.Kind, r export.Request) export.Export {
	y.t.Helper()
	e := export.Export{User: y.user, Campaign: y.campaign, Kind: kind, Title: "t", Request: r, CreatedAt: y.clock.Now()}
	must(y.t, y.db.CreateExport(y.t.Context(), y.scope, &e))
	return e
}

// work runs a worker until so many exports are over.
func (y *exportYard) work(n int) {
	y.t.Helper()
	w := jobs.NewWorker(jobs.Config{Redis: y.redis, Queue: y.queue, Store: y.db, Bus: y, UploadsDir: y.uploads, ExportsDir: y.exports, RecordingsDir: y.recordings,
		Clock: y.clock, Logger: slog.New(slog.NewTextHandler(y.t.Output(), nil))})
	must(y.t, w.Start(y.t.Context()))
	defer w.Close()
	for range n {
		select {
		case <-y.over:
		case <-time.After(time.Minute):
			y.t.Fatal("no export has ended")
		}
	}
}

func (y *exportYard) read(e export.Export) export.Export {
	y.t.Helper()
	now, err := y.db.Export(y.t.Context(), y.scope, e.ID)
	must(y.t, err)
	return now
}

func TestExportsAreMadeAndExpire(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	queued, cutOff := y.ask(export.CallsXLSX, export.Request{}), y.ask(export.RecordingsZIP, export.Request{Calls: y.ids[:2]})
	cutOff.State = export.Running // as a worker that was killed leaves it
	must(t, y.db.UpdateExport(t.Context(), y.scope, cutOff, export.Queued))
	y.work(2)
	list, records := y.read(queued), y.read(cutOff)
	if list.State != export.Finished || list.Rows != 5 || list.Size == 0 || list.Done != list.Total || !list.ExpiresAt.Equal(y.clock.Now().Add(15*24*time.Hour)) {
		t.Errorf("list: %+v", list)
	}
	if records.State != export.Finished || records.Rows != 2 || !records.ExpiresAt.Equal(y.clock.Now().Add(3*24*time.Hour)) {
		t.Errorf("recordings: %+v", records)
	}
	told, err := y.db.Notifications(t.Context(), y.scope, y.user, true, 0, 10)
	must(t, err)
	if len(told) != 2 {
		t.Fatalf("notifications: %+v", told)
	}
	for _, n := range told {
		if d := n.Data; d.Campaign == "" || d.CampaignID != int64(y.campaign) || d.Work == "" || d.State != "finished" || d.Rows == 0 {
			t.Errorf("notification: %+v", n)
		}
	}
	y.clock.Advance(4 * 24 * time.Hour)
	y.work(0)
	if now := y.read(cutOff); now.FilePath != "" || now.Reason == "" || y.read(queued).FilePath == "" {
		t.Errorf("after four days: %+v", now)
	}
	files, err := os.ReadDir(y.exports)
	must(t, err)
	if len(files) != 1 || files[0].Name() != list.FilePath {
		t.Errorf("files after four days: %v", files)
	}
	y.clock.Advance(200 * 24 * time.Hour)
	y.work(0)
	y.work(0)
	if left, _ := os.ReadDir(y.exports); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
	_, err = y.db.Export(t.Context(), y.scope, cutOff.ID)
	if !errs.Is(err, errs.NotFound) {
		t.Errorf("the trace of an expired export: %v", err)
	}
}

func TestExportsAreDoneWithThePermissionsOfTheMoment(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	e := y.ask(export.CallsXLSX, export.Request{})
	y.role.Permissions = []access.Permission{access.CallsView}
	must(t, y.db.UpdateRole(t.Context(), y.scope, &y.role, y.clock.Now()))
	y.work(1)
	if now := y.read(e); now.State != export.Failed || now.Reason == "" || now.FilePath != "" {
		t.Errorf("without the permission: %+v", now)
	}
	// And with the view of the moment: the campaign is somebody else's.
	y.role.Permissions, y.role.DataScope = []access.Permission{access.CallsExport}, access.ScopeOwn
	must(t, y.db.UpdateRole(t.Context(), y.scope, &y.role, y.clock.Now()))
	e = y.ask(export.CallsXLSX, export.Request{})
	y.work(1)
	if now := y.read(e); now.State != export.Failed || now.FilePath != "" {
		t.Errorf("outside of the view: %+v", now)
	}
}

// TestExportsOfWhoWasNarrowedMeanwhile changes what the member may do or see between the asking and the run.
func TestExportsOfWhoWasNarrowedMeanwhile(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	ctx := t.Context()
	member := func(change func(*access.User)) {
		t.Helper()
		u, err := y.db.User(ctx, y.scope, y.user)
		must(t, err)
		before := u
		change(&u)
		must(t, y.db.UpdateUser(ctx, y.scope, before, u))
	}
	role := func(list ...access.Permission) {
		t.Helper()
		y.role.Permissions = list
		must(t, y.db.UpdateRole(ctx, y.scope, &y.role, y.clock.Now()))
	}
	refused := func(what string, e export.Export) {
		t.Helper()
		y.work(1)
		if now := y.read(e); now.State != export.Failed || now.Reason == "" || now.FilePath != "" {
			t.Errorf("%s: %+v", what, now)
		}
		if left, _ := os.ReadDir(y.exports); len(left) != 0 {
			t.Errorf("%s leaves %v", what, left)
		}
	}
	role(access.CallsView, access.CallsExport, access.CallsListen, access.CallsDelete)
	e := y.ask(export.RecordingsZIP, export.Request{Calls: y.ids})
	links := y.ask(export.RecordingsLinks, export.Request{Calls: y.ids, Base: "http://x"})
	role(access.CallsView, access.CallsExport, access.CallsDelete)
	y.work(1)
	refused("recordings of who may no longer hear them", e)
	if now := y.read(links); now.State != export.Failed {
		t.Errorf("links of who may no longer hear them: %+v", now)
	}
	e = y.ask(export.CallsDelete, export.Request{Calls: y.ids[:1]})
	role(access.CallsView, access.CallsExport)
	refused("deletion without the permission", e)
	if _, err := y.db.Call(ctx, y.scope, y.ids[0]); err != nil {
		t.Errorf("a call was deleted without the permission: %v", err)
	}
	e = y.ask(export.CallsXLSX, export.Request{Filter: call.Filter{Number: "1380"}})
	whole := y.ask(export.CallsXLSX, export.Request{Filter: call.Filter{Number: "13800138000", WholeNumber: true}})
	all := y.ask(export.TextZIP, export.Request{})
	member(func(u *access.User) { u.MaskNumbers = true })
	y.work(3)
	if now := y.read(e); now.State != export.Failed || now.FilePath != "" {
		t.Errorf("who sees numbers masked finds them by their beginning: %+v", now)
	}
	if now := y.read(whole); now.State != export.Finished || now.Rows != 1 {
		t.Errorf("who sees numbers masked does not find a whole one: %+v", now)
	}
	masked := y.read(all)
	if masked.State != export.Finished || masked.Rows != 5 {
		t.Fatalf("masked: %+v", masked)
	}
	archive, err := zip.OpenReader(filepath.Join(y.exports, masked.FilePath))
	must(t, err)
	for _, f := range archive.File {
		in, err := f.Open()
		must(t, err)
		text, err := io.ReadAll(in)
		must(t, err)
		if strings.Contains(f.Name+string(text), "1380013800") {
			t.Errorf("%s shows a number: %s", f.Name, text)
		}
	}
	must(t, archive.Close())
	must(t, os.RemoveAll(y.exports))
	e = y.ask(export.CallsXLSX, export.Request{})
	member(func(u *access.User) { u.DisabledAt = y.clock.Now() })
	refused("of a member who was disabled", e)
}

func TestAnExportOnAFullDiskFailsWithItsReason(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no device that is always full")
	}
	y := newExportYard(t)
	e := y.ask(export.CallsXLSX, export.Request{})
	must(t, os.MkdirAll(y.exports, 0o750))
	must(t, os.Symlink("/dev/full", filepath.Join(y.exports, fmt.Sprintf("export-%d.part", e.ID))))
	y.work(1)
	if now := y.read(e); now.State != export.Failed || !strings.Contains(now.Reason, "disk") || now.FilePath != "" {
		t.Errorf("%+v", now)
	}
	if left, _ := os.ReadDir(y.exports); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
}

func TestDeletedCallsLeaveNothingButTheirCDR(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	ctx := t.Context()
	few := y.ask(export.CallsDelete, export.Request{Calls: y.ids[:2]})
	y.work(1)
	if now := y.read(few); now.State != export.Finished || now.Rows != 2 {
		t.Errorf("deletion: %+v", now)
	}
	left, err := os.ReadDir(y.recordings)
	must(t, err)
	if len(left) != 3 {
		t.Errorf("recordings left: %v", left)
	}
	all := y.ask(export.CallsDelete, export.Request{Filter: call.Filter{State: call.Ended}})
	y.work(1)
	if now := y.read(all); now.State != export.Finished || now.Rows != 3 {
		t.Errorf("deletion of all: %+v", now)
	}
	if left, _ := os.ReadDir(y.recordings); len(left) != 0 {
		t.Errorf("recordings left: %v", left)
	}
	for _, id := range y.ids {
		if _, err := y.db.CDR(ctx, y.scope, id); err != nil {
			t.Errorf("CDR of %s: %v", id, err)
		}
		if _, err := y.db.Call(ctx, y.scope, id); !errs.Is(err, errs.NotFound) {
			t.Errorf("call %s: %v", id, err)
		}
	}
}

func TestCallsAreAddedToAnotherCampaignOnce(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	ctx := t.Context()
	was, err := y.db.Campaign(ctx, y.scope, y.campaign)
	must(t, err)
	to := was
	to.ID, to.Name, to.State = 0, "April", campaign.NotStarted
	must(t, y.db.CreateCampaign(ctx, y.scope, &to))
	there, err := contact.ParseNumber("13800138003", "CN")
	must(t, err)
	must(t, y.db.AddContact(ctx, y.scope, &contact.Contact{Campaign: to.ID, Number: there}))
	e := y.ask(export.CallsAdd, export.Request{Target: to.ID})
	for range 2 { // and again, as after a crash before the end was written
		y.work(1)
		now := y.read(e)
		if now.State != export.Finished || now.Rows != 4 || now.Reason == "" {
			t.Fatalf("addition: %+v", now)
		}
		counts, err := y.db.CountContacts(ctx, y.scope, to.ID)
		must(t, err)
		if counts[contact.Waiting] != 5 {
			t.Fatalf("contacts: %v", counts)
		}
		rejected, err := y.db.Rejections(ctx, y.scope, now.Request.Import, 0, 10)
		must(t, err)
		if len(rejected) != 1 || rejected[0].Number != "13800138003" {
			t.Fatalf("rejected: %+v", rejected)
		}
		now.State = export.Running
		must(t, y.db.UpdateExport(ctx, y.scope, now, export.Finished))
	}
}
