package store

import (
	"context"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type importRow struct {
	ID       int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant   int64  `gorm:"column:tenant_id"`
	Campaign int64  `gorm:"column:campaign_id"`
	Group    int64  `gorm:"column:dnc_group_id"`
	Order    int    `gorm:"column:ordinal"`
	Source   string `gorm:"column:source"`
	FileName string `gorm:"column:file_name"`
	FilePath string `gorm:"column:file_path"`
	State    string `gorm:"column:state"`
	Total    int    `gorm:"column:total"`
	Accepted int    `gorm:"column:accepted"`
	Rejected int    `gorm:"column:rejected"`
	Reason   string `gorm:"column:reason"`
	Created  int64  `gorm:"column:created_at;autoCreateTime:false"`
	Started  int64  `gorm:"column:started_at"`
	Finished int64  `gorm:"column:finished_at"`
}

func (importRow) TableName() string { return "imports" }

func (r importRow) domain() (contact.Import, error) {
	return contact.Import{ID: contact.ImportID(r.ID), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign),
		DNCGroup: contact.DNCGroupID(r.Group), Order: r.Order, Source: r.Source, FileName: r.FileName, FilePath: r.FilePath, State: contact.ImportState(r.State), Total: r.Total,
		Accepted: r.Accepted, Rejected: r.Rejected, Reason: r.Reason, CreatedAt: timeOf(r.Created), StartedAt: timeOf(r.Started),
		FinishedAt: timeOf(r.Finished)}, nil
}

type rejectionRow struct {
	Import int64  `gorm:"column:import_id;primaryKey;autoIncrement:false"`
	Row    int    `gorm:"column:row_no;primaryKey;autoIncrement:false"`
	Number string `gorm:"column:number"`
	Reason string `gorm:"column:reason"`
}

func (rejectionRow) TableName() string { return "rejections" }

func (r rejectionRow) domain() (contact.Rejection, error) {
	return contact.Rejection{Row: r.Row, Number: r.Number, Reason: r.Reason}, nil
}

// CreateImport stores an import as the next of its campaign or do-not-call group and fills in ID and Order.
func (s *Store) CreateImport(ctx context.Context, scope tenant.Scope, i *contact.Import) error {
	if err := settle(scope, &i.Tenant, "import"); err != nil {
		return err
	}
	state := i.State
	if state == "" {
		state = contact.ImportQueued
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := s.lockImports(ctx, tx, scopeFor(scope, int64(i.Tenant)), *i); err != nil {
			return err
		}
		var last int
		if err := tx.Model(&importRow{}).Where("campaign_id = ? AND dnc_group_id = ?", int64(i.Campaign), int64(i.DNCGroup)).
			Select("COALESCE(MAX(ordinal), 0)").Scan(&last).Error; err != nil {
			return err
		}
		row := importRow{Tenant: int64(i.Tenant), Campaign: int64(i.Campaign), Group: int64(i.DNCGroup), Order: last + 1, Source: text(i.Source),
			FileName: text(i.FileName), FilePath: text(i.FilePath), State: string(state), Total: i.Total, Accepted: i.Accepted,
			Rejected: i.Rejected, Reason: text(i.Reason), Created: micros(i.CreatedAt), Started: micros(i.StartedAt), Finished: micros(i.FinishedAt)}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		i.ID, i.Order, i.State = contact.ImportID(row.ID), row.Order, state
		return nil
	})
	return s.fail("create import", err)
}

// lockImports holds the row of the campaign or group: the lock under which its imports are counted.
func (s *Store) lockImports(ctx context.Context, tx *gorm.DB, scope tenant.Scope, i contact.Import) error {
	hold := clause.Locking{Strength: "UPDATE"}
	if i.DNCGroup == 0 {
		_, err := one[campaignRow](s, kept(ctx, tx, scope).Clauses(hold).Where("id = ?", int64(i.Campaign)), "campaign", i.Campaign)
		return err
	}
	if i.Campaign != 0 {
		return errs.New(errs.Invalid, "an import fills a campaign or a list of numbers not to call, not both")
	}
	_, err := one[groupRow](s, query(ctx, tx, scope, &groupRow{}).Clauses(hold).Where("id = ?", int64(i.DNCGroup)), "group", i.DNCGroup)
	return err
}

// Import reads one import.
func (s *Store) Import(ctx context.Context, scope tenant.Scope, id contact.ImportID) (contact.Import, error) {
	if err := scope.Check(); err != nil {
		return contact.Import{}, err
	}
	row, err := one[importRow](s, query(ctx, s.read, scope, &importRow{}).Where("id = ?", int64(id)), "import", id)
	if err != nil {
		return contact.Import{}, err
	}
	return row.domain()
}

// Imports lists a campaign's imports, first to last.
func (s *Store) Imports(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) ([]contact.Import, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, scope, &campaignRow{}, "campaign", int64(campaign)); err != nil {
		return nil, err
	}
	return many(s, query(ctx, s.read, scope, &importRow{}).Where("campaign_id = ?", int64(campaign)).Order("ordinal"), "imports", importRow.domain)
}

// UnfinishedImports lists the imports that are queued or were running, oldest first.
func (s *Store) UnfinishedImports(ctx context.Context, scope tenant.Scope) ([]contact.Import, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	states := words([]contact.ImportState{contact.ImportQueued, contact.ImportRunning})
	return many(s, query(ctx, s.read, scope, &importRow{}).Where("state IN ?", states).Order("id"), "imports", importRow.domain)
}

// UpdateImport saves counts, times, reason and state where the present state is the expected one.
func (s *Store) UpdateImport(ctx context.Context, scope tenant.Scope, i contact.Import, expect contact.ImportState) error {
	if err := scope.Check(); err != nil {
		return err
	}
	row := importRow{State: string(i.State), Total: i.Total, Accepted: i.Accepted, Rejected: i.Rejected, Reason: text(i.Reason),
		Started: micros(i.StartedAt), Finished: micros(i.FinishedAt)}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		r := query(ctx, tx, scope, &importRow{}).Where("id = ? AND state = ?", int64(i.ID), string(expect)).
			Select("State", "Total", "Accepted", "Rejected", "Reason", "Started", "Finished").Updates(&row)
		if r.Error != nil || r.RowsAffected > 0 {
			return r.Error
		}
		now, err := one[importRow](s, query(ctx, tx, scope, &importRow{}).Where("id = ?", int64(i.ID)), "import", i.ID)
		if err != nil {
			return err
		}
		if now.State != string(expect) {
			return errs.New(errs.Conflict, "import %d is %s, not %s", i.ID, now.State, expect)
		}
		return nil
	})
	return s.fail("change import", err)
}

// AddRejections stores rejected rows; a row that was rejected before a crash is replaced.
func (s *Store) AddRejections(ctx context.Context, scope tenant.Scope, id contact.ImportID, rs []contact.Rejection) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.read, scope, &importRow{}, "import", int64(id)); err != nil {
		return err
	}
	for part := range slices.Chunk(rs, s.dialect.bulkRows) {
		rows := make([]rejectionRow, len(part))
		for i, r := range part {
			rows[i] = rejectionRow{Import: int64(id), Row: r.Row, Number: clip(r.Number), Reason: clip(r.Reason)}
		}
		replace := clause.OnConflict{Columns: []clause.Column{{Name: "import_id"}, {Name: "row_no"}},
			DoUpdates: clause.AssignmentColumns([]string{"number", "reason"})}
		if err := s.write.WithContext(ctx).Clauses(replace).Create(&rows).Error; err != nil {
			return s.fail("store rejected rows", err)
		}
	}
	return nil
}

// clip bounds what is kept of a refused cell: a workbook's cell may hold a book.
func clip(s string) string {
	const most = 1000
	if len(s) > most {
		s = s[:most] + "…"
	}
	return text(s)
}

// ClearRejections forgets an import's rejections.
func (s *Store) ClearRejections(ctx context.Context, scope tenant.Scope, id contact.ImportID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := s.owns(ctx, s.read, scope, &importRow{}, "import", int64(id)); err != nil {
		return err
	}
	return s.fail("clear rejected rows", s.write.WithContext(ctx).Where("import_id = ?", int64(id)).Delete(&rejectionRow{}).Error)
}

// Rejections pages by row: those after the row given.
func (s *Store) Rejections(ctx context.Context, scope tenant.Scope, id contact.ImportID, afterRow, limit int) ([]contact.Rejection, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, scope, &importRow{}, "import", int64(id)); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Where("import_id = ? AND row_no > ?", int64(id), afterRow).Order("row_no").Limit(pageSize(limit))
	return many(s, q, "rejected rows", rejectionRow.domain)
}
