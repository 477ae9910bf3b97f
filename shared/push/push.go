package push

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// State is where a message stands: waiting -> sending -> sent, or back to waiting for another try, or failed. Each move names
// the try that it belongs to, so that of two who believe that a message is theirs one is refused.
type State string

const (
	// Waiting messages are sent once they are due.
	Waiting State = "waiting"
	// Sending messages are in somebody's hands until they are due again: whoever had one and died leaves it to the next.
	Sending State = "sending"
	// Sent messages were acknowledged. They are never sent again.
	Sent State = "sent"
	// Failed messages are not tried again; the reason says why.
	Failed State = "failed"
)

// Over tells whether nothing more happens to the message.
func (s State) Over() bool { return s == Sent || s == Failed }

// OfCall is what a list of calls shows.
func (s State) OfCall() call.Push {
	switch s {
	case Sent:
		return call.PushSent
	case Failed:
		return call.PushFailed
	default:
		return call.PushWaiting
	}
}

// Push is the message about one call. It is queued by the transaction that ends the call.
type Push struct {
	Call      call.UUID
	Tenant    tenant.ID
	Campaign  contact.CampaignID
	Robot     RobotID
	RobotName string // read only
	State     State
	Reason    string // why it failed, or why the last try did
	Attempts  int
	Due       time.Time // when it is tried next; zero once it is over
	CreatedAt time.Time
	SentAt    time.Time
}

// Job is a message that is to be sent now, with all that it needs.
type Job struct {
	Push     Push
	Robot    Robot
	Call     call.Call // without a number when the call was deleted meanwhile
	Campaign string
	Zone     string // the tenant's
}

const (
	// Spacing is the time between two messages of one robot: WeCom takes 20 a minute and robot, in any minute.
	Spacing = 3100 * time.Millisecond
	// Pause is how long a robot is silent that was told that it sends too much.
	Pause = time.Minute
	// Tries is how often a message is tried before it has failed.
	Tries = 8
	// Lease is after which a message in somebody's hands is taken for abandoned; it is longer than any sending lasts.
	Lease = time.Minute
)

// Backoff is the wait after so many tries: 15 seconds, then twice as long each time, and half an hour at most.
func Backoff(tries int) time.Duration {
	return min(15*time.Second<<min(max(tries-1, 0), 10), 30*time.Minute)
}

// Store keeps WeChat robots and their messages. Robots are the whole tenant's: no view narrows them.
type Store interface {
	// CreateWeChatRobot stores a robot and fills in its id; a name that another robot has is a Conflict, and so is one more
	// than MostRobots.
	CreateWeChatRobot(ctx context.Context, scope tenant.Scope, r *Robot) error
	WeChatRobot(ctx context.Context, scope tenant.Scope, id RobotID) (Robot, error)
	// WeChatRobots lists all of a tenant, newest first.
	WeChatRobots(ctx context.Context, scope tenant.Scope) ([]Robot, error)
	// WeChatRobotNames names robots, deleted ones too.
	WeChatRobotNames(ctx context.Context, scope tenant.Scope, ids []RobotID) (map[RobotID]string, error)
	// UpdateWeChatRobot saves name, key and mask.
	UpdateWeChatRobot(ctx context.Context, scope tenant.Scope, r Robot) error
	// DeleteWeChatRobot takes a robot away, and fails its messages that were not sent; a campaign that names it and is not
	// finished is a Conflict.
	DeleteWeChatRobot(ctx context.Context, scope tenant.Scope, id RobotID, at time.Time) error
	// TakeTurn reserves the robot's next turn to speak; Limited when it spoke less than Spacing ago or is to pause.
	TakeTurn(ctx context.Context, scope tenant.Scope, id RobotID, now time.Time) error

	// SpeakingRobots lists robots that have a message due and their turn to speak, the longest silent first.
	SpeakingRobots(ctx context.Context, scope tenant.Scope, now time.Time, limit int) ([]RobotID, error)
	// ClaimPush takes the robot's turn and hands out the message that is due the longest: it is Sending, with one more try.
	// NotFound when there is none, or when it is not the robot's turn.
	ClaimPush(ctx context.Context, scope tenant.Scope, robot RobotID, now time.Time) (Job, error)
	// SettlePush writes what became of a try: state, reason, due and sent time of p. Conflict when the message is not in the
	// try that p names any more. A pause keeps the robot silent until then; zero for none.
	SettlePush(ctx context.Context, scope tenant.Scope, p Push, pause time.Time) error
	// Pushes reads the messages about those of the calls that have one.
	Pushes(ctx context.Context, scope tenant.Scope, calls []call.UUID) (map[call.UUID]Push, error)
}

// Why a message is not sent at all.
const (
	RobotDeleted = "the WeChat robot was deleted"
	CallDeleted  = "the call was deleted before it was told of"
)

// Gone fails the message when there is nothing to send, or nobody to send it.
func (j Job) Gone() (p Push, gone bool) {
	p = j.Push
	switch {
	case j.Robot.Key == "":
		p.Reason = RobotDeleted
	case j.Call.UUID == "":
		p.Reason = CallDeleted
	default:
		return p, false
	}
	p.State = Failed
	return p, true
}
