// Package tenant owns the customers of the platform and the walls between them: the tree operator -> reseller ->
// merchant, the robots that each was given by the one above it, and the Scope that every store method asks for. It does not
// own users or permissions (see access).
package tenant

import (
	"regexp"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/errs"
)

// ID names one tenant.
type ID int64

// Kind is a tenant's place in the tree.
type Kind string

const (
	// Operator runs the platform; there is one, at the root.
	Operator Kind = "operator"
	// Reseller hosts merchants and other resellers.
	Reseller Kind = "reseller"
	// Merchant calls its own contacts.
	Merchant Kind = "merchant"
)

// Tenant is a company on the platform.
type Tenant struct {
	ID           ID
	Parent       ID     // zero for the operator
	Path         string // the ids from the root down to this one, as /1/5/9/; the store fills it in
	Kind         Kind
	Name         string
	Code         string // names the tenant at sign-in; unique on the platform, empty when it has none
	Zone         string // IANA name; times are shown and calling windows are read in it
	ContactName  string
	ContactPhone string
	Robots       Robots
	BannedAt     time.Time // zero unless this very tenant is banned; see Ban for what counts
	BanReason    string
	CreatedAt    time.Time
}

// Location resolves the zone.
func (t Tenant) Location() (*time.Location, error) {
	loc, err := time.LoadLocation(t.Zone)
	if err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "zone %q is not an IANA time zone such as Asia/Shanghai", t.Zone)
	}
	return loc, nil
}

// code is what a tenant's code may look like: it is typed behind the @ of a sign-in.
var code = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,39}$`)

// Validate checks a tenant before it is stored.
func (t Tenant) Validate() error {
	var c errs.Check
	c.Require(t.Name != "" && len(t.Name) <= 100, "name", "must have 1 to 100 bytes")
	c.Require(errs.OneLine(t.Name), "name", "may hold no line ends and other control characters")
	c.Require(t.Kind == Operator || t.Kind == Reseller || t.Kind == Merchant, "kind", "must be operator, reseller or merchant")
	c.Require(t.Code == "" || code.MatchString(t.Code), "code", "must have 2 to 40 small letters, digits and hyphens, and begin with a letter or digit")
	c.Require(len([]rune(t.ContactName)) <= 50 && errs.OneLine(t.ContactName), "contact_name", "must be one line of at most 50 characters")
	c.Require(len(t.ContactPhone) <= 40 && errs.OneLine(t.ContactPhone), "contact_phone", "must be one line of at most 40 characters")
	_, err := t.Location()
	c.Require(err == nil && t.Zone != "", "zone", "must be an IANA time zone such as Asia/Shanghai")
	return c.Err("tenant")
}

// Scope is whose rows a store method may see and touch. The zero Scope sees nothing.
type Scope struct {
	tenant   ID
	platform bool
	view     *View
}

// View narrows a tenant's rows to those a member's role lets them see: what they own, and what belongs to one of the
// units. It applies to campaigns and to everything that hangs on a campaign.
type View struct {
	Owner int64   // the member's user id
	Units []int64 // organisation units; none means the member's own rows only
}

// Of is the scope of one tenant.
func Of(id ID) Scope { return Scope{tenant: id} }

// Platform is the scope of the roles themselves (dialer, worker, reconcilers), which serve every tenant. A request
// of a user never carries it.
func Platform() Scope { return Scope{platform: true} }

// Narrow limits the scope to a view. The platform's scope is never narrowed.
func (s Scope) Narrow(v View) Scope {
	if !s.platform {
		v.Units = slices.Clone(v.Units)
		s.view = &v
	}
	return s
}

// View is what the scope is narrowed to; ok is false for one that sees the whole tenant.
func (s Scope) View() (v View, ok bool) {
	if s.view == nil {
		return View{}, false
	}
	return *s.view, true
}

// Sees tells whether a row of the scope's tenant with this owner and unit is inside the view.
func (s Scope) Sees(owner, unit int64) bool {
	return s.view == nil || owner == s.view.Owner || slices.Contains(s.view.Units, unit)
}

// Tenant is the tenant the scope is limited to; ok is false for the platform's scope.
func (s Scope) Tenant() (id ID, ok bool) { return s.tenant, !s.platform }

// IsPlatform tells whether the scope reaches every tenant.
func (s Scope) IsPlatform() bool { return s.platform }

// Allows tells whether a row of the tenant is inside the scope.
func (s Scope) Allows(id ID) bool { return s.platform || (s.tenant != 0 && s.tenant == id) }

// Check refuses the zero scope, which is always a programming error.
func (s Scope) Check() error {
	if s.platform || s.tenant > 0 {
		return nil
	}
	return errs.New(errs.Internal, "store called without a tenant scope")
}
