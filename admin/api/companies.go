package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

func (a *API) companyRoutes() {
	const tag = "Companies"
	add(a, needs(access.CompaniesView, op("GET", "/api/v1/companies", "listCompanies", tag, "List the companies below the caller's, newest first")), a.listCompanies)
	add(a, logs("companies", "create", needs(access.CompaniesEdit, created(op("POST", "/api/v1/companies", "createCompany", tag, "Found a company; the answer shows its administrator's password, once")))), a.createCompany)
	add(a, needs(access.CompaniesView, op("GET", "/api/v1/companies/{id}", "getCompany", tag, "One company below the caller's")), a.getCompany)
	add(a, logs("companies", "update", needs(access.CompaniesEdit, op("PATCH", "/api/v1/companies/{id}", "updateCompany", tag, "Change name, zone or contact"))), a.updateCompany)
	add(a, logs("companies", "allot_robots", needs(access.CompaniesEdit, op("PUT", "/api/v1/companies/{id}/robots", "allotRobots", tag, "Give a company robots out of those of the company above it, or take some back"))), a.allotRobots)
	add(a, logs("companies", "ban", needs(access.CompaniesEdit, op("POST", "/api/v1/companies/{id}/ban", "banCompany", tag, "End the sessions of a company and of those below it, and pause their campaigns"))), a.banCompany)
	add(a, logs("companies", "unban", needs(access.CompaniesEdit, op("POST", "/api/v1/companies/{id}/unban", "unbanCompany", tag, "Lift a company's own ban; its campaigns stay paused"))), a.unbanCompany)
	add(a, logs("companies", "reset_password", needs(access.CompaniesEdit, op("POST", "/api/v1/companies/{id}/reset-password", "resetCompanyPassword", tag, "Give the company's first administrator a new password, shown once"))), a.resetCompanyPassword)
}

// Company is a company below the caller's.
type Company struct {
	ID               int64      `json:"id"`
	ParentID         int64      `json:"parent_id"`
	ParentName       string     `json:"parent_name"`
	Kind             string     `json:"kind" enum:"operator,reseller,merchant"`
	Name             string     `json:"name"`
	Code             string     `json:"code" doc:"Stands behind the @ of a sign-in by agent number"`
	Zone             string     `json:"zone" example:"Asia/Shanghai"`
	ContactName      string     `json:"contact_name"`
	ContactPhone     string     `json:"contact_phone"`
	BannedAt         *time.Time `json:"banned_at,omitempty" doc:"When it was banned itself"`
	BanReason        string     `json:"ban_reason,omitempty"`
	BannedByAncestor bool       `json:"banned_by_ancestor" doc:"A company above it is banned, which bans it too"`
	Children         int        `json:"children" doc:"Companies directly below it"`
	Members          int        `json:"members"`
	CampaignsRunning int        `json:"campaigns_running"`
	Robots           int        `json:"robots" doc:"Robot calls at once that it was given, for itself and those below it; -1 for any number"`
	RobotsGiven      int        `json:"robots_given" doc:"What of them it gave to the companies directly below it"`
	RobotsReserved   int        `json:"robots_reserved" doc:"What of them its campaigns take that run or wait for their window"`
	CreatedAt        time.Time  `json:"created_at"`
}

func companyOf(c tenant.Company) Company {
	return Company{ID: int64(c.ID), ParentID: int64(c.Parent), ParentName: c.ParentName, Kind: string(c.Kind), Name: c.Name, Code: c.Code, Zone: c.Zone,
		ContactName: c.ContactName, ContactPhone: c.ContactPhone, BannedAt: moment(c.BannedAt), BanReason: c.BanReason, BannedByAncestor: c.BannedByAncestor,
		Children: c.Children, Members: c.Members, CampaignsRunning: c.CampaignsRunning,
		Robots: robotsShown(c.Robots), RobotsGiven: c.RobotsGiven, RobotsReserved: c.RobotsReserved, CreatedAt: c.CreatedAt.UTC()}
}

type listCompaniesInput struct {
	Name     string `query:"name" maxLength:"100" doc:"A part of the name or the code"`
	Kind     string `query:"kind" enum:"reseller,merchant"`
	State    string `query:"state" enum:"active,banned" doc:"banned are also those below a banned company"`
	ParentID int64  `query:"parent_id" minimum:"0"`
	Paging
}

type listCompaniesOutput struct{ Body Page[Company] }

func (a *API) listCompanies(ctx context.Context, in *listCompaniesInput) (*listCompaniesOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := tenant.Filter{Name: in.Name, Kind: tenant.Kind(in.Kind), State: tenant.State(in.State), Parent: tenant.ID(in.ParentID)}
	found, err := a.Store.Companies(ctx, scopeOf(ctx), f, tenant.ID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listCompaniesOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(c tenant.Company) string { return strconv.FormatInt(int64(c.ID), 10) })
	out.Body.Items = make([]Company, 0, len(found))
	for _, c := range found {
		out.Body.Items = append(out.Body.Items, companyOf(c))
	}
	return out, nil
}

// CompanyPath names the company of an address.
type CompanyPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p CompanyPath) id() tenant.ID { return tenant.ID(p.ID) }

type companyOutput struct{ Body Company }

func (a *API) company(ctx context.Context, id tenant.ID) (*companyOutput, error) {
	c, err := a.Store.Company(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	return &companyOutput{Body: companyOf(c)}, nil
}

func (a *API) getCompany(ctx context.Context, in *CompanyPath) (*companyOutput, error) {
	return a.company(ctx, in.id())
}

type createCompanyInput struct {
	Body struct {
		ParentID     int64  `json:"parent_id,omitempty" minimum:"0" doc:"Empty means the caller's own company"`
		Kind         string `json:"kind" enum:"reseller,merchant"`
		Name         string `json:"name"`
		Code         string `json:"code"`
		Zone         string `json:"zone"`
		ContactName  string `json:"contact_name"`
		ContactPhone string `json:"contact_phone"`
		Robots       int    `json:"robots,omitempty" minimum:"-1" maximum:"1000000" doc:"Robot calls at once; -1 for any number, where the company above has no limit either"`
		AdminAccount string `json:"admin_account" doc:"Under which its administrator signs in"`
	}
}

type createCompanyOutput struct {
	Body struct {
		Company  Company `json:"company"`
		Account  string  `json:"account"`
		Password string  `json:"password" doc:"Shown once; must be changed at the first sign-in"`
	}
}

func (a *API) createCompany(ctx context.Context, in *createCompanyInput) (*createCompanyOutput, error) {
	who, b := callerOf(ctx), in.Body
	t := tenant.Tenant{Parent: who.Tenant.ID, Kind: tenant.Kind(b.Kind), Name: strings.TrimSpace(b.Name), Code: strings.TrimSpace(b.Code), Zone: b.Zone,
		ContactName: strings.TrimSpace(b.ContactName), ContactPhone: strings.TrimSpace(b.ContactPhone), Robots: robotsOf(b.Robots), CreatedAt: a.Clock.Now().UTC()}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	var refused errs.Check
	refused.Require(t.Code != "", "code", "is needed: members sign in with it")
	if id := tenant.ID(b.ParentID); id != 0 && id != t.Parent {
		parent, err := a.Store.Company(ctx, who.scope(), id)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return nil, err
		}
		refused.Require(err == nil, "parent_id", "there is no such company")
		refused.Require(err != nil || parent.Kind == tenant.Reseller, "parent_id", "a merchant has no companies below it")
		t.Parent = id
	}
	if err := refused.Err("company"); err != nil {
		return nil, err
	}
	account := strings.TrimSpace(b.AdminAccount)
	if err := access.CheckAccount(account); err != nil {
		return nil, fieldError("admin_account", sentence(err))
	}
	password := access.NewPassword()
	hash, err := a.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	f := access.Founding{Tenant: t, Account: account, Name: orElse(t.ContactName, account), PasswordHash: hash, MustChange: true}
	if err := a.Store.FoundTenant(ctx, tenant.Platform(), &f); err != nil {
		return nil, err
	}
	made, err := a.company(ctx, f.Tenant.ID)
	if err != nil {
		return nil, err
	}
	note(ctx, companyChange("create", made.Body, nil, made.Body))
	out := &createCompanyOutput{}
	out.Body.Company, out.Body.Account, out.Body.Password = made.Body, account, password
	return out, nil
}

// companyChange is a change of a company for the log; what is counted is no change.
func companyChange(action string, c Company, before, after any) change {
	return change{Module: "companies", Action: action, Kind: "company", ID: strconv.FormatInt(c.ID, 10), Name: c.Name, Before: before, After: after}
}

type updateCompanyInput struct {
	CompanyPath
	Body struct {
		Name         *string `json:"name,omitempty"`
		Zone         *string `json:"zone,omitempty"`
		ContactName  *string `json:"contact_name,omitempty"`
		ContactPhone *string `json:"contact_phone,omitempty"`
	}
}

func (a *API) updateCompany(ctx context.Context, in *updateCompanyInput) (*companyOutput, error) {
	was, err := a.Store.Company(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	t := was.Tenant
	for field, sent := range map[*string]*string{&t.Name: in.Body.Name, &t.Zone: in.Body.Zone, &t.ContactName: in.Body.ContactName, &t.ContactPhone: in.Body.ContactPhone} {
		if sent != nil {
			*field = strings.TrimSpace(*sent)
		}
	}
	if err := t.Validate(); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateCompany(ctx, scopeOf(ctx), t); err != nil {
		return nil, err
	}
	is, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	note(ctx, companyChange("update", is.Body, companyForm(was.Tenant), companyForm(t)))
	return is, nil
}

// companyForm is what of a company can be changed, for the log.
func companyForm(t tenant.Tenant) map[string]string {
	return map[string]string{"name": t.Name, "zone": t.Zone, "contact_name": t.ContactName, "contact_phone": t.ContactPhone}
}

type companyPasswordOutput struct {
	Body struct {
		Account  string `json:"account"`
		Password string `json:"password" doc:"Shown once; must be changed at the next sign-in"`
	}
}

func (a *API) resetCompanyPassword(ctx context.Context, in *CompanyPath) (*companyPasswordOutput, error) {
	c, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	admin, err := a.Store.CompanyAdministrator(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	password := access.NewPassword()
	hash, err := a.hash(ctx, password)
	if err != nil {
		return nil, err
	}
	if err := a.Store.SetPassword(ctx, tenant.Of(in.id()), access.UserID(admin.User), hash, true); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, in.id(), access.UserID(admin.User))
	done := companyChange("reset_password", c.Body, nil, nil)
	done.Summary, done.Also = admin.Account, []tenant.ID{in.id()}
	note(ctx, done)
	out := &companyPasswordOutput{}
	out.Body.Account, out.Body.Password = admin.Account, password
	return out, nil
}
