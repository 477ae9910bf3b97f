package store

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/tenant"
)

var _ push.Store = (*Store)(nil)

type wechatRobotRow struct {
	ID        int64  `gorm:"column:id;primaryKey;autoIncrement"`
	Tenant    int64  `gorm:"column:tenant_id"`
	Name      string `gorm:"column:name"`
	Key       string `gorm:"column:webhook_key"`
	Mask      int    `gorm:"column:mask_numbers"`
	FreeAt    int64  `gorm:"column:free_at"`
	CreatedBy string `gorm:"column:created_by"`
	Created   int64  `gorm:"column:created_at;autoCreateTime:false"`
	Updated   int64  `gorm:"column:updated_at;autoUpdateTime:false"`
	Deleted   int64  `gorm:"column:deleted_at"`
}

func (wechatRobotRow) TableName() string { return "wechat_robots" }

func (r wechatRobotRow) domain() (push.Robot, error) {
	return push.Robot{ID: push.RobotID(r.ID), Tenant: tenant.ID(r.Tenant), Name: r.Name, Key: r.Key, MaskNumbers: r.Mask != 0, CreatedBy: r.CreatedBy,
		CreatedAt: timeOf(r.Created), UpdatedAt: timeOf(r.Updated)}, nil
}

// robotsKept are the robots of the scope that nobody has deleted.
func robotsKept(ctx context.Context, db *gorm.DB, scope tenant.Scope) *gorm.DB {
	return query(ctx, db, scope, &wechatRobotRow{}).Where("deleted_at = 0")
}

// CreateWeChatRobot stores a robot and fills in its id.
func (s *Store) CreateWeChatRobot(ctx context.Context, scope tenant.Scope, r *push.Robot) error {
	if err := settle(scope, &r.Tenant, "WeChat robot"); err != nil {
		return err
	}
	row := wechatRobotRow{Tenant: int64(r.Tenant), Name: text(r.Name), Key: text(r.Key), Mask: number(r.MaskNumbers), CreatedBy: text(r.CreatedBy),
		Created: micros(r.CreatedAt), Updated: micros(r.UpdatedAt)}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		// One change of a tenant's robots at a time: two that each are the last one allowed would be one too many.
		if err := tx.Model(&tenantRow{}).Clauses(clause.Locking{Strength: "UPDATE"}).Select("id").Where("id = ?", row.Tenant).Take(&tenantRow{}).Error; err != nil {
			return err
		}
		var n int64
		if err := robotsKept(ctx, tx, tenant.Of(r.Tenant)).Count(&n).Error; err != nil {
			return err
		}
		if n >= push.MostRobots {
			return errs.New(errs.Conflict, "a company can have at most %d WeChat robots; delete one first", push.MostRobots)
		}
		return tx.Create(&row).Error
	}, s.fresh())
	if err != nil {
		return s.robotNameTaken("create WeChat robot", err)
	}
	r.ID = push.RobotID(row.ID)
	return nil
}

// robotNameTaken says in the user's words what a broken rule of uniqueness means here.
func (s *Store) robotNameTaken(tried string, err error) error {
	var own *errs.Error
	if errors.As(err, &own) {
		return err
	}
	if err = s.fail(tried, err); errs.Is(err, errs.Conflict) {
		return errs.New(errs.Conflict, "another WeChat robot has this name already")
	}
	return err
}

// WeChatRobot reads one robot.
func (s *Store) WeChatRobot(ctx context.Context, scope tenant.Scope, id push.RobotID) (push.Robot, error) {
	if err := scope.Check(); err != nil {
		return push.Robot{}, err
	}
	row, err := one[wechatRobotRow](s, robotsKept(ctx, s.read, scope).Where("id = ?", int64(id)), "WeChat robot", id)
	if err != nil {
		return push.Robot{}, err
	}
	return row.domain()
}

// WeChatRobots lists all robots of a tenant, newest first.
func (s *Store) WeChatRobots(ctx context.Context, scope tenant.Scope) ([]push.Robot, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	return many(s, robotsKept(ctx, s.read, scope).Order("id DESC").Limit(push.MostRobots), "WeChat robots", wechatRobotRow.domain)
}

// WeChatRobotNames names robots, deleted ones too.
func (s *Store) WeChatRobotNames(ctx context.Context, scope tenant.Scope, ids []push.RobotID) (map[push.RobotID]string, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	list := make([]int64, 0, len(ids))
	for _, id := range ids {
		if id != 0 {
			list = append(list, int64(id))
		}
	}
	if len(list) == 0 {
		return map[push.RobotID]string{}, nil
	}
	found, err := many(s, query(ctx, s.read, scope, &wechatRobotRow{}).Where("id IN ?", list), "WeChat robots", wechatRobotRow.domain)
	if err != nil {
		return nil, err
	}
	out := make(map[push.RobotID]string, len(found))
	for _, r := range found {
		out[r.ID] = r.Name
	}
	return out, nil
}

// heldRobot reads a robot and keeps others from changing it until the transaction ends.
func (s *Store) heldRobot(ctx context.Context, tx *gorm.DB, scope tenant.Scope, id push.RobotID) (wechatRobotRow, error) {
	return one[wechatRobotRow](s, robotsKept(ctx, tx, scope).Clauses(clause.Locking{Strength: "UPDATE"}).Where("id = ?", int64(id)), "WeChat robot", id)
}

// UpdateWeChatRobot saves name, key and mask.
func (s *Store) UpdateWeChatRobot(ctx context.Context, scope tenant.Scope, r push.Robot) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldRobot(ctx, tx, scope, r.ID)
		if err != nil {
			return err
		}
		return tx.Model(&wechatRobotRow{}).Where("id = ?", row.ID).Updates(map[string]any{"name": text(r.Name), "webhook_key": text(r.Key),
			"mask_numbers": number(r.MaskNumbers), "updated_at": micros(r.UpdatedAt)}).Error
	}, s.fresh())
	return s.robotNameTaken("change WeChat robot", err)
}

// DeleteWeChatRobot takes a robot away. Its row stays without a key, for the calls that it told of. Messages are looked for once
// it is gone: a call that ends at the same moment finds it gone, or its message is found here or at its turn.
func (s *Store) DeleteWeChatRobot(ctx context.Context, scope tenant.Scope, id push.RobotID, at time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	err := s.write.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		row, err := s.heldRobot(ctx, tx, scope, id)
		if err != nil {
			return err
		}
		var busy []campaignRow
		if err := tx.Model(&campaignRow{}).Where("tenant_id = ? AND wechat_robot_id = ? AND deleted_at = 0 AND state <> ?", row.Tenant, row.ID,
			string(campaign.Finished)).Select("id").Limit(1).Find(&busy).Error; err != nil {
			return err
		}
		if len(busy) > 0 {
			return errs.New(errs.Conflict, "a campaign that is not finished tells this WeChat robot of its calls (%d); take it out there first", busy[0].ID)
		}
		if err := tx.Model(&wechatRobotRow{}).Where("id = ?", row.ID).Updates(map[string]any{"deleted_at": micros(at), "updated_at": micros(at), "webhook_key": ""}).Error; err != nil {
			return err
		}
		// Messages before calls, as whoever settles one takes them; their due times tell which ones these are until the end.
		const due = "robot_id = ? AND due_at > 0"
		if err := tx.Model(&pushRow{}).Where(due, row.ID).Updates(map[string]any{"state": string(push.Failed), "reason": push.RobotDeleted}).Error; err != nil {
			return err
		}
		if err := tx.Model(&callRow{}).Where("push = ? AND uuid IN (SELECT call_uuid FROM pushes WHERE "+due+")", string(call.PushWaiting), row.ID).Updates(map[string]any{"push": string(call.PushFailed), "facet": gorm.Expr("CASE WHEN facet > 0 THEN facet + ? ELSE facet END",
			int64(call.FacetOfPush(call.PushFailed)-call.FacetOfPush(call.PushWaiting)))}).Error; err != nil {
			return err
		}
		return tx.Model(&pushRow{}).Where(due, row.ID).Update("due_at", 0).Error
	}, s.fresh())
	return s.fail("delete WeChat robot", err)
}

// ownsWeChatRobot refuses a robot that is not the tenant's, or was deleted; zero is none. The robot's row is held where the
// statement is part of a transaction, so that it is not deleted between this and the campaign's own write.
func (s *Store) ownsWeChatRobot(ctx context.Context, db *gorm.DB, scope tenant.Scope, id push.RobotID) error {
	if id == 0 {
		return nil
	}
	_, err := s.heldRobot(ctx, db, scope, id)
	return err
}

// TakeTurn reserves the robot's next turn to speak.
func (s *Store) TakeTurn(ctx context.Context, scope tenant.Scope, id push.RobotID, now time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	r := robotsKept(ctx, s.write, scope).Where("id = ? AND free_at <= ?", int64(id), micros(now)).Update("free_at", micros(now.Add(push.Spacing)))
	if r.Error != nil || r.RowsAffected > 0 {
		return s.fail("take a WeChat robot's turn", r.Error)
	}
	if _, err := s.WeChatRobot(ctx, scope, id); err != nil {
		return err
	}
	return errs.New(errs.Limited, "the WeChat robot has just spoken, and may do so 20 times a minute; try again in a few seconds")
}
