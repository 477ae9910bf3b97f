package tenant

import (
	"context"
	"time"
)

// Company is a tenant as those above it in the tree see it.
type Company struct {
	Tenant
	ParentName       string
	BannedByAncestor bool
	Children         int // directly below it
	Members          int
	CampaignsRunning int
	RobotsGiven      int // to those directly below
	RobotsReserved   int // by its campaigns that run or wait for their window
}

// Filter narrows a list of companies.
type Filter struct {
	Name   string // a part of the name or the code
	Kind   Kind
	Parent ID
	State  State
}

// State tells whether a company may work.
type State string

const (
	// Active companies are not banned, and neither is anybody above them.
	Active State = "active"
	// Banned companies are banned themselves or below a banned one.
	Banned State = "banned"
)

// Ban is why a tenant may not work; the zero Ban means that it may.
type Ban struct {
	Tenant ID // whose ban it is: its own, or that of the nearest banned tenant above
	At     time.Time
	Reason string
}

// Stands tells whether there is a ban.
func (b Ban) Stands() bool { return b.Tenant != 0 }

// BanResult is what a ban put a stop to.
type BanResult struct {
	Tenants  []ID // the banned one and all below it
	Sessions int
	Paused   []PausedCampaign
}

// PausedCampaign is a campaign that was running or scheduling.
type PausedCampaign struct {
	Tenant   ID
	Campaign int64
}

// Administrator is the first member of a company who may do everything there.
type Administrator struct {
	User    int64
	Account string
}

// Store keeps tenants. Methods on companies reach those strictly below the scope's tenant, at any depth; any other is
// NotFound.
type Store interface {
	// CreateTenant is the platform's: it fills in id and path.
	CreateTenant(ctx context.Context, scope Scope, t *Tenant) error
	Tenant(ctx context.Context, scope Scope, id ID) (Tenant, error)
	Tenants(ctx context.Context, scope Scope) ([]Tenant, error)
	// Ban tells why a tenant inside the scope may not work: because of its own ban or that of one above it.
	Ban(ctx context.Context, scope Scope, id ID) (Ban, error)

	// Companies pages by id, newest first.
	Companies(ctx context.Context, scope Scope, f Filter, below ID, limit int) ([]Company, error)
	Company(ctx context.Context, scope Scope, id ID) (Company, error)
	// UpdateCompany changes name, zone and contact; nothing else of a tenant changes.
	UpdateCompany(ctx context.Context, scope Scope, t Tenant) error
	// BanCompany bans, ends the sessions of the tenant and of all below it, and pauses their campaigns, all or nothing.
	// One that is banned itself already is a Conflict.
	BanCompany(ctx context.Context, scope Scope, id ID, reason string, at time.Time) (BanResult, error)
	// UnbanCompany lifts a tenant's own ban and returns the tenants that it concerned; campaigns stay paused.
	UnbanCompany(ctx context.Context, scope Scope, id ID) ([]ID, error)
	// AllotRobots gives a company robots out of those of the one above it, or takes some back. What does not fit is
	// Invalid and says why.
	AllotRobots(ctx context.Context, scope Scope, id ID, r Robots) error
	// RobotUse tells what a tenant inside the scope has.
	RobotUse(ctx context.Context, scope Scope, id ID) (RobotUse, error)
	CompanyAdministrator(ctx context.Context, scope Scope, id ID) (Administrator, error)
}
