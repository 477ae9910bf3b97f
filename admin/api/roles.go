package api

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// Role is what its members may do and see (A11.3).
type Role struct {
	ID          int64    `json:"id"`
	Name        string   `json:"name"`
	Description string   `json:"description"`
	Template    string   `json:"template" enum:"administrator,supervisor,member,auditor," doc:"The role that every company starts with; empty for one of its own"`
	DataScope   string   `json:"data_scope" enum:"own,unit,unit_and_below,tenant"`
	Permissions []string `json:"permissions"`
	Members     int      `json:"members"`
	BuiltIn     bool     `json:"built_in" doc:"It can be neither changed nor deleted"`
}

func roleOf(r access.Role, kind tenant.Kind) Role {
	return Role{ID: int64(r.ID), Name: r.Name, Description: r.Description, Template: string(r.Template), DataScope: string(r.DataScope),
		Permissions: permissionsOf(r.Grants(kind)), Members: r.Members, BuiltIn: r.BuiltIn()}
}

func roleChange(r access.Role, action string) change {
	return change{Module: "roles", Action: action, Kind: "role", ID: strconv.FormatInt(int64(r.ID), 10), Name: r.Name}
}

// PermissionEntry is one line of the catalogue.
type PermissionEntry struct {
	Key       string `json:"key"`
	Module    string `json:"module"`
	Dangerous bool   `json:"dangerous" doc:"It destroys, lets data out, or gives power to others"`
}

type listPermissionsOutput struct {
	Body struct {
		Items []PermissionEntry `json:"items"`
	}
}

func (a *API) listPermissions(ctx context.Context, _ *struct{}) (*listPermissionsOutput, error) {
	out := &listPermissionsOutput{}
	for _, e := range access.For(callerOf(ctx).Tenant.Kind) {
		out.Body.Items = append(out.Body.Items, PermissionEntry{Key: string(e.Key), Module: e.Module(), Dangerous: e.Dangerous})
	}
	return out, nil
}

type listRolesOutput struct {
	Body struct {
		Items []Role `json:"items"`
	}
}

func (a *API) listRoles(ctx context.Context, _ *struct{}) (*listRolesOutput, error) {
	found, err := a.Store.Roles(ctx, wholeTenant(ctx))
	if err != nil {
		return nil, err
	}
	out := &listRolesOutput{}
	out.Body.Items = make([]Role, 0, len(found))
	for _, r := range found {
		out.Body.Items = append(out.Body.Items, roleOf(r, callerOf(ctx).Tenant.Kind))
	}
	return out, nil
}

type createRoleInput struct {
	Body struct {
		Name        string   `json:"name" minLength:"1" maxLength:"40"`
		Description string   `json:"description,omitempty" maxLength:"200"`
		DataScope   string   `json:"data_scope" enum:"own,unit,unit_and_below,tenant"`
		Permissions []string `json:"permissions" nullable:"false" maxItems:"200"`
	}
}

type roleOutput struct{ Body Role }

func (a *API) createRole(ctx context.Context, in *createRoleInput) (*roleOutput, error) {
	c, now := callerOf(ctx), a.Clock.Now().UTC()
	r := access.Role{Tenant: c.Tenant.ID, Name: strings.TrimSpace(in.Body.Name), Description: in.Body.Description,
		DataScope: access.DataScope(in.Body.DataScope), Permissions: permissionKeys(in.Body.Permissions), CreatedAt: now, UpdatedAt: now}
	if err := grantable(c, r); err != nil {
		return nil, err
	}
	if err := a.Store.CreateRole(ctx, wholeTenant(ctx), &r); err != nil {
		return nil, err
	}
	o := roleChange(r, "create")
	o.After = roleOf(r, c.Tenant.Kind)
	note(ctx, o)
	return &roleOutput{Body: roleOf(r, c.Tenant.Kind)}, nil
}

func permissionKeys(list []string) []access.Permission {
	out := make([]access.Permission, 0, len(list))
	for _, p := range list {
		if k := access.Permission(p); !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out
}

// grantable refuses a role that is wrong in itself, or that reaches beyond the caller's own.
func grantable(c caller, r access.Role) error {
	if err := r.Validate(c.Tenant.Kind); err != nil {
		return err
	}
	wider := &errs.Error{Kind: errs.Forbidden, Message: "nobody can grant what the own role does not allow"}
	held := c.Grants()
	for _, p := range r.Grants(c.Tenant.Kind) {
		if !slices.Contains(held, p) {
			wider.Fields = append(wider.Fields, errs.Field{Path: "permissions", Reason: "your own role lacks " + string(p)})
		}
	}
	if !r.DataScope.Within(c.Role.DataScope) {
		wider.Fields = append(wider.Fields, errs.Field{Path: "data_scope", Reason: "reaches further than your own role's"})
	}
	if len(wider.Fields) > 0 {
		return wider
	}
	return nil
}

// RolePath names the role of an address.
type RolePath struct {
	ID int64 `path:"id" minimum:"1"`
}

type changeRoleInput struct {
	RolePath
	Body struct {
		Name        *string   `json:"name,omitempty" minLength:"1" maxLength:"40"`
		Description *string   `json:"description,omitempty" maxLength:"200"`
		DataScope   *string   `json:"data_scope,omitempty" enum:"own,unit,unit_and_below,tenant"`
		Permissions *[]string `json:"permissions,omitempty" maxItems:"200"`
	}
}

// findRole reads a role that the caller may change: one that reaches beyond the caller's own is others' to change.
func (a *API) findRole(ctx context.Context, id int64) (access.Role, error) {
	c := callerOf(ctx)
	r, err := a.Store.Role(ctx, wholeTenant(ctx), access.RoleID(id))
	if err == nil && !r.Within(c.Role, c.Tenant.Kind) {
		err = errs.New(errs.Forbidden, "this role allows or sees more than your own; ask an administrator of your company")
	}
	return r, err
}

func (a *API) changeRole(ctx context.Context, in *changeRoleInput) (*roleOutput, error) {
	b, c := in.Body, callerOf(ctx)
	was, err := a.findRole(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	r := was
	take(&r.Name, b.Name)
	r.Name = strings.TrimSpace(r.Name)
	take(&r.Description, b.Description)
	if b.DataScope != nil {
		r.DataScope = access.DataScope(*b.DataScope)
	}
	if b.Permissions != nil {
		r.Permissions = permissionKeys(*b.Permissions)
	}
	if r.ID == c.Role.ID && (b.DataScope != nil || b.Permissions != nil) {
		return nil, errOwn("nobody can change what the own role allows; ask an administrator with another role")
	}
	if err := grantable(c, r); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateRole(ctx, wholeTenant(ctx), &r, a.Clock.Now().UTC()); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, c.Tenant.ID, 0)
	o := roleChange(r, "update")
	o.Before, o.After = roleOf(was, c.Tenant.Kind), roleOf(r, c.Tenant.Kind)
	note(ctx, o)
	return &roleOutput{Body: roleOf(r, c.Tenant.Kind)}, nil
}

func (a *API) deleteRole(ctx context.Context, in *RolePath) (*struct{}, error) {
	c := callerOf(ctx)
	was, err := a.findRole(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteRole(ctx, wholeTenant(ctx), was.ID); err != nil {
		return nil, err
	}
	o := roleChange(was, "delete")
	o.Before = roleOf(was, c.Tenant.Kind)
	note(ctx, o)
	return &struct{}{}, nil
}

func (a *API) roleRoutes() {
	add(a, needs(access.RolesView, op("GET", "/api/v1/permissions", "listPermissions", "Roles", "The permissions that the company can have")), a.listPermissions)
	add(a, needs(access.RolesView, op("GET", "/api/v1/roles", "listRoles", "Roles", "The company's roles, oldest first")), a.listRoles)
	add(a, logs("roles", "create", needs(access.RolesEdit, created(op("POST", "/api/v1/roles", "createRole", "Roles", "Add a role")))), a.createRole)
	add(a, logs("roles", "update", needs(access.RolesEdit, op("PATCH", "/api/v1/roles/{id}", "changeRole", "Roles", "Change a role; it holds from its members' next request on"))), a.changeRole)
	add(a, logs("roles", "delete", needs(access.RolesEdit, op("DELETE", "/api/v1/roles/{id}", "deleteRole", "Roles", "Delete a role that nobody has"))), a.deleteRole)
}
