package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

type userRow struct {
	ID           int64          `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant       int64          `gorm:"column:tenant_id"`
	Account      string         `gorm:"column:account"`
	Name         string         `gorm:"column:name"`
	PasswordHash string         `gorm:"column:password_hash"`
	Phone        string         `gorm:"column:phone"`
	Email        string         `gorm:"column:email"`
	Agent        sql.NullString `gorm:"column:agent_number"`
	Bound        sql.NullString `gorm:"column:bound_number"`
	Unit         int64          `gorm:"column:unit_id"`
	Role         int64          `gorm:"column:role_id"`
	Mask         bool           `gorm:"column:mask_numbers"`
	Concurrent   bool           `gorm:"column:concurrent_sign_in"`
	MustChange   bool           `gorm:"column:must_change"`
	Disabled     int64          `gorm:"column:disabled_at"`
	LastSignIn   int64          `gorm:"column:last_sign_in_at"`
	LastAddress  string         `gorm:"column:last_address"`
	Created      int64          `gorm:"column:created_at;autoCreateTime:false"`
}

func (userRow) TableName() string { return "users" }

func (r userRow) domain() (access.User, error) {
	return access.User{ID: access.UserID(r.ID), Tenant: tenant.ID(r.Tenant), Account: r.Account, Name: r.Name, PasswordHash: r.PasswordHash,
		Phone: r.Phone, Email: r.Email, AgentNumber: r.Agent.String, BoundNumber: r.Bound.String, Unit: org.UnitID(r.Unit), Role: access.RoleID(r.Role),
		MaskNumbers: r.Mask, ConcurrentSignIn: r.Concurrent, MustChange: r.MustChange, DisabledAt: timeOf(r.Disabled),
		LastSignInAt: timeOf(r.LastSignIn), LastAddress: r.LastAddress, CreatedAt: timeOf(r.Created)}, nil
}

func rowOfUser(u access.User) userRow {
	return userRow{ID: int64(u.ID), Tenant: int64(u.Tenant), Account: u.Account, Name: text(u.Name), PasswordHash: u.PasswordHash, Phone: text(u.Phone),
		Email: text(u.Email), Agent: some(u.AgentNumber), Bound: some(u.BoundNumber), Unit: int64(u.Unit), Role: int64(u.Role), Mask: u.MaskNumbers,
		Concurrent: u.ConcurrentSignIn, MustChange: u.MustChange, Disabled: micros(u.DisabledAt), LastSignIn: micros(u.LastSignInAt),
		LastAddress: u.LastAddress, Created: micros(u.CreatedAt)}
}

// some is a text that may be missing: many rows may lack a number, but no two have the same.
func some(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// CreateUser stores a user and fills in the id; an account or a number that exists is a Conflict that names the field.
func (s *Store) CreateUser(ctx context.Context, scope tenant.Scope, u *access.User) error {
	if err := settle(scope, &u.Tenant, "user"); err != nil {
		return err
	}
	row := rowOfUser(*u)
	row.ID = 0
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := s.organise(ctx, tx, row.Tenant); err != nil {
			return err
		}
		if err := s.userFits(ctx, tx, row); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return takeExtension(tx, row)
	}, s.fresh())
	if err != nil {
		return s.fail("create user "+u.Account, err)
	}
	u.ID = access.UserID(row.ID)
	return nil
}

// organise lets one change at a time be made to a tenant's members, units and roles: whoever looks at them before a
// write finds them the same when writing.
func (s *Store) organise(ctx context.Context, tx *gorm.DB, id int64) error {
	var row tenantRow
	err := tx.WithContext(ctx).Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("id = ?", id).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return errs.Missing("tenant", id)
	}
	return err
}

// userFits refuses a user whose names somebody else has, and one in a unit or role of another tenant. Who slips through
// between the look and the write meets the unique keys.
func (s *Store) userFits(ctx context.Context, tx *gorm.DB, row userRow) error {
	taken := &errs.Error{Kind: errs.Conflict, Message: "another member has this already"}
	for _, c := range []struct {
		field string
		where string
		args  []any
	}{
		{"account", "account = ?", []any{row.Account}},
		{"agent_number", "tenant_id = ? AND agent_number = ?", []any{row.Tenant, row.Agent}},
		{"bound_number", "bound_number = ?", []any{row.Bound}},
	} {
		var n int64
		if err := tx.Model(&userRow{}).Where(c.where, c.args...).Where("id <> ?", row.ID).Limit(1).Count(&n).Error; err != nil {
			return err
		}
		if n > 0 {
			taken.Fields = append(taken.Fields, errs.Field{Path: c.field, Reason: "is taken; choose another one"})
		}
	}
	if len(taken.Fields) > 0 {
		return taken
	}
	own := tenant.Of(tenant.ID(row.Tenant))
	if row.Unit != 0 {
		if err := s.owns(ctx, tx, own, &unitRow{}, "unit", row.Unit); err != nil {
			return err
		}
	}
	if row.Role != 0 {
		return s.owns(ctx, tx, own, &roleRow{}, "role", row.Role)
	}
	return nil
}

// UserByAccount reads the user who signs in with the account.
func (s *Store) UserByAccount(ctx context.Context, scope tenant.Scope, account string) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	return s.user(query(ctx, s.read, scope, &userRow{}).Where("account = ?", account), account)
}

// UserBySignIn reads the user by whichever form of a sign-in was used.
func (s *Store) UserBySignIn(ctx context.Context, scope tenant.Scope, name access.SignInName) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	q := query(ctx, s.read, scope, &userRow{})
	switch {
	case name.Account != "":
		q = q.Where("account = ?", name.Account)
	case name.Agent != "":
		q = q.Where("agent_number = ? AND tenant_id = (SELECT id FROM tenants WHERE code = ?)", name.Agent, name.Company)
	case name.Bound != "":
		q = q.Where("bound_number = ?", name.Bound)
	default:
		return access.User{}, errs.Missing("account", name)
	}
	return s.user(q, name)
}

// User reads one user.
func (s *Store) User(ctx context.Context, scope tenant.Scope, id access.UserID) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	return s.user(query(ctx, s.read, scope, &userRow{}).Where("id = ?", int64(id)), id)
}

// Member reads one user whom the scope's view shows.
func (s *Store) Member(ctx context.Context, scope tenant.Scope, id access.UserID) (access.User, error) {
	if err := scope.Check(); err != nil {
		return access.User{}, err
	}
	return s.user(members(query(ctx, s.read, scope, &userRow{}), scope).Where("id = ?", int64(id)), id)
}

func (s *Store) user(q *gorm.DB, id any) (access.User, error) {
	row, err := one[userRow](s, q, "member", id)
	if err != nil {
		return access.User{}, err
	}
	return row.domain()
}

// members limits users to those of the view: its owner and the members of its units.
func members(q *gorm.DB, scope tenant.Scope) *gorm.DB {
	v, narrowed := scope.View()
	switch {
	case !narrowed:
		return q
	case len(v.Units) == 0:
		return q.Where("id = ?", v.Owner)
	default:
		return q.Where("(id = ? OR unit_id IN ?)", v.Owner, v.Units)
	}
}

// Members pages by id, newest first.
func (s *Store) Members(ctx context.Context, scope tenant.Scope, f access.Filter, below access.UserID, limit int) ([]access.User, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := members(query(ctx, s.read, scope, &userRow{}), scope).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	if f.Name != "" {
		q = q.Where("(INSTR(LOWER(name), LOWER(?)) > 0 OR INSTR(LOWER(account), LOWER(?)) > 0)", text(f.Name), text(f.Name))
	}
	if f.Unit != 0 {
		// Paths tell what is below: /1/4/ is a part of /1/4/9/ and of no other unit's.
		q = q.Where("unit_id IN (SELECT u.id FROM units u JOIN units top ON top.id = ? AND top.tenant_id = u.tenant_id"+
			" AND SUBSTR(u.path, 1, LENGTH(top.path)) = top.path)", int64(f.Unit))
	}
	if f.Role != 0 {
		q = q.Where("role_id = ?", int64(f.Role))
	}
	if f.Disabled != nil {
		if *f.Disabled {
			q = q.Where("disabled_at <> 0")
		} else {
			q = q.Where("disabled_at = 0")
		}
	}
	return many(s, q, "members", userRow.domain)
}

// changedMeanwhile refuses what was decided on an older state.
func changedMeanwhile(noun string) error {
	return errs.New(errs.Conflict, "somebody else has changed the %s meanwhile; load it again", noun)
}

// sameMember compares what UpdateUser replaces.
func sameMember(a, b userRow) bool {
	for _, r := range []*userRow{&a, &b} {
		r.PasswordHash, r.MustChange, r.LastSignIn, r.LastAddress, r.Created = "", false, 0, "", 0
	}
	return a == b
}

// UpdateUser replaces what a member is. Disabling one ends the sessions.
func (s *Store) UpdateUser(ctx context.Context, scope tenant.Scope, before, u access.User) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		find := func() (userRow, error) {
			return one[userRow](s, query(ctx, tx, scope, &userRow{}).Where("id = ?", int64(u.ID)), "member", u.ID)
		}
		was, err := find()
		if err != nil {
			return err
		}
		if err := s.organise(ctx, tx, was.Tenant); err != nil {
			return err
		}
		if was, err = find(); err != nil {
			return err
		}
		if !sameMember(was, rowOfUser(before)) {
			return changedMeanwhile("member")
		}
		row := rowOfUser(u)
		row.Tenant, row.Account = was.Tenant, was.Account
		if err := s.userFits(ctx, tx, row); err != nil {
			return err
		}
		err = query(ctx, tx, scope, &userRow{}).Where("id = ?", row.ID).
			Select("Name", "Phone", "Email", "Agent", "Bound", "Unit", "Role", "Mask", "Concurrent", "Disabled").Updates(&row).Error
		if err != nil {
			return err
		}
		if err := passExtension(tx, was, row); err != nil {
			return err
		}
		if was.Role != row.Role || row.Disabled != 0 {
			if err := s.stillAdministered(ctx, tx, was); err != nil {
				return err
			}
		}
		if row.Disabled == 0 {
			return nil
		}
		return query(ctx, tx, scope, &sessionRow{}).Where("user_id = ?", row.ID).Delete(&sessionRow{}).Error
	}, s.fresh())
	return s.fail("change a member", err)
}

// stillAdministered refuses a change that leaves a tenant without an active administrator.
func (s *Store) stillAdministered(ctx context.Context, tx *gorm.DB, was userRow) error {
	own := tenant.Of(tenant.ID(was.Tenant))
	var roles []int64
	if err := query(ctx, tx, own, &roleRow{}).Where("template = ?", string(access.Administrator)).Pluck("id", &roles).Error; err != nil {
		return err
	}
	if !slices.Contains(roles, was.Role) || was.Disabled != 0 {
		return nil // this member was none
	}
	var active int64
	err := query(ctx, tx, own, &userRow{}).Where("role_id IN ? AND disabled_at = 0", roles).Count(&active).Error
	if err != nil || active > 0 {
		return err
	}
	return errs.New(errs.Conflict, "this is the last active administrator of the company; make another member an administrator first")
}

// SetPassword replaces a user's password hash and ends the sessions from before: a password is changed when somebody else
// knew it.
func (s *Store) SetPassword(ctx context.Context, scope tenant.Scope, id access.UserID, hash string, mustChange bool) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.write, scope, &userRow{}, "member", int64(id)); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		set := map[string]any{"password_hash": hash, "must_change": number(mustChange)}
		if err := query(ctx, tx, scope, &userRow{}).Where("id = ?", int64(id)).Updates(set).Error; err != nil {
			return err
		}
		return query(ctx, tx, scope, &sessionRow{}).Where("user_id = ?", int64(id)).Delete(&sessionRow{}).Error
	})
	return s.fail("set a password", err)
}
