package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// audible is the level below which a channel holds nothing but line noise.
const audible = -50 // dBFS

// TestCampaignFromContactsToTranscripts runs every telephone part in this process, with nothing installed: every call must
// leave a CDR and a grade, every talk a transcript of both sides and audible sound of both, and nothing may be left running.
func TestCampaignFromContactsToTranscripts(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	cfg := config.Default()
	cfg.Data = t.TempDir()
	demoCommand{Robots: 10}.ephemeral(&cfg)
	cfg.Carrier.Speed, cfg.Carrier.Seed = 20, 3
	s, err := newStack(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	var sim *carriersim.Simulator
	err = s.startAll(ctx, s.startStore, s.startRedis, s.startSwitch, func(ctx context.Context) (err error) {
		sim, err = s.carrier(ctx, carriersim.Config{Keep: 100, Weights: map[string]int{
			"interested": 3, "refuses": 3, "interrupts": 2, "hangs-up-early": 1, "busy": 1, "vacant": 1, "postpones": 2}})
		return err
	}, s.startDialogue, s.startDialer)
	if err != nil {
		t.Fatal(err)
	}
	seed, err := s.seedDemo(ctx, simulatedTrunk(s.cfg.Carrier.Listen, 100, 50))
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.makeCampaign(ctx, seed, 12, 12, 3, campaign.Redial{MaxAttempts: 2, On: []call.Disposition{call.Busy}})
	if err != nil {
		t.Fatal(err)
	}
	await(ctx, t, s, c, func(_ campaign.Progress, st campaign.State) bool { return st == campaign.Finished })
	r, err := s.demoReport(ctx, c, sim)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.verdict(); err != nil {
		t.Error(err)
	}
	if r.Calls.Answered == 0 || r.ReplyLatency.N == 0 {
		t.Errorf("the seed makes callees talk, but the report is %+v", r)
	}
	spoke := make(map[string]bool)
	for _, k := range sim.Calls() {
		if len(k.Internal) > 0 {
			t.Errorf("the carrier was shown %v", k.Internal)
		}
		for _, said := range k.Said {
			spoke[k.Number] = spoke[k.Number] || !said.Ended.IsZero()
		}
	}
	calls, err := s.store.Calls(ctx, tenant.Of(c.Tenant), c.ID, call.Filter{}, call.Page{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range calls {
		checkCall(ctx, t, s, k, spoke[k.Number.String()])
	}
	checkLatencies(ctx, t, s, calls, sim.Calls())
	s.close()
	goleak.VerifyNone(t, ignore)
}

func checkCall(ctx context.Context, t *testing.T, s *stack, k call.Call, spoke bool) {
	t.Helper()
	scope := tenant.Of(k.Tenant)
	cdr, err := s.store.CDR(ctx, scope, k.UUID)
	if err != nil {
		t.Errorf("call %s: %v", k.UUID, err)
		return
	}
	person, err := s.store.Contact(ctx, scope, k.Contact)
	if err != nil || person.State != contact.Finished || person.Grade == "" || k.Grade == "" {
		t.Errorf("call %s: contact %+v, grade of the call %q, error %v", k.UUID, person, k.Grade, err)
	}
	if cdr.Outcome != k.Outcome || cdr.Grade != k.Grade {
		t.Errorf("call %s: CDR %+v differs from the call's %+v", k.UUID, cdr.Outcome, k.Outcome)
	}
	if !k.Outcome.Answered || !spoke {
		return
	}
	turns, err := s.store.Turns(ctx, scope, k.UUID)
	if err != nil {
		t.Fatal(err)
	}
	said := make(map[transcript.Speaker]int)
	for _, turn := range turns {
		if turn.Text != "" {
			said[turn.Speaker]++
		}
		if turn.Audio == "" && turn.Matched.Kind != transcript.MatchSilence {
			t.Errorf("call %s turn %d has no audio", k.UUID, turn.Seq)
		}
	}
	if said[transcript.Robot] == 0 || said[transcript.Callee] == 0 {
		t.Errorf("call %s: words by speaker %v", k.UUID, said)
	}
	left, right := levels(t, filepath.Join(s.cfg.RecordingsDir(), filepath.FromSlash(k.Recording)))
	if left < audible || right < audible {
		t.Errorf("call %s: callee at %.1f dBFS, robot at %.1f dBFS", k.UUID, left, right)
	}
}

// levels measures both channels of a stereo recording.
func levels(t *testing.T, path string) (left, right float64) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const header = 44
	if len(b) <= header || binary.LittleEndian.Uint16(b[22:]) != 2 {
		t.Fatalf("%s is no stereo recording", path)
	}
	var l, r []int16
	for b = b[header:]; len(b) >= 4; b = b[4:] {
		l = append(l, int16(binary.LittleEndian.Uint16(b)))
		r = append(r, int16(binary.LittleEndian.Uint16(b[2:])))
	}
	return audio.LevelDB(l), audio.LevelDB(r)
}

func TestDaytimeIsAlwaysInsideTheWindow(t *testing.T) {
	for hour := range 24 {
		now := time.Date(2026, 3, 1, hour, 30, 0, 0, time.UTC)
		w := campaign.Window{Zone: daytime(now), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest}
		if open, _ := w.Open(now); !open {
			t.Errorf("at %02d:30 UTC the zone %s is not in its window", hour, w.Zone)
		}
		if open, _ := w.Open(now.Add(7 * time.Hour)); !open {
			t.Errorf("seven hours after %02d:30 UTC the zone %s has left its window", hour, w.Zone)
		}
	}
}

func TestReportIsAContract(t *testing.T) {
	var b strings.Builder
	if err := json.NewEncoder(&b).Encode(newDemoReport()); err != nil {
		t.Fatal(err)
	}
	want := `{"calls":{"placed":0,"answered":0,"by_disposition":{},"by_end_reason":{}},"contacts":{"total":0,"finished":0,"lost":0,"called_twice":0},` +
		`"turns":0,"reply_latency_ms":{"p50":0,"p95":0,"n":0},"barge_in_stop_ms":{"p50":0,"p95":0,"n":0},"data_dir":""}` + "\n"
	if b.String() != want {
		t.Errorf("got  %s\nwant %s", b.String(), want)
	}
}

func TestVerdict(t *testing.T) {
	var r demoReport
	r.Contacts.Total, r.Contacts.Finished = 5, 5
	if err := r.verdict(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*demoReport){
		"lost":       func(r *demoReport) { r.Contacts.Lost = 1 },
		"twice":      func(r *demoReport) { r.Contacts.CalledTwice = 1 },
		"unfinished": func(r *demoReport) { r.Contacts.Finished = 4 },
	} {
		bad := r
		spoil(&bad)
		if bad.verdict() == nil {
			t.Errorf("%s: a demo that lost count of its contacts passed", name)
		}
	}
}
