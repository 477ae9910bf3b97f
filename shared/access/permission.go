package access

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
	CallsExport       Permission = "calls.export"
	CallsDelete       Permission = "calls.delete"
	ScriptsView       Permission = "scripts.view"
	ScriptsEdit       Permission = "scripts.edit"
	TrunksView        Permission = "trunks.view"
	TrunksEdit        Permission = "trunks.edit"
	DncView           Permission = "dnc.view"
	DncEdit           Permission = "dnc.edit"
	TeamView          Permission = "team.view"
	TeamEdit          Permission = "team.edit"
	RolesView         Permission = "roles.view"
	RolesEdit         Permission = "roles.edit"
	LogView           Permission = "log.view"
	CompaniesView     Permission = "companies.view"
	CompaniesEdit     Permission = "companies.edit"
	AnnouncementsEdit Permission = "announcements.edit"
)
