package access

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// RoleID names one role.
type RoleID int64

// DataScope is how far a role sees.
type DataScope string

// The data scopes, from the narrowest to the widest.
const (
	ScopeOwn          DataScope = "own"            // what the member owns
	ScopeUnit         DataScope = "unit"           // and what belongs to the member's unit
	ScopeUnitAndBelow DataScope = "unit_and_below" // and to the units below it
	ScopeTenant       DataScope = "tenant"         // all of the company
)

// DataScopes lists them, narrowest first.
func DataScopes() []DataScope {
	return []DataScope{ScopeOwn, ScopeUnit, ScopeUnitAndBelow, ScopeTenant}
}

// Within tells whether the scope reaches no further than the other one; one that is not known reaches further than all.
func (s DataScope) Within(other DataScope) bool {
	all := DataScopes()
	own, limit := slices.Index(all, s), slices.Index(all, other)
	return own >= 0 && own <= limit
}

// Role is what its members may do and how far they see.
type Role struct {
	ID          RoleID
	Tenant      tenant.ID
	Name        string
	Description string
	Template    Template // where it came from; empty for one that the tenant made
	DataScope   DataScope
	// Permissions are the role's own; nil means those of its template, also when a later version adds some.
	Permissions []Permission
	Members     int // read only
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// BuiltIn tells whether the role can be neither changed nor deleted.
func (r Role) BuiltIn() bool { return r.Template == Administrator }

// Follows tells whether the role allows what its template does, today and in later versions.
func (r Role) Follows() bool { return r.BuiltIn() || r.Permissions == nil && r.Template != "" }

// Grants lists what the role allows in a tenant of the kind, in the order of the catalogue.
func (r Role) Grants(kind tenant.Kind) []Permission {
	held := r.Permissions
	if r.Follows() {
		held = r.Template.grants(kind)
	}
	out := []Permission{}
	for _, e := range For(kind) {
		if slices.Contains(held, e.Key) {
			out = append(out, e.Key)
		}
	}
	return out
}

// Within tells whether whoever holds the other role could give this one away: it allows and sees nothing beyond.
func (r Role) Within(other Role, kind tenant.Kind) bool {
	held := other.Grants(kind)
	for _, p := range r.Grants(kind) {
		if !slices.Contains(held, p) {
			return false
		}
	}
	return r.DataScope.Within(other.DataScope)
}

// Validate checks a role before it is stored.
func (r Role) Validate(kind tenant.Kind) error {
	var c errs.Check
	c.Require(strings.TrimSpace(r.Name) != "" && len([]rune(r.Name)) <= 40 && errs.OneLine(r.Name), "name", "must have 1 to 40 characters in one line")
	c.Require(len([]rune(r.Description)) <= 200 && errs.Printable(r.Description), "description", "must have at most 200 characters")
	c.Require(slices.Contains(DataScopes(), r.DataScope), "data_scope", "must be own, unit, unit_and_below or tenant")
	for _, p := range r.Permissions {
		c.Require(p.HeldBy(kind), "permissions", "%q is no permission that this company can have", string(p))
	}
	return c.Err("role")
}
