// Package script owns what a robot says and how it branches: scripts, the draft that is written, the immutable versions made
// of it with their states, and the flow that a document describes, validated. It does not walk the flow (shared/flow),
// test it (shared/scripttest) or speak it (dialogue/tts).
package script

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// ID names a script; VersionID names one immutable version of it.
type (
	ID        int64
	VersionID int64
)

// Script is a conversation that a tenant keeps under one name.
type Script struct {
	ID          ID
	Tenant      tenant.ID
	Name        string
	Code        string // names it on the platform; short, and never changed. The store makes one where it is empty.
	Trade       string
	Description string
	Language    string
	Shared      bool // the tenants below see its deployed version in their market

	State    State  // how far it has come, see Headline
	Remark   string // what the reviewer says of the newest version
	Editing  bool   // the draft says something else than the newest version, or there is none
	Newest   Ref    // of the versions that were not withdrawn
	Deployed Ref
	Problems int // errors in the draft

	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Ref is a version without its text; zero for none.
type Ref struct {
	ID     VersionID
	Number int
}

// Filter narrows a list of scripts.
type Filter struct {
	Name       string // a part of the name, or of the code
	Trade      string
	State      State
	Deployment Deployment
}

// Validate checks a script before it is stored.
func (s Script) Validate() error {
	var k errs.Check
	k.Require(s.Name != "" && len([]rune(s.Name)) <= maxScriptName && errs.OneLine(s.Name), "name", "must have 1 to 60 characters in one line")
	k.Require(len([]rune(s.Trade)) <= maxScriptName && errs.OneLine(s.Trade), "trade", "must be one line of at most 60 characters")
	k.Require(len([]rune(s.Description)) <= 500 && errs.Printable(s.Description), "description", "must have at most 500 characters")
	k.Require(len(s.Language) <= 20 && errs.OneLine(s.Language), "language", "must be a language tag such as zh or en")
	return k.Err("script")
}

const maxScriptName = 60

// Store keeps scripts.
type Store interface {
	// CreateScript stores a script with the document that its draft begins with, and fills in ID and Code.
	CreateScript(ctx context.Context, scope tenant.Scope, s *Script, document []byte) error
	// CopyScript does so with the recordings of another script's version, or of its draft, or not at all. The scope is that of the script
	// that is made; whoever calls has found the other one.
	CopyScript(ctx context.Context, scope tenant.Scope, s *Script, document []byte, from ID, version VersionID) error
	Script(ctx context.Context, scope tenant.Scope, id ID) (Script, error)
	// Scripts lists all scripts in the order they were made, for their names.
	Scripts(ctx context.Context, scope tenant.Scope) ([]Script, error)
	// FindScripts pages by id, newest first.
	FindScripts(ctx context.Context, scope tenant.Scope, f Filter, below ID, limit int) ([]Script, error)
	// ChangeScript saves name, trade, description and whether it is shared.
	ChangeScript(ctx context.Context, scope tenant.Scope, s Script) error
	// DeleteScript hides a script that no unfinished campaign uses; its versions stay for the calls that spoke them.
	DeleteScript(ctx context.Context, scope tenant.Scope, id ID, at time.Time) error

	Draft(ctx context.Context, scope tenant.Scope, id ID) (Draft, error)
	// SaveDraft keeps a document where the revision is still the newest, and fills in the next; otherwise ErrStale. problems
	// is how many errors it has.
	SaveDraft(ctx context.Context, scope tenant.Scope, d *Draft, problems int) error

	// Submit makes the draft of that revision a version in review, with its recordings, and fills in ID, Tenant and Number.
	Submit(ctx context.Context, scope tenant.Scope, v *Version, revision int64) error
	// PublishVersion stores the next version of a script as deployed, without review: the platform's own way for scripts
	// that come with it. It fills in ID, Tenant and Number.
	PublishVersion(ctx context.Context, scope tenant.Scope, v *Version) error
	// MoveVersion takes an action on a version, where its state allows it. Deploying puts the version that was deployed
	// back and moves every unfinished campaign of the script, all at once; the campaigns are returned.
	MoveVersion(ctx context.Context, scope tenant.Scope, id VersionID, a Action, by Decision) ([]Moved, error)
	ScriptVersion(ctx context.Context, scope tenant.Scope, id VersionID) (Version, error)
	// LatestVersion is the newest version of a script.
	LatestVersion(ctx context.Context, scope tenant.Scope, id ID) (Version, error)
	// Versions lists the versions of a script without their text, newest first.
	Versions(ctx context.Context, scope tenant.Scope, id ID) ([]Version, error)
	// VersionLabels names versions, also those of scripts that were deleted.
	VersionLabels(ctx context.Context, scope tenant.Scope, ids []VersionID) (map[VersionID]Label, error)

	// Reviews pages through what the scope's tenant and those below it have submitted, newest first, without text.
	Reviews(ctx context.Context, scope tenant.Scope, s State, below VersionID, limit int) ([]Review, error)
	// Review is one of them, with its text.
	Review(ctx context.Context, scope tenant.Scope, id VersionID) (Review, error)

	// Offers lists the deployed versions that tenants above the scope's share.
	Offers(ctx context.Context, scope tenant.Scope) ([]Offer, error)
	// Offer is one of them by its script's code.
	Offer(ctx context.Context, scope tenant.Scope, code string) (Offer, error)

	// Recordings lists those of the draft (version zero) or of a version.
	Recordings(ctx context.Context, scope tenant.Scope, id ID, version VersionID) ([]Recording, error)
	// PutRecording keeps a sentence's recording in the draft in place of an earlier one.
	PutRecording(ctx context.Context, scope tenant.Scope, r *Recording) error
	DeleteRecording(ctx context.Context, scope tenant.Scope, id ID, key string) error
}
