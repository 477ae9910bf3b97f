package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/retention"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
	"github.com/outdial/outdial/shared/unmatched"
)

// testIsolation lets a second tenant try every method on what the first one owns.
func testIsolation(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w, other := newWorld(t, s), newWorld(t, s)
	u := access.User{Account: "a", PasswordHash: "x"}
	must(t, s.CreateUser(ctx, w.scope, &u))
	role := access.Role{Name: "r", DataScope: access.ScopeOwn, UpdatedAt: t0}
	must(t, s.CreateRole(ctx, w.scope, &role))
	third := found(t, s, "third", "third") // a founded tenant has a unit
	unit, err := s.Unit(ctx, third.scope, third.Unit)
	must(t, err)
	v := access.Session{TokenHash: "t", ID: "t", User: u.ID, ExpiresAt: t0}
	must(t, s.CreateSession(ctx, w.scope, v))
	imp := w.anImport()
	must(t, s.AddRejections(ctx, w.scope, imp.ID, []contact.Rejection{{Row: 1}}))
	c := w.begin()
	must(t, s.AddTurn(ctx, w.scope, aTurn(c, 1)))
	must(t, s.EndConversation(ctx, w.scope, transcript.Conversation{Call: c.UUID}))
	over := w.begin()
	must(t, s.FinishCall(ctx, w.scope, end(over)))
	w.contacts(2)
	claimed := w.claim(1)[0]
	tr, err := s.Trunk(ctx, w.scope, w.trunk)
	must(t, err)
	group := w.group("投诉", time.Time{})
	w.list(group, c.Number)
	listed, err := s.Numbers(ctx, w.scope, group.ID, "", "", 10)
	must(t, err)

	desk := w.agents("客服")

	them := other.scope
	one := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"Tenant":             one(s.Tenant(ctx, them, w.tenant)),
		"CreateUser":         s.CreateUser(ctx, them, &access.User{Tenant: w.tenant, Account: "b"}),
		"UserByAccount":      one(s.UserByAccount(ctx, them, "a")),
		"User":               one(s.User(ctx, them, u.ID)),
		"FoundTenant":        asMissing(s.FoundTenant(ctx, them, &access.Founding{})),
		"UserBySignIn":       one(s.UserBySignIn(ctx, them, access.SignInName{Account: "a"})),
		"Member":             one(s.Member(ctx, them, u.ID)),
		"UpdateUser":         s.UpdateUser(ctx, them, u, u),
		"Role":               one(s.Role(ctx, them, role.ID)),
		"CreateRole":         s.CreateRole(ctx, them, &access.Role{Tenant: w.tenant, Name: "x"}),
		"UpdateRole":         s.UpdateRole(ctx, them, &role, t0),
		"DeleteRole":         s.DeleteRole(ctx, them, role.ID),
		"Unit":               one(s.Unit(ctx, them, unit.ID)),
		"CreateUnit":         s.CreateUnit(ctx, them, &org.Unit{Tenant: third.Tenant.ID, Parent: unit.ID, Name: "x"}),
		"below its unit":     s.CreateUnit(ctx, them, &org.Unit{Parent: unit.ID, Name: "x"}),
		"UpdateUnit":         s.UpdateUnit(ctx, them, unit),
		"DeleteUnit":         s.DeleteUnit(ctx, them, unit.ID),
		"SignIn":             one(s.SignIn(ctx, them, access.Session{TokenHash: "v", User: u.ID})),
		"SignIn elsewhere":   one(s.SignIn(ctx, them, access.Session{TokenHash: "v", User: u.ID, Tenant: w.tenant})),
		"Principal":          one(s.Principal(ctx, them, "t")),
		"EndSession":         s.EndSession(ctx, them, u.ID, "t"),
		"SetPassword":        s.SetPassword(ctx, them, u.ID, "y", true),
		"CreateSession":      s.CreateSession(ctx, them, access.Session{TokenHash: "u", User: u.ID}),
		"SessionByToken":     one(s.SessionByToken(ctx, them, "t")),
		"DeleteSession":      s.DeleteSession(ctx, them, "t"),
		"CreateScript":       s.CreateScript(ctx, them, &script.Script{Tenant: w.tenant}, nil),
		"PublishVersion":     s.PublishVersion(ctx, them, &script.Version{Script: w.script}),
		"ScriptVersion":      one(s.ScriptVersion(ctx, them, w.version)),
		"LatestVersion":      one(s.LatestVersion(ctx, them, w.script)),
		"Script":             one(s.Script(ctx, them, w.script)),
		"ChangeScript":       s.ChangeScript(ctx, them, script.Script{ID: w.script, Name: "x"}),
		"DeleteScript":       s.DeleteScript(ctx, them, w.script, t0),
		"Draft":              one(s.Draft(ctx, them, w.script)),
		"SaveDraft":          s.SaveDraft(ctx, them, &script.Draft{Script: w.script, Revision: 2}, 0),
		"Submit":             s.Submit(ctx, them, &script.Version{Script: w.script}, 2),
		"MoveVersion":        one(s.MoveVersion(ctx, them, w.version, script.Deploy, script.Decision{})),
		"Versions":           one(s.Versions(ctx, them, w.script)),
		"Review":             one(s.Review(ctx, them, w.version)),
		"PutRecording":       s.PutRecording(ctx, them, &script.Recording{Script: w.script, Key: "k"}),
		"DeleteRecording":    s.DeleteRecording(ctx, them, w.script, "k"),
		"CopyScript":         s.CopyScript(ctx, them, &script.Script{Tenant: w.tenant}, nil, other.script, 0),
		"CreateTrunk":        s.CreateTrunk(ctx, them, &trunk.Trunk{Tenant: w.tenant}),
		"UpdateTrunk":        s.UpdateTrunk(ctx, them, tr),
		"Trunk":              one(s.Trunk(ctx, them, w.trunk)),
		"CreateCampaign":     s.CreateCampaign(ctx, them, &campaign.Campaign{Tenant: w.tenant, Script: w.script, Trunk: w.trunk}),
		"with a script":      s.CreateCampaign(ctx, them, &campaign.Campaign{Script: w.script, Trunk: other.trunk}),
		"with a trunk":       s.CreateCampaign(ctx, them, &campaign.Campaign{Script: other.script, Trunk: w.trunk}),
		"Campaign":           one(s.Campaign(ctx, them, w.camp)),
		"MoveCampaign":       s.MoveCampaign(ctx, them, w.camp, campaign.States(), campaign.Finished, "", t0),
		"CampaignProgress":   one(s.CampaignProgress(ctx, them, w.camp)),
		"UpdateCampaign":     s.UpdateCampaign(ctx, them, campaign.Campaign{ID: w.camp}, campaign.Version{}),
		"DeleteCampaign":     s.DeleteCampaign(ctx, them, w.camp, campaign.States(), "", t0),
		"FeedersAlive":       one(s.FeedersAlive(ctx, them, w.camp)),
		"hand contacts to":   s.CreateCampaign(ctx, them, &campaign.Campaign{Script: other.script, Trunk: other.trunk, Redial: campaign.Redial{To: w.camp}}),
		"with a group":       s.CreateCampaign(ctx, them, &campaign.Campaign{Script: other.script, Trunk: other.trunk, DNC: dnc.Policy{Groups: []dnc.GroupID{group.ID}}}),
		"CreateGroup":        s.CreateGroup(ctx, them, &dnc.Group{Tenant: w.tenant}),
		"Group":              one(s.Group(ctx, them, group.ID)),
		"UpdateGroup":        s.UpdateGroup(ctx, them, group),
		"DeleteGroup":        s.DeleteGroup(ctx, them, group.ID),
		"AddNumber":          s.AddNumber(ctx, them, &dnc.Number{Group: group.ID, Number: number(t)}),
		"AddNumbers":         one(s.AddNumbers(ctx, them, []dnc.Number{{Group: group.ID, Number: number(t)}})),
		"Number":             one(s.Number(ctx, them, group.ID, listed[0].ID)),
		"Numbers":            one(s.Numbers(ctx, them, group.ID, "", "", 10)),
		"DeleteNumbers":      one(s.DeleteNumbers(ctx, them, group.ID, []dnc.NumberID{listed[0].ID})),
		"GroupImports":       one(s.GroupImports(ctx, them, group.ID)),
		"import into it":     s.CreateImport(ctx, them, &contact.Import{DNCGroup: group.ID}),
		"with agents":        s.CreateCampaign(ctx, them, &campaign.Campaign{Script: other.script, Trunk: other.trunk, AgentGroup: desk.ID}),
		"CreateAgentGroup":   s.CreateAgentGroup(ctx, them, &agent.Group{Tenant: w.tenant}),
		"AgentGroup":         one(s.AgentGroup(ctx, them, desk.ID)),
		"UpdateAgentGroup":   s.UpdateAgentGroup(ctx, them, desk),
		"DeleteAgentGroup":   s.DeleteAgentGroup(ctx, them, desk.ID),
		"AgentGroupMembers":  s.SetAgentGroupMembers(ctx, them, desk.ID, nil),
		"AgentCalled":        s.AgentCalled(ctx, them, u.ID, t0),
		"Withhold":           s.Withhold(ctx, them, claimed.Attempt.UUID, t0),
		"AddContact":         s.AddContact(ctx, them, &contact.Contact{Campaign: w.camp, Number: number(t)}),
		"Contact":            one(s.Contact(ctx, them, c.Contact)),
		"CountContacts":      one(s.CountContacts(ctx, them, w.camp)),
		"ContactCounts":      one(s.ContactCounts(ctx, them, w.camp, t0)),
		"ContactTail":        one(s.ContactTail(ctx, them, w.camp, t0)),
		"AddImported":        one(s.AddImported(ctx, them, w.rows(imp, 1))),
		"into its campaign":  one(s.AddImported(ctx, them, []contact.Contact{{Campaign: w.camp, Import: imp.ID, Number: number(t)}})),
		"into its import":    one(s.AddImported(ctx, them, []contact.Contact{{Campaign: other.camp, Import: imp.ID, Number: number(t)}})),
		"CreateImport":       s.CreateImport(ctx, them, &contact.Import{Campaign: w.camp}),
		"Import":             one(s.Import(ctx, them, imp.ID)),
		"Imports":            one(s.Imports(ctx, them, w.camp)),
		"UpdateImport":       s.UpdateImport(ctx, them, imp, contact.ImportQueued),
		"AddRejections":      s.AddRejections(ctx, them, imp.ID, []contact.Rejection{{Row: 2}}),
		"ClearRejections":    s.ClearRejections(ctx, them, imp.ID),
		"Rejections":         one(s.Rejections(ctx, them, imp.ID, 0, 10)),
		"Release":            s.Release(ctx, them, claimed.Attempt.UUID, t0),
		"Adopt":              s.Adopt(ctx, them, claimed.Attempt.UUID, "x", t0.Add(time.Hour), t0.Add(time.Hour)),
		"RobotUse":           one(s.RobotUse(ctx, them, w.tenant)),
		"AllotRobots":        s.AllotRobots(ctx, them, w.tenant, tenant.Only(1)),
		"LiveOnTrunk":        one(s.LiveOnTrunk(ctx, them, w.trunk)),
		"BeginDialing":       s.BeginDialing(ctx, them, w.aCall(claimed)),
		"MoveCall":           s.MoveCall(ctx, them, c, call.Created),
		"NoteTransfer":       s.NoteTransfer(ctx, them, c.UUID, call.TransferFailed, call.Agent{}),
		"NoteLine":           s.NoteLine(ctx, them, c.UUID, linestatus.Verdict{Status: linestatus.Human}),
		"FinishCall":         s.FinishCall(ctx, them, end(c)),
		"Call":               one(s.Call(ctx, them, c.UUID)),
		"Calls":              one(s.Calls(ctx, them, w.camp, call.Filter{}, call.Page{})),
		"CallsByID":          one(s.CallsByID(ctx, them, w.camp, []call.UUID{over.UUID})),
		"CountCalls":         one(s.CountCalls(ctx, them, w.camp, call.Filter{}, 1)),
		"ReadCalls":          one(s.ReadCalls(ctx, them, w.camp, []call.UUID{over.UUID}, t0)),
		"UnreadCalls":        one(s.UnreadCalls(ctx, them, w.camp, []call.UUID{over.UUID})),
		"HideCalls":          one(s.HideCalls(ctx, them, w.camp, []call.UUID{over.UUID}, t0)),
		"HiddenCalls":        one(s.HiddenCalls(ctx, them, w.camp, 1)),
		"ForgetCalls":        s.ForgetCalls(ctx, them, w.camp, []call.UUID{over.UUID}),
		"CDR":                one(s.CDR(ctx, them, over.UUID)),
		"Summarise":          one(s.Summarise(ctx, them, w.camp)),
		"AttemptedTwice":     one(s.AttemptedTwice(ctx, them, w.camp)),
		"AddTurn":            s.AddTurn(ctx, them, aTurn(c, 2)),
		"Turns":              one(s.Turns(ctx, them, c.UUID)),
		"EndConversation":    s.EndConversation(ctx, them, transcript.Conversation{Call: over.UUID}),
		"Conversation":       one(s.Conversation(ctx, them, c.UUID)),
		"Unmatched":          one(s.Unmatched(ctx, them, w.script, unmatched.Open)),
		"UnmatchedByID":      one(s.UnmatchedByID(ctx, them, w.script, []int64{1})),
		"SettleUnmatched":    one(s.SettleUnmatched(ctx, them, w.script, []int64{1}, unmatched.Open, unmatched.Ignored)),
		"its own turn there": s.AddTurn(ctx, them, transcript.Turn{Call: c.UUID, Seq: 3}),
	} {
		wantKind(t, err, errs.NotFound, name)
	}
	_, _, err = s.Latencies(ctx, them, w.camp, 2)
	wantKind(t, err, errs.NotFound, "Latencies")

	said, err := s.TurnsOf(ctx, them, []call.UUID{c.UUID})
	must(t, err)
	labels, err := s.LabelsOf(ctx, them, []call.UUID{c.UUID, over.UUID})
	must(t, err)
	people, err := s.ContactsByID(ctx, them, []contact.ID{c.Contact})
	must(t, err)
	spoken, err := s.Spoken(ctx, them, w.version, time.Time{}, 10)
	must(t, err)
	if len(said)+len(labels)+len(people)+len(spoken) != 0 {
		t.Errorf("another tenant reads turns %v and contacts %v", said, people)
	}

	// Lists of everything show nothing of the first tenant, and what touches everything does not touch it.
	empty := func(name string, n int, err error) {
		t.Helper()
		must(t, err)
		if n != 0 {
			t.Errorf("%s reaches %d rows of another tenant", name, n)
		}
	}
	gotClaims, err := s.Claim(ctx, them, w.request(10))
	empty("Claim", len(gotClaims), err)
	agents, err := s.Agents(ctx, them)
	empty("Agents", len(agents), err)
	agentGroups, err := s.AgentGroups(ctx, them, 0, 10)
	empty("AgentGroups", len(agentGroups), err)
	of, err := s.AgentsOf(ctx, them, desk.ID)
	empty("AgentsOf", len(of), err)
	groups, err := s.Groups(ctx, them, 0, 10)
	empty("Groups", len(groups), err)
	hits, err := s.Listed(ctx, them, dnc.Policy{Enabled: true}, []contact.Number{c.Number}, t0)
	empty("Listed", len(hits), err)
	in, err := s.GroupsListing(ctx, them, c.Number, t0)
	empty("GroupsListing", len(in), err)
	attempts, err := s.LiveAttempts(ctx, them, "dialer-1", t0.Add(time.Hour))
	empty("LiveAttempts", len(attempts), err)
	imports, err := s.UnfinishedImports(ctx, them)
	empty("UnfinishedImports", len(imports), err)
	n, err := s.DeleteExpiredSessions(ctx, them, t0.Add(time.Hour))
	empty("DeleteExpiredSessions", int(n), err)
	must(t, s.RenewLeases(ctx, them, "dialer-1", t0.Add(24*time.Hour)))
	live, err := s.LiveAttempts(ctx, w.scope, "dialer-1", t0)
	must(t, err)
	if len(live) != 2 || !live[0].LeaseUntil.Equal(t0.Add(time.Minute)) {
		t.Errorf("another tenant renewed a lease: %+v", live)
	}
	theirs, err := s.Sessions(ctx, them, u.ID)
	empty("Sessions", len(theirs), err)
	ended, err := s.EndSessions(ctx, them, u.ID)
	empty("EndSessions", ended, err)
	must(t, s.SessionSeen(ctx, them, "t", t0.Add(time.Hour)))
	if v, err := s.SessionByToken(ctx, w.scope, "t"); err != nil || !v.SeenAt.IsZero() {
		t.Errorf("another tenant touched a session: %+v (%v)", v, err)
	}
	for name, list := range map[string]func() (int, error){
		"Members":     func() (int, error) { l, err := s.Members(ctx, them, access.Filter{}, 0, 10); return len(l) + 1, err },
		"Roles":       func() (int, error) { l, err := s.Roles(ctx, them); return len(l) + 1, err },
		"Units":       func() (int, error) { l, err := s.Units(ctx, them); return len(l) + 1, err },
		"Tenants":     func() (int, error) { l, err := s.Tenants(ctx, them); return len(l), err },
		"Scripts":     func() (int, error) { l, err := s.Scripts(ctx, them); return len(l), err },
		"Trunks":      func() (int, error) { l, err := s.Trunks(ctx, them); return len(l), err },
		"Campaigns":   func() (int, error) { l, err := s.Campaigns(ctx, them, campaign.Filter{}, 0, 10); return len(l), err },
		"CampaignsIn": func() (int, error) { l, err := s.CampaignsIn(ctx, them, campaign.States()...); return len(l), err },
		"own Calls": func() (int, error) {
			l, err := s.Calls(ctx, w.scope, w.camp, call.Filter{Live: true}, call.Page{})
			return len(l), err
		},
		"own Turns":    func() (int, error) { l, err := s.Turns(ctx, w.scope, c.UUID); return len(l), err },
		"own Rejected": func() (int, error) { l, err := s.Rejections(ctx, w.scope, imp.ID, 0, 10); return len(l), err },
	} {
		if n, err := list(); err != nil || n != 1 {
			t.Errorf("%s has %d rows (%v), want its own one", name, n, err)
		}
	}
}

// asMissing turns the refusal of what only the platform does into that of what does not exist.
func asMissing(err error) error {
	if errs.Is(err, errs.Forbidden) {
		return errs.Missing("tenant", 0)
	}
	return err
}

func testZeroScope(t *testing.T, s *store.Store) {
	ctx := t.Context()
	w := newWorld(t, s)
	c := w.begin()
	var none tenant.Scope
	one := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"CreateTenant": s.CreateTenant(ctx, none, &tenant.Tenant{}),
		"Tenants":      one(s.Tenants(ctx, none)),
		"FoundTenant":  s.FoundTenant(ctx, none, &access.Founding{}),
		"Members":      one(s.Members(ctx, none, access.Filter{}, 0, 1)),
		"UpdateUser":   s.UpdateUser(ctx, none, access.User{}, access.User{}),
		"Roles":        one(s.Roles(ctx, none)),
		"Units":        one(s.Units(ctx, none)),
		"Principal":    one(s.Principal(ctx, none, "x")),
		"CreateScript": s.CreateScript(ctx, none, &script.Script{Tenant: w.tenant}, nil),
		"FindScripts":  one(s.FindScripts(ctx, none, script.Filter{}, 0, 1)),
		"SaveDraft":    s.SaveDraft(ctx, none, &script.Draft{Script: w.script}, 0),
		"MoveVersion":  one(s.MoveVersion(ctx, none, w.version, script.Deploy, script.Decision{})),
		"Reviews":      one(s.Reviews(ctx, none, "", 0, 1)),
		"Offers":       one(s.Offers(ctx, none)),
		"Recordings":   one(s.Recordings(ctx, none, w.script, 0)),
		"Prune":        one(s.Prune(ctx, none, retention.Operations, t0, 1)),
		"Labels":       one(s.VersionLabels(ctx, none, []script.VersionID{w.version})),
		"Campaigns":    one(s.Campaigns(ctx, none, campaign.Filter{}, 0, 1)),
		"AddContact":   s.AddContact(ctx, none, &contact.Contact{Tenant: w.tenant, Campaign: w.camp, Number: number(t)}),
		"AddImported":  one(s.AddImported(ctx, none, nil)),
		"AddNumbers":   one(s.AddNumbers(ctx, none, nil)),
		"Groups":       one(s.Groups(ctx, none, 0, 1)),
		"AgentGroups":  one(s.AgentGroups(ctx, none, 0, 1)),
		"Agents":       one(s.Agents(ctx, none)),
		"AgentsOf":     one(s.AgentsOf(ctx, none, 1)),
		"Listed":       one(s.Listed(ctx, none, dnc.Policy{Enabled: true}, []contact.Number{c.Number}, t0)),
		"Withhold":     s.Withhold(ctx, none, c.UUID, t0),
		"Claim":        one(s.Claim(ctx, none, w.request(1))),
		"RenewLeases":  s.RenewLeases(ctx, none, "dialer-1", t0),
		"MoveCall":     s.MoveCall(ctx, none, c, call.Created),
		"NoteTransfer": s.NoteTransfer(ctx, none, c.UUID, call.TransferFailed, call.Agent{}),
		"NoteLine":     s.NoteLine(ctx, none, c.UUID, linestatus.Verdict{Status: linestatus.Human}),
		"FinishCall":   s.FinishCall(ctx, none, end(c)),
		"Call":         one(s.Call(ctx, none, c.UUID)),
		"Turns":        one(s.Turns(ctx, none, c.UUID)),
		"AddTurn":      s.AddTurn(ctx, none, aTurn(c, 1)),
	} {
		wantKind(t, err, errs.Internal, name)
	}
	wantKind(t, s.CreateScript(ctx, tenant.Platform(), &script.Script{}, nil), errs.Invalid, "the platform's row without a tenant")
}

// anyText are texts that have broken stores before.
var anyText = []string{
	"", " ", "'", `"`, "`", `\`, `\'`, `\0`, "%", "_", ";", "--", "#", "/* x */", "'; DROP TABLE calls; --", `" OR ""="`, "?", "??", "$1", ":name", "@x", "{}", "[]",
	"NULL", "\\N", "0", "1e9", "a\x00b", "\t\r\n", "\u202e\u200b\ufeff", "王小明", "ｗｉｄｅ", "é", "e\u0301", "İı", "ß", "😀", "👨‍👩‍👧‍👦", "𠮷", "\U0010ffff", "bad \xff utf8",
}

// readAs is what a text comes back as: itself, unless it was not UTF-8.
func readAs(s string) string {
	if s == "bad \xff utf8" {
		return "bad \ufffd utf8"
	}
	return s
}

func testAnyText(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	w := newWorld(t, s)
	c := w.begin()
	for i, in := range anyText {
		want := readAs(in)
		camp := w.aCampaign(in)
		camp.Description, camp.CreatedBy, camp.Reason = in, in, in
		must(t, s.CreateCampaign(ctx, w.scope, &camp))
		gotCamp, err := s.Campaign(ctx, w.scope, camp.ID)
		must(t, err)
		if gotCamp.Name != want || gotCamp.Description != want || gotCamp.CreatedBy != want || gotCamp.Reason != want {
			t.Errorf("%q: the campaign reads %+v", in, gotCamp)
		}
		if in != "" {
			found, err := s.Campaigns(ctx, w.scope, campaign.Filter{Name: in}, 0, 10_000)
			must(t, err)
			if len(found) == 0 || found[0].ID != camp.ID {
				t.Errorf("%q is not found by its name", in)
			}
		}
		ct := contact.Contact{Campaign: w.camp, Number: number(t), Name: in, Vars: map[string]string{"k" + want: in}}
		must(t, s.AddContact(ctx, w.scope, &ct))
		gotContact, err := s.Contact(ctx, w.scope, ct.ID)
		must(t, err)
		if gotContact.Name != want || gotContact.Vars["k"+want] != want {
			t.Errorf("%q: the contact reads %+v", in, gotContact)
		}
		turn := aTurn(c, i+1)
		turn.Text, turn.Node, turn.Audio, turn.Matched.Rule, turn.Matched.Intent, turn.Matched.RunnerUp = in, in, in, in, in, in
		must(t, s.AddTurn(ctx, all, turn))
		sc := script.Script{Name: in}
		must(t, s.CreateScript(ctx, w.scope, &sc, nil))
		v := script.Version{Script: sc.ID, Source: []byte(in)}
		must(t, s.PublishVersion(ctx, w.scope, &v))
		gotVersion, err := s.LatestVersion(ctx, w.scope, sc.ID)
		must(t, err)
		if string(gotVersion.Source) != in {
			t.Errorf("%q: the source reads %q", in, gotVersion.Source)
		}
		imp := contact.Import{Campaign: w.camp, FileName: in, Source: in, Reason: in, FilePath: in}
		must(t, s.CreateImport(ctx, w.scope, &imp))
		gotImport, err := s.Import(ctx, w.scope, imp.ID)
		must(t, err)
		if gotImport.FileName != want || gotImport.Source != want || gotImport.Reason != want || gotImport.FilePath != want {
			t.Errorf("%q: the import reads %+v", in, gotImport)
		}
		row := contact.Contact{Tenant: w.tenant, Campaign: w.camp, Number: number(t), Name: in, Vars: map[string]string{"k": in}, Import: imp.ID, ImportRow: 1}
		taken, err := s.AddImported(ctx, w.scope, []contact.Contact{row})
		must(t, err)
		if !taken[0] {
			t.Errorf("%q: the imported contact was not taken", in)
		}
		_, err = s.UserByAccount(ctx, all, in)
		wantKind(t, err, errs.NotFound, "account "+in)
		_, err = s.Call(ctx, all, call.UUID(in))
		wantKind(t, err, errs.NotFound, "call "+in)
	}
	turns, err := s.Turns(ctx, w.scope, c.UUID)
	must(t, err)
	for i, turn := range turns {
		if want := readAs(anyText[i]); turn.Text != want || turn.Node != want || turn.Audio != want || turn.Matched.Rule != want || turn.Matched.Intent != want {
			t.Errorf("%q: the turn reads %+v", anyText[i], turn)
		}
	}
	names := map[string]bool{}
	for _, got := range w.claim(1000) {
		names[got.Contact.Name] = true
	}
	for _, in := range anyText {
		if !names[readAs(in)] {
			t.Errorf("no claimed contact is called %q", in)
		}
	}
	f := end(c)
	f.Call.Outcome.Cause, f.Call.Recording = "'\\😀", "'\\😀"
	must(t, s.FinishCall(ctx, all, f))
	got, err := s.Call(ctx, w.scope, c.UUID)
	must(t, err)
	if got != f.Call {
		t.Errorf("stored %+v, read %+v", f.Call, got)
	}
}

// testNoClock works at three times far from now; a store that asked its own clock would put its time somewhere.
func testNoClock(t *testing.T, s *store.Store) {
	ctx, all := t.Context(), tenant.Platform()
	for _, at := range []time.Time{time.Date(1971, 1, 1, 0, 0, 0, 0, time.UTC), t0, time.Date(2190, 12, 31, 23, 59, 59, 999_999_000, time.FixedZone("x", 5*3600))} {
		w := newWorld(t, s)
		c := contact.Contact{Campaign: w.camp, Number: number(t), NotBefore: at, CreatedAt: at, UpdatedAt: at}
		must(t, s.AddContact(ctx, w.scope, &c))
		r := w.request(1)
		r.Now = at.Add(-time.Microsecond)
		got, err := s.Claim(ctx, all, r)
		must(t, err)
		if len(got) != 0 {
			t.Fatalf("at %v: claimed a microsecond early", at)
		}
		r.Now = at
		got, err = s.Claim(ctx, all, r)
		must(t, err)
		if len(got) != 1 || !got[0].Attempt.CreatedAt.Equal(at) || !got[0].Attempt.LeaseUntil.Equal(at.Add(time.Minute)) || !got[0].Contact.CreatedAt.Equal(at) {
			t.Fatalf("at %v: claimed %+v", at, got)
		}
		v := w.aCall(got[0])
		v.Times.Created = at
		must(t, s.BeginDialing(ctx, all, v))
		f := call.Finish{Call: v, At: at.Add(time.Second)}
		f.Call.State, f.Call.Times.Ended = call.Ended, at.Add(time.Second)
		must(t, s.FinishCall(ctx, all, f))
		back, err := s.Contact(ctx, w.scope, c.ID)
		must(t, err)
		d, err := s.CDR(ctx, w.scope, v.UUID)
		must(t, err)
		if !back.UpdatedAt.Equal(f.At) || !d.Times.Created.Equal(at) || !d.Times.Ended.Equal(f.At) || !d.Times.Answered.IsZero() {
			t.Errorf("at %v: contact %+v, CDR %+v", at, back, d)
		}
	}
}

func testContexts(t *testing.T, s *store.Store) {
	w := newWorld(t, s)
	c := w.begin()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	one := func(_ any, err error) error { return err }
	for name, err := range map[string]error{
		"FinishCall": s.FinishCall(ctx, tenant.Platform(), end(c)),
		"Call":       one(s.Call(ctx, w.scope, c.UUID)),
		"Claim":      one(s.Claim(ctx, w.scope, w.request(1))),
		"AddContact": s.AddContact(ctx, w.scope, &contact.Contact{Campaign: w.camp, Number: number(t)}),
	} {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want the context's end", name, err)
		}
	}
	must(t, s.FinishCall(t.Context(), tenant.Platform(), end(c)))
}
