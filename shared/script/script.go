// Package script owns what a robot says and how it branches: scripts, their immutable versions, and the flow that a
// version's YAML describes, validated. It does not walk the flow (dialogue/flow) or speak it (dialogue/tts).
package script

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// ID names a script; VersionID names one immutable version of it.
type (
	ID        int64
	VersionID int64
)

// Script is a conversation that a tenant keeps under one name.
type Script struct {
	ID        ID
	Tenant    tenant.ID
	Name      string
	CreatedAt time.Time
}

// Version is one published text of a script; it never changes, so a running call keeps what it began with.
type Version struct {
	ID        VersionID
	Script    ID
	Tenant    tenant.ID
	Number    int // 1, 2, … within the script
	Source    []byte
	CreatedAt time.Time
}

// Store keeps scripts.
type Store interface {
	CreateScript(ctx context.Context, scope tenant.Scope, s *Script) error
	// PublishVersion stores the next version of a script; it fills in ID and Number.
	PublishVersion(ctx context.Context, scope tenant.Scope, v *Version) error
	Scripts(ctx context.Context, scope tenant.Scope) ([]Script, error)
	ScriptVersion(ctx context.Context, scope tenant.Scope, id VersionID) (Version, error)
	// LatestVersion is the newest version of a script.
	LatestVersion(ctx context.Context, scope tenant.Scope, id ID) (Version, error)
}
