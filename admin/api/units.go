package api

import (
	"context"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/org"
)

// Unit is one node of the company's tree.
type Unit struct {
	ID       int64  `json:"id"`
	ParentID *int64 `json:"parent_id" doc:"Null for the topmost"`
	Name     string `json:"name"`
	Members  int    `json:"members"`
}

func unitOf(u org.Unit) Unit {
	out := Unit{ID: int64(u.ID), Name: u.Name, Members: u.Members}
	if u.Parent != 0 {
		parent := int64(u.Parent)
		out.ParentID = &parent
	}
	return out
}

func unitChange(u org.Unit, action string) change {
	return change{Module: "team", Action: action, Kind: "unit", ID: strconv.FormatInt(int64(u.ID), 10), Name: u.Name}
}

type listUnitsOutput struct {
	Body struct {
		Items []Unit `json:"items" doc:"Parents stand before their children"`
	}
}

func (a *API) listUnits(ctx context.Context, _ *struct{}) (*listUnitsOutput, error) {
	found, err := a.Store.Units(ctx, wholeTenant(ctx))
	if err != nil {
		return nil, err
	}
	out := &listUnitsOutput{}
	out.Body.Items = make([]Unit, 0, len(found))
	for _, u := range found {
		out.Body.Items = append(out.Body.Items, unitOf(u))
	}
	return out, nil
}

type createUnitInput struct {
	Body struct {
		ParentID int64  `json:"parent_id" minimum:"1"`
		Name     string `json:"name" minLength:"1" maxLength:"60"`
	}
}

type unitOutput struct{ Body Unit }

func (a *API) createUnit(ctx context.Context, in *createUnitInput) (*unitOutput, error) {
	u := org.Unit{Tenant: callerOf(ctx).Tenant.ID, Parent: org.UnitID(in.Body.ParentID), Name: strings.TrimSpace(in.Body.Name), CreatedAt: a.Clock.Now().UTC()}
	if err := u.Validate(); err != nil {
		return nil, err
	}
	if err := a.seesUnit(ctx, u.Parent, "parent_id"); err != nil {
		return nil, err
	}
	if err := a.Store.CreateUnit(ctx, wholeTenant(ctx), &u); err != nil {
		return nil, err
	}
	o := unitChange(u, "create_unit")
	o.After = unitOf(u)
	note(ctx, o)
	return &unitOutput{Body: unitOf(u)}, nil
}

// seesUnit refuses a unit outside the caller's data scope: who moved units about would move what others see.
func (a *API) seesUnit(ctx context.Context, id org.UnitID, field string) error {
	if !scopeOf(ctx).Sees(0, int64(id)) {
		return fieldError(field, "is no unit that you see")
	}
	if _, err := a.Store.Unit(ctx, wholeTenant(ctx), id); err != nil {
		return fieldError(field, "is no unit that you see")
	}
	return nil
}

// UnitPath names the unit of an address.
type UnitPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// findUnit reads a unit that the caller may change.
func (a *API) findUnit(ctx context.Context, id int64) (org.Unit, error) {
	u, err := a.Store.Unit(ctx, wholeTenant(ctx), org.UnitID(id))
	if err == nil && !scopeOf(ctx).Sees(0, id) {
		err = status(404, "unit "+strconv.FormatInt(id, 10)+" does not exist")
	}
	return u, err
}

type changeUnitInput struct {
	UnitPath
	Body struct {
		Name     *string `json:"name,omitempty" minLength:"1" maxLength:"60"`
		ParentID *int64  `json:"parent_id,omitempty" minimum:"1"`
	}
}

func (a *API) changeUnit(ctx context.Context, in *changeUnitInput) (*unitOutput, error) {
	was, err := a.findUnit(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	u := was
	take(&u.Name, in.Body.Name)
	u.Name = strings.TrimSpace(u.Name)
	if err := u.Validate(); err != nil {
		return nil, err
	}
	if in.Body.ParentID != nil {
		if u.Parent = org.UnitID(*in.Body.ParentID); u.Parent != was.Parent {
			if err := a.seesUnit(ctx, u.Parent, "parent_id"); err != nil {
				return nil, err
			}
		}
	}
	if err := a.Store.UpdateUnit(ctx, wholeTenant(ctx), u); err != nil {
		return nil, err
	}
	if u.Parent != was.Parent {
		a.accessChanged(ctx, u.Tenant, 0) // what members see of each other has changed
	}
	o := unitChange(u, "update_unit")
	o.Before, o.After = unitOf(was), unitOf(u)
	note(ctx, o)
	return &unitOutput{Body: unitOf(u)}, nil
}

func (a *API) deleteUnit(ctx context.Context, in *UnitPath) (*struct{}, error) {
	was, err := a.findUnit(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteUnit(ctx, wholeTenant(ctx), was.ID); err != nil {
		return nil, err
	}
	o := unitChange(was, "delete_unit")
	o.Before = unitOf(was)
	note(ctx, o)
	return &struct{}{}, nil
}

func (a *API) unitRoutes() {
	add(a, needs(access.TeamView, op("GET", "/api/v1/units", "listUnits", "Team", "The company's tree of units")), a.listUnits)
	add(a, logs("team", "create_unit", needs(access.TeamEdit, created(op("POST", "/api/v1/units", "createUnit", "Team", "Add a unit below another one")))), a.createUnit)
	add(a, logs("team", "update_unit", needs(access.TeamEdit, op("PATCH", "/api/v1/units/{id}", "changeUnit", "Team", "Rename a unit, or move it with all below it"))), a.changeUnit)
	add(a, logs("team", "delete_unit", needs(access.TeamEdit, op("DELETE", "/api/v1/units/{id}", "deleteUnit", "Team", "Delete a unit without members and units below it"))), a.deleteUnit)
}
