// Package listening owns what supervisors do with calls that go on: they listen to callee and robot at their own telephone
// (监听), and take the robot's place if they want to (介入).
//
// It does not ring the telephone (dialer/callctl) and does not decide who may (access).
package listening

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// ID names one listening and the leg of the supervisor's telephone: one UUIDv7 for the two.
type ID string

// State is how far a listening has come.
type State string

const (
	// Asked is wished for, and no dialer has seen it yet.
	Asked State = "asked"
	// Ringing: the supervisor's telephone is being called.
	Ringing State = "ringing"
	// Heard: the supervisor hears callee and robot, and neither hears them.
	Heard State = "listening"
	// Talking: the supervisor has the robot's place.
	Talking State = "talking"
	// Ended is the last state.
	Ended State = "ended"
)

// Open tells whether more can happen.
func (s State) Open() bool { return s != Ended }

// Wish is what the supervisor wants now.
type Wish string

const (
	Listen   Wish = "listen"
	TakeOver Wish = "take_over"
	Stop     Wish = "stop"
)

// Reason is why a listening ended.
type Reason string

const (
	HungUp        Reason = "hung_up"        // the supervisor hung up, or wished it to stop
	CallEnded     Reason = "call_ended"     // there is nothing to hear any more
	NoAnswer      Reason = "no_answer"      // the supervisor let the telephone ring
	Busy          Reason = "busy"           // the telephone was busy or rejected the call
	NotRegistered Reason = "not_registered" // no telephone is registered under the extension
	NotTalking    Reason = "not_talking"    // the callee has not answered yet
	Taken         Reason = "taken"          // a person has the call already, or is being called for it
	Failed        Reason = "failed"         // the switch refused
	Lost          Reason = "lost"           // the dialer was not there
)

// Listening is one supervisor at one call.
type Listening struct {
	ID        ID
	Tenant    tenant.ID
	Campaign  contact.CampaignID
	Call      call.UUID
	User      access.UserID
	Name      string // of the supervisor, as it was then
	Extension string // the telephone that rings
	Wish      Wish
	State     State
	Reason    Reason // of the end
	AskedAt   time.Time
	HeardAt   time.Time // when they began to hear; zero when they never did
	TookAt    time.Time // when they took the robot's place; zero when they did not
	EndedAt   time.Time
}

// Listened is how long the supervisor heard the call without having a part in it, once that is over.
func (l Listening) Listened() time.Duration {
	end := l.EndedAt
	if !l.TookAt.IsZero() {
		end = l.TookAt
	}
	if l.HeardAt.IsZero() || end.Before(l.HeardAt) {
		return 0
	}
	return end.Sub(l.HeardAt)
}

// Unseen is how long a wish may wait for a dialer. After that nobody is there to fulfil it.
const Unseen = 15 * time.Second

// Store keeps listenings. A listening is seen where its call's campaign is.
type Store interface {
	// AskListening writes a new listening down and fills in what the call knows. A call that is not answered or has ended, and
	// a supervisor whose telephone is in use for another listening, are Conflicts. What nobody saw for Unseen is ended.
	AskListening(ctx context.Context, scope tenant.Scope, l *Listening) error
	// WishListening changes what the supervisor wants of an open listening; one that has ended is a Conflict.
	WishListening(ctx context.Context, scope tenant.Scope, id ID, user access.UserID, w Wish) (Listening, error)
	// Listening reads one.
	Listening(ctx context.Context, scope tenant.Scope, id ID) (Listening, error)
	// OpenListening reads the one that the member has open; NotFound when there is none.
	OpenListening(ctx context.Context, scope tenant.Scope, user access.UserID) (Listening, error)
	// OpenListenings lists those of the holder's calls that are open, oldest first. Who may not go on wishes to stop: a member who was
	// disabled; and one whose company was banned, or whose role does not allow it any more, unless they talk with the callee.
	OpenListenings(ctx context.Context, scope tenant.Scope, holder string) ([]Listening, error)
	// ListeningsOf lists those of a call, oldest first.
	ListeningsOf(ctx context.Context, scope tenant.Scope, id call.UUID) ([]Listening, error)
	// MoveListening saves state, reason and moments of a listening that is open, and what of it the call keeps: that it was
	// listened to, how long, and that it was taken over. One that has ended is a Conflict.
	MoveListening(ctx context.Context, scope tenant.Scope, l Listening) error
}
