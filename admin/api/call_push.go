package api

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs/words"
)

// CallPush is the message about a call to a WeChat robot.
type CallPush struct {
	State     string     `json:"state" enum:"waiting,sent,failed"`
	Reason    string     `json:"reason,omitempty" doc:"Why it failed, or why the last try did"`
	RobotName string     `json:"robot_name,omitempty"`
	Attempts  int        `json:"attempts" doc:"How often it was tried"`
	SentAt    *time.Time `json:"sent_at,omitempty"`
}

// pushesOf are the messages about those of the calls that have one; what is not read is nobody's.
func (a *API) pushesOf(ctx context.Context, found []call.Call) (map[call.UUID]*CallPush, error) {
	var ids []call.UUID
	for _, c := range found {
		if c.Push != call.PushNone {
			ids = append(ids, c.UUID)
		}
	}
	if len(ids) == 0 {
		return map[call.UUID]*CallPush{}, nil
	}
	pushes, err := a.Store.Pushes(ctx, scopeOf(ctx), ids)
	if err != nil {
		return nil, err
	}
	out := make(map[call.UUID]*CallPush, len(pushes))
	for id, p := range pushes {
		out[id] = &CallPush{State: string(p.State.OfCall()), Reason: words.Text(languageOf(ctx), p.Reason), RobotName: p.RobotName, Attempts: p.Attempts, SentAt: moment(p.SentAt)}
	}
	return out, nil
}
