// Package event owns the messages that roles pass to each other, and the bus that carries them. A message only says that
// something happened: the rows of the store are the truth, and a role that missed a message finds out from them.
package event

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// Version is the version of every message below; a reader passes over versions it does not know.
const Version = 1

// Kind names a message.
type Kind string

const (
	KindCallChanged       Kind = "call.changed"
	KindCampaignChanged   Kind = "campaign.changed"
	KindImportChanged     Kind = "import.changed"
	KindTurnAdded         Kind = "turn.added"
	KindConversationEnded Kind = "conversation.ended"
	KindTransferRequested Kind = "transfer.requested"
	KindTransferBridging  Kind = "transfer.bridging"
	KindTransferEnded     Kind = "transfer.ended"
	KindRobotsAlive       Kind = "robots.alive"
	KindNotificationAdded Kind = "notification.added"
	KindExportChanged     Kind = "export.changed"
	KindAccessChanged     Kind = "access.changed"
	KindScriptChanged     Kind = "script.changed"
	KindScriptDeployed    Kind = "script.deployed"
	KindLineStatus        Kind = "line.status"
	KindListeningWished   Kind = "listening.wished"
	KindListeningChanged  Kind = "listening.changed"
)

// Message is anything the bus carries.
type Message interface{ Kind() Kind }

// CallChanged comes from the dialer whenever a call reaches a state; with State answered it lets the robot speak.
type CallChanged struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	Call     call.UUID
	State    call.State
	At       time.Time
}

// CampaignChanged comes from whoever moved a campaign; the dialer looks at it at once.
type CampaignChanged struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	State    string
	At       time.Time
}

// ImportChanged comes from the worker while an import runs.
type ImportChanged struct {
	Tenant                    tenant.ID
	Campaign                  contact.CampaignID
	Import                    contact.ImportID
	State                     contact.ImportState
	Total, Accepted, Rejected int
}

// TurnAdded comes from dialogue after a turn was stored.
type TurnAdded struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	Call     call.UUID
	Seq      int
	Speaker  transcript.Speaker
	Text     string
	Grade    string // so far
}

// ConversationEnded comes from dialogue after the conversation was stored.
type ConversationEnded struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	Call     call.UUID
}

// TransferRequested comes from dialogue when the flow hands the callee to a person.
type TransferRequested struct {
	Tenant    tenant.ID
	Campaign  contact.CampaignID
	Call      call.UUID
	Extension string
	Timeout   time.Duration
}

// TransferBridging comes from the dialer just before it bridges a person to the callee, with which the robot's leg ends.
// TransferEnded follows when that succeeded, and when it did not.
type TransferBridging struct {
	Tenant tenant.ID
	Call   call.UUID
}

// TransferEnded comes from the dialer: connected, or why not. Where it failed, the robot's leg stays with the call.
type TransferEnded struct {
	Tenant    tenant.ID
	Call      call.UUID
	Connected bool
	Reason    string
}

// RobotsAlive comes from every dialogue process once a second: a dialer that has not heard of a process for some seconds
// knows that its calls have lost their robots.
type RobotsAlive struct {
	Dialogue string // host:port of its SIP endpoint
	Process  string // changes with every start
	Calls    int
	Capacity int
	Talks    string // host:port where talks in the browser are taken; empty where they are not
	At       time.Time
}

// NotificationAdded tells one member's open consoles of a notification.
type NotificationAdded struct {
	Tenant tenant.ID
	User   int64
	ID     int64
	Topic  string // the notification's kind
	Title  string
	Link   string
}

// ExportChanged comes from the worker while an export or another bulk job runs.
type ExportChanged struct {
	Tenant      tenant.ID
	User        int64
	Export      int64
	State       string
	Done, Total int
}

// AccessChanged says that sessions have ended or permissions have changed: of one user, or with User zero of the whole
// tenant. Live streams look again at whom they serve.
type AccessChanged struct {
	Tenant tenant.ID
	User   int64
}

// LineStatus comes from dialogue when the sound of a call's line tells something: how the line is before the answer, or who
// answered.
type LineStatus struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	Call     call.UUID
	Verdict  linestatus.Verdict
}

func (LineStatus) Kind() Kind { return KindLineStatus }

// ListeningWished comes from admin when a supervisor wants something of a call: the dialer that has it reads the row.
type ListeningWished struct {
	Tenant    tenant.ID
	Call      call.UUID
	Listening listening.ID
}

// ListeningChanged comes from the dialer when a listening has moved.
type ListeningChanged struct {
	Tenant    tenant.ID
	Campaign  contact.CampaignID
	Call      call.UUID
	Listening listening.ID
	User      access.UserID
	State     listening.State
	Reason    listening.Reason
}

func (ListeningWished) Kind() Kind  { return KindListeningWished }
func (ListeningChanged) Kind() Kind { return KindListeningChanged }

// ScriptChanged says that a script, its draft or, where one is named, one of its versions reads differently now.
type ScriptChanged struct {
	Tenant  tenant.ID
	Script  script.ID
	Version script.VersionID
	State   script.State
}

// ScriptDeployed comes from whoever deployed a version: robots make ready what they will speak.
type ScriptDeployed struct {
	Tenant  tenant.ID
	Script  script.ID
	Version script.VersionID
}

func (ScriptChanged) Kind() Kind     { return KindScriptChanged }
func (ScriptDeployed) Kind() Kind    { return KindScriptDeployed }
func (NotificationAdded) Kind() Kind { return KindNotificationAdded }
func (ExportChanged) Kind() Kind     { return KindExportChanged }
func (AccessChanged) Kind() Kind     { return KindAccessChanged }
func (CallChanged) Kind() Kind       { return KindCallChanged }
func (CampaignChanged) Kind() Kind   { return KindCampaignChanged }
func (ImportChanged) Kind() Kind     { return KindImportChanged }
func (TurnAdded) Kind() Kind         { return KindTurnAdded }
func (ConversationEnded) Kind() Kind { return KindConversationEnded }
func (TransferRequested) Kind() Kind { return KindTransferRequested }
func (TransferBridging) Kind() Kind  { return KindTransferBridging }
func (TransferEnded) Kind() Kind     { return KindTransferEnded }
func (RobotsAlive) Kind() Kind       { return KindRobotsAlive }

// Bus carries messages between roles. Delivery is at most once.
type Bus interface {
	Publish(ctx context.Context, m Message) error
	// Subscribe delivers messages of the kinds, in the order each publisher sent them, until ctx ends; then the
	// channel is closed. A reader that falls far behind loses the oldest messages, never blocks a publisher.
	Subscribe(ctx context.Context, kinds ...Kind) (<-chan Message, error)
}

type envelope struct {
	Version int             `json:"v"`
	Kind    Kind            `json:"kind"`
	Body    json.RawMessage `json:"body"`
}

// Encode turns a message into what travels.
func Encode(m Message) ([]byte, error) {
	body, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.Kind(), err)
	}
	return json.Marshal(envelope{Version: Version, Kind: m.Kind(), Body: body})
}

// Decode reads what travelled.
func Decode(b []byte) (Message, error) {
	var e envelope
	if err := json.Unmarshal(b, &e); err != nil {
		return nil, fmt.Errorf("decode event: %w", err)
	}
	if e.Version != Version {
		return nil, fmt.Errorf("decode event %s: version %d is not known", e.Kind, e.Version)
	}
	switch e.Kind {
	case KindCallChanged:
		return decode[CallChanged](e)
	case KindCampaignChanged:
		return decode[CampaignChanged](e)
	case KindImportChanged:
		return decode[ImportChanged](e)
	case KindTurnAdded:
		return decode[TurnAdded](e)
	case KindConversationEnded:
		return decode[ConversationEnded](e)
	case KindTransferRequested:
		return decode[TransferRequested](e)
	case KindTransferBridging:
		return decode[TransferBridging](e)
	case KindTransferEnded:
		return decode[TransferEnded](e)
	case KindRobotsAlive:
		return decode[RobotsAlive](e)
	case KindNotificationAdded:
		return decode[NotificationAdded](e)
	case KindExportChanged:
		return decode[ExportChanged](e)
	case KindAccessChanged:
		return decode[AccessChanged](e)
	case KindScriptChanged:
		return decode[ScriptChanged](e)
	case KindScriptDeployed:
		return decode[ScriptDeployed](e)
	case KindLineStatus:
		return decode[LineStatus](e)
	case KindListeningWished:
		return decode[ListeningWished](e)
	case KindListeningChanged:
		return decode[ListeningChanged](e)
	default:
		return nil, fmt.Errorf("decode event: kind %q is not known", e.Kind)
	}
}

func decode[M Message](e envelope) (Message, error) {
	var m M
	if err := json.Unmarshal(e.Body, &m); err != nil {
		return nil, fmt.Errorf("decode %s: %w", e.Kind, err)
	}
	return m, nil
}
