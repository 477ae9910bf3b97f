// Package transcript owns what was said in a call: turns, the conversation they make, and the grade that follows from
// it. It does not recognise or decide anything while the call runs (dialogue).
package transcript

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// Speaker is who said a turn.
type Speaker string

const (
	Robot  Speaker = "robot"
	Callee Speaker = "callee"
)

// Turn is one utterance of one side. (Call, Seq) is unique.
type Turn struct {
	Call      call.UUID
	Tenant    tenant.ID
	Seq       int // from 1, both speakers counted together
	Speaker   Speaker
	Text      string // empty when nothing was understood
	StartedAt time.Time
	EndedAt   time.Time
	Audio     string // path below the recordings folder; empty when there is none
	// Node is where the flow stood: the node that spoke, or the node that was answered.
	Node string
	// Matched says what a callee's turn was taken for.
	Matched Match
	// ReplyLatency is the robot's, on the wire: from the end of the callee's voice, by when its packet came, to the beginning of the
	// robot's, by when its packet went. Zero when the turn answers nobody.
	ReplyLatency time.Duration
	// Interrupted is set on a robot's turn that the callee broke into; BargeInStop is how long the robot went on
	// after the callee began: from the packet in which that was, when it came, to the end of the robot's last one.
	Interrupted bool
	BargeInStop time.Duration
}

// Match explains what a sentence was taken for.
type Match struct {
	Kind     MatchKind
	Intent   string
	Rule     string  // the keyword, pattern, digit or phrase that decided
	Score    float64 // 0 to 1
	RunnerUp string
	// RunnerUpScore is 0 to 1.
	RunnerUpScore float64
	// Correction names the correction that was applied to the text before: "heard → meant".
	Correction string
}

// MatchKind is the sort of thing a callee's turn was.
type MatchKind string

const (
	MatchNone      MatchKind = "" // a robot's turn
	MatchIntent    MatchKind = "intent"
	MatchQuestion  MatchKind = "question"
	MatchDigits    MatchKind = "digits"
	MatchUnmatched MatchKind = "unmatched"
	MatchSilence   MatchKind = "silence"
	// MatchBackchannel is a 嗯 or 好的 that did not take the floor.
	MatchBackchannel MatchKind = "backchannel"
)

// Conversation sums a call's talk up; dialogue writes it when its leg has ended.
type Conversation struct {
	Call      call.UUID
	Tenant    tenant.ID
	StartedAt time.Time
	EndedAt   time.Time
	EndedBy   call.Party
	EndReason string // dialogue's own word: hangup_node, callee_hangup, silence_limit, no_media, …
	LastNode  string
	Labels    []string
	SMS       []string // the text messages that the call was marked for
	Tally     Tally
	Grade     string
	GradeRule string // the rule that gave the grade
	ReplyP50  time.Duration
}

// Store keeps turns and conversations.
type Store interface {
	// AddTurn stores one finished turn; the same (Call, Seq) again is a Conflict.
	AddTurn(ctx context.Context, scope tenant.Scope, t Turn) error
	Turns(ctx context.Context, scope tenant.Scope, id call.UUID) ([]Turn, error)
	// TurnsOf reads the turns of several calls in one query; calls that are not the scope's have none.
	TurnsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]Turn, error)
	// EndConversation stores the sum; a second one for the same call is a Conflict.
	EndConversation(ctx context.Context, scope tenant.Scope, c Conversation) error
	Conversation(ctx context.Context, scope tenant.Scope, id call.UUID) (Conversation, error)
	// LabelsOf reads what several calls were labelled, in the order in which it happened; calls without labels, and those that are not
	// the scope's, are left out.
	LabelsOf(ctx context.Context, scope tenant.Scope, ids []call.UUID) (map[call.UUID][]string, error)
	// Latencies lists every reply latency and barge-in stop of so many of a campaign's newest calls.
	Latencies(ctx context.Context, scope tenant.Scope, campaign contact.CampaignID, newest int) (reply, bargeIn []time.Duration, err error)
}
