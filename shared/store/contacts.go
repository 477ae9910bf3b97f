package store

import (
	"context"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type contactRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant      int64  `gorm:"column:tenant_id"`
	Campaign    int64  `gorm:"column:campaign_id"`
	Number      string `gorm:"column:number"`
	Name        string `gorm:"column:name"`
	Vars        string `gorm:"column:vars"`
	State       string `gorm:"column:state"`
	Attempts    int    `gorm:"column:attempts"`
	OwnFaults   int    `gorm:"column:own_faults"`
	NotBefore   int64  `gorm:"column:not_before"`
	Grade       string `gorm:"column:grade"`
	Disposition string `gorm:"column:disposition"`
	Import      int64  `gorm:"column:import_id"`
	ImportRow   int    `gorm:"column:import_row"`
	Created     int64  `gorm:"column:created_at;autoCreateTime:false"`
	Updated     int64  `gorm:"column:updated_at;autoUpdateTime:false"`
}

func (contactRow) TableName() string { return "contacts" }

func (r contactRow) domain() (contact.Contact, error) {
	number, err := contact.NumberFromStore(r.Number)
	if err != nil {
		return contact.Contact{}, unreadable("contact", r.ID, err)
	}
	c := contact.Contact{ID: contact.ID(r.ID), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign), Number: number,
		Name: r.Name, State: contact.State(r.State), Attempts: r.Attempts, OwnFaults: r.OwnFaults, NotBefore: timeOf(r.NotBefore),
		Grade: r.Grade, Disposition: r.Disposition, Import: contact.ImportID(r.Import), ImportRow: r.ImportRow,
		CreatedAt: timeOf(r.Created), UpdatedAt: timeOf(r.Updated)}
	return c, fromJSON(r.Vars, &c.Vars, "contact", r.ID)
}

func rowOfContact(c contact.Contact) (contactRow, error) {
	if c.Number.IsZero() {
		return contactRow{}, errs.New(errs.Invalid, "a contact needs a number")
	}
	vars, err := varsText(c.Vars)
	if err != nil {
		return contactRow{}, err
	}
	state := c.State
	if state == "" {
		state = contact.Waiting
	}
	return contactRow{Tenant: int64(c.Tenant), Campaign: int64(c.Campaign), Number: c.Number.String(), Name: text(c.Name), Vars: vars,
		State: string(state), Attempts: c.Attempts, OwnFaults: c.OwnFaults, NotBefore: micros(c.NotBefore), Grade: c.Grade,
		Disposition: c.Disposition, Import: int64(c.Import), ImportRow: c.ImportRow, Created: micros(c.CreatedAt), Updated: micros(c.UpdatedAt)}, nil
}

// varsText keeps the common contact without variables at an empty text.
func varsText(vars map[string]string) (string, error) {
	if len(vars) == 0 {
		return "", nil
	}
	return toJSON(vars)
}

// AddContact adds one contact to a campaign of its tenant and fills in its id.
func (s *Store) AddContact(ctx context.Context, scope tenant.Scope, c *contact.Contact) error {
	if err := settle(scope, &c.Tenant, "contact"); err != nil {
		return err
	}
	row, err := rowOfContact(*c)
	if err != nil {
		return err
	}
	if err := s.open(ctx, scopeFor(scope, row.Tenant), row.Campaign); err != nil {
		return err
	}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		if err = s.fail("add contact", err); errs.Is(err, errs.Conflict) {
			return errs.New(errs.Conflict, "the campaign has the number %s already", row.Number)
		}
		return err
	}
	c.ID, c.State = contact.ID(row.ID), contact.State(row.State)
	return nil
}

// scopeFor is the scope in which the relations of a new row are looked for: its tenant's, and as narrow as the caller's.
func scopeFor(scope tenant.Scope, owner int64) tenant.Scope {
	if scope.IsPlatform() {
		return tenant.Of(tenant.ID(owner))
	}
	return scope
}

// open refuses when there is no such campaign inside the scope, or it was deleted.
func (s *Store) open(ctx context.Context, scope tenant.Scope, id int64) error {
	_, err := one[campaignRow](s, kept(ctx, s.write, scope).Select("id").Where("id = ?", id), "campaign", id)
	return err
}

// Contact reads one contact.
func (s *Store) Contact(ctx context.Context, scope tenant.Scope, id contact.ID) (contact.Contact, error) {
	if err := scope.Check(); err != nil {
		return contact.Contact{}, err
	}
	row, err := one[contactRow](s, query(ctx, s.read, scope, &contactRow{}).Where("id = ?", int64(id)), "contact", id)
	if err != nil {
		return contact.Contact{}, err
	}
	return row.domain()
}

// CountContacts counts a campaign's contacts by state.
func (s *Store) CountContacts(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) (map[contact.State]int, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign)); err != nil {
		return nil, err
	}
	// The campaign was found inside the scope, and its contacts are its tenant's: the index alone answers.
	rows, err := s.reads.QueryContext(ctx, "SELECT state, COUNT(*) FROM contacts WHERE campaign_id = ? GROUP BY state", int64(campaign))
	if err != nil {
		return nil, s.fail("count contacts", err)
	}
	defer func() { _ = rows.Close() }()
	counts := map[contact.State]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, s.fail("count contacts", err)
		}
		counts[contact.State(state)] = n
	}
	return counts, s.fail("count contacts", rows.Err())
}
