package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
)

var _ export.Store = (*Store)(nil)

type exportRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant    int64  `gorm:"column:tenant_id"`
	User      int64  `gorm:"column:user_id"`
	Campaign  int64  `gorm:"column:campaign_id"`
	Kind      string `gorm:"column:kind"`
	Title     string `gorm:"column:title"`
	Request   string `gorm:"column:request"`
	State     string `gorm:"column:state"`
	Done      int    `gorm:"column:done"`
	Total     int    `gorm:"column:total"`
	Rows      int    `gorm:"column:row_count"`
	Reason    string `gorm:"column:reason"`
	FileName  string `gorm:"column:file_name"`
	FilePath  string `gorm:"column:file_path"`
	Size      int64  `gorm:"column:size"`
	CreatedBy string `gorm:"column:created_by"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
	Started   int64  `gorm:"column:started_at"`
	Finished  int64  `gorm:"column:finished_at"`
	Expires   int64  `gorm:"column:expires_at"`
}

func (exportRow) TableName() string { return "exports" }

func (r exportRow) domain() (export.Export, error) {
	e := export.Export{ID: export.ID(r.ID), Tenant: tenant.ID(r.Tenant), User: access.UserID(r.User), Campaign: contact.CampaignID(r.Campaign),
		Kind: export.Kind(r.Kind), Title: r.Title, State: export.State(r.State), Done: r.Done, Total: r.Total, Rows: r.Rows, Reason: r.Reason,
		FileName: r.FileName, FilePath: r.FilePath, Size: r.Size, CreatedBy: r.CreatedBy, CreatedAt: timeOf(r.Created), StartedAt: timeOf(r.Started),
		FinishedAt: timeOf(r.Finished), ExpiresAt: timeOf(r.Expires)}
	return e, fromJSON(r.Request, &e.Request, "export", r.ID)
}

func rowOfExport(e export.Export) (exportRow, error) {
	request, err := toJSON(e.Request)
	return exportRow{Tenant: int64(e.Tenant), User: int64(e.User), Campaign: int64(e.Campaign), Kind: string(e.Kind), Title: short(e.Title, 200), Request: request,
		State: string(e.State), Done: e.Done, Total: e.Total, Rows: e.Rows, Reason: short(e.Reason, 500), FileName: short(e.FileName, 255),
		FilePath: text(e.FilePath), Size: e.Size, CreatedBy: short(e.CreatedBy, 255), Created: micros(e.CreatedAt), Started: micros(e.StartedAt),
		Finished: micros(e.FinishedAt), Expires: micros(e.ExpiresAt)}, err
}

// CreateExport stores an export of a campaign that the scope sees, and fills in its id.
func (s *Store) CreateExport(ctx context.Context, scope tenant.Scope, e *export.Export) error {
	if err := settle(scope, &e.Tenant, "export"); err != nil {
		return err
	}
	if err := e.Validate(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(e.Campaign)); err != nil {
		return err
	}
	if e.State == "" {
		e.State = export.Queued
	}
	row, err := rowOfExport(*e)
	if err != nil {
		return err
	}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.fail("create export", err)
	}
	e.ID = export.ID(row.ID)
	return nil
}

// Export reads one.
func (s *Store) Export(ctx context.Context, scope tenant.Scope, id export.ID) (export.Export, error) {
	if err := scope.Check(); err != nil {
		return export.Export{}, err
	}
	row, err := one[exportRow](s, query(ctx, s.read, scope, &exportRow{}).Where("id = ?", int64(id)), "export", id)
	if err != nil {
		return export.Export{}, err
	}
	return row.domain()
}

// Exports pages by id, newest first.
func (s *Store) Exports(ctx context.Context, scope tenant.Scope, f export.Filter, below export.ID, limit int) ([]export.Export, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &exportRow{}).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	if f.User > 0 {
		q = q.Where("user_id = ?", int64(f.User))
	}
	if f.Creator != "" {
		q = q.Where("INSTR(LOWER(created_by), LOWER(?)) > 0", text(f.Creator))
	}
	if !f.From.IsZero() {
		q = q.Where("created_at >= ?", micros(f.From))
	}
	if !f.To.IsZero() {
		q = q.Where("created_at < ?", micros(f.To))
	}
	return many(s, q, "exports", exportRow.domain)
}

// UnfinishedExports lists those that are queued or were running, oldest first.
func (s *Store) UnfinishedExports(ctx context.Context, scope tenant.Scope) ([]export.Export, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	states := words([]export.State{export.Queued, export.Running})
	return many(s, query(ctx, s.read, scope, &exportRow{}).Where("state IN ?", states).Order("id"), "exports", exportRow.domain)
}

// ExpiredExports lists those whose time is over, oldest first.
func (s *Store) ExpiredExports(ctx context.Context, scope tenant.Scope, at time.Time, limit int) ([]export.Export, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &exportRow{}).Where("expires_at > 0 AND expires_at <= ?", micros(at)).Order("expires_at").Limit(pageSize(limit))
	return many(s, q, "exports", exportRow.domain)
}

// UpdateExport saves what changes while an export is made, where its state is the expected one.
func (s *Store) UpdateExport(ctx context.Context, scope tenant.Scope, e export.Export, expect export.State) error {
	if err := scope.Check(); err != nil {
		return err
	}
	row, err := rowOfExport(e)
	if err != nil {
		return err
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		r := query(ctx, tx, scope, &exportRow{}).Where("id = ? AND state = ?", int64(e.ID), string(expect)).
			Select("Request", "State", "Done", "Total", "Rows", "Reason", "FileName", "FilePath", "Size", "Started", "Finished", "Expires").Updates(&row)
		if r.Error != nil || r.RowsAffected > 0 {
			return r.Error
		}
		now, err := one[exportRow](s, query(ctx, tx, scope, &exportRow{}).Where("id = ?", int64(e.ID)), "export", e.ID)
		if err != nil {
			return err
		}
		if now.State != string(expect) {
			return errs.New(errs.Conflict, "export %d is %s, not %s", e.ID, now.State, expect)
		}
		return nil
	})
	return s.fail("change export", err)
}

// DeleteExport removes the row.
func (s *Store) DeleteExport(ctx context.Context, scope tenant.Scope, id export.ID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := query(ctx, s.write, scope, &exportRow{}).Where("id = ?", int64(id)).Delete(&exportRow{})
	if r.Error == nil && r.RowsAffected == 0 {
		return errs.Missing("export", id)
	}
	return s.fail("delete export", r.Error)
}
