package store

import (
	"context"
	"errors"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// owned limits a query to the rows of the scope; column is the tenant column where tables are joined.
func owned(scope tenant.Scope, column string) func(*gorm.DB) *gorm.DB {
	return func(db *gorm.DB) *gorm.DB {
		if id, ok := scope.Tenant(); ok {
			return db.Where(column+" = ?", int64(id))
		}
		return db
	}
}

// and is owned for plain SQL: a condition to append, and its argument.
func and(scope tenant.Scope, column string) (condition string, args []any) {
	if id, ok := scope.Tenant(); ok {
		return " AND " + column + " = ?", []any{int64(id)}
	}
	return "", nil
}

// settle decides whose a new row is: the scope's tenant, or with the platform's scope the one that the row names.
func settle(scope tenant.Scope, id *tenant.ID, noun string) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if own, ok := scope.Tenant(); ok {
		if *id == 0 {
			*id = own
		}
	}
	if *id <= 0 {
		return errs.New(errs.Invalid, "a %s needs its tenant", noun)
	}
	if !scope.Allows(*id) {
		return errs.Missing("tenant", *id)
	}
	return nil
}

// query starts a read of R's table within the scope and, for campaigns and what hangs on them, within its view.
func query(ctx context.Context, db *gorm.DB, scope tenant.Scope, row any) *gorm.DB {
	q := db.WithContext(ctx).Model(row).Scopes(owned(scope, "tenant_id"))
	if hangs, ok := row.(interface{ campaignColumn() string }); ok {
		if condition, args := seen(scope, hangs.campaignColumn()); condition != "" {
			if _, ok := row.(*importRow); ok {
				condition = "(campaign_id = 0 OR " + condition + ")" // a list of numbers not to call belongs to no campaign
			}
			q = q.Where(condition, args...)
		}
	}
	return q
}

// seen is the condition that a row's campaign is inside the scope's view; empty when the scope sees the whole tenant.
func seen(scope tenant.Scope, column string) (condition string, args []any) {
	v, narrowed := scope.View()
	if !narrowed {
		return "", nil
	}
	own, args := "owner_id = ?", []any{v.Owner}
	if len(v.Units) > 0 {
		own += " OR unit_id IN (" + marks(len(v.Units)) + ")"
		for _, u := range v.Units {
			args = append(args, u)
		}
	}
	if column == "id" {
		return "(" + own + ")", args
	}
	id, _ := scope.Tenant()
	return column + " IN (SELECT id FROM campaigns WHERE tenant_id = ? AND (" + own + "))", append([]any{int64(id)}, args...)
}

// Rows whose visibility is their campaign's.
func (campaignRow) campaignColumn() string { return "id" }
func (callRow) campaignColumn() string     { return "campaign_id" }
func (contactRow) campaignColumn() string  { return "campaign_id" }
func (importRow) campaignColumn() string   { return "campaign_id" }

// one reads the row that the query leads to.
func one[R any](s *Store, q *gorm.DB, noun string, id any) (R, error) {
	var row R
	err := q.Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, errs.Missing(noun, id)
	}
	if err != nil {
		return row, s.fail("read "+noun, err)
	}
	return row, nil
}

// many reads all rows that the query leads to and turns each into what the domain knows.
func many[R, T any](s *Store, q *gorm.DB, noun string, domain func(R) (T, error)) ([]T, error) {
	var rows []R
	if err := q.Find(&rows).Error; err != nil {
		return nil, s.fail("list "+noun, err)
	}
	out := make([]T, 0, len(rows))
	for _, r := range rows {
		t, err := domain(r)
		if err != nil {
			return nil, err
		}
		out = append(out, t)
	}
	return out, nil
}

// owns refuses when no row of the table with the id is inside the scope.
func (s *Store) owns(ctx context.Context, db *gorm.DB, scope tenant.Scope, row any, noun string, id any) error {
	var n int64
	if err := query(ctx, db, scope, row).Where("id = ?", id).Limit(1).Count(&n).Error; err != nil {
		return s.fail("look for "+noun, err)
	}
	if n == 0 {
		return errs.Missing(noun, id)
	}
	return nil
}
