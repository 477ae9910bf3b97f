// Package contact owns the people a campaign calls: the number parser, a contact's life, and the imports that bring
// contacts in. It does not own when a contact is called (campaign, dialer) or what came of a call (call).
package contact

import (
	"context"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// ID names one contact.
type ID int64

// CampaignID is the campaign a contact belongs to; package campaign builds on contacts and gives it its name.
type CampaignID int64

// DNCGroupID is the list of numbers not to call that an import fills; package dnc gives it its name.
type DNCGroupID int64

// State is where a contact stands in its campaign.
type State string

const (
	// Waiting contacts are called when NotBefore has come.
	Waiting State = "waiting"
	// Calling contacts have a live attempt.
	Calling State = "calling"
	// Finished contacts are called no more by this campaign.
	Finished State = "finished"
)

// Contact is one person in one campaign. (Campaign, Number) is unique.
type Contact struct {
	ID        ID
	Tenant    tenant.ID
	Campaign  CampaignID
	Number    Number
	Name      string
	Vars      map[string]string // what the script may speak: $(name)
	State     State
	Attempts  int       // attempts made so far
	OwnFaults int       // how many of them failed through our own fault, unanswered
	NotBefore time.Time // when it may be called next; of a finished one, when it was finished
	Grade     string    // A to F; empty until a call was graded
	// Disposition is that of the last finished call; empty before.
	Disposition string
	Import      ImportID // zero for one added by hand
	ImportRow   int
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// Limits of what a contact carries.
const (
	maxName     = 100
	maxVars     = 30
	maxVarName  = 40
	maxVarValue = 500
)

// CleanName checks a name or returns why it is refused. Control characters never pass: names reach the switch as
// channel variables and the console as text.
func CleanName(s string) (string, error) {
	s = trimBlanks(s)
	if !utf8.ValidString(s) {
		return "", refuse("the name is not valid UTF-8")
	}
	if utf8.RuneCountInString(s) > maxName {
		return "", refuse("the name is longer than %d characters", maxName)
	}
	if hasControl(s) {
		return "", refuse("the name holds a control character")
	}
	return s, nil
}

// CleanVars checks a contact's variables or returns why they are refused.
func CleanVars(vars map[string]string) (map[string]string, error) {
	if len(vars) > maxVars {
		return nil, refuse("a contact may have at most %d variables", maxVars)
	}
	for k, v := range vars {
		if !validVarName(k) {
			return nil, refuse("variable name %q: use letters, digits and _ (at most %d), not beginning with a digit", k, maxVarName)
		}
		if !utf8.ValidString(v) || utf8.RuneCountInString(v) > maxVarValue {
			return nil, refuse("variable %s: a value must be text of at most %d characters", k, maxVarValue)
		}
		if hasControl(v) {
			return nil, refuse("variable %s holds a control character", k)
		}
	}
	return vars, nil
}

func validVarName(s string) bool {
	if s == "" || utf8.RuneCountInString(s) > maxVarName {
		return false
	}
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return true
}

func hasControl(s string) bool { return !errs.OneLine(s) }

// Store keeps contacts and imports.
type Store interface {
	// AddContact adds one; a number that the campaign has already is a Conflict.
	AddContact(ctx context.Context, scope tenant.Scope, c *Contact) error
	Contact(ctx context.Context, scope tenant.Scope, id ID) (Contact, error)
	// CountContacts counts a campaign's contacts by state.
	CountContacts(ctx context.Context, scope tenant.Scope, campaign CampaignID) (map[State]int, error)
	// AddImported inserts a batch of one import; it returns, for each contact of the batch, whether it was taken
	// or its number stands in the campaign already. A batch that was inserted before a crash counts as taken again.
	AddImported(ctx context.Context, scope tenant.Scope, batch []Contact) (taken []bool, err error)

	CreateImport(ctx context.Context, scope tenant.Scope, i *Import) error
	Import(ctx context.Context, scope tenant.Scope, id ImportID) (Import, error)
	Imports(ctx context.Context, scope tenant.Scope, campaign CampaignID) ([]Import, error)
	// UnfinishedImports are those a worker must take up again after a start.
	UnfinishedImports(ctx context.Context, scope tenant.Scope) ([]Import, error)
	// UpdateImport saves counts and state; it names the state it expects.
	UpdateImport(ctx context.Context, scope tenant.Scope, i Import, expect ImportState) error
	AddRejections(ctx context.Context, scope tenant.Scope, id ImportID, r []Rejection) error
	// ClearRejections forgets the rejections of a run that is started over.
	ClearRejections(ctx context.Context, scope tenant.Scope, id ImportID) error
	// Rejections pages by row: those after the row given.
	Rejections(ctx context.Context, scope tenant.Scope, id ImportID, afterRow, limit int) ([]Rejection, error)
}
