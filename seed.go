package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// Accounts of the demo tenant. Their passwords are made at the first start and printed once.
const (
	demoAccount = "demo"       // administers it
	demoAgent   = "demo-agent" // sees its own campaigns only, and numbers with their middle hidden
	demoCode    = "demo"
)

// demoSeed is a tenant with everything a campaign needs.
type demoSeed struct {
	tenant        tenant.Tenant
	password      string // empty when the account was there already
	agentPassword string
	agent         access.User // whose the demo's campaigns are
	script        script.Version
	trunk         trunk.Trunk
}

// daytime is a zone in which it is about noon now. Calling windows end at eight in the evening for everybody; a demo
// that is run at night calls simulated people who live where it is day.
func daytime(now time.Time) string {
	offset := 12 - now.UTC().Hour() // hours to add to UTC
	if offset < -12 {
		offset += 24
	}
	switch { // the names of Etc/GMT count westwards
	case offset > 0:
		return fmt.Sprintf("Etc/GMT-%d", offset)
	case offset < 0:
		return fmt.Sprintf("Etc/GMT+%d", -offset)
	default:
		return "Etc/GMT"
	}
}

// ensureOperator makes the platform's own tenant and account at the first start.
func (s *stack) ensureOperator(ctx context.Context) error {
	tenants, err := s.store.Tenants(ctx, tenant.Platform())
	if err != nil || len(tenants) > 0 {
		return err
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	f := access.Founding{Tenant: tenant.Tenant{Kind: tenant.Operator, Name: "Operator", Zone: "Asia/Shanghai", CreatedAt: s.clock.Now()},
		Account: "admin", Name: "Operator", PasswordHash: hash, MustChange: true}
	if err := s.store.FoundTenant(ctx, tenant.Platform(), &f); err != nil {
		return err
	}
	if s.announce {
		fmt.Fprintf(os.Stderr, "account admin of the operator was made, password %s (it is not shown again, and must be changed at the first sign-in)\n", password)
	}
	return nil
}

func newPassword() (password, hash string, err error) {
	password = access.NewPassword()
	hash, err = access.HashPassword(password)
	return password, hash, err
}

// foundDemo makes the demo tenant. Its administrator signs in with the printed password and need not change it: the
// console of a demo opens at once.
func (s *stack) foundDemo(ctx context.Context, d *demoSeed) error {
	tenants, err := s.store.Tenants(ctx, tenant.Platform())
	if err != nil {
		return err
	}
	now := s.clock.Now()
	f := access.Founding{Tenant: tenant.Tenant{Parent: tenants[0].ID, Kind: tenant.Merchant, Name: "Demo", Code: demoCode, Zone: "Asia/Shanghai", CreatedAt: now},
		Account: demoAccount, Name: "Demo"}
	if d.password, f.PasswordHash, err = newPassword(); err != nil {
		return err
	}
	if err := s.store.FoundTenant(ctx, tenant.Platform(), &f); err != nil {
		return err
	}
	d.tenant = f.Tenant
	d.agent = access.User{Tenant: f.Tenant.ID, Account: demoAgent, Name: "Demo agent", AgentNumber: "1001", Unit: f.Unit, Role: f.Roles[access.Member],
		MaskNumbers: true, ConcurrentSignIn: true, CreatedAt: now}
	if d.agentPassword, d.agent.PasswordHash, err = newPassword(); err != nil {
		return err
	}
	return s.store.CreateUser(ctx, tenant.Of(f.Tenant.ID), &d.agent)
}

// seedDemo finds or makes the demo tenant with its account, script and trunk.
func (s *stack) seedDemo(ctx context.Context, line trunk.Trunk) (demoSeed, error) {
	var d demoSeed
	if err := s.ensureOperator(ctx); err != nil {
		return d, err
	}
	switch u, err := s.store.UserByAccount(ctx, tenant.Platform(), demoAccount); {
	case errs.Is(err, errs.NotFound):
		if err := s.foundDemo(ctx, &d); err != nil {
			return d, err
		}
	case err != nil:
		return d, err
	default:
		if d.tenant, err = s.store.Tenant(ctx, tenant.Platform(), u.Tenant); err != nil {
			return d, err
		}
		// The agent may have been renamed away or never made; the campaigns belong to nobody then.
		if d.agent, err = s.store.UserByAccount(ctx, tenant.Of(u.Tenant), demoAgent); err != nil && !errs.Is(err, errs.NotFound) {
			return d, err
		}
	}
	scope := tenant.Of(d.tenant.ID)
	scripts, err := s.store.Scripts(ctx, scope)
	if err != nil {
		return d, err
	}
	// The oldest script that can be dialled; whoever has taken them all out of service gets the demo's again.
	if at := slices.IndexFunc(scripts, func(s script.Script) bool { return s.Deployed.ID != 0 }); at >= 0 {
		d.script, err = s.store.ScriptVersion(ctx, scope, scripts[at].Deployed.ID)
	} else {
		d.script, err = s.publish(ctx, scope, d.tenant.ID)
	}
	if err != nil {
		return d, err
	}
	return d, s.demoTrunk(ctx, scope, &d, line)
}

func (s *stack) publish(ctx context.Context, scope tenant.Scope, id tenant.ID) (script.Version, error) {
	flow, err := script.Parse(script.Demo())
	if err != nil {
		return script.Version{}, fmt.Errorf("the demo script: %w", err)
	}
	source, err := script.Document(script.Demo())
	if err != nil {
		return script.Version{}, fmt.Errorf("the demo script: %w", err)
	}
	sc := script.Script{Tenant: id, Name: flow.Name, Language: flow.Language, CreatedAt: s.clock.Now()}
	if err := s.store.CreateScript(ctx, scope, &sc, source); err != nil {
		return script.Version{}, err
	}
	v := script.Version{Script: sc.ID, Tenant: id, Source: source, CreatedAt: s.clock.Now()}
	err = s.store.PublishVersion(ctx, scope, &v)
	return v, err
}

// demoTrunk finds or makes the trunk to the carrier simulator; its address may differ from the last start's.
func (s *stack) demoTrunk(ctx context.Context, scope tenant.Scope, d *demoSeed, line trunk.Trunk) error {
	trunks, err := s.store.Trunks(ctx, scope)
	if err != nil {
		return err
	}
	line.Tenant, line.CreatedAt = d.tenant.ID, s.clock.Now()
	for _, t := range trunks {
		if t.Name == line.Name {
			line.ID, line.CreatedAt = t.ID, t.CreatedAt
			d.trunk = line
			return s.store.UpdateTrunk(ctx, scope, line)
		}
	}
	d.trunk = line
	return s.store.CreateTrunk(ctx, scope, &d.trunk)
}

// simulatedTrunk leads to the carrier simulator.
func simulatedTrunk(address string, concurrency int, cps float64) trunk.Trunk {
	return trunk.Trunk{Name: "Carrier simulator", Address: address, CallerID: "02112345678", Concurrency: concurrency, CPS: cps,
		EarlyMedia: true, RingTimeout: 20 * time.Second}
}

// demoCampaign makes a campaign with n contacts whose numbers follow from the seed, and starts it.
func (s *stack) demoCampaign(ctx context.Context, d demoSeed, n, robots int, seed int64) (campaign.Campaign, error) {
	return s.makeCampaign(ctx, d, n, robots, seed, campaign.Redial{
		MaxAttempts: 2, Interval: 3 * time.Second, On: []call.Disposition{call.Busy, call.NoAnswer, call.Failed},
	})
}

func (s *stack) makeCampaign(ctx context.Context, d demoSeed, n, robots int, seed int64, redial campaign.Redial) (campaign.Campaign, error) {
	now := s.clock.Now()
	c := campaign.Campaign{
		Tenant: d.tenant.ID, Name: "Demo " + now.Format("2006-01-02 15:04:05"), Script: d.script.Script, Trunk: d.trunk.ID, Robots: robots,
		StartMode: campaign.Manual, State: campaign.NotStarted, CreatedBy: demoAccount, CreatedAt: now, UpdatedAt: now,
		Window: campaign.Window{Zone: daytime(now), Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: redial, Owner: int64(d.agent.ID), Unit: int64(d.agent.Unit),
	}
	if err := c.Validate(); err != nil {
		return c, err
	}
	scope := tenant.Of(d.tenant.ID)
	if err := s.store.CreateCampaign(ctx, scope, &c); err != nil {
		return c, err
	}
	if err := s.addContacts(ctx, scope, c, demoNumbers(n, seed)); err != nil {
		return c, err
	}
	return c, s.act(ctx, c, campaign.Start)
}

func (s *stack) addContacts(ctx context.Context, scope tenant.Scope, c campaign.Campaign, numbers []contact.Number) error {
	now := s.clock.Now()
	list := contact.Import{Tenant: c.Tenant, Campaign: c.ID, Source: "demo", FileName: "demo", State: contact.ImportFinished,
		Total: len(numbers), Accepted: len(numbers), CreatedAt: now, StartedAt: now, FinishedAt: now}
	if err := s.store.CreateImport(ctx, scope, &list); err != nil {
		return err
	}
	for begin := 0; begin < len(numbers); begin += 500 {
		batch := make([]contact.Contact, 0, 500)
		for i, number := range numbers[begin:min(begin+500, len(numbers))] {
			batch = append(batch, contact.Contact{
				Tenant: c.Tenant, Campaign: c.ID, Number: number, Name: fmt.Sprintf("客户%04d", begin+i+1), State: contact.Waiting,
				NotBefore: now, Import: list.ID, ImportRow: begin + i + 1, CreatedAt: now, UpdatedAt: now,
			})
		}
		if _, err := s.store.AddImported(ctx, scope, batch); err != nil {
			return err
		}
	}
	return nil
}

// act moves a campaign as a user would and tells the dialer.
func (s *stack) act(ctx context.Context, c campaign.Campaign, a campaign.Action) error {
	from, to, err := campaign.Plan(a)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	if err := s.store.MoveCampaign(ctx, tenant.Of(c.Tenant), c.ID, from, to, "", now); err != nil {
		return err
	}
	return s.bus.Publish(ctx, event.CampaignChanged{Tenant: c.Tenant, Campaign: c.ID, State: string(to), At: now})
}

// demoNumbers are n different mobile numbers. Those that carry the simulator's mark are left out, so that its weights
// decide who answers.
func demoNumbers(n int, seed int64) []contact.Number {
	r := rand.New(rand.NewPCG(uint64(seed), 0x0ddba11)) //nolint:gosec // numbers of a demo are no secret
	seen := make(map[contact.Number]bool, n)
	numbers := make([]contact.Number, 0, n)
	for len(numbers) < n {
		number, err := contact.ParseNumber(fmt.Sprintf("1%d%09d", 3+r.IntN(7), r.IntN(1_000_000_000)), "CN")
		if err != nil || seen[number] || strings.HasPrefix(number.String()[5:], "9090") {
			continue
		}
		seen[number] = true
		numbers = append(numbers, number)
	}
	return numbers
}

// welcome seeds what the first start needs and says where to go.
func (s *stack) welcome(ctx context.Context, a allCommand, c *commands) error {
	if !a.Demo {
		if err := s.ensureOperator(ctx); err != nil {
			return err
		}
		fmt.Fprintf(os.Stderr, "\n  Outdial is at %s\n", s.address())
		account := "admin"
		if _, err := s.store.UserByAccount(ctx, tenant.Platform(), demoAccount); err == nil {
			account = demoAccount // a demo was run here
		}
		fmt.Fprintf(os.Stderr, "  account   %s   (`%s` makes a new password)\n\n", account, c.passwordLine(account))
		return nil
	}
	d, err := s.seedDemo(ctx, simulatedTrunk(s.cfg.Carrier.Listen, 200, 10))
	if err != nil {
		return err
	}
	list, err := s.store.CampaignsIn(ctx, tenant.Of(d.tenant.ID), campaign.Scheduling, campaign.Running)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		if _, err := s.demoCampaign(ctx, d, a.Calls, 20, s.clock.Now().UnixNano()); err != nil {
			return err
		}
	}
	fmt.Fprintf(os.Stderr, "\n  Outdial is at %s\n  account   %s\n", s.address(), demoAccount)
	if d.password == "" {
		fmt.Fprintf(os.Stderr, "  password  the one printed at the first start (`%s` makes a new one)\n\n", c.passwordLine(demoAccount))
		return nil
	}
	fmt.Fprintf(os.Stderr, "  password  %s   (shown once; `%s` makes a new one)\n", d.password, c.passwordLine(demoAccount))
	fmt.Fprintf(os.Stderr, "  or        %s, password %s: an agent who sees the own campaigns only, and numbers masked\n\n", demoAgent, d.agentPassword)
	return nil
}

// passwordLine is the command that replaces an account's password in this database.
func (c *commands) passwordLine(account string) string {
	line := os.Args[0]
	if c.Config != "" {
		line += " --config " + c.Config
	}
	if c.Data != "" {
		line += " --data " + c.Data
	}
	return line + " password " + account
}
