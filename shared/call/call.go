// Package call owns one telephone call: its states, the facts its end leaves behind (end reason, fault, disposition,
// kept apart), the attempt it belongs to and the CDR that everything after the call is built on.
//
// It does not talk to a switch (dialer/callctl, dialer/esl) and does not know what was said (transcript).
package call

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// UUID names a call, its attempt, and the callee's leg in the switch: one UUIDv7 for the three.
type UUID string

// AttemptState is where an attempt stands: claimed -> dialing -> finished. (Queued is a waiting contact.)
type AttemptState string

const (
	// Claimed attempts are reserved by a dialer and have not reached the switch.
	Claimed AttemptState = "claimed"
	// Dialing attempts may have reached the switch; what the switch says decides.
	Dialing AttemptState = "dialing"
	// AttemptFinished attempts have their CDR, or were given back before the switch heard of them.
	AttemptFinished AttemptState = "finished"
)

// Attempt is one try to reach one contact. A redial is a new attempt.
type Attempt struct {
	UUID       UUID
	Tenant     tenant.ID
	Campaign   contact.CampaignID
	Contact    contact.ID
	Ordinal    int // 1 for the contact's first attempt
	State      AttemptState
	Holder     string    // the dialer that owns it
	LeaseUntil time.Time // after which another dialer may take it over
	CreatedAt  time.Time
}

// Call is what became of an attempt on the wire, as far as it has come.
type Call struct {
	UUID      UUID
	Tenant    tenant.ID
	Campaign  contact.CampaignID
	Contact   contact.ID
	Ordinal   int
	Script    script.VersionID
	Trunk     trunk.ID
	RobotLeg  UUID
	Number    contact.Number
	Name      string // the contact's name when it was called
	Customer  string // and the customer that the contact belonged to
	CallerID  string
	State     State
	Times     Times
	Outcome   Outcome // meaningful once State is Ended, but for what was heard of the line
	Grade     string  // A to F
	Turns     int
	Recording string // path below the recordings folder
	// RecordingFrom is when the recording began: offsets of turns count from it.
	RecordingFrom time.Time
	ReplyP50      time.Duration // median reply latency of the call; zero when it has none
	ReadAt        time.Time     // when a user of the tenant first looked at it; zero while unread
	Transfer      Transfer      // written by NoteTransfer alone
	Agent         Agent         // likewise, and by NoteTakeOver
	Attended      Attended      // written by MoveListening alone
	Push          Push          // written by the end of the call and by SettlePush
}

// Transfer is how far a call's way to a person has come (A4.4.3).
type Transfer string

const (
	TransferNone      Transfer = ""          // nobody was asked for
	TransferRequested Transfer = "requested" // a person is being called, or the dialer died meanwhile
	TransferConnected Transfer = "connected"
	TransferFailed    Transfer = "failed"
)

// Push is how far the message about a call to a WeChat robot has come (A4.4.3).
type Push string

const (
	PushNone    Push = "" // nobody is told of this call
	PushWaiting Push = "waiting"
	PushSent    Push = "sent"
	PushFailed  Push = "failed"
)

// Times are the moments of a call; those that never came are zero.
type Times struct {
	Created  time.Time // handed to the switch
	Ringing  time.Time
	Early    time.Time // early media began
	Answered time.Time
	Ended    time.Time
}

// Talk is how long callee and platform were connected after the answer.
func (t Times) Talk() time.Duration {
	if t.Answered.IsZero() || t.Ended.Before(t.Answered) {
		return 0
	}
	return t.Ended.Sub(t.Answered)
}

// CDR is the one record that charging, reports and webhooks follow from. It is written once, when the call has ended,
// and never changed; (Tenant, UUID) is unique.
type CDR struct {
	ID       int64
	UUID     UUID
	Tenant   tenant.ID
	Campaign contact.CampaignID
	Contact  contact.ID
	Ordinal  int
	Script   script.VersionID
	Trunk    trunk.ID
	Number   contact.Number
	CallerID string
	Times    Times
	Outcome  Outcome
	Grade    string
	Turns    int
}

// ClaimedContact is an attempt together with the contact it is for.
type ClaimedContact struct {
	Attempt Attempt
	Contact contact.Contact
}

// ClaimRequest asks for contacts that are due.
type ClaimRequest struct {
	Campaign contact.CampaignID
	Limit    int
	Holder   string
	Now      time.Time
	Lease    time.Duration
	// Screened is told, once the claim is written down, how many contacts it ended because their number is on a
	// do-not-call list; nil asks for nothing.
	Screened func(n int)
	// Bounded is told when the company's robots leave room for fewer contacts than were asked for; nil asks for nothing.
	Bounded func()
}

// Finish is everything that the end of a call writes, in one transaction.
type Finish struct {
	Call Call // with State Ended, Times, Outcome, Grade, Turns
	// Again and NotBefore are the redial verdict; without Again the contact is finished.
	Again     bool
	NotBefore time.Time
	OwnFault  bool
	// HandTo is the campaign that goes on with the contact, which gets it once; zero for none.
	HandTo contact.CampaignID
	At     time.Time
}

// Remains are the audio files of a deleted call: paths below the recordings folder.
type Remains struct {
	Call  UUID
	Files []string
}

// Page is a place in a list of calls: those that come before (At, UUID) in the order newest first.
type Page struct {
	Before UUID
	Limit  int
}

// Summary counts what a campaign's calls came to.
type Summary struct {
	Placed, Answered int
	ByDisposition    map[Disposition]int
	ByEndReason      map[EndReason]int
	ByGrade          map[string]int
	TalkTotal        time.Duration
}

// Store keeps attempts, calls and CDRs.
type Store interface {
	// Claim reserves contacts that are due, oldest first, and makes an attempt for each. Attempts whose lease ran out
	// are not its business: the reconciler takes them over.
	Claim(ctx context.Context, scope tenant.Scope, r ClaimRequest) ([]ClaimedContact, error)
	// Release gives a claimed attempt back without a call: the contact waits again as if it had never been claimed.
	Release(ctx context.Context, scope tenant.Scope, id UUID, notBefore time.Time) error
	// RenewLeases pushes the leases of all live attempts of a holder.
	RenewLeases(ctx context.Context, scope tenant.Scope, holder string, until time.Time) error
	// LiveAttempts lists attempts that are claimed or dialing: those of the holder, and those whose lease ran out.
	LiveAttempts(ctx context.Context, scope tenant.Scope, holder string, now time.Time) ([]Attempt, error)
	// Adopt makes holder the owner of a live attempt; Conflict when somebody else's lease still runs.
	Adopt(ctx context.Context, scope tenant.Scope, id UUID, holder string, until, now time.Time) error
	// LiveOnTrunk counts attempts of a trunk that are dialing, all dialers together.
	LiveOnTrunk(ctx context.Context, scope tenant.Scope, t trunk.ID) (int, error)
	// LiveBeside counts attempts of the scope that are dialing, but for those of one holder.
	LiveBeside(ctx context.Context, scope tenant.Scope, holder string) (int, error)

	// BeginDialing moves the attempt from claimed to dialing and creates the call, before the switch is told.
	BeginDialing(ctx context.Context, scope tenant.Scope, c Call) error
	// MoveCall saves state, times and recording of a call whose state is still the expected one.
	MoveCall(ctx context.Context, scope tenant.Scope, c Call, expect State) error
	// NoteTransfer writes how far a transfer has come; a request never takes the place of what came of it. The agent is
	// written with a transfer that is connected, and not looked at before.
	NoteTransfer(ctx context.Context, scope tenant.Scope, id UUID, t Transfer, a Agent) error
	// NoteTakeOver writes who took the robot's place without having been asked for by it.
	NoteTakeOver(ctx context.Context, scope tenant.Scope, id UUID, a Agent) error
	// NoteLine writes what the sound of a call that goes on said; the end writes it again.
	NoteLine(ctx context.Context, scope tenant.Scope, id UUID, v linestatus.Verdict) error
	// FinishCall writes the end of a call: call, attempt, contact and CDR, all or nothing. A call that is finished
	// already is a Conflict and nothing is written twice.
	FinishCall(ctx context.Context, scope tenant.Scope, f Finish) error

	Call(ctx context.Context, scope tenant.Scope, id UUID) (Call, error)
	// Calls pages through a campaign's calls, newest first; deleted calls are not shown.
	Calls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f Filter, p Page) ([]Call, error)
	// CallsByID reads those of the ids that are the campaign's, newest first; others are passed over.
	CallsByID(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []UUID) ([]Call, error)
	// ContactsByID reads those of the contacts of calls that are the scope's.
	ContactsByID(ctx context.Context, scope tenant.Scope, ids []contact.ID) (map[contact.ID]contact.Contact, error)
	// CountCalls counts the calls that a filter leaves, up to most.
	CountCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, f Filter, most int) (int, error)
	// ReadCalls marks the campaign's ended calls as read and counts those that were unread; other ids are passed over.
	ReadCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []UUID, at time.Time) (int, error)
	// UnreadCalls undoes ReadCalls and counts those that were read.
	UnreadCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []UUID) (int, error)
	// HideCalls takes the campaign's ended calls off every list and counts those that were on one; their CDRs stay. Calls
	// under way and other ids are passed over.
	HideCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []UUID, at time.Time) (int, error)
	// HiddenCalls lists calls that are hidden and not forgotten yet, with their audio files.
	HiddenCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, limit int) ([]Remains, error)
	// ForgetCalls removes what was said in hidden calls, once their files are gone.
	ForgetCalls(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, ids []UUID) error
	CDR(ctx context.Context, scope tenant.Scope, id UUID) (CDR, error)
	Summarise(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) (Summary, error)
	// AttemptedTwice counts calls that share a contact and an ordinal: always zero.
	AttemptedTwice(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID) (int, error)
}
