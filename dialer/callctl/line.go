// Package callctl owns calls while they live: one goroutine a call, fed by the switch's events, the robot's reports and
// timers, walks the call's states (shared/call) and writes its end. It rings the people who come to a call, agents and
// supervisors, and finds calls again after a restart.
//
// It does not decide when to call (runner, pacing) or how a leg is dialled (routing), and it reaches the switch only
// through Line.
package callctl

import (
	"context"

	"github.com/outdial/outdial/dialer/esl"
)

// Line is what calls ask of the switch; *esl.Client is one.
type Line interface {
	// Own directs the events of legs, in order, to one queue.
	Own(capacity int, uuids ...string) (*esl.Owner, error)
	// Originate hands a call to the switch; the job tells later what became of it.
	Originate(ctx context.Context, o esl.Originate) (esl.OriginateJob, error)
	Kill(ctx context.Context, uuid string, cause esl.Cause) error
	StartRecord(ctx context.Context, uuid, path string) error
	Bridge(ctx context.Context, a, b string) error
	Exists(ctx context.Context, uuid string) (bool, error)
	Channels(ctx context.Context) ([]esl.Channel, error)
	// Err is nil while the switch can be reached, otherwise why not.
	Err() error
}

var _ Line = (*esl.Client)(nil)
