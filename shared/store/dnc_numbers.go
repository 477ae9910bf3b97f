package store

import (
	"context"
	"database/sql"
	"slices"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type dncNumberRow struct {
	ID      int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant  int64  `gorm:"column:tenant_id"`
	Group   int64  `gorm:"column:group_id"`
	Number  string `gorm:"column:number"`
	Remark  string `gorm:"column:remark"`
	Import  int64  `gorm:"column:import_id"`
	Created int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (dncNumberRow) TableName() string { return "dnc_numbers" }

func (r dncNumberRow) domain() (dnc.Number, error) {
	number, err := contact.NumberFromStore(r.Number)
	if err != nil {
		return dnc.Number{}, unreadable("number", r.ID, err)
	}
	return dnc.Number{ID: dnc.NumberID(r.ID), Tenant: tenant.ID(r.Tenant), Group: dnc.GroupID(r.Group), Number: number, Remark: r.Remark,
		Import: contact.ImportID(r.Import), CreatedAt: timeOf(r.Created)}, nil
}

func rowOfDNC(n dnc.Number) (dncNumberRow, error) {
	if n.Number.IsZero() {
		return dncNumberRow{}, errs.New(errs.Invalid, "a group takes no empty number")
	}
	return dncNumberRow{Tenant: int64(n.Tenant), Group: int64(n.Group), Number: n.Number.String(), Remark: text(n.Remark), Import: int64(n.Import),
		Created: micros(n.CreatedAt)}, nil
}

// AddNumber adds one number to a group of its tenant and fills in its id.
func (s *Store) AddNumber(ctx context.Context, scope tenant.Scope, n *dnc.Number) error {
	if err := settle(scope, &n.Tenant, "number"); err != nil {
		return err
	}
	row, err := rowOfDNC(*n)
	if err != nil {
		return err
	}
	err = s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if _, err := s.heldGroup(ctx, tx, tenant.Of(n.Tenant), n.Group); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return tx.Model(&groupRow{}).Where("id = ?", row.Group).Update("numbers", gorm.Expr("numbers + 1")).Error
	})
	if err = s.fail("add number", err); errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "the group has the number %s already", row.Number)
	}
	if err == nil {
		n.ID = dnc.NumberID(row.ID)
	}
	return err
}

// AddNumbers inserts a batch of one import, and tells for each number whether it is in the group because of this import.
func (s *Store) AddNumbers(ctx context.Context, scope tenant.Scope, batch []dnc.Number) ([]bool, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	rows := make([]dncNumberRow, len(batch))
	for i, n := range batch {
		if n.Group != batch[0].Group || n.Import != batch[0].Import {
			return nil, errs.New(errs.Invalid, "a batch must belong to one import of one group")
		}
		if err := settle(scope, &n.Tenant, "number"); err != nil {
			return nil, err
		}
		var err error
		if rows[i], err = rowOfDNC(n); err != nil {
			return nil, err
		}
	}
	if len(rows) == 0 {
		return nil, nil
	}
	if rows[0].Import != 0 {
		if err := s.owns(ctx, s.read, scopeFor(scope, rows[0].Tenant), &importRow{}, "import", rows[0].Import); err != nil {
			return nil, err
		}
	}
	taken := make([]bool, 0, len(rows))
	for part := range slices.Chunk(rows, transactionRows) {
		ok, err := s.importNumbers(ctx, part)
		if err != nil {
			return nil, s.fail("insert imported numbers", err)
		}
		taken = append(taken, ok...)
	}
	return taken, nil
}

func (s *Store) importNumbers(ctx context.Context, rows []dncNumberRow) (taken []bool, err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	// The group's row is changed first: it is the lock under which its numbers are counted, and the proof that it is there.
	group, own := rows[0].Group, rows[0].Tenant
	var there int
	hold := ""
	if s.dialect.name != "sqlite" {
		hold = " FOR UPDATE"
	}
	switch err := tx.QueryRowContext(ctx, "SELECT 1 FROM dnc_groups WHERE id = ? AND tenant_id = ?"+hold, group, own).Scan(&there); {
	case err == sql.ErrNoRows:
		return nil, errs.Missing("group", group)
	case err != nil:
		return nil, err
	}
	var added int64
	for part := range slices.Chunk(rows, s.dialect.bulkRows) {
		n, err := insertNumbers(ctx, tx, part, s.ignoreDuplicate("id"))
		if err != nil {
			return nil, err
		}
		added += n
		ok, err := heldBy(ctx, tx, part, n)
		if err != nil {
			return nil, err
		}
		taken = append(taken, ok...)
	}
	if added > 0 {
		if _, err := exec(ctx, tx, "UPDATE dnc_groups SET numbers = numbers + ? WHERE id = ?", added, group); err != nil {
			return nil, err
		}
	}
	return taken, tx.Commit()
}

// insertNumbers inserts the rows in one statement, and counts those that were inserted.
func insertNumbers(ctx context.Context, tx *sql.Tx, rows []dncNumberRow, onDuplicate string) (int64, error) {
	var v values
	v.WriteString("INSERT INTO dnc_numbers (tenant_id, group_id, number, remark, import_id, created_at) VALUES ")
	for i, r := range rows {
		if i > 0 {
			_ = v.WriteByte(',')
		}
		_ = v.WriteByte('(')
		v.integer(r.Tenant).integer(r.Group).text(r.Number).text(r.Remark).integer(r.Import).integer(r.Created)
		_ = v.WriteByte(')')
	}
	v.WriteString(onDuplicate)
	return exec(ctx, tx, v.String(), v.args...)
}

// heldBy finds out which numbers are in the group because of this import, when not all were inserted just now. A number
// that stands twice in a batch is the importer's to notice.
func heldBy(ctx context.Context, tx *sql.Tx, rows []dncNumberRow, inserted int64) ([]bool, error) {
	out := make([]bool, len(rows))
	if inserted == int64(len(rows)) {
		for i := range out {
			out[i] = true
		}
		return out, nil
	}
	var v values
	v.WriteString("SELECT number, import_id FROM dnc_numbers WHERE group_id = ")
	v.integer(rows[0].Group)
	v.WriteString(" AND number IN ")
	_ = v.WriteByte('(')
	for _, r := range rows {
		v.text(r.Number)
	}
	_ = v.WriteByte(')')
	found, err := tx.QueryContext(ctx, v.String(), v.args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	by := make(map[string]int64, len(rows))
	for found.Next() {
		var number string
		var imp int64
		if err := found.Scan(&number, &imp); err != nil {
			return nil, err
		}
		by[number] = imp
	}
	for i, r := range rows {
		imp, ok := by[r.Number]
		out[i] = ok && imp == r.Import
	}
	return out, found.Err()
}

// Numbers pages through a group in the order of its numbers, which is that of the index.
func (s *Store) Numbers(ctx context.Context, scope tenant.Scope, group dnc.GroupID, prefix, after string, limit int) ([]dnc.Number, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, scope, &groupRow{}, "group", int64(group)); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &dncNumberRow{}).Where("group_id = ?", int64(group)).Order("number").Limit(pageSize(limit))
	if prefix != "" {
		// Numbers hold nothing beyond digits, so what begins with the prefix lies before its end followed by a letter.
		q = q.Where("number >= ? AND number < ?", prefix, prefix+"a")
	}
	if after != "" {
		q = q.Where("number > ?", after)
	}
	return many(s, q, "numbers", dncNumberRow.domain)
}

// Number reads one number of a group.
func (s *Store) Number(ctx context.Context, scope tenant.Scope, group dnc.GroupID, id dnc.NumberID) (dnc.Number, error) {
	if err := scope.Check(); err != nil {
		return dnc.Number{}, err
	}
	row, err := one[dncNumberRow](s, query(ctx, s.read, scope, &dncNumberRow{}).Where("id = ? AND group_id = ?", int64(id), int64(group)), "number", id)
	if err != nil {
		return dnc.Number{}, err
	}
	return row.domain()
}

// DeleteNumbers takes numbers out of a group; those that are not in it are passed over.
func (s *Store) DeleteNumbers(ctx context.Context, scope tenant.Scope, group dnc.GroupID, ids []dnc.NumberID) ([]dnc.Number, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	var gone []dnc.Number
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		gone = nil
		row, err := s.heldGroup(ctx, tx, scope, group)
		if err != nil || len(ids) == 0 {
			return err
		}
		gone, err = many(s, tx.Model(&dncNumberRow{}).Where("group_id = ? AND id IN ("+idList(ids)+")", row.ID).Order("number"), "numbers", dncNumberRow.domain)
		if err != nil || len(gone) == 0 {
			return err
		}
		there := make([]dnc.NumberID, len(gone))
		for i, n := range gone {
			there[i] = n.ID
		}
		if err := tx.Where("id IN (" + idList(there) + ")").Delete(&dncNumberRow{}).Error; err != nil {
			return err
		}
		return tx.Model(&groupRow{}).Where("id = ?", row.ID).Update("numbers", gorm.Expr("numbers - ?", len(there))).Error
	})
	return gone, s.fail("delete numbers", err)
}
