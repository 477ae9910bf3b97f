package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type companyRow struct {
	Tenant     tenantRow `gorm:"embedded"`
	ParentName string    `gorm:"column:parent_name"`
	Ancestor   bool      `gorm:"column:ancestor_banned"`
	Children   int       `gorm:"column:children"`
	Members    int       `gorm:"column:members"`
	Running    int       `gorm:"column:running"`
	Given      int       `gorm:"column:robots_given"`
	Reserved   int       `gorm:"column:robots_reserved"`
}

func (r companyRow) domain() (tenant.Company, error) {
	t, err := r.Tenant.domain()
	return tenant.Company{Tenant: t, ParentName: r.ParentName, BannedByAncestor: r.Ancestor, Children: r.Children, Members: r.Members,
		CampaignsRunning: r.Running, RobotsGiven: r.Given, RobotsReserved: r.Reserved}, err
}

// ancestorBanned is the condition that somebody above t is banned. It walks the banned tenants, which are few.
const ancestorBanned = "EXISTS (SELECT 1 FROM tenants AS a WHERE a.banned_at > 0 AND a.id <> t.id AND SUBSTR(t.path, 1, LENGTH(a.path)) = a.path)"

const companyColumns = "t.*, COALESCE(p.name, '') AS parent_name, " + ancestorBanned + " AS ancestor_banned," +
	" (SELECT COUNT(*) FROM tenants AS c WHERE c.parent_id = t.id) AS children," +
	" (SELECT COUNT(*) FROM users AS u WHERE u.tenant_id = t.id) AS members," +
	" (SELECT COUNT(*) FROM campaigns AS g WHERE g.tenant_id = t.id AND g.state = 'running') AS running," +
	" (SELECT COALESCE(SUM(c.robots), 0) FROM tenants AS c WHERE c.parent_id = t.id) AS robots_given," +
	" (SELECT COALESCE(SUM(g.robots), 0) FROM campaigns AS g WHERE g.tenant_id = t.id AND g.state IN ('scheduling', 'running') AND g.deleted_at = 0) AS robots_reserved"

// companies starts a query of the tenants t strictly below the scope's.
func (s *Store) companies(ctx context.Context, db *gorm.DB, scope tenant.Scope) (*gorm.DB, error) {
	q := db.WithContext(ctx).Table("tenants AS t")
	id, ok := scope.Tenant()
	if !ok {
		return q, nil
	}
	own, err := one[tenantRow](s, db.WithContext(ctx).Where("id = ?", int64(id)), "tenant", id)
	if err != nil {
		return nil, err
	}
	above, below := within(own.Path)
	return q.Where("t.path > ? AND t.path < ?", above, below), nil
}

// Companies pages by id, newest first.
func (s *Store) Companies(ctx context.Context, scope tenant.Scope, f tenant.Filter, below tenant.ID, limit int) ([]tenant.Company, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q, err := s.companies(ctx, s.read, scope)
	if err != nil {
		return nil, err
	}
	q = q.Select(companyColumns).Joins("LEFT JOIN tenants AS p ON p.id = t.parent_id").Order("t.id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("t.id < ?", int64(below))
	}
	if f.Name != "" {
		q = q.Where("(INSTR(LOWER(t.name), LOWER(?)) > 0 OR INSTR(COALESCE(t.code, ''), LOWER(?)) > 0)", text(f.Name), text(f.Name))
	}
	if f.Kind != "" {
		q = q.Where("t.kind = ?", string(f.Kind))
	}
	if f.Parent > 0 {
		q = q.Where("t.parent_id = ?", int64(f.Parent))
	}
	switch f.State {
	case tenant.Banned:
		q = q.Where("(t.banned_at > 0 OR " + ancestorBanned + ")")
	case tenant.Active:
		q = q.Where("t.banned_at = 0 AND NOT " + ancestorBanned)
	}
	return many(s, q, "companies", companyRow.domain)
}

// Company reads one tenant below the scope's.
func (s *Store) Company(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Company, error) {
	if err := scope.Check(); err != nil {
		return tenant.Company{}, err
	}
	q, err := s.companies(ctx, s.read, scope)
	if err != nil {
		return tenant.Company{}, err
	}
	q = q.Select(companyColumns).Joins("LEFT JOIN tenants AS p ON p.id = t.parent_id").Where("t.id = ?", int64(id))
	row, err := one[companyRow](s, q, "company", id)
	if err != nil {
		return tenant.Company{}, err
	}
	return row.domain()
}

// UpdateCompany changes name, zone and contact of a tenant below the scope's.
func (s *Store) UpdateCompany(ctx context.Context, scope tenant.Scope, t tenant.Tenant) error {
	if _, err := s.Company(ctx, scope, t.ID); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Model(&tenantRow{}).Where("id = ?", int64(t.ID)).Updates(map[string]any{
		"name": text(t.Name), "zone": t.Zone, "contact_name": text(t.ContactName), "contact_phone": text(t.ContactPhone)}).Error
	return s.fail("change a company", err)
}

// CompanyAdministrator is the oldest member with the administrator's role, or the oldest at all where none has it.
func (s *Store) CompanyAdministrator(ctx context.Context, scope tenant.Scope, id tenant.ID) (tenant.Administrator, error) {
	if _, err := s.Company(ctx, scope, id); err != nil {
		return tenant.Administrator{}, err
	}
	var found []struct {
		ID      int64  `gorm:"column:id"`
		Account string `gorm:"column:account"`
	}
	err := s.read.WithContext(ctx).Table("users AS u").Select("u.id, u.account").
		Joins("LEFT JOIN roles AS r ON r.id = u.role_id AND r.tenant_id = u.tenant_id").Where("u.tenant_id = ?", int64(id)).
		Order("CASE WHEN r.template = 'administrator' THEN 0 ELSE 1 END, u.id").Limit(1).Find(&found).Error
	if err != nil {
		return tenant.Administrator{}, s.fail("look for a company's administrator", err)
	}
	if len(found) == 0 {
		return tenant.Administrator{}, errs.New(errs.Conflict, "the company has no member whose password could be replaced")
	}
	return tenant.Administrator{User: found[0].ID, Account: found[0].Account}, nil
}
