package access

import (
	"time"

	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// Principal is whoever sent a request, and all that decides what the request may do.
type Principal struct {
	Session Session
	User    User
	Tenant  tenant.Tenant
	Role    Role         // zero when the user has none
	Unit    org.Unit     // zero when the user has none
	Below   []org.UnitID // the unit and those below it, when the role reaches them
	Banned  bool         // the tenant, or one above it
}

// Active tells whether the session still stands at the time.
func (p Principal) Active(now time.Time) bool {
	return now.Before(p.Session.ExpiresAt) && p.User.DisabledAt.IsZero() && !p.Banned
}

// Scope is whose rows the principal sees: those of the tenant, narrowed to the role's data scope.
func (p Principal) Scope() tenant.Scope {
	scope := tenant.Of(p.Tenant.ID)
	if p.Role.DataScope == ScopeTenant {
		return scope
	}
	v := tenant.View{Owner: int64(p.User.ID)}
	switch {
	case p.Role.DataScope == ScopeUnit && p.Unit.ID != 0:
		v.Units = []int64{int64(p.Unit.ID)}
	case p.Role.DataScope == ScopeUnitAndBelow:
		for _, u := range p.Below {
			v.Units = append(v.Units, int64(u))
		}
	}
	return scope.Narrow(v)
}

// Grants lists what the principal's role allows.
func (p Principal) Grants() []Permission {
	if p.Role.ID == 0 {
		return []Permission{}
	}
	return p.Role.Grants(p.Tenant.Kind)
}
