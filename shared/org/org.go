// Package org owns how a tenant is organised: the tree of units that members belong to. A role's data scope may reach
// one unit or a unit and all below it. It does not own the members (see access).
package org

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// UnitID names one unit.
type UnitID int64

// Unit is a department, a team, a site: one node of a tenant's tree.
type Unit struct {
	ID        UnitID
	Tenant    tenant.ID
	Parent    UnitID // zero for the root, which every tenant has
	Path      string // the ids from the root to this one: /1/4/9/
	Name      string
	Members   int // read only
	CreatedAt time.Time
}

// Bounds of the tree.
const (
	MaxName  = 60
	MaxDepth = 10
	MaxUnits = 2000
)

// Validate checks a unit before it is stored.
func (u Unit) Validate() error {
	var c errs.Check
	c.Require(strings.TrimSpace(u.Name) != "" && len([]rune(u.Name)) <= MaxName && errs.OneLine(u.Name), "name", "must have 1 to %d characters in one line", MaxName)
	return c.Err("unit")
}

// PathBelow is the path of a unit under the parent's.
func PathBelow(parent string, id UnitID) string {
	if parent == "" {
		parent = "/"
	}
	return parent + fmt.Sprintf("%d/", id)
}

// Below tells whether the unit is the other one or lies below it.
func (u Unit) Below(other Unit) bool { return strings.HasPrefix(u.Path, other.Path) }

// Depth is 1 for the root.
func (u Unit) Depth() int { return strings.Count(u.Path, "/") - 1 }

// Store keeps the units.
type Store interface {
	// CreateUnit needs a parent: the root is made with its tenant.
	CreateUnit(ctx context.Context, scope tenant.Scope, u *Unit) error
	Unit(ctx context.Context, scope tenant.Scope, id UnitID) (Unit, error)
	// Units lists the whole tree, parents before their children, with the number of members of each.
	Units(ctx context.Context, scope tenant.Scope) ([]Unit, error)
	// UpdateUnit renames and moves, with everything below; below itself it cannot go, and the root stays.
	UpdateUnit(ctx context.Context, scope tenant.Scope, u Unit) error
	// DeleteUnit is refused while the unit has members, campaigns or units below it.
	DeleteUnit(ctx context.Context, scope tenant.Scope, id UnitID) error
}
