// Package storetest is the conformance suite of the store: the same tests for every database. It knows the store through
// the domain's interfaces only and looks at no table.
package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// Open gives a test its own migrated, empty store and closes it with the test.
type Open func(t *testing.T) *store.Store

// Run runs the suite.
func Run(t *testing.T, open Open) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *store.Store)
	}{
		{"tenants", testTenants},
		{"the tree of tenants", testTenantTree},
		{"bans", testBans},
		{"bans and starts at once", testBanRace},
		{"allotted robots", testAllotRobots},
		{"reserved robots", testReserveRobots},
		{"robots given on and used at once", testAllotAndStartAtOnce},
		{"claims within a company's robots", testClaimRobots},
		{"operation log", testOperations},
		{"notifications", testNotifications},
		{"notified by many at once", testNotifyAtOnce},
		{"announcements", testAnnouncements},
		{"what has finished", testFinishedSince},
		{"users and sessions", testUsers},
		{"founding", testFounding},
		{"members", testMembers},
		{"the last administrator", testLastAdministrator},
		{"units", testUnits},
		{"roles", testRoles},
		{"principals", testPrincipal},
		{"sign-ins", testSignIns},
		{"scripts", testScripts},
		{"drafts", testDrafts},
		{"a version's life", testVersionLife},
		{"deployments at once", testDeployAtOnce},
		{"reviews and offers", testReviews},
		{"recordings of scripts", testRecordings},
		{"who holds a permission", testHolders},
		{"trunks", testTrunks},
		{"campaigns", testCampaigns},
		{"campaign states", testCampaignStates},
		{"campaign changes", testCampaignChanges},
		{"campaign deletion", testCampaignDeletion},
		{"redial targets", testRedialTargets},
		{"hand-over", testHandOver},
		{"WeChat robots", testWeChatRobots},
		{"pushes are queued", testPushesAreQueued},
		{"a push's life", testPushLife},
		{"pushes by many", testPushesByMany},
		{"pushes of a deleted robot", testPushesOfADeletedRobot},
		{"views", testViews},
		{"views of groups", testViewOfGroups},
		{"agent groups", testAgentGroups},
		{"extensions", testExtensions},
		{"listenings", testListenings},
		{"who may go on listening", testListeningAllowed},
		{"a listening beside the call's end", testLateListening},
		{"a listening that nobody saw", testUnseenListening},
		{"listenings of one member at once", testListeningAtOnce},
		{"do-not-call groups", testDNCGroups},
		{"do-not-call numbers", testDNCNumbers},
		{"do-not-call imports", testDNCImport},
		{"listed numbers", testDNCListed},
		{"screened claims", testScreenedClaims},
		{"screened lists", testScreenedLists},
		{"withheld calls", testWithhold},
		{"contacts", testContacts},
		{"imports", testImports},
		{"rejections", testRejections},
		{"imported contacts", testAddImported},
		{"import again after a crash", testImportAgain},
		{"claim order", testClaimOrder},
		{"claims by many", testClaimsByMany},
		{"release", testRelease},
		{"leases and adoption", testLeases},
		{"a call's life", testCallLife},
		{"finish without a call", testFinishWithoutCall},
		{"finish once", testFinishOnce},
		{"redial verdicts", testRedial},
		{"calls page by key", testCallPages},
		{"call filters", testCallFilters},
		{"call searches", testCallSearch},
		{"read calls", testReadCalls},
		{"deleted calls", testDeleteCalls},
		{"exports", testExports},
		{"summary", testSummary},
		{"call counts", testCallCounts},
		{"live calls", testLiveCalls},
		{"home", testHome},
		{"alarms", testAlarms},
		{"an alarm is raised once", testAlarmRaisedOnce},
		{"turns", testTurns},
		{"unmatched sentences", testUnmatched},
		{"old rows", testPrune},
		{"spoken calls", testSpoken},
		{"conversations", testConversations},
		{"one bad write among good ones", testBadAmongGood},
		{"any text", testAnyText},
		{"tenants are apart", testIsolation},
		{"the zero scope", testZeroScope},
		{"no clock", testNoClock},
		{"ended contexts", testContexts},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel() // most of the time goes by in waiting for the disk
			c.test(t, open(t))
		})
	}
}

// t0 is when everything in the suite happens; it lies in the past so that a store that reads its own clock shows.
var t0 = time.Date(2021, 3, 4, 5, 6, 7, 89_000, time.UTC)

// world is a tenant with all that a call needs.
type world struct {
	t       *testing.T
	s       *store.Store
	scope   tenant.Scope
	tenant  tenant.ID
	script  script.ID
	version script.VersionID
	trunk   trunk.ID
	camp    campaign.ID
}

func newWorld(t *testing.T, s *store.Store) *world {
	t.Helper()
	tn := tenant.Tenant{Kind: tenant.Merchant, Name: "商家", Zone: "Asia/Shanghai", CreatedAt: t0}
	must(t, s.CreateTenant(t.Context(), tenant.Platform(), &tn))
	return worldOf(t, s, tn)
}

// worldOf gives a tenant all that a call needs.
func worldOf(t *testing.T, s *store.Store, tn tenant.Tenant) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t, s: s, scope: tenant.Of(tn.ID), tenant: tn.ID}
	sc := script.Script{Name: "回访", CreatedAt: t0}
	must(t, s.CreateScript(ctx, w.scope, &sc, nil))
	v := script.Version{Script: sc.ID, Source: []byte("start: hello"), CreatedAt: t0}
	must(t, s.PublishVersion(ctx, w.scope, &v))
	tr := aTrunk()
	must(t, s.CreateTrunk(ctx, w.scope, &tr))
	w.script, w.version, w.trunk = sc.ID, v.ID, tr.ID
	w.camp = w.campaign("春季回访")
	return w
}

func aTrunk() trunk.Trunk {
	return trunk.Trunk{Name: "线路一", Address: "203.0.113.7:5060", CallerID: "02161234567", Prefix: "9", Concurrency: 30, CPS: 2.5,
		EarlyMedia: true, RingTimeout: 45 * time.Second, CreatedAt: t0}
}

func (w *world) campaign(name string) campaign.ID {
	w.t.Helper()
	c := w.aCampaign(name)
	must(w.t, w.s.CreateCampaign(w.t.Context(), w.scope, &c))
	return c.ID
}

func (w *world) aCampaign(name string) campaign.Campaign {
	return campaign.Campaign{Name: name, Description: "给老客户打电话", Script: w.script, Trunk: w.trunk, Robots: 5, EndOn: []linestatus.Status{linestatus.PoweredOff, linestatus.Machine}, StartMode: campaign.Scheduled,
		StartAt: t0.Add(time.Hour), Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: 9 * 60, To: 20 * 60},
		Redial: campaign.Redial{MaxAttempts: 3, Interval: 90 * time.Second, On: []call.Disposition{call.Busy, call.NoAnswer}},
		State:  campaign.NotStarted, CreatedBy: "王芳", CreatedAt: t0, UpdatedAt: t0}
}

var lastNumber atomic.Int64

// number makes a number that no other call of it makes.
func number(t *testing.T) contact.Number {
	t.Helper()
	n, err := contact.ParseNumber(fmt.Sprintf("138%08d", lastNumber.Add(1)), "CN")
	must(t, err)
	return n
}

// contacts adds n contacts that are due at t0.
func (w *world) contacts(n int) []contact.Contact {
	w.t.Helper()
	out := make([]contact.Contact, n)
	for i := range out {
		out[i] = contact.Contact{Campaign: w.camp, Number: number(w.t), Name: "李雷", Vars: map[string]string{"name": "李雷", "公司": "东方'贸易😀"}, State: contact.Waiting,
			NotBefore: t0, CreatedAt: t0, UpdatedAt: t0}
		must(w.t, w.s.AddContact(w.t.Context(), w.scope, &out[i]))
	}
	return out
}

func (w *world) claim(n int) []call.ClaimedContact {
	w.t.Helper()
	got, err := w.s.Claim(w.t.Context(), tenant.Platform(), w.request(n))
	must(w.t, err)
	return got
}

func (w *world) request(n int) call.ClaimRequest {
	return call.ClaimRequest{Campaign: w.camp, Limit: n, Holder: "dialer-1", Now: t0, Lease: time.Minute}
}

// aCall is the call of an attempt as the dialer begins it.
func (w *world) aCall(c call.ClaimedContact) call.Call {
	return call.Call{UUID: c.Attempt.UUID, Tenant: c.Attempt.Tenant, Campaign: c.Attempt.Campaign, Contact: c.Attempt.Contact, Ordinal: c.Attempt.Ordinal,
		Script: w.version, Trunk: w.trunk, RobotLeg: "0196f3a0-0000-7000-8000-00000000000a", Number: c.Contact.Number, Name: c.Contact.Name, Customer: contact.Customer(c.Contact.Vars),
		CallerID: "02161234567", State: call.Created, Times: call.Times{Created: t0}}
}

// begin claims one contact and begins its call.
func (w *world) begin() call.Call {
	w.t.Helper()
	w.contacts(1)
	got := w.claim(1)
	if len(got) != 1 {
		w.t.Fatalf("claimed %d contacts, want 1", len(got))
	}
	c := w.aCall(got[0])
	must(w.t, w.s.BeginDialing(w.t.Context(), tenant.Platform(), c))
	return c
}

// end fills in what the end of an answered call leaves.
func end(c call.Call) call.Finish {
	c.State = call.Ended
	c.Times.Ringing, c.Times.Early = t0.Add(time.Second), t0.Add(2*time.Second)
	c.Times.Answered, c.Times.Ended = t0.Add(3*time.Second), t0.Add(33*time.Second+5*time.Microsecond)
	c.Outcome = call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered,
		HungUpBy: call.PartyCallee, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}
	c.Grade, c.Turns, c.Recording, c.RecordingFrom, c.ReplyP50 = "B", 7, "2021/03/a.wav", t0.Add(2*time.Second), 321*time.Millisecond
	return call.Finish{Call: c, At: t0.Add(34 * time.Second)}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t *testing.T, err error, kind errs.Kind, what string) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%s: got %v, want an error of kind %s", what, err, kind)
	}
}

func ids[T any, K comparable](list []T, id func(T) K) []K {
	out := make([]K, 0, len(list))
	for _, v := range list {
		out = append(out, id(v))
	}
	return out
}

func reversed[T any](s []T) []T {
	out := slices.Clone(s)
	slices.Reverse(out)
	return out
}
