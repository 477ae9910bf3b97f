package robot

import (
	"context"
	"fmt"
	"time"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/dialogue/webtalk"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	wire "github.com/outdial/outdial/shared/webtalk"
)

// Rehearse makes a script ready for a talk in the browser: a version as calls have it, or a document with what was recorded
// for the draft.
func (r *Robot) Rehearse(ctx context.Context, ask wire.Ask) (webtalk.Prepared, error) {
	scope := tenant.Of(tenant.ID(ask.Tenant))
	if ask.Version != 0 {
		v, err := r.scripts.get(ctx, scope, script.VersionID(ask.Version))
		if err != nil {
			return webtalk.Prepared{}, err
		}
		return r.prepared(v, ask), nil
	}
	f, err := script.Parse(ask.Document)
	if err != nil {
		return webtalk.Prepared{}, err
	}
	p, err := flow.Compile(f)
	if err != nil {
		return webtalk.Prepared{}, fmt.Errorf("prepare the draft: %w", err)
	}
	spoken, err := r.cfg.Store.Recordings(ctx, scope, script.ID(ask.Script), 0)
	if err != nil {
		return webtalk.Prepared{}, fmt.Errorf("read the recordings of script %d: %w", ask.Script, err)
	}
	own := newRecorded(r.cfg.RecordingsDir, spoken, f, r.cfg.Log)
	return r.prepared(&version{p, newVoice(tts.AtSpeed(r.cfg.Voice, f.Voice.Speed), own, f.Voice.Name, r.cfg.RecordingsDir, 0, r.cfg.Log), backgroundOf(f, own)}, ask), nil
}

// prepared gives the talk a voice of its own; a draft's sentences are spoken when they are needed.
func (r *Robot) prepared(v *version, ask wire.Ask) webtalk.Prepared {
	return webtalk.Prepared{Program: v.program, Background: v.background, Voice: v.voice.forCall(v.program, ask.Variables, r.cfg.Clock.Now().In(zoneOf(ask.Zone)), r.beside)}
}

// OfferTalks tells the other roles where talks in the browser are taken.
func (r *Robot) OfferTalks(addr string) { r.talks.Store(&addr) }

func (r *Robot) talksAt() string {
	if at := r.talks.Load(); at != nil {
		return *at
	}
	return ""
}

// zoneOf is UTC for a name that nobody knows.
func zoneOf(name string) *time.Location {
	if zone, err := time.LoadLocation(name); err == nil {
		return zone
	}
	return time.UTC
}
