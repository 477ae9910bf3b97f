package main

import (
	"context"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/tenant"
)

// lineCall is one callee of the test and what must be known of the call afterwards.
type lineCall struct {
	behaviour string
	line      linestatus.Status // before the answer
	answered  linestatus.Status
	disp      call.Disposition
	ended     bool // for what the line said, at once
}

var lineCalls = []lineCall{
	{behaviour: "says-powered-off", line: linestatus.PoweredOff, disp: call.PoweredOff, ended: true},
	{behaviour: "says-suspended", line: linestatus.Suspended, disp: call.Suspended, ended: true},
	{behaviour: "says-in-call", line: linestatus.InCall, disp: call.Busy}, // not among those that end calls: the code says 480
	{behaviour: "busy-tone-480", line: linestatus.BusyTone, disp: call.Busy, ended: true},
	{behaviour: "unobtainable-tone", line: linestatus.UnobtainableTone, disp: call.Vacant},
	{behaviour: "vacant", line: linestatus.Vacant, disp: call.Vacant}, // 404: the code is exact as well
	{behaviour: "mailbox", answered: linestatus.Machine, disp: call.Answered, ended: true},
	{behaviour: "says-hello", answered: linestatus.Human, disp: call.Answered},
}

// TestWhatTheLineSays places calls over a switch whose callees are announced, or answer as machines and humans do, and looks at
// what is known of them and which of them were ended at once. It runs in real time, as long as a whole talk.
func TestWhatTheLineSays(t *testing.T) {
	esl := os.Getenv("OUTDIAL_TEST_FREESWITCH")
	t.Run("embedded", func(t *testing.T) { whatTheLineSays(t, demoCommand{Robots: len(lineCalls)}) })
	t.Run("freeswitch", func(t *testing.T) {
		if esl == "" {
			t.Skip("no FreeSWITCH: OUTDIAL_TEST_FREESWITCH names no event socket")
		}
		whatTheLineSays(t, demoCommand{Robots: len(lineCalls), ESL: esl, ESLPassword: os.Getenv("OUTDIAL_TEST_FREESWITCH_PASSWORD")})
	})
}

func whatTheLineSays(t *testing.T, d demoCommand) {
	if testing.Short() {
		t.Skip("-short: it listens to whole announcements")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	d.ephemeral(&cfg)
	cfg.Carrier.Speed = 16 // nothing is learnt from ringing
	s, err := newStack(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	s.drain = true
	parts := []func(context.Context) error{s.startStore, s.startRedis}
	if d.ESL == "" {
		parts = append(parts, s.startSwitch)
	}
	carrier := func(ctx context.Context) error {
		// On a busy machine the robot may come too late for the beginning of an announcement; networks say theirs more than once.
		_, err := s.carrier(ctx, carriersim.Config{Announcements: 2})
		return err
	}
	if err := s.startAll(ctx, append(parts, carrier, s.startDialogue, s.startDialer)...); err != nil {
		t.Fatal(err)
	}
	trunk := simulatedTrunk(s.cfg.Carrier.Listen, 100, 4)
	trunk.RingTimeout = time.Minute // a busy machine says its announcements slowly
	seed, err := s.seedDemo(ctx, trunk)
	if err != nil {
		t.Fatal(err)
	}
	now, scope := s.clock.Now(), tenant.Of(seed.tenant.ID)
	c := campaign.Campaign{Tenant: seed.tenant.ID, Name: "line", Script: seed.script.Script, Trunk: seed.trunk.ID, Robots: len(lineCalls),
		StartMode: campaign.Manual, State: campaign.NotStarted, CreatedBy: demoAccount, CreatedAt: now, UpdatedAt: now,
		Window: campaign.Window{Zone: daytime(now), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1}, Owner: int64(seed.agent.ID), Unit: int64(seed.agent.Unit),
		EndOn: []linestatus.Status{linestatus.PoweredOff, linestatus.Suspended, linestatus.BusyTone, linestatus.Machine}}
	if err := s.store.CreateCampaign(ctx, scope, &c); err != nil {
		t.Fatal(err)
	}
	wanted := map[contact.Number]lineCall{}
	var numbers []contact.Number
	for i, l := range lineCalls {
		digits, err := carriersim.NumberFor(l.behaviour, i)
		if err != nil {
			t.Fatal(err)
		}
		number, err := contact.ParseNumber(digits, "CN")
		if err != nil {
			t.Fatal(err)
		}
		wanted[number] = l
		numbers = append(numbers, number)
	}
	if err := s.addContacts(ctx, scope, c, numbers); err != nil {
		t.Fatal(err)
	}
	if err := s.act(ctx, c, campaign.Start); err != nil {
		t.Fatal(err)
	}
	if err := (demoCommand{Calls: len(lineCalls)}).await(ctx, s, c); err != nil {
		t.Fatal(err)
	}
	calls, err := s.store.Calls(ctx, scope, c.ID, call.Filter{}, call.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	if len(calls) != len(lineCalls) {
		t.Errorf("%d calls, want %d", len(calls), len(lineCalls))
	}
	for _, k := range calls {
		judgeLineCall(t, s, k, wanted[k.Number])
	}
}

func judgeLineCall(t *testing.T, s *stack, k call.Call, want lineCall) {
	t.Helper()
	o := k.Outcome
	t.Logf("%-18s SIP %d Q.850 %d %s, %s; line %+v; answered by %+v", want.behaviour, o.SIPCode, o.Q850, o.EndReason, o.Disposition, o.Line, o.AnsweredBy)
	if o.Line.Status != want.line || want.line != "" && !o.Line.Sure() {
		t.Errorf("%s: the line said %+v, want %q", want.behaviour, o.Line, want.line)
	}
	if o.AnsweredBy.Status != want.answered {
		t.Errorf("%s: answered by %+v, want %q", want.behaviour, o.AnsweredBy, want.answered)
	}
	if o.Disposition != want.disp || (o.EndReason == call.EndLineStatus) != want.ended {
		t.Errorf("%s: %s for %s, want %s, ended at once: %v", want.behaviour, o.Disposition, o.EndReason, want.disp, want.ended)
	}
	cdr, err := s.store.CDR(t.Context(), tenant.Of(k.Tenant), k.UUID)
	if err != nil || cdr.Outcome != o {
		t.Errorf("%s: the CDR says %+v (%v)", want.behaviour, cdr.Outcome, err)
	}
}
