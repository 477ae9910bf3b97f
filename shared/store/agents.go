package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

type agentGroupRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Name      string `gorm:"column:name"`
	Kind      string `gorm:"column:kind"`
	Remark    string `gorm:"column:remark"`
	CreatedBy string `gorm:"column:created_by"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
}

func (agentGroupRow) TableName() string { return "agent_groups" }

func (r agentGroupRow) domain() (agent.Group, error) {
	return agent.Group{ID: agent.GroupID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Kind: agent.Kind(r.Kind), Remark: r.Remark,
		CreatedBy: r.CreatedBy, CreatedAt: timeOf(r.Created)}, nil
}

type agentMemberRow struct {
	Group  int64 `gorm:"column:group_id;primaryKey"`
	User   int64 `gorm:"column:user_id;primaryKey"`
	Tenant int64 `gorm:"column:tenant_id"`
}

func (agentMemberRow) TableName() string { return "agent_group_members" }

// CreateAgentGroup stores an empty group and fills in its id.
func (s *Store) CreateAgentGroup(ctx context.Context, scope tenant.Scope, g *agent.Group) error {
	if err := settle(scope, &g.Tenant, "agent group"); err != nil {
		return err
	}
	row := agentGroupRow{Tenant: int64(g.Tenant), Name: text(g.Name), Kind: string(g.Kind), Remark: text(g.Remark), CreatedBy: text(g.CreatedBy), Created: micros(g.CreatedAt)}
	if err := s.write.WithContext(ctx).Create(&row).Error; err != nil {
		return s.agentNameTaken("create agent group", err)
	}
	g.ID = agent.GroupID(row.ID)
	return nil
}

// AgentGroup reads one group.
func (s *Store) AgentGroup(ctx context.Context, scope tenant.Scope, id agent.GroupID) (agent.Group, error) {
	if err := scope.Check(); err != nil {
		return agent.Group{}, err
	}
	row, err := one[agentGroupRow](s, query(ctx, s.read, scope, &agentGroupRow{}).Where("id = ?", int64(id)), "agent group", id)
	if err != nil {
		return agent.Group{}, err
	}
	return row.domain()
}

// AgentGroups pages by id, newest first.
func (s *Store) AgentGroups(ctx context.Context, scope tenant.Scope, below agent.GroupID, limit int) ([]agent.Group, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &agentGroupRow{}).Order("id DESC").Limit(pageSize(limit))
	if below > 0 {
		q = q.Where("id < ?", int64(below))
	}
	return many(s, q, "agent groups", agentGroupRow.domain)
}

// heldAgentGroup reads a group and keeps others from changing it until the transaction ends.
func (s *Store) heldAgentGroup(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id agent.GroupID) (agentGroupRow, error) {
	return one[agentGroupRow](s, query(ctx, tx, scope, &agentGroupRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(id)), "agent group", id)
}

// UpdateAgentGroup saves name, kind and remark.
func (s *Store) UpdateAgentGroup(ctx context.Context, scope tenant.Scope, g agent.Group) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldAgentGroup(ctx, tx, scope, g.ID)
		if err != nil {
			return err
		}
		if row.Kind != string(g.Kind) {
			if err := s.ringsFor(tx, row); err != nil {
				return err
			}
		}
		return tx.Model(&agentGroupRow{}).Where("id = ?", row.ID).
			Updates(map[string]any{"name": text(g.Name), "kind": string(g.Kind), "remark": text(g.Remark)}).Error
	}, s.fresh())
	return s.agentNameTaken("change agent group", err)
}

// agentNameTaken says in the user's words what a broken rule of uniqueness means here.
func (s *Store) agentNameTaken(tried string, err error) error {
	var own *errs.Error
	if errors.As(err, &own) {
		return err // that a campaign has chosen the group is no matter of its name
	}
	if err = s.fail(tried, err); errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "another agent group has this name already")
	}
	return err
}

// DeleteAgentGroup takes a group away with its list of members.
func (s *Store) DeleteAgentGroup(ctx context.Context, scope tenant.Scope, id agent.GroupID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldAgentGroup(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		if err := s.ringsFor(tx, row); err != nil {
			return err
		}
		if err := tx.Where("group_id = ?", row.ID).Delete(&agentMemberRow{}).Error; err != nil {
			return err
		}
		return tx.Where("id = ?", row.ID).Delete(&agentGroupRow{}).Error
	}, s.fresh())
	return s.fail("delete group", err)
}

// ringsFor refuses while a campaign that may still dial has chosen the group: its callees would reach nobody.
func (s *Store) ringsFor(tx *gorm.DB, g agentGroupRow) error {
	var ids []int64
	if err := tx.Model(&campaignRow{}).Where("tenant_id = ? AND agent_group_id = ? AND deleted_at = 0 AND state <> ?", g.Tenant, g.ID, string(campaign.Finished)).
		Order("id").Limit(1).Pluck("id", &ids).Error; err != nil {
		return err
	}
	if len(ids) > 0 {
		return errs.New(errs.Conflict, "a campaign that is not finished has chosen this agent group (%d); take it out there first", ids[0])
	}
	return nil
}

// SetAgentGroupMembers replaces the group's members.
func (s *Store) SetAgentGroupMembers(ctx context.Context, scope tenant.Scope, id agent.GroupID, members []access.UserID) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldAgentGroup(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		var was []int64
		if err := tx.Model(&agentMemberRow{}).Where("group_id = ?", row.ID).Pluck("user_id", &was).Error; err != nil {
			return err
		}
		rows := make([]agentMemberRow, 0, len(members))
		for _, m := range members {
			u, err := one[userRow](s, tx.WithContext(ctx).Model(&userRow{}).Where("id = ? AND tenant_id = ?", int64(m), row.Tenant), "member", m)
			if err != nil {
				return err
			}
			// Who was there before may stay: the number may come back.
			if !slices.Contains(was, u.ID) && !u.Agent.Valid {
				return errs.New(errs.Conflict, "member %d has no agent number; give them one first", u.ID)
			}
			rows = append(rows, agentMemberRow{Group: row.ID, User: u.ID, Tenant: row.Tenant})
		}
		if err := tx.Where("group_id = ?", row.ID).Delete(&agentMemberRow{}).Error; err != nil || len(rows) == 0 {
			return err
		}
		return tx.Create(&rows).Error
	}, s.fresh())
	return s.fail("change a group's members", err)
}

// agentRow is a member of a group.
type agentRow struct {
	Group    int64          `gorm:"column:group_id"`
	ID       int64          `gorm:"column:id"`
	Account  string         `gorm:"column:account"`
	Name     string         `gorm:"column:name"`
	Agent    sql.NullString `gorm:"column:agent_number"`
	Disabled int64          `gorm:"column:disabled_at"`
	Last     int64          `gorm:"column:agent_last_at"`
	Tenant   int64          `gorm:"column:tenant_id"`
	Owner    sql.NullInt64  `gorm:"column:owner"` // of the telephone
}

func (r agentRow) domain() (agent.Agent, error) {
	return agent.Agent{User: access.UserID(r.ID), Name: r.Name, Account: r.Account, Extension: r.Agent.String, Disabled: r.Disabled != 0, LastAt: timeOf(r.Last),
		Elsewhere: r.Owner.Valid && r.Owner.Int64 != r.Tenant}, nil
}

// AgentsOf lists the members of groups, who has waited longest first.
func (s *Store) AgentsOf(ctx context.Context, scope tenant.Scope, ids ...agent.GroupID) (map[agent.GroupID][]agent.Agent, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := make(map[agent.GroupID][]agent.Agent, len(ids))
	for part := range slices.Chunk(ids, idsAtOnce) {
		list := make([]int64, len(part))
		for i, id := range part {
			list[i] = int64(id)
		}
		var rows []agentRow
		err := s.read.WithContext(ctx).Table("agent_group_members AS m").Joins("JOIN users AS u ON u.id = m.user_id AND u.tenant_id = m.tenant_id").
			Joins("LEFT JOIN extensions AS e ON e.extension = u.agent_number").Scopes(owned(scope, "m.tenant_id")).Where("m.group_id IN ?", list).
			Select("m.group_id, u.id, u.account, u.name, u.agent_number, u.disabled_at, u.agent_last_at, u.tenant_id, e.tenant_id AS owner").Order("u.agent_last_at, u.id").Scan(&rows).Error
		if err != nil {
			return nil, s.fail("list agents", err)
		}
		for _, r := range rows {
			a, err := r.domain()
			if err != nil {
				return nil, err
			}
			out[agent.GroupID(r.Group)] = append(out[agent.GroupID(r.Group)], a)
		}
	}
	return out, nil
}

// Agents lists the tenant's active agents by number.
func (s *Store) Agents(ctx context.Context, scope tenant.Scope) ([]agent.Agent, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := s.read.WithContext(ctx).Table("users AS u").Joins("LEFT JOIN extensions AS e ON e.extension = u.agent_number").
		Scopes(owned(scope, "u.tenant_id")).Where("u.agent_number IS NOT NULL AND u.disabled_at = 0").
		Select("u.id, u.account, u.name, u.agent_number, u.disabled_at, u.agent_last_at, u.tenant_id, e.tenant_id AS owner").Order("u.agent_number, u.id")
	return many(s, q, "agents", agentRow.domain)
}

// AgentCalled notes when an agent last had a call. The moment never goes back.
func (s *Store) AgentCalled(ctx context.Context, scope tenant.Scope, id access.UserID, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := s.write.WithContext(ctx).Model(&userRow{}).Scopes(owned(scope, "tenant_id")).Where("id = ? AND agent_last_at < ?", int64(id), micros(at)).
		Update("agent_last_at", micros(at))
	if r.Error != nil || r.RowsAffected > 0 {
		return s.fail("note an agent's call", r.Error)
	}
	return s.owns(ctx, s.read, scope, &userRow{}, "member", int64(id))
}
