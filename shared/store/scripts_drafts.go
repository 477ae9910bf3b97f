package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

type draftRow struct {
	Script   int64  `gorm:"column:script_id;primaryKey;autoIncrement:false"`
	Tenant   int64  `gorm:"column:tenant_id"`
	Revision int64  `gorm:"column:revision"`
	Document []byte `gorm:"column:document"`
	By       string `gorm:"column:updated_by"`
	Updated  int64  `gorm:"column:updated_at;autoUpdateTime:false"`
}

func (draftRow) TableName() string { return "script_drafts" }

// Draft reads what is being written.
func (s *Store) Draft(ctx context.Context, scope tenant.Scope, id script.ID) (script.Draft, error) {
	if _, err := s.Script(ctx, scope, id); err != nil {
		return script.Draft{}, err
	}
	r, err := one[draftRow](s, query(ctx, s.read, scope, &draftRow{}).Where("script_id = ?", int64(id)), "draft of script", id)
	return script.Draft{Script: script.ID(r.Script), Tenant: tenant.ID(r.Tenant), Revision: r.Revision, Document: r.Document, UpdatedBy: r.By, UpdatedAt: timeOf(r.Updated)}, err
}

// SaveDraft keeps a document where the revision is still the newest.
func (s *Store) SaveDraft(ctx context.Context, scope tenant.Scope, d *script.Draft, problems int) error {
	return s.onScript(ctx, scope, d.Script, "save a draft", func(tx *gorm.DB, row scriptRow) error {
		done := tx.Model(&draftRow{}).Where("script_id = ? AND revision = ?", row.ID, d.Revision).Updates(map[string]any{"document": append([]byte{}, d.Document...),
			"revision": d.Revision + 1, "updated_by": text(d.UpdatedBy), "updated_at": micros(d.UpdatedAt)})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return script.ErrStale
		}
		d.Tenant, d.Revision = tenant.ID(row.Tenant), d.Revision+1
		if err := tx.Model(&scriptRow{}).Where("id = ?", row.ID).Update("problems", problems).Error; err != nil {
			return err
		}
		return s.settleScript(tx, row.ID, micros(d.UpdatedAt))
	})
}

type scriptRecordingRow struct {
	ID       int64   `gorm:"column:id;primaryKey;autoIncrement"`
	Script   int64   `gorm:"column:script_id"`
	Version  int64   `gorm:"column:version_id"`
	Tenant   int64   `gorm:"column:tenant_id"`
	Key      string  `gorm:"column:sentence"`
	Words    string  `gorm:"column:words"`
	Path     string  `gorm:"column:path"`
	Duration int64   `gorm:"column:duration_ms"`
	Level    float64 `gorm:"column:level_db"`
	By       string  `gorm:"column:created_by"`
	Created  int64   `gorm:"column:created_at;autoCreateTime:false"`
}

func (scriptRecordingRow) TableName() string { return "script_recordings" }

func (r scriptRecordingRow) domain() (script.Recording, error) {
	return script.Recording{Script: script.ID(r.Script), Version: script.VersionID(r.Version), Tenant: tenant.ID(r.Tenant), Key: r.Key, Text: r.Words, Path: r.Path,
		Duration: time.Duration(r.Duration) * time.Millisecond, LevelDB: r.Level, CreatedBy: r.By, CreatedAt: timeOf(r.Created)}, nil
}

// Recordings lists those of a version, or of the draft.
func (s *Store) Recordings(ctx context.Context, scope tenant.Scope, id script.ID, version script.VersionID) ([]script.Recording, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &scriptRecordingRow{}).Where("script_id = ? AND version_id = ?", int64(id), int64(version)).Order("id")
	return many(s, q, "recordings", scriptRecordingRow.domain)
}

// PutRecording keeps a sentence's recording in the draft in place of an earlier one.
func (s *Store) PutRecording(ctx context.Context, scope tenant.Scope, r *script.Recording) error {
	return s.onScript(ctx, scope, r.Script, "keep a recording", func(tx *gorm.DB, row scriptRow) error {
		if err := tx.Where("script_id = ? AND version_id = 0 AND sentence = ?", row.ID, text(r.Key)).Delete(&scriptRecordingRow{}).Error; err != nil {
			return err
		}
		r.Tenant, r.Version = tenant.ID(row.Tenant), 0
		return tx.Create(&scriptRecordingRow{Script: row.ID, Tenant: row.Tenant, Key: text(r.Key), Words: text(r.Text), Path: r.Path, Duration: r.Duration.Milliseconds(),
			Level: r.LevelDB, By: text(r.CreatedBy), Created: micros(r.CreatedAt)}).Error
	})
}

// DeleteRecording takes a sentence's recording out of the draft; versions that were submitted with it keep theirs.
func (s *Store) DeleteRecording(ctx context.Context, scope tenant.Scope, id script.ID, key string) error {
	return s.onScript(ctx, scope, id, "delete a recording", func(tx *gorm.DB, row scriptRow) error {
		r, err := one[scriptRecordingRow](s, tx.Where("script_id = ? AND version_id = 0 AND sentence = ?", row.ID, text(key)), "recording", key)
		if err != nil {
			return err
		}
		return tx.Delete(&scriptRecordingRow{}, r.ID).Error
	})
}

// copyRecordings gives the draft of a script those of another one.
func copyRecordings(tx *gorm.DB, to scriptRow, from script.ID, version script.VersionID) error {
	return tx.Exec("INSERT INTO script_recordings (script_id, version_id, tenant_id, sentence, words, path, duration_ms, level_db, created_by, created_at)"+
		" SELECT ?, 0, ?, sentence, words, path, duration_ms, level_db, created_by, created_at FROM script_recordings WHERE script_id = ? AND version_id = ?",
		to.ID, to.Tenant, int64(from), int64(version)).Error
}
