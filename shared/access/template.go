package access

import (
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// Template names a role that every tenant starts with.
type Template string

// The templates.
const (
	Administrator Template = "administrator" // everything the tenant may do
	Supervisor    Template = "supervisor"    // runs the campaigns of a unit and those below it
	Member        Template = "member"        // works with the own campaigns
	Auditor       Template = "auditor"       // looks at everything and changes nothing
)

// Templates lists them.
func Templates() []Template { return []Template{Administrator, Supervisor, Member, Auditor} }

// grants is what the template allows; Role.Grants keeps to what the kind of tenant can have.
func (t Template) grants(kind tenant.Kind) []Permission {
	switch t {
	case Administrator:
		return keys(For(kind))
	case Supervisor:
		return []Permission{HomeView, CampaignsView, CampaignsEdit, CampaignsRun, CampaignsDelete, ContactsImport, CallsView, CallsListen, CallsListenLive, CallsExport,
			ScriptsView, TrunksView, DncView, DncEdit, WeChatView, AgentsView, AgentsEdit, TeamView}
	case Member:
		return []Permission{HomeView, CampaignsView, CampaignsEdit, CampaignsRun, ContactsImport, CallsView, CallsListen, ScriptsView, TrunksView, DncView, WeChatView, AgentsView}
	case Auditor:
		return []Permission{HomeView, CampaignsView, CallsView, CallsListen, ScriptsView, TrunksView, DncView, WeChatView, AgentsView, TeamView, RolesView, LogView, CompaniesView}
	default:
		return nil
	}
}

// Role is the template as a role of a new tenant.
func (t Template) Role(at time.Time) Role {
	r := Role{Template: t, CreatedAt: at, UpdatedAt: at}
	switch t {
	case Administrator:
		r.Name, r.Description, r.DataScope = "管理员", "拥有本公司的全部功能权限", ScopeTenant
	case Supervisor:
		r.Name, r.Description, r.DataScope = "班长", "管理本部门及下级部门的任务", ScopeUnitAndBelow
	case Member:
		r.Name, r.Description, r.DataScope = "坐席", "管理自己的任务", ScopeOwn
	case Auditor:
		r.Name, r.Description, r.DataScope = "审计员", "可查看全部数据，不可修改", ScopeTenant
	}
	return r
}
