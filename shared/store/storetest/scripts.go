package storetest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

func testScripts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	sc := script.Script{Name: "催收", CreatedAt: t0}
	must(t, s.CreateScript(ctx, w.scope, &sc, nil))
	_, err := s.LatestVersion(ctx, w.scope, sc.ID)
	wantKind(t, err, errs.NotFound, "a script without versions")
	var last script.Version
	for n := 1; n <= 3; n++ {
		last = script.Version{Script: sc.ID, Source: []byte{0, 0xff, byte(n)}, CreatedAt: t0.Add(time.Duration(n) * time.Minute)}
		must(t, s.PublishVersion(ctx, w.scope, &last))
		if last.Number != n || last.ID <= 0 || last.Tenant != w.tenant {
			t.Fatalf("version %d became %+v", n, last)
		}
	}
	for _, read := range []func() (script.Version, error){
		func() (script.Version, error) { return s.LatestVersion(ctx, w.scope, sc.ID) },
		func() (script.Version, error) { return s.ScriptVersion(ctx, w.scope, last.ID) },
	} {
		got, err := read()
		must(t, err)
		if string(got.Source) != string(last.Source) || got.Number != 3 || got.ID != last.ID || !got.CreatedAt.Equal(last.CreatedAt) {
			t.Errorf("stored %+v, read %+v", last, got)
		}
	}
	list, err := s.Scripts(ctx, w.scope)
	must(t, err)
	if len(list) != 2 || list[0].ID != w.script || list[1].ID != sc.ID || list[1].Name != sc.Name || list[1].Deployed.Number != 3 {
		t.Errorf("scripts %+v", list)
	}
	wantKind(t, s.PublishVersion(ctx, w.scope, &script.Version{Script: sc.ID + 1}), errs.NotFound, "a version of no script")
	// Versions that are published at once still count 1, 2, 3, …
	numbers := make(chan int, 8)
	together(t, 8, func(int) error {
		v := script.Version{Script: sc.ID}
		err := s.PublishVersion(ctx, w.scope, &v)
		numbers <- v.Number
		return err
	})
	close(numbers)
	var got []int
	for n := range numbers {
		got = append(got, n)
	}
	slices.Sort(got)
	if !slices.Equal(got, []int{4, 5, 6, 7, 8, 9, 10, 11}) {
		t.Errorf("versions published at once got the numbers %v", got)
	}
}

func by(name, remark string, minutes int) script.Decision {
	return script.Decision{By: name, Remark: remark, At: t0.Add(time.Duration(minutes) * time.Minute)}
}

func testDrafts(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	sc := script.Script{Name: "回访二", Trade: "loan", Description: "说明", Language: "zh", CreatedBy: "王芳", CreatedAt: t0}
	must(t, s.CreateScript(ctx, w.scope, &sc, []byte(`{"name": "a"}`)))
	d, err := s.Draft(ctx, w.scope, sc.ID)
	must(t, err)
	if d.Revision != 1 || string(d.Document) != `{"name": "a"}` || d.UpdatedBy != "王芳" || !d.UpdatedAt.Equal(t0) {
		t.Fatalf("a new draft is %+v", d)
	}
	old := d
	d.Document, d.UpdatedBy, d.UpdatedAt = []byte(`{"name": "b"}`), "李雷", t0.Add(time.Minute)
	must(t, s.SaveDraft(ctx, w.scope, &d, 3))
	if d.Revision != 2 {
		t.Errorf("saved as revision %d", d.Revision)
	}
	wantKind(t, s.SaveDraft(ctx, w.scope, &old, 0), errs.Conflict, "a draft that somebody else has changed")
	got, err := s.Script(ctx, w.scope, sc.ID)
	must(t, err)
	if got.Problems != 3 || !got.UpdatedAt.Equal(d.UpdatedAt) || got.State != script.Drafted || !got.Editing || got.Code != sc.Code || got.Trade != "loan" {
		t.Errorf("after a save the script is %+v", got)
	}
	// Two who save at once: one wins.
	won := make(chan bool, 8)
	together(t, 8, func(int) error {
		mine := d
		err := s.SaveDraft(ctx, w.scope, &mine, 0)
		won <- err == nil
		if errs.Is(err, errs.Conflict) {
			return nil
		}
		return err
	})
	close(won)
	n := 0
	for ok := range won {
		if ok {
			n++
		}
	}
	if n != 1 {
		t.Errorf("%d of 8 saves of one revision won", n)
	}
	got.Name, got.Shared, got.UpdatedAt = "改名", true, t0.Add(time.Hour)
	must(t, s.ChangeScript(ctx, w.scope, got))
	found, err := s.FindScripts(ctx, w.scope, script.Filter{Name: "改名"}, 0, 10)
	must(t, err)
	if len(found) != 1 || !found[0].Shared || found[0].ID != sc.ID {
		t.Errorf("found %+v", found)
	}
	for f, want := range map[script.Filter]int{{}: 2, {Trade: "loan"}: 1, {State: script.Drafted}: 1, {State: script.Live}: 1, {Deployment: script.Undeployed}: 1, {Deployment: script.DeployedNewest}: 1, {Deployment: script.DeployedEarlier}: 0, {Deployment: script.DeployedAny}: 1, {Name: sc.Code[1:5]}: 1, {Trade: "x"}: 0} {
		found, err := s.FindScripts(ctx, w.scope, f, 0, 10)
		must(t, err)
		if len(found) != want {
			t.Errorf("%+v finds %d scripts, want %d", f, len(found), want)
		}
	}
	must(t, s.DeleteScript(ctx, w.scope, sc.ID, t0))
	_, err = s.Script(ctx, w.scope, sc.ID)
	wantKind(t, err, errs.NotFound, "a deleted script")
	_, err = s.Draft(ctx, w.scope, sc.ID)
	wantKind(t, err, errs.NotFound, "a deleted script's draft")
	wantKind(t, s.DeleteScript(ctx, w.scope, w.script, t0), errs.Conflict, "a script that a campaign uses")
}

func testVersionLife(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	sc := script.Script{Name: "生命", CreatedAt: t0}
	must(t, s.CreateScript(ctx, w.scope, &sc, []byte(`{"name": "1"}`)))
	c := w.aCampaign("未部署")
	c.Script = sc.ID
	wantKind(t, s.CreateCampaign(ctx, w.scope, &c), errs.Conflict, "a campaign of a script that is not deployed")
	submit := func(text string) script.Version {
		t.Helper()
		d, err := s.Draft(ctx, w.scope, sc.ID)
		must(t, err)
		d.Document = []byte(text)
		must(t, s.SaveDraft(ctx, w.scope, &d, 0))
		v := script.Version{Script: sc.ID, Note: "请审", Author: 7, By: "王芳", Report: []byte(`{}`), CreatedAt: t0}
		wantKind(t, s.Submit(ctx, w.scope, &v, d.Revision-1), errs.Conflict, "an older draft")
		must(t, s.Submit(ctx, w.scope, &v, d.Revision))
		return v
	}
	state := func(want script.State, editing bool, newest, deployed int) {
		t.Helper()
		got, err := s.Script(ctx, w.scope, sc.ID)
		must(t, err)
		if got.State != want || got.Editing != editing || got.Newest.Number != newest || got.Deployed.Number != deployed {
			t.Errorf("the script is %+v, want %s", got, want)
		}
		// Each of its two states finds it, whatever the other is.
		for f, finds := range map[script.Filter]bool{{State: want}: true, {Deployment: got.Deployment()}: true, {Deployment: script.DeployedAny}: deployed > 0, {Deployment: script.Undeployed}: deployed == 0,
			{Deployment: script.DeployedNewest}: deployed > 0 && deployed == newest, {Deployment: script.DeployedEarlier}: deployed > 0 && deployed < newest, {State: script.Deployed}: false} {
			found, err := s.FindScripts(ctx, w.scope, f, 0, 10)
			must(t, err)
			if slices.ContainsFunc(found, func(one script.Script) bool { return one.ID == sc.ID }) != finds {
				t.Errorf("%+v finds %s, deployed %d of %d: %v", f, want, deployed, newest, !finds)
			}
		}
	}
	move := func(v script.Version, a script.Action) {
		t.Helper()
		_, err := s.MoveVersion(ctx, w.scope, v.ID, a, by("审核员", "好", 5))
		must(t, err)
	}
	refuse := func(v script.Version, a script.Action) {
		t.Helper()
		_, err := s.MoveVersion(ctx, w.scope, v.ID, a, by("审核员", "不好", 6))
		wantKind(t, err, errs.Conflict, string(a))
	}
	one := submit(`{"name": "1"}`)
	state(script.InReview, false, 1, 0)
	again := script.Version{Script: sc.ID, CreatedAt: t0}
	wantKind(t, s.Submit(ctx, w.scope, &again, 2), errs.Conflict, "a second version in review")
	refuse(one, script.Deploy)
	move(one, script.Refuse)
	state(script.Refused, false, 1, 0)
	if whole, err := s.Script(ctx, w.scope, sc.ID); err != nil || whole.Remark != "好" {
		t.Errorf("the reviewer's remark is %q (%v)", whole.Remark, err)
	}
	got, err := s.ScriptVersion(ctx, w.scope, one.ID)
	must(t, err)
	if got.Remark != "好" || got.Reviewer != "审核员" || !got.ReviewedAt.Equal(t0.Add(5*time.Minute)) || got.Note != "请审" || got.Author != 7 || got.By != "王芳" || string(got.Report) != "{}" || string(got.Source) != `{"name": "1"}` {
		t.Errorf("the refused version is %+v", got)
	}
	for _, a := range script.Actions() {
		refuse(one, a)
	}
	two := submit(`{"name": "2"}`)
	move(two, script.Withdraw)
	state(script.Refused, true, 1, 0) // what was taken back can be submitted again as it is
	three := submit(`{"name": "3"}`)
	move(three, script.Approve)
	state(script.Live, false, 3, 0)
	move(three, script.Deploy)
	state(script.Live, false, 3, 3)
	refuse(three, script.Deploy)
	c.Script = sc.ID
	must(t, s.CreateCampaign(ctx, w.scope, &c))
	if c.Speaks != three.ID {
		t.Errorf("the campaign speaks version %d, want %d", c.Speaks, three.ID)
	}
	done := w.aCampaign("已完成")
	done.Script, done.State = sc.ID, campaign.Finished
	must(t, s.CreateCampaign(ctx, w.scope, &done))
	four := submit(`{"name": "4"}`)
	state(script.InReview, false, 4, 3)
	move(four, script.Approve)
	state(script.Live, false, 4, 3)
	moved, err := s.MoveVersion(ctx, w.scope, four.ID, script.Deploy, by("王芳", "", 9))
	must(t, err)
	if len(moved) != 1 || moved[0].Campaign != c.ID || moved[0].Tenant != w.tenant || moved[0].State != string(campaign.NotStarted) {
		t.Errorf("the deployment moved %+v", moved)
	}
	state(script.Live, false, 4, 4)
	for id, want := range map[campaign.ID]script.VersionID{c.ID: four.ID, done.ID: three.ID, w.camp: w.version} {
		got, err := s.Campaign(ctx, w.scope, id)
		must(t, err)
		if got.Speaks != want {
			t.Errorf("campaign %d speaks version %d, want %d", id, got.Speaks, want)
		}
	}
	list, err := s.Versions(ctx, w.scope, sc.ID)
	must(t, err)
	var states []script.State
	for _, v := range list {
		states = append(states, v.State)
		if v.Source != nil || v.Report != nil {
			t.Error("a list of versions holds their texts")
		}
	}
	if !slices.Equal(states, []script.State{script.Deployed, script.Live, script.Withdrawn, script.Refused}) {
		t.Errorf("versions are %v", states)
	}
	move(three, script.Deploy) // back to the earlier one
	state(script.Live, false, 4, 3)
	five := submit(`{"name": "5"}`)
	move(five, script.Refuse)
	state(script.Refused, false, 5, 3)
	six := submit(`{"name": "6"}`)
	move(six, script.Withdraw)
	state(script.Refused, true, 5, 3)
	labels, err := s.VersionLabels(ctx, w.scope, []script.VersionID{three.ID, w.version, 999})
	must(t, err)
	if len(labels) != 2 || labels[three.ID] != (script.Label{Script: sc.ID, Name: "生命", Number: 3}) {
		t.Errorf("labels %+v", labels)
	}
	// Changing a campaign's script takes that one's version; changing anything else leaves it.
	other, err := s.Campaign(ctx, w.scope, c.ID)
	must(t, err)
	changed := other
	changed.Script, changed.UpdatedAt = w.script, other.UpdatedAt.Add(time.Second)
	must(t, s.UpdateCampaign(ctx, w.scope, changed, other.Version()))
	other, err = s.Campaign(ctx, w.scope, c.ID)
	must(t, err)
	if other.Speaks != w.version {
		t.Errorf("after its script was changed the campaign speaks version %d, want %d", other.Speaks, w.version)
	}
}

// testDeployAtOnce deploys two versions again and again while campaigns are made and changed: in the end one is deployed and
// every unfinished campaign speaks it.
func testDeployAtOnce(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	ids := []script.VersionID{w.version}
	for i := range 2 {
		d, err := s.Draft(ctx, w.scope, w.script)
		must(t, err)
		d.Document = fmt.Appendf(nil, `{"name": "%d"}`, i)
		must(t, s.SaveDraft(ctx, w.scope, &d, 0))
		v := script.Version{Script: w.script, CreatedAt: t0}
		must(t, s.Submit(ctx, w.scope, &v, d.Revision))
		_, err = s.MoveVersion(ctx, w.scope, v.ID, script.Approve, by("x", "", 1))
		must(t, err)
		ids = append(ids, v.ID)
	}
	together(t, 9, func(i int) error {
		if i%3 == 2 {
			c := w.aCampaign(fmt.Sprint("c", i))
			if err := s.CreateCampaign(ctx, w.scope, &c); err != nil {
				return err
			}
			seen, err := s.Campaign(ctx, w.scope, c.ID)
			if err != nil {
				return err
			}
			c = seen
			c.Name, c.UpdatedAt = "renamed", seen.UpdatedAt.Add(time.Second)
			return s.UpdateCampaign(ctx, w.scope, c, seen.Version())
		}
		_, err := s.MoveVersion(ctx, w.scope, ids[i%3], script.Deploy, by("x", "", i))
		if errs.Is(err, errs.Conflict) {
			return nil // it was deployed already
		}
		return err
	})
	got, err := s.Script(ctx, w.scope, w.script)
	must(t, err)
	list, err := s.Versions(ctx, w.scope, w.script)
	must(t, err)
	deployed := 0
	for _, v := range list {
		if v.State == script.Deployed {
			deployed++
		}
	}
	if deployed != 1 {
		t.Errorf("%d versions are deployed", deployed)
	}
	all, err := s.Campaigns(ctx, w.scope, campaign.Filter{}, 0, 100)
	must(t, err)
	for _, c := range all {
		if c.Speaks != got.Deployed.ID {
			t.Errorf("campaign %q speaks version %d, deployed is %d", c.Name, c.Speaks, got.Deployed.ID)
		}
	}
}

func testHolders(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	found := func(name string, kind tenant.Kind) *access.Founding {
		f := &access.Founding{Tenant: tenant.Tenant{Kind: kind, Name: name, Code: name, Zone: "Asia/Shanghai", CreatedAt: t0}, Account: name, Name: name, PasswordHash: "x"}
		must(t, s.FoundTenant(ctx, all, f))
		return f
	}
	top, shop := found("top", tenant.Operator), found("shop", tenant.Merchant)
	for _, template := range []access.Template{access.Administrator, access.Member} {
		u := access.User{Tenant: top.Tenant.ID, Account: "x-" + string(template), Role: top.Roles[template], Unit: top.Unit, CreatedAt: t0}
		must(t, s.CreateUser(ctx, tenant.Of(top.Tenant.ID), &u))
	}
	for _, c := range []struct {
		scope tenant.Scope
		kind  tenant.Kind
		p     access.Permission
		want  int
	}{
		{all, tenant.Operator, access.ScriptsReview, 2}, {all, tenant.Operator, access.ScriptsView, 3}, {all, tenant.Merchant, access.ScriptsReview, 0},
		{all, tenant.Merchant, access.ScriptsDeploy, 1}, {tenant.Of(shop.Tenant.ID), tenant.Operator, access.ScriptsReview, 0},
	} {
		got, err := s.Holders(ctx, c.scope, c.kind, c.p)
		must(t, err)
		if len(got) != c.want {
			t.Errorf("%d members of a %s hold %s, want %d", len(got), c.kind, c.p, c.want)
		}
	}
}

func testReviews(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	top := tenant.Tenant{Kind: tenant.Operator, Name: "平台", Zone: "Asia/Shanghai", CreatedAt: t0}
	must(t, s.CreateTenant(ctx, all, &top))
	under := func(parent tenant.ID, kind tenant.Kind, name string) *world {
		tn := tenant.Tenant{Parent: parent, Kind: kind, Name: name, Zone: "Asia/Shanghai", CreatedAt: t0}
		must(t, s.CreateTenant(ctx, all, &tn))
		return worldOf(t, s, tn)
	}
	up := under(top.ID, tenant.Reseller, "代理")
	low, aside := under(up.tenant, tenant.Merchant, "商家"), under(top.ID, tenant.Merchant, "旁边")
	d, err := s.Draft(ctx, low.scope, low.script)
	must(t, err)
	v := script.Version{Script: low.script, By: "王芳", CreatedAt: t0}
	must(t, s.Submit(ctx, low.scope, &v, d.Revision))
	waiting := func(scope tenant.Scope) int {
		t.Helper()
		l, err := s.Reviews(ctx, scope, script.InReview, 0, 10)
		must(t, err)
		return len(l)
	}
	for scope, want := range map[tenant.Scope]int{tenant.Of(top.ID): 1, up.scope: 1, low.scope: 1, aside.scope: 0} {
		if n := waiting(scope); n != want {
			t.Errorf("%v sees %d reviews, want %d", scope, n, want)
		}
	}
	r, err := s.Review(ctx, tenant.Of(top.ID), v.ID)
	must(t, err)
	if r.Company != "商家" || r.Name != "回访" || r.Tenant != low.tenant || string(r.Source) != "start: hello" {
		t.Errorf("the review is %+v", r)
	}
	_, err = s.Review(ctx, aside.scope, v.ID)
	wantKind(t, err, errs.NotFound, "a neighbour's review")

	// The market: what a company above shares.
	shared, err := s.Script(ctx, up.scope, up.script)
	must(t, err)
	shared.Shared = true
	must(t, s.ChangeScript(ctx, up.scope, shared))
	for w, want := range map[*world]int{low: 1, up: 0, aside: 0} {
		l, err := s.Offers(ctx, w.scope)
		must(t, err)
		if len(l) != want {
			t.Errorf("%d offers, want %d", len(l), want)
		}
	}
	o, err := s.Offer(ctx, low.scope, shared.Code)
	must(t, err)
	if o.Company != "代理" || string(o.Version.Source) != "start: hello" || o.Script.ID != up.script {
		t.Errorf("the offer is %+v", o)
	}
	_, err = s.Offer(ctx, aside.scope, shared.Code)
	wantKind(t, err, errs.NotFound, "an offer for others")
}

func testRecordings(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	put := func(key, path string) {
		t.Helper()
		must(t, s.PutRecording(ctx, w.scope, &script.Recording{Script: w.script, Key: key, Text: "您好", Path: path, Duration: 1500 * time.Millisecond, LevelDB: -20.5, CreatedBy: "王芳", CreatedAt: t0}))
	}
	put("a", "one")
	put("a", "two")
	put("b#1", "three")
	d, err := s.Draft(ctx, w.scope, w.script)
	must(t, err)
	v := script.Version{Script: w.script, CreatedAt: t0}
	must(t, s.Submit(ctx, w.scope, &v, d.Revision))
	must(t, s.DeleteRecording(ctx, w.scope, w.script, "b#1"))
	wantKind(t, s.DeleteRecording(ctx, w.scope, w.script, "b#1"), errs.NotFound, "a recording that is gone")
	put("a", "four")
	paths := func(id script.ID, version script.VersionID) (out []string) {
		t.Helper()
		l, err := s.Recordings(ctx, w.scope, id, version)
		must(t, err)
		for _, r := range l {
			out = append(out, r.Key+"="+r.Path)
			if r.Text != "您好" || r.Duration != 1500*time.Millisecond || r.LevelDB != -20.5 || r.Tenant != w.tenant || r.Version != version {
				t.Errorf("a recording reads %+v", r)
			}
		}
		slices.Sort(out)
		return out
	}
	if got := paths(w.script, v.ID); !slices.Equal(got, []string{"a=two", "b#1=three"}) {
		t.Errorf("the version has %v", got)
	}
	if got := paths(w.script, 0); !slices.Equal(got, []string{"a=four"}) {
		t.Errorf("the draft has %v", got)
	}
	sc := script.Script{Name: "副本", CreatedAt: t0}
	must(t, s.CopyScript(ctx, w.scope, &sc, []byte("{}"), w.script, v.ID))
	if got := paths(sc.ID, 0); !slices.Equal(got, []string{"a=two", "b#1=three"}) {
		t.Errorf("the copy has %v", got)
	}
	if d, err := s.Draft(ctx, w.scope, sc.ID); err != nil || string(d.Document) != "{}" || sc.Code == "" {
		t.Errorf("the copy's draft is %+v (%v)", d, err)
	}
	again := script.Script{Name: "副本 2", CreatedAt: t0}
	must(t, s.CopyScript(ctx, w.scope, &again, nil, w.script, 0))
	if got := paths(again.ID, 0); !slices.Equal(got, []string{"a=four"}) {
		t.Errorf("the copy of the draft has %v", got)
	}
}
