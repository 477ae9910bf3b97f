package script

import (
	"time"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// Version is one text of a script that was submitted; it never changes, so a running call keeps what it began with. Only
// its state does.
type Version struct {
	ID        VersionID
	Script    ID
	Tenant    tenant.ID
	Number    int // 1, 2, … within the script
	State     State
	Source    []byte
	Note      string // what the author says of it
	Remark    string // what the reviewer says of it
	Report    []byte // JSON: what its tests came to when it was submitted; nil for none
	Author    int64  // the member who submitted it; zero for the platform
	By        string // the author's name
	CreatedAt time.Time
	Reviewer  string
	// ReviewedAt and DeployedAt are zero as long as it was not; DeployedAt is the last time.
	ReviewedAt time.Time
	DeployedAt time.Time
}

// Decision is who takes an action, and what they say.
type Decision struct {
	By     string
	Remark string
	At     time.Time
}

// Validate checks what somebody says about a version.
func (d Decision) Validate(a Action) error {
	var k errs.Check
	k.Require(a != Refuse || d.Remark != "", "remark", "say what must change")
	k.Require(len([]rune(d.Remark)) <= maxRemark && errs.Printable(d.Remark), "remark", "must have at most 500 characters")
	return k.Err("script version")
}

const maxRemark = 500

// CheckNote refuses a note that no reviewer would read.
func CheckNote(note string) error {
	var k errs.Check
	k.Require(len([]rune(note)) <= maxRemark && errs.Printable(note), "note", "must have at most 500 characters")
	return k.Err("script version")
}

// Moved is a campaign that a deployment gave another version.
type Moved struct {
	Tenant   tenant.ID
	Campaign contact.CampaignID
	State    string
}

// Label names a version.
type Label struct {
	Script ID
	Name   string
	Number int
}

// Review is a version with whose it is.
type Review struct {
	Version
	Name     string // the script's
	Code     string
	Company  string
	Language string
}

// Offer is a deployed version that others may start from.
type Offer struct {
	Script  Script
	Version Version
	Company string
}
