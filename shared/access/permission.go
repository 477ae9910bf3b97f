package access

import (
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/tenant"
)

// Permission is one thing that a role may allow. What is not listed here cannot be allowed.
type Permission string

// The catalogue, by module.
const (
	HomeView          Permission = "home.view"
	CampaignsView     Permission = "campaigns.view"
	CampaignsEdit     Permission = "campaigns.edit"
	CampaignsRun      Permission = "campaigns.run"
	CampaignsDelete   Permission = "campaigns.delete"
	ContactsImport    Permission = "contacts.import"
	CallsView         Permission = "calls.view"
	CallsListen       Permission = "calls.listen"
	CallsListenLive   Permission = "calls.listen_live"
	CallsTakeOver     Permission = "calls.take_over"
	CallsExport       Permission = "calls.export"
	CallsDelete       Permission = "calls.delete"
	ScriptsView       Permission = "scripts.view"
	ScriptsEdit       Permission = "scripts.edit"
	ScriptsDeploy     Permission = "scripts.deploy"
	ScriptsReview     Permission = "scripts.review"
	TrunksView        Permission = "trunks.view"
	TrunksEdit        Permission = "trunks.edit"
	DncView           Permission = "dnc.view"
	DncEdit           Permission = "dnc.edit"
	WeChatView        Permission = "wechat.view"
	WeChatEdit        Permission = "wechat.edit"
	AgentsView        Permission = "agents.view"
	AgentsEdit        Permission = "agents.edit"
	TeamView          Permission = "team.view"
	TeamEdit          Permission = "team.edit"
	RolesView         Permission = "roles.view"
	RolesEdit         Permission = "roles.edit"
	LogView           Permission = "log.view"
	CompaniesView     Permission = "companies.view"
	CompaniesEdit     Permission = "companies.edit"
	AnnouncementsEdit Permission = "announcements.edit"
)

// Entry is what the catalogue says of a permission.
type Entry struct {
	Key       Permission
	Dangerous bool          // it destroys, lets data out, or gives power to others
	Kinds     []tenant.Kind // of the tenants that may have it; nil for all
}

// Module groups permissions for whoever reads a list of them.
func (e Entry) Module() string {
	module, _, _ := strings.Cut(string(e.Key), ".")
	return module
}

var catalogue = []Entry{
	{Key: HomeView},
	{Key: CampaignsView},
	{Key: CampaignsEdit},
	{Key: CampaignsRun},
	{Key: CampaignsDelete, Dangerous: true},
	{Key: ContactsImport},
	{Key: CallsView},
	{Key: CallsListen},
	{Key: CallsListenLive},
	{Key: CallsTakeOver, Dangerous: true},
	{Key: CallsExport, Dangerous: true},
	{Key: CallsDelete, Dangerous: true},
	{Key: ScriptsView},
	{Key: ScriptsEdit},
	{Key: ScriptsDeploy},
	{Key: ScriptsReview, Kinds: []tenant.Kind{tenant.Operator}},
	{Key: TrunksView},
	{Key: TrunksEdit, Dangerous: true},
	{Key: DncView},
	{Key: DncEdit},
	{Key: WeChatView},
	{Key: WeChatEdit, Dangerous: true},
	{Key: AgentsView},
	{Key: AgentsEdit},
	{Key: TeamView},
	{Key: TeamEdit, Dangerous: true},
	{Key: RolesView},
	{Key: RolesEdit, Dangerous: true},
	{Key: LogView},
	{Key: CompaniesView, Kinds: []tenant.Kind{tenant.Operator, tenant.Reseller}},
	{Key: CompaniesEdit, Kinds: []tenant.Kind{tenant.Operator, tenant.Reseller}, Dangerous: true},
	{Key: AnnouncementsEdit, Kinds: []tenant.Kind{tenant.Operator}},
}

// For lists the permissions that a tenant of the kind can have.
func For(kind tenant.Kind) []Entry {
	out := make([]Entry, 0, len(catalogue))
	for _, e := range catalogue {
		if e.Kinds == nil || slices.Contains(e.Kinds, kind) {
			out = append(out, e)
		}
	}
	return out
}

// HeldBy tells whether a tenant of the kind can have the permission.
func (p Permission) HeldBy(kind tenant.Kind) bool {
	return slices.ContainsFunc(For(kind), func(e Entry) bool { return e.Key == p })
}

func keys(entries []Entry) []Permission {
	out := make([]Permission, 0, len(entries))
	for _, e := range entries {
		out = append(out, e.Key)
	}
	return out
}
