package api

import (
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
)

// cleanMember checks what a member is called and signs in with.
func (a *API) cleanMember(u *access.User) error {
	if err := a.cleanPerson(u); err != nil {
		return err
	}
	if u.AgentNumber != "" {
		if err := access.CheckAgentNumber(u.AgentNumber); err != nil {
			return fieldError("agent_number", sentence(err))
		}
	}
	if u.BoundNumber != "" {
		n, err := contact.ParseNumber(u.BoundNumber, a.Limits.Region)
		if err != nil {
			return fieldError("bound_number", sentence(err))
		}
		u.BoundNumber = n.String()
	}
	return nil
}

// errOwn refuses what nobody may do to themselves.
func errOwn(reason string) error { return errs.New(errs.Conflict, "%s", reason) }

// mayManage refuses to touch members who may do more than the caller: a new password for one of them would be a way to
// their permissions.
func mayManage(c caller, t team, u access.User) error {
	role, ok := t.roles[u.Role]
	if ok && !role.Within(c.Role, c.Tenant.Kind) {
		return errs.New(errs.Forbidden, "this member may do more than you; ask an administrator of your company")
	}
	return nil
}

// mayPlace refuses a member's new place where the caller could gain or give away what the caller does not have: a role
// or a view beyond the caller's own, and anything that concerns the caller's own place. Was is the member so far.
func mayPlace(c caller, t team, was, u access.User) error {
	if was.ID == c.User.ID {
		switch {
		case !u.DisabledAt.IsZero():
			return errOwn("nobody can disable the own account; ask another administrator")
		case was.Role != u.Role:
			return errOwn("nobody can change the own role; ask another administrator")
		case was.Unit != u.Unit && c.Role.DataScope != access.ScopeTenant:
			return errOwn("nobody can change the own unit; ask an administrator")
		}
	}
	unit, ok := t.units[u.Unit]
	if was.Unit != u.Unit && (!ok || !c.scope().Sees(0, int64(unit.ID))) {
		return fieldError("unit_id", "is no unit that you see")
	}
	if was.Role != u.Role {
		role, ok := t.roles[u.Role]
		if !ok {
			return fieldError("role_id", "is no role of the company")
		}
		if !role.Within(c.Role, c.Tenant.Kind) {
			return &errs.Error{Kind: errs.Forbidden, Message: "nobody can give a role that allows or sees more than the own one",
				Fields: []errs.Field{{Path: "role_id", Reason: "allows or sees more than your own role"}}}
		}
	}
	if was.MaskNumbers && !u.MaskNumbers && c.User.MaskNumbers {
		return &errs.Error{Kind: errs.Forbidden, Message: "who sees numbers masked cannot lift the mask for anybody",
			Fields: []errs.Field{{Path: "mask_numbers", Reason: "can be lifted only by who sees numbers whole"}}}
	}
	return nil
}
