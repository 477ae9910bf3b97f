package store

import (
	"context"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/tenant"
)

// principalRow is one row of the query: the session with all it leads to, once for each unit that the role reaches.
type principalRow struct {
	Session sessionRow `gorm:"embedded;embeddedPrefix:s_"`
	User    userRow    `gorm:"embedded;embeddedPrefix:u_"`
	Tenant  tenantRow  `gorm:"embedded;embeddedPrefix:t_"`
	Role    roleRow    `gorm:"embedded;embeddedPrefix:r_"`
	Unit    unitRow    `gorm:"embedded;embeddedPrefix:o_"`
	Banned  bool       `gorm:"column:banned"`
	Below   int64      `gorm:"column:below"`
}

// principalQuery climbs from the tenant to the root for bans, and goes down from the user's unit as far as the role sees.
const principalQuery = `WITH RECURSIVE chain (id, parent_id, banned_at) AS (
  SELECT t.id, t.parent_id, t.banned_at FROM sessions AS s JOIN tenants AS t ON t.id = s.tenant_id WHERE s.token_hash = ?
  UNION SELECT t.id, t.parent_id, t.banned_at FROM tenants AS t JOIN chain ON t.id = chain.parent_id)
SELECT s.token_hash AS s_token_hash, s.id AS s_id, s.user_id AS s_user_id, s.tenant_id AS s_tenant_id, s.address AS s_address,
  s.user_agent AS s_user_agent, s.created_at AS s_created_at, s.seen_at AS s_seen_at, s.expires_at AS s_expires_at,
  u.id AS u_id, u.tenant_id AS u_tenant_id, u.account AS u_account, u.name AS u_name, u.password_hash AS u_password_hash, u.phone AS u_phone,
  u.email AS u_email, u.agent_number AS u_agent_number, u.bound_number AS u_bound_number, u.unit_id AS u_unit_id, u.role_id AS u_role_id,
  u.mask_numbers AS u_mask_numbers, u.concurrent_sign_in AS u_concurrent_sign_in, u.must_change AS u_must_change, u.disabled_at AS u_disabled_at,
  u.last_sign_in_at AS u_last_sign_in_at, u.last_address AS u_last_address, u.created_at AS u_created_at,
  t.id AS t_id, t.parent_id AS t_parent_id, t.path AS t_path, t.kind AS t_kind, t.name AS t_name, t.code AS t_code, t.zone AS t_zone,
  t.banned_at AS t_banned_at, t.created_at AS t_created_at,
  COALESCE(r.id, 0) AS r_id, COALESCE(r.tenant_id, 0) AS r_tenant_id, COALESCE(r.name, '') AS r_name, COALESCE(r.description, '') AS r_description,
  COALESCE(r.template, '') AS r_template, COALESCE(r.data_scope, '') AS r_data_scope, COALESCE(r.permissions, '') AS r_permissions,
  COALESCE(r.created_at, 0) AS r_created_at, COALESCE(r.updated_at, 0) AS r_updated_at,
  COALESCE(o.id, 0) AS o_id, COALESCE(o.tenant_id, 0) AS o_tenant_id, COALESCE(o.parent_id, 0) AS o_parent_id, COALESCE(o.path, '') AS o_path,
  COALESCE(o.name, '') AS o_name, COALESCE(o.created_at, 0) AS o_created_at,
  EXISTS (SELECT 1 FROM chain WHERE chain.banned_at > 0) AS banned, COALESCE(b.id, 0) AS below
FROM sessions AS s
JOIN users AS u ON u.id = s.user_id AND u.tenant_id = s.tenant_id
JOIN tenants AS t ON t.id = s.tenant_id
LEFT JOIN roles AS r ON r.id = u.role_id AND r.tenant_id = u.tenant_id
LEFT JOIN units AS o ON o.id = u.unit_id AND o.tenant_id = u.tenant_id
LEFT JOIN units AS b ON r.data_scope = ? AND b.tenant_id = u.tenant_id AND SUBSTR(b.path, 1, LENGTH(o.path)) = o.path
WHERE s.token_hash = ?`

// Principal reads a session with its user, tenant, role and units.
func (s *Store) Principal(ctx context.Context, scope tenant.Scope, tokenHash string) (access.Principal, error) {
	if err := scope.Check(); err != nil {
		return access.Principal{}, err
	}
	condition, own := and(scope, "s.tenant_id")
	var rows []principalRow
	args := append([]any{tokenHash, string(access.ScopeUnitAndBelow), tokenHash}, own...)
	if err := s.read.WithContext(ctx).Raw(principalQuery+condition, args...).Scan(&rows).Error; err != nil {
		return access.Principal{}, s.fail("read who sent the request", err)
	}
	if len(rows) == 0 {
		return access.Principal{}, errs.Missing("session", "of this token")
	}
	return principalOf(rows)
}

func principalOf(rows []principalRow) (p access.Principal, err error) {
	first := rows[0]
	p.Banned = first.Banned
	if p.Session, err = first.Session.domain(); err != nil {
		return p, err
	}
	if p.User, err = first.User.domain(); err != nil {
		return p, err
	}
	if p.Tenant, err = first.Tenant.domain(); err != nil {
		return p, err
	}
	if p.Role, err = first.Role.domain(); err != nil {
		return p, err
	}
	if p.Unit, err = first.Unit.domain(); err != nil {
		return p, err
	}
	for _, r := range rows {
		if r.Below != 0 {
			p.Below = append(p.Below, org.UnitID(r.Below))
		}
	}
	return p, nil
}
