package main

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// crashCalls is how many contacts the campaigns of these tests call.
const crashCalls = 200

// quickCallees ends most calls within seconds, so that a campaign of 200 is over soon and every way to end is met.
var quickCallees = map[string]int{
	"interested": 1, "refuses": 3, "hangs-up-early": 4, "drops-after-answer": 2, "busy": 2, "rejected": 1, "vacant": 1, "postpones": 2,
}

// TestKill kills each role in the middle of a campaign, starts it again and checks that every contact is accounted for:
// none lost, none called twice for one attempt, no lease left, no CDR doubled. It takes minutes, so `make test-crash` and
// CI run it and `make test` does not.
func TestKill(t *testing.T) {
	if os.Getenv("OUTDIAL_TEST_CRASH") == "" {
		t.Skip("kill -9 of dialer, dialogue and switch takes minutes: run `make test-crash`")
	}
	binary := filepath.Join(t.TempDir(), "outdial")
	build := exec.Command("go", "build", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	for _, role := range []string{"dialer", "dialogue", "switch"} {
		t.Run(role, func(t *testing.T) { killInTheMiddle(t, binary, role) })
	}
}

// process is one role as a process of its own.
type process struct {
	t    *testing.T
	args []string
	env  []string
	bin  string
	log  *os.File

	mu   sync.Mutex
	cmd  *exec.Cmd
	done chan struct{}
}

func (p *process) start() {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.cmd = exec.Command(p.bin, p.args...)
	p.cmd.Env = append(os.Environ(), p.env...)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	if err := p.cmd.Start(); err != nil {
		p.t.Fatalf("start %v: %v", p.args, err)
	}
	p.done = make(chan struct{})
	go func(cmd *exec.Cmd, done chan struct{}) {
		_ = cmd.Wait()
		close(done)
	}(p.cmd, p.done)
}

// signal sends a signal and waits for the end.
func (p *process) signal(sig syscall.Signal) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.cmd == nil {
		return
	}
	_ = p.cmd.Process.Signal(sig)
	select {
	case <-p.done:
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.done
	}
	p.cmd = nil
}

// freePorts finds ports that are free now; a role that is started again must find its old one.
func freePorts(t *testing.T, network string, n int) []string {
	t.Helper()
	var addrs []string
	for range n {
		var addr string
		if network == "tcp" {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			addr = l.Addr().String()
		} else {
			l, err := net.ListenPacket("udp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			addr = l.LocalAddr().String()
		}
		addrs = append(addrs, addr)
	}
	return addrs
}

func killInTheMiddle(t *testing.T, binary, victim string) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	tcp, udp := freePorts(t, "tcp", 2), freePorts(t, "udp", 3)
	cfg := config.Default()
	cfg.Data = t.TempDir()
	cfg.RedisListen, cfg.Switch.ESL = tcp[0], tcp[1]
	cfg.Carrier.Listen, cfg.Carrier.RTP, cfg.Carrier.Speed, cfg.Carrier.Seed = "127.0.0.1:0", config.Ports{Host: "127.0.0.1"}, 10, 11
	env := []string{
		"OUTDIAL_DATA=" + cfg.Data, "OUTDIAL_REDIS=" + tcp[0], "OUTDIAL_SWITCH_ESL=" + tcp[1], "OUTDIAL_SWITCH_PASSWORD=crash-test-password",
		"OUTDIAL_SWITCH_CARRIERS=" + udp[0], "OUTDIAL_SWITCH_EXTENSIONS=" + udp[1], "OUTDIAL_DIALOGUE_SIP=" + udp[2],
		"OUTDIAL_SWITCH_RTP_MIN=0", "OUTDIAL_SWITCH_RTP_MAX=0", "OUTDIAL_DIALOGUE_RTP_MIN=0", "OUTDIAL_DIALOGUE_RTP_MAX=0",
		"OUTDIAL_DIALER_LEASE=4s", "OUTDIAL_SWITCH_MEDIATIMEOUT=4s", "OUTDIAL_LOG_LEVEL=warn",
	}
	// This process holds store, Redis and carrier: they are not what is killed, and the carrier's own record of calls
	// is the proof that nobody was called twice.
	s, err := newStack(cfg, slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})))
	if err != nil {
		t.Fatal(err)
	}
	var sim *carriersim.Simulator
	if err := s.startAll(ctx, s.startStore, s.startRedis, func(ctx context.Context) (err error) {
		sim, err = s.carrier(ctx, carriersim.Config{Weights: quickCallees, Keep: 100 * crashCalls})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	defer s.close()

	roles := make(map[string]*process)
	for _, role := range []string{"switch", "dialogue", "dialer"} {
		log, err := os.Create(filepath.Join(cfg.Data, role+".log"))
		if err != nil {
			t.Fatal(err)
		}
		defer log.Close()
		p := &process{t: t, bin: binary, args: []string{role}, env: env, log: log}
		roles[role] = p
		if role == "dialer" {
			awaitTCP(ctx, t, tcp[1])
		}
		p.start()
		defer p.signal(syscall.SIGTERM)
	}
	defer func() {
		if t.Failed() {
			for role := range roles {
				text, _ := os.ReadFile(filepath.Join(cfg.Data, role+".log"))
				t.Logf("log of %s:\n%s", role, tail(string(text), 60))
			}
		}
	}()

	seed, err := s.seedDemo(ctx, simulatedTrunk(s.cfg.Carrier.Listen, 1000, 25))
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.demoCampaign(ctx, seed, crashCalls, 60, 5)
	if err != nil {
		t.Fatal(err)
	}
	await(ctx, t, s, c, func(p campaign.Progress, _ campaign.State) bool { return p.Finished >= crashCalls/4 && p.Calling > 10 })
	roles[victim].signal(syscall.SIGKILL)
	roles[victim].start()
	await(ctx, t, s, c, func(_ campaign.Progress, st campaign.State) bool { return st == campaign.Finished })
	account(ctx, t, s, c, sim)
}

func awaitTCP(ctx context.Context, t *testing.T, addr string) {
	t.Helper()
	for {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", addr)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("nothing listens on %s", addr)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// await polls the campaign until the condition holds.
func await(ctx context.Context, t *testing.T, s *stack, c campaign.Campaign, ok func(campaign.Progress, campaign.State) bool) {
	t.Helper()
	var p campaign.Progress
	for {
		now, err := s.store.Campaign(ctx, tenant.Of(c.Tenant), c.ID)
		if err == nil {
			p, err = s.store.CampaignProgress(ctx, tenant.Of(c.Tenant), c.ID)
		}
		if err == nil && ok(p, now.State) {
			return
		}
		select {
		case <-ctx.Done():
			t.Fatalf("campaign is %s (%s) with %+v; last error %v", now.State, now.Reason, p, err)
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// account proves that every contact, attempt, call and CDR fits.
func account(ctx context.Context, t *testing.T, s *stack, c campaign.Campaign, sim *carriersim.Simulator) {
	t.Helper()
	scope := tenant.Of(c.Tenant)
	r, err := s.demoReport(ctx, c, sim)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.verdict(); err != nil {
		t.Error(err)
	}
	if r.Contacts.Total != crashCalls {
		t.Errorf("%d contacts, want %d", r.Contacts.Total, crashCalls)
	}
	live, err := s.store.LiveAttempts(ctx, tenant.Platform(), s.cfg.Dialer.Name, time.Now().Add(24*time.Hour))
	if err != nil || len(live) > 0 {
		t.Errorf("%d attempts still hold a lease, error %v", len(live), err)
	}
	if n, err := s.store.LiveOnTrunk(ctx, tenant.Platform(), c.Trunk); err != nil || n > 0 {
		t.Errorf("%d channels of the trunk still count as used, error %v", n, err)
	}
	ended, cdrs := 0, 0
	for page := (call.Page{Limit: 500}); ; {
		list, err := s.store.Calls(ctx, scope, c.ID, call.Filter{}, page)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range list {
			if k.State != call.Ended {
				t.Errorf("call %s is still %s", k.UUID, k.State)
				continue
			}
			ended++
			if k.Grade == "" {
				t.Errorf("call %s has no grade", k.UUID)
			}
			if _, err := s.store.CDR(ctx, scope, k.UUID); err != nil {
				t.Errorf("call %s has no CDR: %v", k.UUID, err)
				continue
			}
			cdrs++
		}
		if len(list) < page.Limit {
			break
		}
		page.Before = list[len(list)-1].UUID
	}
	if ended != r.Calls.Placed || cdrs != ended {
		t.Errorf("%d calls placed, %d ended, %d CDRs", r.Calls.Placed, ended, cdrs)
	}
	counts, err := s.store.CountContacts(ctx, scope, c.ID)
	if err != nil || counts[contact.Finished] != crashCalls {
		t.Errorf("contacts by state %v, error %v", counts, err)
	}
	t.Logf("placed %d, answered %d, invites seen by the carrier %d; by end reason: %s; by disposition: %s", r.Calls.Placed, r.Calls.Answered,
		r.invites, fmt.Sprint(r.Calls.ByEndReason), fmt.Sprint(r.Calls.ByDisposition))
}

func tail(s string, lines int) string {
	all := strings.Split(s, "\n")
	return strings.Join(all[max(0, len(all)-lines):], "\n")
}
