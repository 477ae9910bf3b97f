package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/org"
)

// Member is a person of the company (A11.2).
type Member struct {
	ID               int64      `json:"id"`
	Account          string     `json:"account"`
	Name             string     `json:"name"`
	Phone            string     `json:"phone"`
	Email            string     `json:"email"`
	AgentNumber      string     `json:"agent_number"`
	BoundNumber      string     `json:"bound_number"`
	Unit             *MyUnit    `json:"unit"`
	Role             *MyRole    `json:"role"`
	MaskNumbers      bool       `json:"mask_numbers"`
	ConcurrentSignIn bool       `json:"concurrent_sign_in" doc:"A sign-in leaves the sessions from before alone"`
	Disabled         bool       `json:"disabled"`
	MustChange       bool       `json:"must_change_password"`
	LastSignInAt     *time.Time `json:"last_sign_in_at,omitempty"`
	CreatedAt        time.Time  `json:"created_at"`
}

type listMembersInput struct {
	Name   string `query:"name" maxLength:"60" doc:"A part of the name or the account"`
	UnitID int64  `query:"unit_id" minimum:"0" doc:"The unit, and those below it"`
	RoleID int64  `query:"role_id" minimum:"0"`
	State  string `query:"state" enum:"active,disabled"`
	Paging
}

type listMembersOutput struct{ Body Page[Member] }

func (a *API) listMembers(ctx context.Context, in *listMembersInput) (*listMembersOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := access.Filter{Name: in.Name, Unit: org.UnitID(in.UnitID), Role: access.RoleID(in.RoleID)}
	if in.State != "" {
		disabled := in.State == "disabled"
		f.Disabled = &disabled
	}
	found, err := a.Store.Members(ctx, scopeOf(ctx), f, access.UserID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	t, err := a.team(ctx)
	if err != nil {
		return nil, err
	}
	out := &listMembersOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(u access.User) string { return strconv.FormatInt(int64(u.ID), 10) })
	out.Body.Items = make([]Member, 0, len(found))
	for _, u := range found {
		out.Body.Items = append(out.Body.Items, t.member(u))
	}
	return out, nil
}

// MemberPath names the member of an address.
type MemberPath struct {
	ID int64 `path:"id" minimum:"1"`
}

type memberOutput struct{ Body Member }

func (a *API) getMember(ctx context.Context, in *MemberPath) (*memberOutput, error) {
	u, t, err := a.findMember(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &memberOutput{Body: t.member(u)}, nil
}

// findMember reads a member whom the caller sees, and the team around.
func (a *API) findMember(ctx context.Context, id int64) (access.User, team, error) {
	u, err := a.Store.Member(ctx, scopeOf(ctx), access.UserID(id))
	if err != nil {
		return u, team{}, err
	}
	t, err := a.team(ctx)
	return u, t, err
}

// team is what members refer to.
type team struct {
	units map[org.UnitID]org.Unit
	roles map[access.RoleID]access.Role
}

func (a *API) team(ctx context.Context) (team, error) {
	t := team{units: map[org.UnitID]org.Unit{}, roles: map[access.RoleID]access.Role{}}
	units, err := a.Store.Units(ctx, wholeTenant(ctx))
	if err != nil {
		return t, err
	}
	for _, u := range units {
		t.units[u.ID] = u
	}
	roles, err := a.Store.Roles(ctx, wholeTenant(ctx))
	if err != nil {
		return t, err
	}
	for _, r := range roles {
		t.roles[r.ID] = r
	}
	return t, nil
}

func (t team) member(u access.User) Member {
	m := Member{ID: int64(u.ID), Account: u.Account, Name: u.Name, Phone: u.Phone, Email: u.Email, AgentNumber: u.AgentNumber, BoundNumber: u.BoundNumber,
		MaskNumbers: u.MaskNumbers, ConcurrentSignIn: u.ConcurrentSignIn, Disabled: !u.DisabledAt.IsZero(), MustChange: u.MustChange,
		LastSignInAt: moment(u.LastSignInAt), CreatedAt: u.CreatedAt.UTC()}
	if unit, ok := t.units[u.Unit]; ok {
		m.Unit = &MyUnit{ID: int64(unit.ID), Name: unit.Name}
	}
	if role, ok := t.roles[u.Role]; ok {
		m.Role = &MyRole{ID: int64(role.ID), Name: role.Name, DataScope: string(role.DataScope)}
	}
	return m
}

// memberChange is one change of a member, as the operation log shows it.
func memberChange(u access.User, action string) change {
	return change{Module: "team", Action: action, Kind: "member", ID: strconv.FormatInt(int64(u.ID), 10), Name: u.Account}
}

func (a *API) memberRoutes() {
	add(a, needs(access.TeamView, op("GET", "/api/v1/members", "listMembers", "Team", "The members whom the caller's data scope shows, newest first")), a.listMembers)
	add(a, logs("team", "create", needs(access.TeamEdit, created(op("POST", "/api/v1/members", "createMember", "Team", "Add a member; the password is shown once")))), a.createMember)
	add(a, needs(access.TeamView, op("GET", "/api/v1/members/{id}", "getMember", "Team", "A member")), a.getMember)
	add(a, logs("team", "update", needs(access.TeamEdit, op("PATCH", "/api/v1/members/{id}", "changeMember", "Team", "Change, disable or enable a member"))), a.changeMember)
	add(a, logs("team", "reset_password", needs(access.TeamEdit, op("POST", "/api/v1/members/{id}/reset-password", "resetPassword", "Team", "Give a member a new password, which is shown once"))), a.resetPassword)
	add(a, logs("team", "sign_out", needs(access.TeamEdit, op("POST", "/api/v1/members/{id}/sign-out", "signOutMember", "Team", "End all sessions of a member"))), a.signOutMember)
}
