package store

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/tenant"
)

var _ oplog.Store = (*Store)(nil)

type operationRow struct {
	ID         int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant     int64  `gorm:"column:tenant_id"`
	User       int64  `gorm:"column:user_id"`
	Account    string `gorm:"column:account"`
	UserName   string `gorm:"column:user_name"`
	Address    string `gorm:"column:address"`
	Module     string `gorm:"column:module"`
	Action     string `gorm:"column:action"`
	TargetKind string `gorm:"column:target_kind"`
	TargetID   string `gorm:"column:target_id"`
	TargetName string `gorm:"column:target_name"`
	Summary    string `gorm:"column:summary"`
	Before     string `gorm:"column:before_json"`
	After      string `gorm:"column:after_json"`
	At         int64  `gorm:"column:at"`
}

func (operationRow) TableName() string { return "operations" }

func (r operationRow) domain() (oplog.Operation, error) {
	o := oplog.Operation{ID: r.ID, Tenant: tenant.ID(r.Tenant), User: access.UserID(r.User), Account: r.Account, Name: r.UserName, Address: r.Address,
		Module: r.Module, Action: r.Action, Target: oplog.Target{Kind: r.TargetKind, ID: r.TargetID, Name: r.TargetName}, Summary: r.Summary, At: timeOf(r.At)}
	for _, c := range []struct {
		column string
		into   *json.RawMessage
	}{{r.Before, &o.Before}, {r.After, &o.After}} {
		if c.column == "" {
			continue
		}
		if !json.Valid([]byte(c.column)) {
			return o, unreadable("operation", r.ID, nil)
		}
		*c.into = json.RawMessage(c.column)
	}
	return o, nil
}

// AddOperations writes entries; a platform scope takes those of several tenants.
func (s *Store) AddOperations(ctx context.Context, scope tenant.Scope, list []oplog.Operation) error {
	if err := scope.Check(); err != nil {
		return err
	}
	rows := make([]operationRow, len(list))
	for i, o := range list {
		if err := settle(scope, &o.Tenant, "operation"); err != nil {
			return err
		}
		rows[i] = operationRow{Tenant: int64(o.Tenant), User: int64(o.User), Account: short(o.Account, 190), UserName: short(o.Name, 255), Address: plainID(o.Address),
			Module: o.Module, Action: o.Action, TargetKind: o.Target.Kind, TargetID: plainID(o.Target.ID), TargetName: short(o.Target.Name, 255),
			Summary: short(o.Summary, 500), Before: text(string(o.Before)), After: text(string(o.After)), At: micros(o.At)}
	}
	for part := range slices.Chunk(rows, 50) {
		if err := s.write.WithContext(ctx).Create(&part).Error; err != nil {
			return s.fail("write the operation log", err)
		}
	}
	return nil
}

// Operations pages by id, newest first. A narrowed scope sees its own entries and those of the members of its units.
func (s *Store) Operations(ctx context.Context, scope tenant.Scope, f oplog.Filter, below int64, limit int) ([]oplog.Operation, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if !ascii(f.Module) || !ascii(f.Action) {
		return nil, nil // no such thing is ever written
	}
	q := query(ctx, s.read, scope, &operationRow{}).Order("id DESC").Limit(pageSize(limit))
	if v, narrowed := scope.View(); narrowed {
		q = q.Where("user_id = ? OR user_id IN (SELECT id FROM users WHERE tenant_id = operations.tenant_id AND unit_id IN ?)", v.Owner, append([]int64{-1}, v.Units...))
	}
	if below > 0 {
		q = q.Where("id < ?", below)
	}
	if f.Account != "" {
		q = q.Where("(INSTR(LOWER(account), LOWER(?)) > 0 OR INSTR(LOWER(user_name), LOWER(?)) > 0)", text(f.Account), text(f.Account))
	}
	if f.Module != "" {
		q = q.Where("module = ?", f.Module)
	}
	if f.Action != "" {
		q = q.Where("action = ?", f.Action)
	}
	switch {
	case f.Target == "":
	case ascii(f.Target):
		q = q.Where("(target_id = ? OR INSTR(LOWER(target_name), LOWER(?)) > 0)", f.Target, f.Target)
	default:
		q = q.Where("INSTR(LOWER(target_name), LOWER(?)) > 0", text(f.Target))
	}
	if !f.From.IsZero() {
		q = q.Where("at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("at < ?", micros(f.To))
	}
	return many(s, q, "operations", operationRow.domain)
}

// ascii tells whether a text may be compared with a column of ASCII.
func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// plainID is an id as its column of ASCII holds it.
func plainID(s string) string {
	b := []byte(s)
	for i := range b {
		if b[i] >= 0x80 {
			b[i] = '?'
		}
	}
	return string(b[:min(len(b), 64)])
}
