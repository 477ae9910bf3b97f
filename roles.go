package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/tenant"
)

// roleCommand runs one role until it is told to stop.
type roleCommand struct{}

func (roleCommand) Run(ctx context.Context, c *commands, k *kong.Context) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	s, err := newStack(cfg, nil)
	if err != nil {
		return err
	}
	s.announce = true
	role := k.Command()
	parts, ok := map[string][]func(context.Context) error{
		"admin":    {s.startStore, s.ensureOperator, s.needRedis, s.startAdmin},
		"worker":   {s.startStore, s.needRedis, s.startWorker},
		"dialer":   {s.lockDialer, s.startStore, s.needRedis, s.startDialer},
		"dialogue": {s.startStore, s.needRedis, s.startDialogue},
		"switch":   {s.needPassword, s.startSwitch},
		"carrier":  {s.startCarrier},
	}[role]
	if !ok {
		return fmt.Errorf("there is no role %q", role)
	}
	if err := s.startAll(ctx, parts...); err != nil {
		return err
	}
	defer s.close()
	s.log.Info("running", "role", role)
	<-ctx.Done()
	return nil
}

// needPassword refuses a switch that no other process could talk to.
func (s *stack) needPassword(context.Context) error {
	if s.cfg.Switch.Password == "" {
		return errs.New(errs.Invalid, "the switch needs a password that the dialer knows too: set OUTDIAL_SWITCH_PASSWORD for both")
	}
	return nil
}

// allRoles are the parts of `all`, in the order in which they start.
var allRoles = []string{"switch", "carrier", "dialogue", "worker", "admin", "dialer"}

// allCommand runs every role in one process.
type allCommand struct {
	Listen string   `help:"Where the API and the console listen." placeholder:"HOST:PORT"`
	Demo   bool     `help:"Seed a demo tenant, script and contact list, and start the demo campaign."`
	Calls  int      `help:"Contacts of the demo campaign." default:"200"`
	Roles  []string `help:"Run only these of the roles; the rest run elsewhere and share this process's Redis." placeholder:"ROLE"`
}

func (a allCommand) Run(ctx context.Context, c *commands) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	if a.Listen != "" {
		cfg.Admin.Listen = a.Listen
	}
	s, err := newStack(cfg, nil)
	if err != nil {
		return err
	}
	s.announce = true
	roles := a.Roles
	if len(roles) == 0 {
		roles = slices.Clone(allRoles)
		if !cfg.Switch.Embedded {
			roles = slices.DeleteFunc(roles, func(r string) bool { return r == "switch" })
		}
		if !cfg.Carrier.Enabled {
			roles = slices.DeleteFunc(roles, func(r string) bool { return r == "carrier" })
		}
	}
	starts := map[string]func(context.Context) error{
		"switch": s.startSwitch, "carrier": s.startCarrier, "dialogue": s.startDialogue,
		"worker": s.startWorker, "admin": s.startAdmin, "dialer": s.startDialer,
	}
	parts := []func(context.Context) error{s.startStore, s.startRedis}
	if slices.Contains(roles, "dialer") {
		parts = slices.Insert(parts, 0, s.lockDialer)
	}
	if slices.Contains(roles, "dialogue") && slices.Contains(roles, "admin") {
		s.shareTalks()
	}
	for _, r := range roles {
		if starts[r] == nil {
			return errs.New(errs.Invalid, "there is no role %q; the roles are %s", r, strings.Join(allRoles, ", "))
		}
		parts = append(parts, starts[r])
	}
	if err := s.startAll(ctx, parts...); err != nil {
		return err
	}
	defer s.close()
	if err := s.welcome(ctx, a, c); err != nil {
		return err
	}
	<-ctx.Done()
	fmt.Fprintln(os.Stderr, "stopping: calls under way are ended and written down")
	return nil
}

// migrateCommand brings the schema up to date.
type migrateCommand struct{}

func (migrateCommand) Run(ctx context.Context, c *commands) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	s, err := newStack(cfg, nil)
	if err != nil {
		return err
	}
	if err := s.startAll(ctx, s.startStore); err != nil {
		return err
	}
	s.close()
	fmt.Println("the database has this version's schema")
	return nil
}

// passwordCommand replaces a forgotten password.
type passwordCommand struct {
	Account string `arg:"" help:"The account."`
}

func (p passwordCommand) Run(ctx context.Context, c *commands) error {
	cfg, err := c.load()
	if err != nil {
		return err
	}
	s, err := newStack(cfg, nil)
	if err != nil {
		return err
	}
	if err := s.startAll(ctx, s.startStore); err != nil {
		return err
	}
	defer s.close()
	u, err := s.store.UserByAccount(ctx, tenant.Platform(), p.Account)
	if err != nil {
		return err
	}
	password, hash, err := newPassword()
	if err != nil {
		return err
	}
	if err := s.store.SetPassword(ctx, tenant.Platform(), u.ID, hash, true); err != nil {
		return err
	}
	// Whoever is at this machine's command line has no account to be named by.
	entry := oplog.Operation{Tenant: u.Tenant, Account: "outdial password", Name: "outdial password", Module: "team", Action: "reset_password",
		Target: oplog.Target{Kind: "member", ID: strconv.FormatInt(int64(u.ID), 10), Name: u.Account}, At: s.clock.Now().UTC()}
	if err := s.store.AddOperations(ctx, tenant.Platform(), []oplog.Operation{entry}); err != nil {
		return errs.Wrap(errs.Unavailable, err, "the password was replaced, but the operation log could not be written; run the command again")
	}
	fmt.Printf("new password of %s: %s (it must be changed at the next sign-in)\n", p.Account, password)
	return nil
}
