package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
	"github.com/outdial/outdial/shared/tenant"
)

type pushRow struct {
	Call     string `gorm:"column:call_uuid;primaryKey"`
	Tenant   int64  `gorm:"column:tenant_id"`
	Campaign int64  `gorm:"column:campaign_id"`
	Robot    int64  `gorm:"column:robot_id"`
	State    string `gorm:"column:state"`
	Reason   string `gorm:"column:reason"`
	Attempts int    `gorm:"column:attempts"`
	Due      int64  `gorm:"column:due_at"`
	Created  int64  `gorm:"column:created_at;autoCreateTime:false"`
	Sent     int64  `gorm:"column:sent_at"`
}

func (pushRow) TableName() string      { return "pushes" }
func (pushRow) campaignColumn() string { return "campaign_id" }

func (r pushRow) domain() (push.Push, error) {
	return push.Push{Call: call.UUID(r.Call), Tenant: tenant.ID(r.Tenant), Campaign: contact.CampaignID(r.Campaign), Robot: push.RobotID(r.Robot),
		State: push.State(r.State), Reason: r.Reason, Attempts: r.Attempts, Due: timeOf(r.Due), CreatedAt: timeOf(r.Created), SentAt: timeOf(r.Sent)}, nil
}

// queuePushes queues the messages about calls that end in this transaction: those with a grade of which their campaign tells a
// WeChat robot, as the campaign stands now. Due is never zero: that is how messages that are over are left out of the queue.
func queuePushes(ctx context.Context, tx *sql.Tx, ids ...any) error {
	in := " IN (" + marks(len(ids)) + ")"
	n, err := exec(ctx, tx, "INSERT INTO pushes (call_uuid, tenant_id, campaign_id, robot_id, state, reason, attempts, due_at, created_at, sent_at)"+
		" SELECT calls.uuid, calls.tenant_id, calls.campaign_id, campaigns.wechat_robot_id, 'waiting', '', 0,"+
		" CASE WHEN calls.ended_at > 0 THEN calls.ended_at ELSE 1 END, calls.ended_at, 0 FROM calls JOIN campaigns ON campaigns.id = calls.campaign_id"+
		" WHERE calls.uuid"+in+" AND calls.grade <> '' AND campaigns.wechat_robot_id <> 0 AND INSTR(campaigns.wechat_grades, calls.grade) > 0", ids...)
	if err != nil || n == 0 {
		return err
	}
	_, err = exec(ctx, tx, "UPDATE calls SET push = 'waiting', facet = facet + ? WHERE uuid"+in+" AND uuid IN (SELECT call_uuid FROM pushes WHERE call_uuid"+in+")",
		slices.Concat([]any{int64(call.FacetOfPush(call.PushWaiting))}, ids, ids)...)
	return err
}

// SpeakingRobots lists robots that have a message due and their turn to speak, the longest silent first.
func (s *Store) SpeakingRobots(ctx context.Context, scope tenant.Scope, now time.Time, limit int) ([]push.RobotID, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	q := query(ctx, s.read, scope, &wechatRobotRow{}).Where("free_at <= ? AND id IN (SELECT robot_id FROM pushes WHERE due_at > 0 AND due_at <= ?)", micros(now), micros(now)).
		Order("free_at, id").Limit(limit)
	return many(s, q, "WeChat robots", func(r wechatRobotRow) (push.RobotID, error) { return push.RobotID(r.ID), nil })
}

// ClaimPush hands out the robot's message that is due the longest.
func (s *Store) ClaimPush(ctx context.Context, scope tenant.Scope, robot push.RobotID, now time.Time) (push.Job, error) {
	if err := scope.Check(); err != nil {
		return push.Job{}, err
	}
	own, args := and(scope, "tenant_id")
	var id string
	err := s.inTransaction(ctx, "claim a push", func(tx *sql.Tx) error {
		n, err := exec(ctx, tx, "UPDATE wechat_robots SET free_at = ? WHERE id = ? AND free_at <= ?"+own,
			slices.Concat([]any{micros(now.Add(push.Spacing)), int64(robot), micros(now)}, args)...)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.New(errs.NotFound, "WeChat robot %d has nothing to say now", int64(robot))
		}
		err = tx.QueryRowContext(ctx, "SELECT call_uuid FROM pushes WHERE robot_id = ? AND due_at > 0 AND due_at <= ? ORDER BY due_at, call_uuid LIMIT 1"+s.lockRow(),
			int64(robot), micros(now)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return errs.New(errs.NotFound, "WeChat robot %d has nothing to say now", int64(robot))
		}
		if err != nil {
			return err
		}
		_, err = exec(ctx, tx, "UPDATE pushes SET state = 'sending', attempts = attempts + 1, due_at = ? WHERE call_uuid = ? AND due_at > 0",
			micros(now.Add(push.Lease)), id)
		return err
	})
	if err != nil {
		return push.Job{}, err
	}
	return s.pushJob(ctx, scope, id)
}

// lockRow ends a SELECT of a row that the same transaction changes; SQLite has one writer at a time.
func (s *Store) lockRow() string {
	if s.dialect.name == "sqlite" {
		return ""
	}
	return " FOR UPDATE"
}

// pushJob reads what a claimed message needs. Whoever dies here leaves it to the next, like whoever dies later.
func (s *Store) pushJob(ctx context.Context, scope tenant.Scope, id string) (push.Job, error) {
	var j push.Job
	row, err := one[pushRow](s, query(ctx, s.write, scope, &pushRow{}).Where("call_uuid = ?", id), "push of call", id)
	if err != nil {
		return j, err
	}
	if j.Push, err = row.domain(); err != nil {
		return j, err
	}
	// The robot may be deleted and so may the campaign: what was queued is judged by whoever sends it.
	robot, err := one[wechatRobotRow](s, query(ctx, s.write, scope, &wechatRobotRow{}).Where("id = ?", row.Robot), "WeChat robot", row.Robot)
	if err != nil {
		return j, err
	}
	if j.Robot, err = robot.domain(); err != nil {
		return j, err
	}
	j.Push.RobotName = robot.Name
	err = s.writes.QueryRowContext(ctx, "SELECT campaigns.name, tenants.zone FROM campaigns JOIN tenants ON tenants.id = campaigns.tenant_id WHERE campaigns.id = ?",
		row.Campaign).Scan(&j.Campaign, &j.Zone)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return j, s.fail("read a push", err)
	}
	j.Call, err = s.Call(ctx, scope, call.UUID(id))
	if errs.Is(err, errs.NotFound) {
		return j, nil
	}
	return j, err
}

// SettlePush writes what became of a try.
func (s *Store) SettlePush(ctx context.Context, scope tenant.Scope, p push.Push, pause time.Time) error {
	if err := scope.Check(); err != nil {
		return err
	}
	if err := checkUUID(p.Call); err != nil {
		return err
	}
	due := micros(p.Due)
	switch {
	case p.State.Over():
		due = 0
	case p.State != push.Waiting || due == 0:
		return errs.New(errs.Invalid, "a push cannot be settled as %s", string(p.State))
	}
	own, args := and(scope, "tenant_id")
	return s.inTransaction(ctx, "settle a push", func(tx *sql.Tx) error {
		// The robot first and the message then, as whoever claims one takes them.
		if !pause.IsZero() {
			if _, err := exec(ctx, tx, "UPDATE wechat_robots SET free_at = ? WHERE id = ? AND free_at < ?"+own,
				slices.Concat([]any{micros(pause), int64(p.Robot), micros(pause)}, args)...); err != nil {
				return err
			}
		}
		n, err := exec(ctx, tx, "UPDATE pushes SET state = ?, reason = ?, due_at = ?, sent_at = ? WHERE call_uuid = ? AND state = 'sending' AND attempts = ?"+own,
			slices.Concat([]any{string(p.State), text(p.Reason), due, micros(p.SentAt), string(p.Call), p.Attempts}, args)...)
		if err != nil {
			return err
		}
		if n == 0 {
			var there int
			if err := tx.QueryRowContext(ctx, "SELECT COUNT(*) FROM pushes WHERE call_uuid = ?"+own, slices.Concat([]any{string(p.Call)}, args)...).Scan(&there); err != nil {
				return err
			}
			if there == 0 {
				return errs.Missing("push of call", string(p.Call))
			}
			return errs.New(errs.Conflict, "the push of call %s is in other hands by now", string(p.Call))
		}
		if !p.State.Over() {
			return nil
		}
		to := p.State.OfCall()
		_, err = exec(ctx, tx, "UPDATE calls SET push = ?, facet = CASE WHEN facet > 0 THEN facet + ? ELSE facet END WHERE uuid = ? AND push = 'waiting'",
			string(to), int64(call.FacetOfPush(to)-call.FacetOfPush(call.PushWaiting)), string(p.Call))
		return err
	})
}

// Pushes reads the messages about calls.
func (s *Store) Pushes(ctx context.Context, scope tenant.Scope, calls []call.UUID) (map[call.UUID]push.Push, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	out := map[call.UUID]push.Push{}
	var robots []push.RobotID
	for part := range slices.Chunk(words(calls), idsAtOnce) {
		found, err := many(s, query(ctx, s.read, scope, &pushRow{}).Where("call_uuid IN ?", part), "pushes", pushRow.domain)
		if err != nil {
			return nil, err
		}
		for _, p := range found {
			out[p.Call] = p
			robots = append(robots, p.Robot)
		}
	}
	slices.Sort(robots)
	names, err := s.WeChatRobotNames(ctx, scope, slices.Compact(robots))
	if err != nil {
		return nil, err
	}
	for id, p := range out {
		p.RobotName = names[p.Robot]
		out[id] = p
	}
	return out, nil
}
