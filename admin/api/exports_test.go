package api_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// EnqueueExport leaves the export to the row, as a queue that has lost its memory does.
func (q *queue) EnqueueExport(context.Context, export.ID) error { return nil }

func (w *world) withExports(t *testing.T) string {
	t.Helper()
	return filepath.Join(filepath.Dir(w.uploads), "exports")
}

// exportsWorld is a world whose API knows a folder of exports.
func exportsWorld(t *testing.T) (w *world, dir string) {
	t.Helper()
	w = newWorld(t, func(d *api.Deps) { d.ExportsDir = filepath.Join(filepath.Dir(d.UploadsDir), "exports") })
	dir = w.withExports(t)
	must(t, os.MkdirAll(dir, 0o750))
	return w, dir
}

// finish makes a finished export with a file.
func (w *world) finish(dir string, m merchant, id int64, content string) {
	w.t.Helper()
	ctx := w.t.Context()
	e, err := w.db.Export(ctx, m.scope, export.ID(id))
	must(w.t, err)
	e.State, e.FilePath, e.FileName, e.Size, e.FinishedAt, e.ExpiresAt = export.Finished, fmt.Sprintf("export-%d-x", id), "三月;\"calls.xlsx", int64(len(content)), noon, noon.Add(e.Kind.Kept())
	must(w.t, os.WriteFile(filepath.Join(dir, e.FilePath), []byte(content), 0o600))
	must(w.t, w.db.UpdateExport(ctx, tenant.Platform(), e, export.Queued))
}

func TestExportsAreAskedForAndFetched(t *testing.T) {
	w, dir := exportsWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	id := w.one.call(camp)
	e := as[api.Export](w.one.do("POST", address("/campaigns/%d/exports", camp), map[string]any{"kind": "calls_xlsx", "filter": map[string]any{"grade": []string{"A"}, "talk_max_s": 0}}).want(201))
	if e.State != "queued" || e.Download != "" || e.CreatedBy == "" || e.Title == "" {
		t.Errorf("asked for: %+v", e)
	}
	stored, err := w.db.Export(t.Context(), w.one.scope, export.ID(e.ID))
	must(t, err)
	if f := stored.Request.Filter; f.TalkMax == nil || *f.TalkMax != 0 || f.TalkMin != nil || f.Grades[0] != "A" || !f.DialledTo.Equal(noon.Add(time.Millisecond)) {
		t.Errorf("stored filter: %+v", f)
	}
	w.one.get(address("/exports/%d/file", e.ID)).problem(http.StatusConflict)
	w.finish(dir, w.one, e.ID, "0123456789")
	got := w.one.get(address("/exports/%d/file", e.ID)).want(200)
	if string(got.body) != "0123456789" || !strings.Contains(got.header.Get("Content-Type"), "spreadsheetml") || !strings.HasPrefix(got.header.Get("Content-Disposition"), "attachment; filename") {
		t.Errorf("file: %q %v", got.body, got.header)
	}
	part := w.request("GET", address("/exports/%d/file", e.ID), nil)
	part.AddCookie(w.one.cookie)
	part.Header.Set("Range", "bytes=3-5")
	if a := w.send(part); a.status != http.StatusPartialContent || string(a.body) != "345" {
		t.Errorf("range: %d %q", a.status, a.body)
	}
	list := as[api.Page[api.Export]](w.one.get(address("/exports")).want(200))
	if len(list.Items) != 1 || list.Items[0].Download == "" || list.Items[0].ExpiresAt == nil || !list.Items[0].ExpiresAt.Equal(noon.Add(15*24*time.Hour)) {
		t.Errorf("listed: %+v", list)
	}
	// Another company finds nothing of it, and its calls are not the other's to export.
	for _, path := range []string{"/exports/%d", "/exports/%d/file"} {
		w.two.get(address(path, e.ID)).problem(http.StatusNotFound)
	}
	w.two.do("DELETE", address("/exports/%d", e.ID), nil).problem(http.StatusNotFound)
	if list := as[api.Page[api.Export]](w.two.get(address("/exports")).want(200)); len(list.Items) != 0 {
		t.Errorf("another company sees %+v", list)
	}
	w.two.do("POST", address("/campaigns/%d/exports", camp), map[string]any{"kind": "calls_xlsx", "ids": []string{id}}).problem(http.StatusNotFound)
	w.clock.Advance(time.Hour)
	w.one.do("DELETE", address("/exports/%d", e.ID), nil).want(204)
	w.one.get(address("/exports/%d", e.ID)).problem(http.StatusNotFound)
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("files left: %v", left)
	}
}

func TestMembersSeeTheirOwnExports(t *testing.T) {
	w, dir := exportsWorld(t)
	m := w.one
	camp := m.campaign()
	m.contact(camp, "13800138000")
	m.call(camp)
	exporter := access.Role{Permissions: []access.Permission{access.CallsView, access.CallsExport}, DataScope: access.ScopeTenant}
	first, _ := m.member("first", exporter)
	second, secondID := m.member("second", exporter)
	administrator, _ := m.member("administrator", access.Role{Template: access.Administrator, Permissions: exporter.Permissions, DataScope: access.ScopeTenant})
	asked := map[string]int64{}
	for name, who := range map[string]merchant{"first": first, "second": second} {
		asked[name] = as[api.Export](who.do("POST", address("/campaigns/%d/exports", camp), map[string]any{"kind": "calls_xlsx", "filter": map[string]any{}}).want(201)).ID
		w.finish(dir, m, asked[name], name)
	}
	listed := func(who merchant, query string) []int64 {
		t.Helper()
		var ids []int64
		for _, e := range as[api.Page[api.Export]](who.get(address("/exports%s", query)).want(200)).Items {
			ids = append(ids, e.ID)
		}
		slices.Sort(ids)
		return ids
	}
	both := slices.Sorted(maps.Values(asked))
	for _, c := range []struct {
		name  string
		who   merchant
		query string
		want  []int64
	}{
		{"first", first, "", []int64{asked["first"]}},
		{"second", second, "", []int64{asked["second"]}},
		{"first, asking for the second's", first, "?creator=second", nil},
		{"the administrator", administrator, "", both},
		{"the administrator, by name", administrator, "?creator=second", []int64{asked["second"]}},
		{"another company", w.two, "", nil},
	} {
		if got := listed(c.who, c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s sees %v, want %v", c.name, got, c.want)
		}
	}
	for _, path := range []string{"/exports/%d", "/exports/%d/file"} {
		first.get(address(path, asked["second"])).problem(http.StatusNotFound)
		second.get(address(path, asked["first"])).problem(http.StatusNotFound)
		administrator.get(address(path, asked["first"])).want(200)
	}
	first.do("DELETE", address("/exports/%d", asked["second"]), nil).problem(http.StatusNotFound)
	// A file is made from the moment's permissions, and fetched with them: who was disabled cannot fetch it.
	u, err := w.db.User(t.Context(), m.scope, secondID)
	must(t, err)
	before := u
	u.DisabledAt = noon
	must(t, w.db.UpdateUser(t.Context(), m.scope, before, u))
	second.get(address("/exports/%d/file", asked["second"])).problem(http.StatusUnauthorized)
	administrator.do("DELETE", address("/exports/%d", asked["second"]), nil).want(204)
	if got := listed(administrator, ""); !slices.Equal(got, []int64{asked["first"]}) {
		t.Errorf("after the deletion: %v", got)
	}
}

// TestExportsAreFetchedWithPresentPermissions: a file lies for days, in which its readers may come to see less.
func TestExportsAreFetchedWithPresentPermissions(t *testing.T) {
	w, dir := exportsWorld(t)
	m := w.one
	camp := m.campaign()
	m.contact(camp, "13800138000")
	m.call(camp)
	role := access.Role{Permissions: []access.Permission{access.CallsView, access.CallsExport, access.CallsListen}, DataScope: access.ScopeTenant}
	who, id := m.member("first", role)
	made := func(kind string, masked bool) string {
		t.Helper()
		e := as[api.Export](who.do("POST", address("/campaigns/%d/exports", camp), map[string]any{"kind": kind, "filter": map[string]any{}}).want(201)).ID
		stored, err := w.db.Export(t.Context(), m.scope, export.ID(e))
		must(t, err)
		stored.Request.Masked = masked
		must(t, w.db.UpdateExport(t.Context(), tenant.Platform(), stored, export.Queued))
		w.finish(dir, m, e, "content")
		return address("/exports/%d/file", e)
	}
	whole, masked, sound := made("calls_xlsx", false), made("calls_xlsx", true), made("recordings_zip", false)
	may := func(p ...access.Permission) {
		t.Helper()
		now, err := w.db.Role(t.Context(), m.scope, m.user(id).Role)
		must(t, err)
		now.Permissions, now.DataScope = p, role.DataScope
		must(t, w.db.UpdateRole(t.Context(), m.scope, &now, noon))
	}
	for _, path := range []string{whole, masked, sound} {
		who.get(path).want(200)
	}
	may(access.CallsView, access.CallsExport)
	who.get(whole).want(200)
	who.get(sound).problem(http.StatusForbidden)
	may(access.CallsView, access.CallsListen)
	who.get(whole).problem(http.StatusForbidden)
	may(role.Permissions...)
	m.alter(id, func(u *access.User) { u.MaskNumbers = true })
	who.get(masked).want(200)
	who.get(whole).problem(http.StatusForbidden)
	who.get(sound).problem(http.StatusForbidden) // files are named by numbers
	administrator, _ := m.member("administrator", access.Role{Template: access.Administrator, DataScope: access.ScopeTenant}, func(u *access.User) { u.MaskNumbers = true })
	administrator.get(whole).problem(http.StatusForbidden)
	administrator.get(masked).want(200)
	m.alter(id, func(u *access.User) { u.MaskNumbers = false })
	role.DataScope = access.ScopeOwn
	may(role.Permissions...)
	who.get(whole).problem(http.StatusForbidden)
	role.DataScope = access.ScopeTenant
	may(role.Permissions...)
	must(t, w.db.DeleteCampaign(t.Context(), m.scope, campaign.ID(camp), []campaign.State{campaign.NotStarted}, "boss", noon))
	who.get(whole).want(200) // who sees everything may keep what is left of a campaign
}

func TestExportsRefuseWhatMakesNoSense(t *testing.T) {
	w, _ := exportsWorld(t)
	camp := w.one.campaign()
	for name, body := range map[string]any{
		"no calls":       map[string]any{"kind": "calls_xlsx"},
		"both":           map[string]any{"kind": "calls_xlsx", "ids": []string{someCall}, "filter": map[string]any{}},
		"no id":          map[string]any{"kind": "calls_xlsx", "ids": []string{"x"}},
		"kind of change": map[string]any{"kind": "calls_delete", "filter": map[string]any{}},
		"short number":   map[string]any{"kind": "calls_xlsx", "filter": map[string]any{"number": "13"}},
		"negative":       map[string]any{"kind": "calls_xlsx", "filter": map[string]any{"turns_min": -1}},
		"mass":           map[string]any{"kind": "calls_xlsx", "filter": map[string]any{}, "user_id": 1},
	} {
		if a := w.one.do("POST", address("/campaigns/%d/exports", camp), body); a.status != 422 {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}

func TestCallsAreReadDeletedAndAdded(t *testing.T) {
	w, _ := exportsWorld(t)
	camp, other := w.one.campaign(), w.one.campaign()
	var ids []string
	for i := range 3 {
		w.one.contact(camp, fmt.Sprintf("1380013800%d", i))
		ids = append(ids, w.one.call(camp))
	}
	w.one.contact(camp, "13800138009")
	live := w.one.dial(camp)
	theirs := w.two.campaign()
	w.two.contact(theirs, "13900139000")
	foreign := w.two.call(theirs)
	w.clock.Advance(2 * time.Hour) // beyond the moment in the ids
	unread := func() int {
		n := 0
		for _, c := range as[api.CallPage](w.one.get(address("/campaigns/%d/calls", camp)).want(200)).Items {
			if c.Unread {
				n++
			}
		}
		return n
	}
	if n := unread(); n != 3 {
		t.Fatalf("%d calls are unread", n)
	}
	w.one.get(address("/calls/%s", ids[0])).want(200)
	if n := unread(); n != 2 {
		t.Errorf("%d calls are unread after one was opened", n)
	}
	if got := string(w.one.do("POST", address("/campaigns/%d/calls/read", camp), map[string]any{"ids": []string{ids[0], ids[1], foreign, string(live.UUID)}}).want(200).body); !strings.Contains(got, `"read":1`) {
		t.Errorf("read: %s", got)
	}
	if got := string(w.one.do("POST", address("/campaigns/%d/calls/read", camp), map[string]any{"all": true}).want(200).body); !strings.Contains(got, `"read":1`) {
		t.Errorf("read all: %s", got)
	}
	w.two.do("POST", address("/campaigns/%d/calls/read", camp), map[string]any{"all": true}).problem(404)
	w.two.do("POST", address("/campaigns/%d/calls/read", camp), map[string]any{"all": true, "unread": true}).problem(404)
	w.two.do("POST", address("/campaigns/%d/calls/delete", camp), map[string]any{"ids": ids}).problem(404)

	job := as[api.Export](w.one.do("POST", address("/campaigns/%d/calls/delete", camp), map[string]any{"ids": []string{ids[2], foreign, string(live.UUID)}}).want(201))
	if job.Kind != "calls_delete" || job.Rows != 1 {
		t.Errorf("deletion: %+v", job)
	}
	w.one.get(address("/calls/%s", ids[2])).problem(404)
	w.one.get(address("/calls/%s/audio", ids[2])).problem(404)
	w.one.get(address("/calls/%s", live.UUID)).want(200)
	w.two.get(address("/calls/%s", foreign)).want(200)
	if _, err := w.db.CDR(t.Context(), w.one.scope, call.UUID(ids[2])); err != nil {
		t.Errorf("the CDR of a deleted call: %v", err)
	}

	added := as[api.Export](w.one.do("POST", address("/campaigns/%d/calls/add-to-campaign", camp), map[string]any{"filter": map[string]any{}, "campaign_id": other}).want(201))
	stored, err := w.db.Export(t.Context(), w.one.scope, export.ID(added.ID))
	must(t, err)
	if stored.Request.Target != contact.CampaignID(other) || stored.Kind != export.CallsAdd {
		t.Errorf("addition: %+v", stored)
	}
	w.one.do("POST", address("/campaigns/%d/calls/add-to-campaign", camp), map[string]any{"ids": ids, "campaign_id": theirs}).problem(422)
	w.one.do("POST", address("/campaigns/%d/calls/add-to-campaign", camp), map[string]any{"ids": ids, "campaign_id": camp}).problem(422)
}

func TestCallsAreMarkedUnread(t *testing.T) {
	w, _ := exportsWorld(t)
	camp := w.one.campaign()
	var ids []string
	for i := range 4 {
		w.one.contact(camp, fmt.Sprintf("1380013800%d", i))
		ids = append(ids, w.one.call(camp))
	}
	w.one.contact(camp, "13800138009")
	live := w.one.dial(camp)
	theirs := w.two.campaign()
	w.two.contact(theirs, "13900139000")
	foreign := w.two.call(theirs)
	w.two.get(address("/calls/%s", foreign)).want(200)
	w.clock.Advance(2 * time.Hour)
	mark := func(body map[string]any, want string) {
		t.Helper()
		if got := string(w.one.do("POST", address("/campaigns/%d/calls/read", camp), body).want(200).body); !strings.Contains(got, want) {
			t.Errorf("%v: %s, want %s", body, got, want)
		}
	}
	unread := func(id string) bool {
		return as[api.Call](w.one.get(address("/calls/%s?peek=true", id)).want(200)).Unread
	}
	mark(map[string]any{"all": true}, `"read":4`)
	mark(map[string]any{"ids": []string{ids[0], ids[1], foreign, string(live.UUID)}, "unread": true}, `"unread":2`)
	for _, again := range []bool{false, true} {
		if unread(ids[0]) && !unread(ids[2]) {
			continue
		}
		t.Error(again, "the chosen calls are not unread, or reading them quietly changed it")
	}
	if as[api.Call](w.two.get(address("/calls/%s?peek=true", foreign)).want(200)).Unread {
		t.Error("a call of another company was marked")
	}
	mark(map[string]any{"filter": map[string]any{"read": "false"}, "unread": true}, `"read":0`)
	mark(map[string]any{"filter": map[string]any{"read": "true", "grade": []string{"A"}}, "unread": true}, `"unread":2`)
	mark(map[string]any{"filter": map[string]any{}, "unread": true}, `"read":0`)
	w.one.get(address("/calls/%s", ids[3])).want(200) // opening it counts as reading it, as before
	if unread(ids[3]) {
		t.Error("a call is unread although it was opened")
	}
	w.one.do("POST", address("/campaigns/%d/calls/read", camp), map[string]any{"unread": true}).problem(422)
	entries := w.one.entries()
	if n := len(entries); n < 4 || entries[n-5] != "calls.read" || entries[n-4] != "calls.unread" || entries[n-1] != "calls.unread" {
		t.Errorf("logged %v", entries)
	}
	if text := w.logged(); strings.Contains(text, "did not note") {
		t.Errorf("not everything was noted: %s", text)
	}
}

func TestCallFilters(t *testing.T) {
	w, _ := exportsWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	w.one.contact(camp, "13900139000")
	w.one.call(camp)
	busy := w.one.dial(camp)
	w.one.end(busy, call.Conclude(call.Evidence{SIPCode: 486, Cause: "USER_BUSY"}), "E")
	for query, want := range map[string]int{
		"": 2, "state=ended": 2, "state=live": 0, "disposition=busy": 1, "disposition=busy&disposition=answered": 2, "class=callee_fault": 1, "grade=A": 1,
		"grade=A&grade=E": 2, "number=138": 1, "number=13900139000": 1, "number=137": 0, "name=" + "张": 2, "name=三": 0, "talk_min_s=30": 1, "talk_min_s=31": 0,
		"talk_max_s=0": 1, "turns_max=0": 2, "read=true": 0, "read=false": 2, "hung_up_by=robot": 1, "hung_up_by=callee": 0, "ordinal=1": 2, "ordinal=2": 0,
		"grade=A&disposition=busy": 0, "grade=A&talk_min_s=10&class=answered": 1,
	} {
		page := as[api.CallPage](w.one.get(address("/campaigns/%d/calls?%s", camp, query)).want(200))
		if len(page.Items) != want {
			t.Errorf("%q: %d calls, want %d", query, len(page.Items), want)
		}
		if (page.Total != nil) != (query == "") {
			t.Errorf("%q: total %v", query, page.Total)
		}
	}
	for _, bad := range []string{"number=12", "number=1%27--", "talk_min_s=-1", "turns_min=x", "read=maybe", "class=x", "dialled_from=yesterday", "ordinal=-1"} {
		w.one.get(address("/campaigns/%d/calls?%s", camp, bad)).problem(422)
	}
}

func TestLiveCallsShowWhatWasSaidLast(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	w.one.contact(camp, "13800138001")
	spoken, silent := w.one.dial(camp), w.one.dial(camp)
	w.one.say(spoken, 1, "您好")
	w.one.say(spoken, 2, "好的")
	page := as[api.CallPage](w.one.get(address("/campaigns/%d/calls?state=live", camp)).want(200))
	rows := map[string]api.Call{}
	for _, c := range page.Items {
		rows[c.ID] = c
	}
	if c := rows[string(spoken.UUID)]; c.LastSentence == nil || c.LastSentence.Text != "好的" || c.Grade != "A" || c.TurnCount != 2 || c.ScriptName != "Talk one" || c.Unread {
		t.Errorf("a live call: %+v %+v", c, c.LastSentence)
	}
	if c := rows[string(silent.UUID)]; c.LastSentence != nil || c.Grade != "" {
		t.Errorf("a silent call: %+v", c)
	}
}

func TestCallAsText(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	id := w.one.call(camp)
	a := w.one.get(address("/calls/%s/export?kind=text", id)).want(200)
	if body := string(a.body); !strings.Contains(body, "客户: 好的 <b>") || !strings.Contains(body, "13800138000") || !strings.Contains(body, "affirm") {
		t.Errorf("text: %s", body)
	}
	w.two.get(address("/calls/%s/export", id)).problem(404)
	w.one.get(address("/calls/%s/export?kind=exe", id)).problem(422)
}

func (m merchant) say(c call.Call, seq int, text string) {
	m.w.t.Helper()
	said := transcript.Turn{Call: c.UUID, Tenant: m.id, Seq: seq, Speaker: transcript.Robot, Text: text, StartedAt: noon, EndedAt: noon}
	if seq%2 == 0 {
		said.Speaker, said.Matched = transcript.Callee, transcript.Match{Kind: transcript.MatchIntent, Intent: "affirm"}
	}
	must(m.w.t, m.w.db.AddTurn(m.w.t.Context(), m.scope, said))
}
