// Package dnc owns whom a tenant must not call: groups of numbers, each with an expiry, and which of them a campaign
// respects. It does not own when a campaign asks (store, dialer) or how a list is read from a file (admin/importer).
package dnc

import (
	"context"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// GroupID names one group.
type GroupID = contact.DNCGroupID

// NumberID names one number of a group.
type NumberID int64

// Group is a list of numbers that are not to be called until it expires (A11.7).
type Group struct {
	ID     GroupID
	Tenant tenant.ID
	Name   string
	Remark string
	// ExpiresAt is from when on its numbers may be called again; zero means never.
	ExpiresAt time.Time
	Numbers   int
	CreatedBy string
	CreatedAt time.Time
}

// Expired tells whether the group has stopped counting.
func (g Group) Expired(now time.Time) bool { return !g.ExpiresAt.IsZero() && !now.Before(g.ExpiresAt) }

const (
	maxName        = 60
	maxGroupRemark = 500
	maxRemark      = 200
)

// Validate checks a group before it is stored.
func (g Group) Validate() error {
	var k errs.Check
	k.Require(g.Name != "" && utf8.RuneCountInString(g.Name) <= maxName, "name", "must have 1 to %d characters", maxName)
	k.Require(errs.OneLine(g.Name), "name", "may hold no line ends and other control characters")
	k.Require(utf8.RuneCountInString(g.Remark) <= maxGroupRemark, "remark", "must have at most %d characters", maxGroupRemark)
	k.Require(errs.Printable(g.Remark), "remark", "may hold no control characters but line ends and tabs")
	return k.Err("group")
}

// Number is one number of a group. (Group, Number) is unique.
type Number struct {
	ID     NumberID
	Tenant tenant.ID
	Group  GroupID
	Number contact.Number
	Remark string
	// Import is what brought it in; zero for one added by hand.
	Import    contact.ImportID
	CreatedAt time.Time
}

// CleanRemark checks the remark beside a number or returns why it is refused.
func CleanRemark(s string) (string, error) {
	switch {
	case !utf8.ValidString(s):
		return "", errs.New(errs.Invalid, "the remark is not valid UTF-8")
	case utf8.RuneCountInString(s) > maxRemark:
		return "", errs.New(errs.Invalid, "the remark is longer than %d characters", maxRemark)
	case !errs.OneLine(s):
		return "", errs.New(errs.Invalid, "the remark holds a control character")
	}
	return s, nil
}

// Policy is which groups a campaign respects.
type Policy struct {
	Enabled bool
	// Groups are those that count; none means all of the tenant's, later ones included.
	Groups []GroupID
}

// maxChosen bounds the groups that one campaign names.
const maxChosen = 100

// Check notes what is wrong with a campaign's choice.
func (p Policy) Check(k *errs.Check) {
	k.Require(len(p.Groups) <= maxChosen, "dnc.group_ids", "choose at most %d groups, or none for all of them", maxChosen)
	for i, id := range p.Groups {
		k.Require(id > 0, "dnc.group_ids", "%d is no group", int64(id))
		k.Require(!slices.Contains(p.Groups[:i], id), "dnc.group_ids", "group %d stands there twice", int64(id))
	}
}

// Screen is what the dialer asks before it places a call.
type Screen interface {
	// Listed tells which of the numbers the policy forbids to call now.
	Listed(ctx context.Context, scope tenant.Scope, p Policy, numbers []contact.Number, now time.Time) (map[contact.Number]bool, error)
	// Withhold ends a claimed attempt and its contact because the number is listed: there is no call, and the contact
	// keeps the disposition dnc. An attempt that is not claimed any more is a Conflict.
	Withhold(ctx context.Context, scope tenant.Scope, attempt call.UUID, at time.Time) error
}

// Store keeps groups and numbers. They are the whole tenant's: no view narrows them.
type Store interface {
	Screen

	// CreateGroup stores a group and fills in its id; a name that another group has is a Conflict.
	CreateGroup(ctx context.Context, scope tenant.Scope, g *Group) error
	Group(ctx context.Context, scope tenant.Scope, id GroupID) (Group, error)
	// Groups pages by id, newest first: those below the id given, zero for the first page.
	Groups(ctx context.Context, scope tenant.Scope, below GroupID, limit int) ([]Group, error)
	// UpdateGroup saves name, remark and expiry.
	UpdateGroup(ctx context.Context, scope tenant.Scope, g Group) error
	// DeleteGroup takes a group away with its numbers; a campaign that has chosen it and is not finished is a Conflict.
	DeleteGroup(ctx context.Context, scope tenant.Scope, id GroupID) error

	// AddNumber adds one; a number that the group has already is a Conflict.
	AddNumber(ctx context.Context, scope tenant.Scope, n *Number) error
	// AddNumbers inserts a batch of one import; it returns, for each number, whether it was taken or stands in the group
	// already. A batch that was inserted before a crash counts as taken again.
	AddNumbers(ctx context.Context, scope tenant.Scope, batch []Number) (taken []bool, err error)
	// Numbers pages by number, in their order: those of the group that begin with the prefix and come after the one given.
	Numbers(ctx context.Context, scope tenant.Scope, group GroupID, prefix, after string, limit int) ([]Number, error)
	Number(ctx context.Context, scope tenant.Scope, group GroupID, id NumberID) (Number, error)
	// DeleteNumbers takes numbers out of a group and returns those that were there.
	DeleteNumbers(ctx context.Context, scope tenant.Scope, group GroupID, ids []NumberID) ([]Number, error)
	// GroupsListing are the groups that keep the number from being called now.
	GroupsListing(ctx context.Context, scope tenant.Scope, n contact.Number, now time.Time) ([]Group, error)
	// GroupImports lists a group's imports, first to last.
	GroupImports(ctx context.Context, scope tenant.Scope, group GroupID) ([]contact.Import, error)
}
