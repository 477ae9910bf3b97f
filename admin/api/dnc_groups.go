package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
)

func (a *API) dncRoutes() {
	const tag = "Do not call"
	const groups, one, numbers = "/api/v1/dnc/groups", "/api/v1/dnc/groups/{id}", "/api/v1/dnc/groups/{id}/numbers"
	add(a, needs(access.DncView, op("GET", groups, "listDncGroups", tag, "The groups of numbers not to call, newest first")), a.listGroups)
	add(a, logs("dnc", "create_group", needs(access.DncEdit, created(op("POST", groups, "createDncGroup", tag, "Make an empty group")))), a.createGroup)
	add(a, needs(access.DncView, op("GET", one, "getDncGroup", tag, "One group")), a.getGroup)
	add(a, logs("dnc", "update_group", needs(access.DncEdit, op("PATCH", one, "updateDncGroup", tag, "Change a group's name, remark or expiry"))), a.updateGroup)
	add(a, logs("dnc", "delete_group", needs(access.DncEdit, op("DELETE", one, "deleteDncGroup", tag, "Delete a group with its numbers"))), a.deleteGroup)
	add(a, needs(access.DncView, op("GET", numbers, "listDncNumbers", tag, "A group's numbers in their order")), a.listNumbers)
	add(a, logs("dnc", "add_number", needs(access.DncEdit, created(op("POST", numbers, "addDncNumber", tag, "Add one number")))), a.addNumber)
	add(a, logs("dnc", "delete_numbers", needs(access.DncEdit, op("DELETE", numbers+"/{number_id}", "deleteDncNumber", tag, "Take one number out"))), a.deleteNumber)
	add(a, logs("dnc", "delete_numbers", needs(access.DncEdit, op("POST", numbers+"/delete", "deleteDncNumbers", tag, "Take several numbers out"))), a.deleteNumbers)
	add(a, logs("dnc", "import", needs(access.DncEdit, upload(op("POST", one+"/imports", "createDncImport", tag, "Upload a list of numbers (.xlsx, .xls or .csv); a worker reads it")))), a.createGroupImport)
	add(a, needs(access.DncView, op("GET", one+"/imports", "listDncImports", tag, "The group's imports in their order")), a.listGroupImports)
	add(a, unlogged("it looks a number up and changes nothing", needs(access.DncView, op("POST", "/api/v1/dnc/check", "checkDncNumber", tag, "Whether a number may be called, and which groups forbid it"))), a.checkNumber)
}

// DNCGroup is a list of numbers that are not called.
type DNCGroup struct {
	ID        int64      `json:"id"`
	Name      string     `json:"name"`
	Remark    string     `json:"remark"`
	ExpiresAt *time.Time `json:"expires_at,omitempty" doc:"From when on its numbers may be called again; absent for never"`
	Expired   bool       `json:"expired"`
	Numbers   int        `json:"numbers"`
	CreatedAt time.Time  `json:"created_at"`
	CreatedBy string     `json:"created_by"`
}

func (a *API) groupOf(g dnc.Group) DNCGroup {
	return DNCGroup{ID: int64(g.ID), Name: g.Name, Remark: g.Remark, ExpiresAt: moment(g.ExpiresAt), Expired: g.Expired(a.Clock.Now()), Numbers: g.Numbers,
		CreatedAt: g.CreatedAt.UTC(), CreatedBy: g.CreatedBy}
}

func groupChange(action string, g dnc.Group) change {
	return change{Module: "dnc", Action: action, Kind: "dnc_group", ID: strconv.FormatInt(int64(g.ID), 10), Name: g.Name}
}

// GroupPath names the group of an address.
type GroupPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p GroupPath) id() dnc.GroupID { return dnc.GroupID(p.ID) }

type listGroupsOutput struct{ Body Page[DNCGroup] }

func (a *API) listGroups(ctx context.Context, in *Paging) (*listGroupsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	found, err := a.Store.Groups(ctx, scopeOf(ctx), dnc.GroupID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listGroupsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(g dnc.Group) string { return strconv.FormatInt(int64(g.ID), 10) })
	out.Body.Items = make([]DNCGroup, 0, len(found))
	for _, g := range found {
		out.Body.Items = append(out.Body.Items, a.groupOf(g))
	}
	return out, nil
}

type createGroupInput struct {
	Body struct {
		Name      string    `json:"name"`
		Remark    string    `json:"remark,omitempty"`
		ExpiresAt time.Time `json:"expires_at,omitempty" doc:"Left out for never"`
	}
}

type groupOutput struct{ Body DNCGroup }

func (a *API) createGroup(ctx context.Context, in *createGroupInput) (*groupOutput, error) {
	g := dnc.Group{Tenant: callerOf(ctx).Tenant.ID, Name: in.Body.Name, Remark: in.Body.Remark, ExpiresAt: in.Body.ExpiresAt, CreatedBy: a.callerName(ctx),
		CreatedAt: a.Clock.Now().UTC()}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	if err := a.Store.CreateGroup(ctx, scopeOf(ctx), &g); err != nil {
		return nil, err
	}
	c := groupChange("create_group", g)
	c.After = a.groupOf(g)
	note(ctx, c)
	return &groupOutput{Body: a.groupOf(g)}, nil
}

func (a *API) getGroup(ctx context.Context, in *GroupPath) (*groupOutput, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), in.id())
	return &groupOutput{Body: a.groupOf(g)}, err
}

type updateGroupInput struct {
	GroupPath
	Body struct {
		Name      *string    `json:"name,omitempty"`
		Remark    *string    `json:"remark,omitempty"`
		ExpiresAt *time.Time `json:"expires_at,omitempty"`
		Forever   bool       `json:"never_expires,omitempty" doc:"Takes the expiry away"`
	}
}

func (a *API) updateGroup(ctx context.Context, in *updateGroupInput) (*groupOutput, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	c := groupChange("update_group", g)
	c.Before = a.groupOf(g)
	set(&g.Name, in.Body.Name)
	set(&g.Remark, in.Body.Remark)
	set(&g.ExpiresAt, in.Body.ExpiresAt)
	if in.Body.Forever {
		g.ExpiresAt = time.Time{}
	}
	if err := g.Validate(); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateGroup(ctx, scopeOf(ctx), g); err != nil {
		return nil, err
	}
	c.After = a.groupOf(g)
	note(ctx, c)
	return &groupOutput{Body: a.groupOf(g)}, nil
}

func (a *API) deleteGroup(ctx context.Context, in *GroupPath) (*struct{}, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteGroup(ctx, scopeOf(ctx), g.ID); err != nil {
		return nil, err
	}
	c := groupChange("delete_group", g)
	c.Before = a.groupOf(g)
	note(ctx, c)
	return &struct{}{}, nil
}

type createGroupImportInput struct {
	GroupPath
	Raw
}

func (a *API) createGroupImport(ctx context.Context, in *createGroupImportInput) (*importOutput, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	i, err := a.queueImport(ctx, in.Raw, contact.Import{Tenant: g.Tenant, DNCGroup: g.ID})
	if err != nil {
		return nil, err
	}
	c := groupChange("import", g)
	c.After = importOf(i)
	note(ctx, c)
	return &importOutput{Body: importOf(i)}, nil
}

func (a *API) listGroupImports(ctx context.Context, in *GroupPath) (*listImportsOutput, error) {
	found, err := a.Store.GroupImports(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	out := &listImportsOutput{}
	out.Body.Items = make([]Import, 0, len(found))
	for _, i := range found {
		out.Body.Items = append(out.Body.Items, importOf(i))
	}
	return out, nil
}
