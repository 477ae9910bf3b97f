package api

import (
	"context"
	"strconv"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/org"
)

type createMemberInput struct {
	Body struct {
		Account          string `json:"account" minLength:"2" maxLength:"40"`
		Name             string `json:"name" minLength:"1" maxLength:"60"`
		Phone            string `json:"phone,omitempty" maxLength:"40"`
		Email            string `json:"email,omitempty" maxLength:"190"`
		AgentNumber      string `json:"agent_number,omitempty" maxLength:"20" doc:"Signs in as number@company"`
		BoundNumber      string `json:"bound_number,omitempty" maxLength:"40" doc:"A telephone number that signs in by itself"`
		UnitID           int64  `json:"unit_id" minimum:"1"`
		RoleID           int64  `json:"role_id" minimum:"1"`
		MaskNumbers      bool   `json:"mask_numbers,omitempty"`
		ConcurrentSignIn bool   `json:"concurrent_sign_in,omitempty"`
	}
}

type createMemberOutput struct {
	Body struct {
		Member   Member `json:"member"`
		Password string `json:"password" doc:"Shown this once; the member must change it"`
	}
}

func (a *API) createMember(ctx context.Context, in *createMemberInput) (*createMemberOutput, error) {
	b, c := in.Body, callerOf(ctx)
	t, err := a.team(ctx)
	if err != nil {
		return nil, err
	}
	u := access.User{Tenant: c.Tenant.ID, Account: b.Account, Name: b.Name, Phone: b.Phone, Email: b.Email, AgentNumber: b.AgentNumber,
		BoundNumber: b.BoundNumber, Unit: org.UnitID(b.UnitID), Role: access.RoleID(b.RoleID), MaskNumbers: b.MaskNumbers,
		ConcurrentSignIn: b.ConcurrentSignIn, MustChange: true, CreatedAt: a.Clock.Now().UTC()}
	if err := access.CheckAccount(u.Account); err != nil {
		return nil, fieldError("account", sentence(err))
	}
	if err := a.cleanMember(&u); err != nil {
		return nil, err
	}
	if err := mayPlace(c, t, access.User{MaskNumbers: true}, u); err != nil {
		return nil, err
	}
	password := access.NewPassword()
	if u.PasswordHash, err = a.hash(ctx, password); err != nil {
		return nil, err
	}
	if err := a.Store.CreateUser(ctx, wholeTenant(ctx), &u); err != nil {
		return nil, err
	}
	out := &createMemberOutput{}
	out.Body.Member, out.Body.Password = t.member(u), password
	o := memberChange(u, "create")
	o.After = out.Body.Member
	note(ctx, o)
	return out, nil
}

type changeMemberInput struct {
	MemberPath
	Body struct {
		Name             *string `json:"name,omitempty" minLength:"1" maxLength:"60"`
		Phone            *string `json:"phone,omitempty" maxLength:"40"`
		Email            *string `json:"email,omitempty" maxLength:"190"`
		AgentNumber      *string `json:"agent_number,omitempty" maxLength:"20"`
		BoundNumber      *string `json:"bound_number,omitempty" maxLength:"40"`
		UnitID           *int64  `json:"unit_id,omitempty" minimum:"1"`
		RoleID           *int64  `json:"role_id,omitempty" minimum:"1"`
		MaskNumbers      *bool   `json:"mask_numbers,omitempty"`
		ConcurrentSignIn *bool   `json:"concurrent_sign_in,omitempty"`
		Disabled         *bool   `json:"disabled,omitempty"`
	}
}

func (a *API) changeMember(ctx context.Context, in *changeMemberInput) (*memberOutput, error) {
	b, c := in.Body, callerOf(ctx)
	was, t, err := a.findMember(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	u := was
	take(&u.Name, b.Name)
	take(&u.Phone, b.Phone)
	take(&u.Email, b.Email)
	take(&u.AgentNumber, b.AgentNumber)
	take(&u.BoundNumber, b.BoundNumber)
	take(&u.MaskNumbers, b.MaskNumbers)
	take(&u.ConcurrentSignIn, b.ConcurrentSignIn)
	if b.UnitID != nil {
		u.Unit = org.UnitID(*b.UnitID)
	}
	if b.RoleID != nil {
		u.Role = access.RoleID(*b.RoleID)
	}
	switch {
	case b.Disabled == nil:
	case !*b.Disabled:
		u.DisabledAt = access.User{}.DisabledAt
	case was.DisabledAt.IsZero():
		u.DisabledAt = a.Clock.Now().UTC()
	}
	if err := a.cleanMember(&u); err != nil {
		return nil, err
	}
	if err := mayManage(c, t, was); err != nil {
		return nil, err
	}
	if err := mayPlace(c, t, was, u); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateUser(ctx, wholeTenant(ctx), was, u); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, u.Tenant, u.ID)
	o, shown := memberChange(u, "update"), t.member(u)
	o.Before, o.After = t.member(was), shown
	note(ctx, o)
	return &memberOutput{Body: shown}, nil
}

type resetOutput struct {
	Body struct {
		Password string `json:"password" doc:"Shown this once; the member must change it"`
	}
}

func (a *API) resetPassword(ctx context.Context, in *MemberPath) (*resetOutput, error) {
	c := callerOf(ctx)
	u, t, err := a.findMember(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if u.ID == c.User.ID {
		return nil, errOwn("change your own password with the present one")
	}
	if err := mayManage(c, t, u); err != nil {
		return nil, err
	}
	out := &resetOutput{}
	out.Body.Password = access.NewPassword()
	hash, err := a.hash(ctx, out.Body.Password)
	if err != nil {
		return nil, err
	}
	if err := a.Store.SetPassword(ctx, wholeTenant(ctx), u.ID, hash, true); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, u.Tenant, u.ID)
	note(ctx, memberChange(u, "reset_password"))
	return out, nil
}

type endedOutput struct {
	Body struct {
		Ended int `json:"ended_sessions"`
	}
}

func (a *API) signOutMember(ctx context.Context, in *MemberPath) (*endedOutput, error) {
	u, t, err := a.findMember(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := mayManage(callerOf(ctx), t, u); err != nil {
		return nil, err
	}
	out := &endedOutput{}
	if out.Body.Ended, err = a.Store.EndSessions(ctx, wholeTenant(ctx), u.ID); err != nil {
		return nil, err
	}
	a.accessChanged(ctx, u.Tenant, u.ID)
	o := memberChange(u, "sign_out")
	o.Summary = strconv.Itoa(out.Body.Ended)
	note(ctx, o)
	return out, nil
}
