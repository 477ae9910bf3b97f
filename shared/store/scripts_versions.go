package store

import (
	"context"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

type versionRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Script    int64  `gorm:"column:script_id"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Number    int    `gorm:"column:number"`
	Source    []byte `gorm:"column:source"`
	State     string `gorm:"column:state"`
	Note      string `gorm:"column:note"`
	Remark    string `gorm:"column:remark"`
	Author    int64  `gorm:"column:author_id"`
	Submitted string `gorm:"column:submitted_by"`
	Reviewer  string `gorm:"column:reviewed_by"`
	Reviewed  int64  `gorm:"column:reviewed_at"`
	Deployed  int64  `gorm:"column:deployed_at"`
	Report    []byte `gorm:"column:report"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (versionRow) TableName() string { return "script_versions" }

// versionFacts are a version's columns without its texts, which lists have no use for.
var versionFacts = []string{"id", "script_id", "tenant_id", "number", "state", "note", "remark", "author_id", "submitted_by", "reviewed_by", "reviewed_at", "deployed_at", "created_at"}

func (r versionRow) domain() script.Version {
	return script.Version{ID: script.VersionID(r.ID), Script: script.ID(r.Script), Tenant: tenant.ID(r.Tenant), Number: r.Number,
		State: script.State(r.State), Source: r.Source, Note: r.Note, Remark: r.Remark, Report: r.Report, Author: r.Author, By: r.Submitted,
		CreatedAt: timeOf(r.Created), Reviewer: r.Reviewer, ReviewedAt: timeOf(r.Reviewed), DeployedAt: timeOf(r.Deployed)}
}

// Submit makes the draft of that revision a version in review.
func (s *Store) Submit(ctx context.Context, scope tenant.Scope, v *script.Version, revision int64) error {
	return s.onScript(ctx, scope, v.Script, "submit a script", func(tx *gorm.DB, row scriptRow) error {
		d, err := one[draftRow](s, tx.Where("script_id = ?", row.ID), "draft of script", row.ID)
		if err != nil {
			return err
		}
		if d.Revision != revision {
			return script.ErrStale
		}
		var waiting int64
		if err := tx.Model(&versionRow{}).Where("script_id = ? AND state = ?", row.ID, string(script.InReview)).Count(&waiting).Error; err != nil {
			return err
		}
		if waiting > 0 {
			return errs.New(errs.Conflict, "another version of the script waits for its review; withdraw it first")
		}
		v.State, v.Source = script.InReview, d.Document
		if err := s.addVersion(tx, row, v); err != nil {
			return err
		}
		return s.settleScript(tx, row.ID, micros(v.CreatedAt))
	})
}

// addVersion stores the next version of a script whose row is held, and freezes the recordings that the draft has now.
func (s *Store) addVersion(tx *gorm.DB, owner scriptRow, v *script.Version) error {
	var last int
	if err := tx.Model(&versionRow{}).Where("script_id = ?", owner.ID).Select("COALESCE(MAX(number), 0)").Scan(&last).Error; err != nil {
		return err
	}
	row := versionRow{Script: owner.ID, Tenant: owner.Tenant, Number: last + 1, Source: append([]byte{}, v.Source...), State: string(v.State), Note: text(v.Note),
		Remark: text(v.Remark), Author: v.Author, Submitted: text(v.By), Reviewer: text(v.Reviewer), Reviewed: micros(v.ReviewedAt), Deployed: micros(v.DeployedAt),
		Report: v.Report, Created: micros(v.CreatedAt)}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	v.ID, v.Tenant, v.Number = script.VersionID(row.ID), tenant.ID(row.Tenant), row.Number
	return tx.Exec("INSERT INTO script_recordings (script_id, version_id, tenant_id, sentence, words, path, duration_ms, level_db, created_by, created_at)"+
		" SELECT script_id, ?, tenant_id, sentence, words, path, duration_ms, level_db, created_by, created_at FROM script_recordings WHERE script_id = ? AND version_id = 0",
		row.ID, row.Script).Error
}

// PublishVersion stores the next version of a script as deployed; the draft becomes its text.
func (s *Store) PublishVersion(ctx context.Context, scope tenant.Scope, v *script.Version) error {
	return s.onScript(ctx, scope, v.Script, "publish a script's version", func(tx *gorm.DB, row scriptRow) error {
		v.State, v.ReviewedAt, v.DeployedAt = script.Deployed, v.CreatedAt, v.CreatedAt
		if err := s.relieve(tx, row.ID); err != nil {
			return err
		}
		if err := s.addVersion(tx, row, v); err != nil {
			return err
		}
		if err := tx.Model(&draftRow{}).Where("script_id = ?", row.ID).Updates(map[string]any{"document": append([]byte{}, v.Source...), "revision": gorm.Expr("revision + 1"),
			"updated_by": text(v.By), "updated_at": micros(v.CreatedAt)}).Error; err != nil {
			return err
		}
		if _, err := s.moveCampaigns(tx, row.ID, int64(v.ID)); err != nil {
			return err
		}
		return s.settleScript(tx, row.ID, micros(v.CreatedAt))
	})
}

// MoveVersion takes an action on a version where its state allows it.
func (s *Store) MoveVersion(ctx context.Context, scope tenant.Scope, id script.VersionID, a script.Action, by script.Decision) ([]script.Moved, error) {
	seen, err := s.ScriptVersion(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	var moved []script.Moved
	err = s.onScript(ctx, scope, seen.Script, "change a script's version", func(tx *gorm.DB, row scriptRow) error {
		v, err := one[versionRow](s, query(ctx, tx, scope, &versionRow{}).Select(versionFacts).Where("id = ?", int64(id)), "script version", id)
		if err != nil {
			return err
		}
		from := script.State(v.State)
		to, err := script.Next(from, a)
		if err != nil {
			return err
		}
		set := map[string]any{"state": string(to)}
		switch a {
		case script.Approve, script.Refuse:
			set["remark"], set["reviewed_by"], set["reviewed_at"] = text(by.Remark), text(by.By), micros(by.At)
		case script.Deploy:
			set["deployed_at"] = micros(by.At)
			if err := s.relieve(tx, row.ID); err != nil {
				return err
			}
		}
		done := tx.Model(&versionRow{}).Where("id = ? AND state = ?", v.ID, string(from)).Updates(set)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return errs.New(errs.Conflict, "the version is no longer in review; look again")
		}
		if to == script.Deployed {
			if moved, err = s.moveCampaigns(tx, row.ID, v.ID); err != nil {
				return err
			}
		}
		return s.settleScript(tx, row.ID, micros(by.At))
	})
	return moved, err
}

// relieve puts the version that is deployed back.
func (s *Store) relieve(tx *gorm.DB, owner int64) error {
	to, err := script.Next(script.Deployed, script.Relieve)
	if err != nil {
		return err
	}
	return tx.Model(&versionRow{}).Where("script_id = ? AND state = ?", owner, string(script.Deployed)).Update("state", string(to)).Error
}

// moveCampaigns gives every unfinished campaign of a script, whoever's it is, the version. What somebody has edited at the
// same moment is not overwritten: a change of a campaign never writes the version alone.
func (s *Store) moveCampaigns(tx *gorm.DB, owner, version int64) ([]script.Moved, error) {
	var rows []campaignRow
	unfinished := tx.Model(&campaignRow{}).Where("script_id = ? AND state <> ? AND deleted_at = 0 AND script_version_id <> ?", owner, string(campaign.Finished), version)
	if err := unfinished.Session(&gorm.Session{}).Select("id", "tenant_id", "state").Find(&rows).Error; err != nil {
		return nil, err
	}
	if err := unfinished.Session(&gorm.Session{}).Update("script_version_id", version).Error; err != nil {
		return nil, err
	}
	out := make([]script.Moved, len(rows))
	for i, r := range rows {
		out[i] = script.Moved{Tenant: tenant.ID(r.Tenant), Campaign: campaign.ID(r.ID), State: r.State}
	}
	return out, nil
}

// ScriptVersion reads one version.
func (s *Store) ScriptVersion(ctx context.Context, scope tenant.Scope, id script.VersionID) (script.Version, error) {
	if err := scope.Check(); err != nil {
		return script.Version{}, err
	}
	row, err := one[versionRow](s, query(ctx, s.read, scope, &versionRow{}).Where("id = ?", int64(id)), "script version", id)
	return row.domain(), err
}

// LatestVersion reads a script's newest version.
func (s *Store) LatestVersion(ctx context.Context, scope tenant.Scope, id script.ID) (script.Version, error) {
	if err := scope.Check(); err != nil {
		return script.Version{}, err
	}
	row, err := one[versionRow](s, query(ctx, s.read, scope, &versionRow{}).Where("script_id = ?", int64(id)).Order("number DESC"),
		"version of script", id)
	return row.domain(), err
}

// Versions lists the versions of a script without their text, newest first.
func (s *Store) Versions(ctx context.Context, scope tenant.Scope, id script.ID) ([]script.Version, error) {
	if _, err := s.Script(ctx, scope, id); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &versionRow{}).Select(versionFacts).Where("script_id = ?", int64(id)).Order("number DESC")
	return many(s, q, "script versions", func(r versionRow) (script.Version, error) { return r.domain(), nil })
}

// VersionLabels names versions, also those of scripts that were deleted.
func (s *Store) VersionLabels(ctx context.Context, scope tenant.Scope, ids []script.VersionID) (map[script.VersionID]script.Label, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := make(map[script.VersionID]script.Label, len(ids))
	if len(ids) == 0 {
		return out, nil
	}
	var rows []struct {
		ID     int64
		Script int64
		Name   string
		Number int
	}
	q := s.read.WithContext(ctx).Table("script_versions AS v").Joins("JOIN scripts AS s ON s.id = v.script_id").Scopes(owned(scope, "v.tenant_id")).
		Select("v.id AS id, s.id AS script, s.name AS name, v.number AS number").Where("v.id IN ?", ids)
	if err := q.Scan(&rows).Error; err != nil {
		return nil, s.fail("name script versions", err)
	}
	for _, r := range rows {
		out[script.VersionID(r.ID)] = script.Label{Script: script.ID(r.Script), Name: r.Name, Number: r.Number}
	}
	return out, nil
}

type reviewRow struct {
	Version  versionRow `gorm:"embedded"`
	Name     string     `gorm:"column:script_name"`
	Code     string     `gorm:"column:script_code"`
	Language string     `gorm:"column:script_language"`
	Company  string     `gorm:"column:company"`
}

func (r reviewRow) domain() (script.Review, error) {
	return script.Review{Version: r.Version.domain(), Name: r.Name, Code: r.Code, Language: r.Language, Company: r.Company}, nil
}

// reviews starts a query of the versions v of the scope's tenant and those below it.
func (s *Store) reviews(ctx context.Context, scope tenant.Scope, columns string) (*gorm.DB, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Table("script_versions AS v").Joins("JOIN scripts AS s ON s.id = v.script_id AND s.deleted_at = 0").
		Joins("JOIN tenants AS t ON t.id = v.tenant_id").
		Select(columns + ", s.name AS script_name, s.code AS script_code, s.language AS script_language, t.name AS company")
	id, ok := scope.Tenant()
	if !ok {
		return q, nil
	}
	own, err := one[tenantRow](s, s.read.WithContext(ctx).Where("id = ?", int64(id)), "tenant", id)
	if err != nil {
		return nil, err
	}
	from, to := within(own.Path)
	return q.Where("t.path >= ? AND t.path < ?", from, to), nil
}

// Reviews pages through what was submitted, newest first, without text.
func (s *Store) Reviews(ctx context.Context, scope tenant.Scope, state script.State, below script.VersionID, limit int) ([]script.Review, error) {
	columns := ""
	for i, c := range versionFacts {
		if i > 0 {
			columns += ", "
		}
		columns += "v." + c
	}
	q, err := s.reviews(ctx, scope, columns)
	if err != nil {
		return nil, err
	}
	q = q.Order("v.id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("v.id < ?", int64(below))
	}
	if state != "" {
		q = q.Where("v.state = ?", string(state))
	}
	return many(s, q, "reviews", reviewRow.domain)
}

// Review is one of them, with its text.
func (s *Store) Review(ctx context.Context, scope tenant.Scope, id script.VersionID) (script.Review, error) {
	q, err := s.reviews(ctx, scope, "v.*")
	if err != nil {
		return script.Review{}, err
	}
	row, err := one[reviewRow](s, q.Where("v.id = ?", int64(id)), "script version", id)
	if err != nil {
		return script.Review{}, err
	}
	return row.domain()
}
