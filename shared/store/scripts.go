package store

import (
	"context"
	"crypto/rand"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

type scriptRow struct {
	ID          int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant      int64  `gorm:"column:tenant_id"`
	Name        string `gorm:"column:name"`
	Code        string `gorm:"column:code"`
	Trade       string `gorm:"column:trade"`
	Description string `gorm:"column:description"`
	Language    string `gorm:"column:language"`
	Shared      int    `gorm:"column:shared"`
	State       string `gorm:"column:state"`
	Remark      string `gorm:"column:remark"`
	Editing     int    `gorm:"column:editing"`
	NewestID    int64  `gorm:"column:newest_id"`
	Newest      int    `gorm:"column:newest"`
	DeployedID  int64  `gorm:"column:deployed_id"`
	Deployed    int    `gorm:"column:deployed"`
	Problems    int    `gorm:"column:problems"`
	CreatedBy   string `gorm:"column:created_by"`
	Created     int64  `gorm:"column:created_at;autoCreateTime:false"`
	Updated     int64  `gorm:"column:updated_at;autoUpdateTime:false"`
	Deleted     int64  `gorm:"column:deleted_at"`
}

func (scriptRow) TableName() string { return "scripts" }

func (r scriptRow) domain() (script.Script, error) {
	return script.Script{ID: script.ID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Code: r.Code, Trade: r.Trade, Description: r.Description,
		Language: r.Language, Shared: r.Shared != 0, State: script.State(r.State), Remark: r.Remark, Editing: r.Editing != 0,
		Newest:   script.Ref{ID: script.VersionID(r.NewestID), Number: r.Newest},
		Deployed: script.Ref{ID: script.VersionID(r.DeployedID), Number: r.Deployed},
		Problems: r.Problems, CreatedBy: r.CreatedBy, CreatedAt: timeOf(r.Created), UpdatedAt: timeOf(r.Updated)}, nil
}

// present are the scripts of the scope that nobody has deleted.
func present(ctx context.Context, db *gorm.DB, scope tenant.Scope) *gorm.DB {
	return query(ctx, db, scope, &scriptRow{}).Where("deleted_at = 0")
}

// codeLetters are those that nobody takes for another one.
const codeLetters = "ABCDEFGHJKMNPQRTUVWXYZ2346789"

// newCode makes a script's code. Codes of scripts that are older than codes hold digits only.
func newCode() string {
	b := make([]byte, 8)
	_, _ = rand.Read(b)
	for i := range b {
		b[i] = codeLetters[int(b[i])%len(codeLetters)]
	}
	return "S" + string(b)
}

// CreateScript stores a script with its draft and fills in its id and code.
func (s *Store) CreateScript(ctx context.Context, scope tenant.Scope, v *script.Script, document []byte) error {
	return s.createScript(ctx, scope, v, document, func(*gorm.DB, scriptRow) error { return nil })
}

// CopyScript stores a script with its draft and the recordings of another one's version or draft.
func (s *Store) CopyScript(ctx context.Context, scope tenant.Scope, v *script.Script, document []byte, from script.ID, version script.VersionID) error {
	return s.createScript(ctx, scope, v, document, func(tx *gorm.DB, row scriptRow) error { return copyRecordings(tx, row, from, version) })
}

func (s *Store) createScript(ctx context.Context, scope tenant.Scope, v *script.Script, document []byte, more func(tx *gorm.DB, row scriptRow) error) error {
	if err := settle(scope, &v.Tenant, "script"); err != nil {
		return err
	}
	if v.Code == "" {
		v.Code = newCode()
	}
	v.State, v.Editing = script.Drafted, true
	if v.UpdatedAt.IsZero() {
		v.UpdatedAt = v.CreatedAt
	}
	row := scriptRow{Tenant: int64(v.Tenant), Name: text(v.Name), Code: v.Code, Trade: text(v.Trade), Description: text(v.Description), Language: text(v.Language),
		Shared: number(v.Shared), State: string(v.State), Editing: 1, Problems: v.Problems, CreatedBy: text(v.CreatedBy), Created: micros(v.CreatedAt), Updated: micros(v.UpdatedAt)}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		draft := draftRow{Script: row.ID, Tenant: row.Tenant, Revision: 1, Document: append([]byte{}, document...), By: text(v.CreatedBy), Updated: row.Updated}
		if err := tx.Create(&draft).Error; err != nil {
			return err
		}
		return more(tx, row)
	})
	if err != nil {
		return s.fail("create script", err)
	}
	v.ID = script.ID(row.ID)
	return nil
}

// Script reads one script.
func (s *Store) Script(ctx context.Context, scope tenant.Scope, id script.ID) (script.Script, error) {
	if err := scope.Check(); err != nil {
		return script.Script{}, err
	}
	row, err := one[scriptRow](s, present(ctx, s.read, scope).Where("id = ?", int64(id)), "script", id)
	if err != nil {
		return script.Script{}, err
	}
	return row.domain()
}

// Scripts lists scripts in the order they were made.
func (s *Store) Scripts(ctx context.Context, scope tenant.Scope) ([]script.Script, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, present(ctx, s.read, scope).Order("id"), "scripts", scriptRow.domain)
}

// FindScripts pages by id, newest first.
func (s *Store) FindScripts(ctx context.Context, scope tenant.Scope, f script.Filter, below script.ID, limit int) ([]script.Script, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := present(ctx, s.read, scope).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	if f.Name != "" {
		q = q.Where("(INSTR(LOWER(name), LOWER(?)) > 0 OR INSTR(LOWER(code), LOWER(?)) > 0)", text(f.Name), text(f.Name))
	}
	if f.Trade != "" {
		q = q.Where("trade = ?", text(f.Trade))
	}
	if f.State != "" {
		q = q.Where("state = ?", string(f.State))
	}
	switch f.Deployment {
	case script.Undeployed:
		q = q.Where("deployed_id = 0")
	case script.DeployedAny:
		q = q.Where("deployed_id <> 0")
	case script.DeployedNewest:
		q = q.Where("deployed_id <> 0 AND deployed_id = newest_id")
	case script.DeployedEarlier:
		q = q.Where("deployed_id <> 0 AND deployed_id <> newest_id")
	}
	return many(s, q, "scripts", scriptRow.domain)
}

// ChangeScript saves what is said about a script.
func (s *Store) ChangeScript(ctx context.Context, scope tenant.Scope, v script.Script) error {
	return s.onScript(ctx, scope, v.ID, "change script", func(tx *gorm.DB, row scriptRow) error {
		return tx.Model(&scriptRow{}).Where("id = ?", row.ID).Updates(map[string]any{"name": text(v.Name), "trade": text(v.Trade),
			"description": text(v.Description), "shared": number(v.Shared), "updated_at": micros(v.UpdatedAt)}).Error
	})
}

// DeleteScript hides a script that no unfinished campaign uses.
func (s *Store) DeleteScript(ctx context.Context, scope tenant.Scope, id script.ID, at time.Time) error {
	return s.onScript(ctx, scope, id, "delete script", func(tx *gorm.DB, row scriptRow) error {
		var used []campaignRow
		if err := tx.Model(&campaignRow{}).Where("script_id = ? AND deleted_at = 0 AND state <> ?", row.ID, string(campaign.Finished)).
			Select("id", "name").Limit(1).Find(&used).Error; err != nil {
			return err
		}
		if len(used) > 0 {
			return errs.New(errs.Conflict, "a campaign that is not finished uses the script; give it another one or terminate it first")
		}
		return tx.Model(&scriptRow{}).Where("id = ?", row.ID).Updates(map[string]any{"deleted_at": micros(at), "shared": 0, "updated_at": micros(at)}).Error
	})
}

// onScript holds a script's row for a change: whoever counts its versions, deploys one or gives it to a campaign waits.
func (s *Store) onScript(ctx context.Context, scope tenant.Scope, id script.ID, tried string, change func(tx *gorm.DB, row scriptRow) error) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldScript(ctx, tx, scope, int64(id))
		if err != nil {
			return err
		}
		return change(tx, row)
	}, s.fresh())
	return s.fail(tried, err)
}

func (s *Store) heldScript(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id int64) (scriptRow, error) {
	return one[scriptRow](s, present(ctx, tx, scope).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", id), "script", id)
}

// settleScript brings what a script's row says of its versions and its draft up to date; the caller holds the row.
func (s *Store) settleScript(tx *gorm.DB, id int64, at int64) error {
	var versions []versionRow
	if err := tx.Model(&versionRow{}).Select("id", "number", "state", "remark").Where("script_id = ?", id).Order("number DESC").Find(&versions).Error; err != nil {
		return err
	}
	set := map[string]any{"newest_id": 0, "newest": 0, "remark": "", "deployed_id": 0, "deployed": 0, "editing": 1}
	states := make([]script.State, len(versions))
	for i, v := range versions {
		states[i] = script.State(v.State)
		if states[i] == script.Deployed {
			set["deployed_id"], set["deployed"] = v.ID, v.Number
		}
	}
	state, head := script.Headline(states)
	set["state"] = string(state)
	if head >= 0 {
		v := versions[head]
		set["newest_id"], set["newest"], set["remark"] = v.ID, v.Number, v.Remark
		newest, err := one[versionRow](s, tx.Select("source").Where("id = ?", v.ID), "script version", v.ID)
		if err != nil {
			return err
		}
		draft, err := one[draftRow](s, tx.Select("document").Where("script_id = ?", id), "draft of script", id)
		if err != nil {
			return err
		}
		set["editing"] = number(!script.Same(newest.Source, draft.Document))
	}
	if at > 0 {
		set["updated_at"] = at
	}
	return tx.Model(&scriptRow{}).Where("id = ?", id).Updates(set).Error
}

// Offers lists the deployed versions that tenants above the scope's share.
func (s *Store) Offers(ctx context.Context, scope tenant.Scope) ([]script.Offer, error) {
	return s.offers(ctx, scope, "")
}

// Offer is one of them by its script's code.
func (s *Store) Offer(ctx context.Context, scope tenant.Scope, code string) (script.Offer, error) {
	if code == "" {
		return script.Offer{}, errs.Missing("template", code)
	}
	found, err := s.offers(ctx, scope, code)
	if err != nil {
		return script.Offer{}, err
	}
	if len(found) == 0 {
		return script.Offer{}, errs.Missing("template", code)
	}
	return found[0], nil
}

func (s *Store) offers(ctx context.Context, scope tenant.Scope, code string) ([]script.Offer, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Table("scripts AS s").Joins("JOIN tenants AS t ON t.id = s.tenant_id").Joins("JOIN script_versions AS v ON v.id = s.deployed_id").
		Where("s.shared = 1 AND s.deleted_at = 0").Order("s.id DESC").Limit(pageSize(mostOffers))
	if id, ok := scope.Tenant(); ok {
		own, err := one[tenantRow](s, s.read.WithContext(ctx).Where("id = ?", int64(id)), "tenant", id)
		if err != nil {
			return nil, err
		}
		q = q.Where("t.id IN ? AND t.id <> ?", ancestors(own.Path), int64(id))
	}
	if code != "" {
		q = q.Where("s.code = ?", code)
	}
	var rows []struct {
		Script  scriptRow  `gorm:"embedded"`
		Version versionRow `gorm:"embedded;embeddedPrefix:v_"`
		Company string     `gorm:"column:company"`
	}
	if err := q.Select("s.*, t.name AS company, v.id AS v_id, v.script_id AS v_script_id, v.tenant_id AS v_tenant_id, v.number AS v_number, v.state AS v_state, v.source AS v_source").Scan(&rows).Error; err != nil {
		return nil, s.fail("list the market", err)
	}
	out := make([]script.Offer, 0, len(rows))
	for _, r := range rows {
		sc, err := r.Script.domain()
		if err != nil {
			return nil, err
		}
		out = append(out, script.Offer{Script: sc, Version: r.Version.domain(), Company: r.Company})
	}
	return out, nil
}

// mostOffers bounds a market that nobody pages through.
const mostOffers = 200

// ancestors are the ids of a path, as /1/5/9/.
func ancestors(path string) []int64 {
	var out []int64
	var n int64
	for _, c := range path {
		switch {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		case n > 0:
			out = append(out, n)
			n = 0
		}
	}
	return slices.Clip(out)
}
