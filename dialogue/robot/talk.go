package robot

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/sipmedia"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

const (
	// loadWait bounds what the switch waits for, which is the store: a robot that cannot talk must say so while the carrier still
	// rings. No synthesiser is waited for.
	loadWait = 8 * time.Second
	readWait = 3 * time.Second
	// finishWait bounds the storing of a conversation after its leg has ended.
	finishWait = 30 * time.Second
	pollEvery  = time.Second
)

// admit loads the call's script before the call is answered, so that a call whose script is gone or broken is refused
// instead of answered with silence.
func (r *Robot) admit(ctx context.Context, inv sipmedia.Invite) error {
	ctx, cancel := context.WithTimeout(ctx, loadWait)
	defer cancel()
	if r.session(call.UUID(inv.CallID)) != nil {
		return &sipmedia.Refusal{Code: 486, Phrase: "Call Has A Robot", Err: errors.New("a second leg for a call that has its robot")}
	}
	_, err := r.scripts.get(ctx, tenant.Of(tenant.ID(inv.TenantID)), script.VersionID(inv.ScriptVersionID))
	switch {
	case err == nil:
		return nil
	case errs.Is(err, errs.NotFound):
		return &sipmedia.Refusal{Code: 404, Phrase: "No Such Script", Err: err}
	case errs.Is(err, errs.Invalid):
		return &sipmedia.Refusal{Code: 500, Phrase: "Script Refused", Err: err}
	default:
		return &sipmedia.Refusal{Code: 503, Phrase: "Script Not Loaded", RetryAfter: 5 * time.Second, Err: err}
	}
}

// talk serves one leg from its answer to its end.
func (r *Robot) talk(ctx context.Context, leg *sipmedia.Leg) {
	inv := leg.Invite()
	id, scope := call.UUID(inv.CallID), tenant.Of(tenant.ID(inv.TenantID))
	log := r.cfg.Log.With("call", inv.CallID)
	s, err := r.open(ctx, leg, log)
	if err != nil {
		log.Error("the robot cannot talk and hangs up", "err", err)
		leg.End(sipmedia.TemporaryFailure)
		<-leg.Done()
		return
	}
	if !r.enter(id, s) {
		log.Error("the call has a robot already; the second leg is hung up")
		leg.End(sipmedia.UserBusy)
		<-leg.Done()
		s.Finish(ctx, session.Report{})
		return
	}
	leg.Attach(s)
	r.awaitAnswer(ctx, scope, id, s)
	<-leg.Done()

	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), finishWait)
	defer cancel()
	if !s.IsAnswered() && r.answered(end, scope, id) {
		s.Answered() // the report never reached us, but the dialer counts this call as answered
	}
	s.Finish(end, report(leg.EndReason()))
	r.leave(id)
}

// open makes the leg's session.
func (r *Robot) open(ctx context.Context, leg *sipmedia.Leg, log *slog.Logger) (*session.Session, error) {
	inv := leg.Invite()
	scope := tenant.Of(tenant.ID(inv.TenantID))
	v, err := r.scripts.get(ctx, scope, script.VersionID(inv.ScriptVersionID))
	if err != nil {
		return nil, err
	}
	vars, campaign, zone := r.about(ctx, scope, call.UUID(inv.CallID), log)
	if campaign == 0 {
		campaign = contact.CampaignID(inv.CampaignID)
	}
	return session.New(session.Config{
		Call: call.UUID(inv.CallID), Tenant: tenant.ID(inv.TenantID), Campaign: campaign,
		Program: v.program, Vars: vars, Voice: v.voice.forCall(v.program, vars, r.cfg.Clock.Now().In(zone), func(prepare func(context.Context)) { r.wg.Go(func() { prepare(ctx) }) }), Recognisers: r.cfg.Recognisers, Line: &r.line,
		Background: v.background, Voices: r.voices(log), Chat: r.cfg.Chat, Zone: zone, Turns: r.cfg.Store, Bus: r.cfg.Bus, Recordings: r.cfg.RecordingsDir,
		HangUp:   func() { leg.End(sipmedia.NormalClearing) },
		Observer: &r.latency, Clock: r.cfg.Clock, Log: log, Tuning: r.cfg.Tuning,
	})
}

// voices is the call's voice detector; a call for which none can be made is listened to by energy.
func (r *Robot) voices(log *slog.Logger) vad.Voicer {
	if r.cfg.Voices == nil {
		return nil
	}
	v, err := r.cfg.Voices()
	if err != nil {
		log.Error("no voice detector could be made; this call is listened to by energy", "err", err)
		return nil
	}
	return v
}

// about reads whom the call is to. A call whose rows cannot be read is still a call: the script's defaults serve.
func (r *Robot) about(ctx context.Context, scope tenant.Scope, id call.UUID, log *slog.Logger) (map[string]string, contact.CampaignID, *time.Location) {
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	c, err := r.cfg.Store.Call(ctx, scope, id)
	if err != nil {
		log.Warn("the call's row cannot be read; the robot uses the script's defaults", "err", err)
		return nil, 0, time.UTC
	}
	vars := map[string]string{}
	if who, err := r.cfg.Store.Contact(ctx, scope, c.Contact); err != nil {
		log.Warn("the contact cannot be read; the robot uses the script's defaults", "err", err)
	} else {
		maps.Copy(vars, who.Vars)
	}
	vars["name"], vars["number"] = c.Name, c.Number.String()
	zone := time.UTC
	if camp, err := r.cfg.Store.Campaign(ctx, scope, c.Campaign); err != nil {
		log.Warn("the campaign cannot be read; the robot takes UTC for the callee's time", "err", err)
	} else if at, err := time.LoadLocation(camp.Window.Zone); err == nil {
		zone = at
	}
	return vars, c.Campaign, zone
}

// awaitAnswer returns when the callee has answered or the leg has ended. The dialer's message is the quick way; the row is
// the sure one.
func (r *Robot) awaitAnswer(ctx context.Context, scope tenant.Scope, id call.UUID, s *session.Session) {
	for !s.IsAnswered() {
		if r.answered(ctx, scope, id) {
			s.Answered()
			return
		}
		if clock.Sleep(ctx, r.cfg.Clock, pollEvery) != nil {
			return
		}
	}
}

func (r *Robot) answered(ctx context.Context, scope tenant.Scope, id call.UUID) bool {
	ctx, cancel := context.WithTimeout(ctx, readWait)
	defer cancel()
	c, err := r.cfg.Store.Call(ctx, scope, id)
	return err == nil && (c.State == call.AnsweredState || !c.Times.Answered.IsZero())
}

func (r *Robot) enter(id call.UUID, s *session.Session) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions[id] != nil {
		return false
	}
	r.sessions[id] = s
	return true
}

func (r *Robot) leave(id call.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sessions, id)
}

// report says who ended a leg, as far as the leg knows.
func report(reason sipmedia.EndReason) session.Report {
	switch reason {
	case sipmedia.EndRemote:
		return session.Report{EndedBy: call.PartyCallee, Reason: "callee_hangup"}
	case sipmedia.EndLocal:
		return session.Report{EndedBy: call.PartyRobot, Reason: "robot_hangup"}
	case sipmedia.EndNoMedia:
		return session.Report{EndedBy: call.PartyRobot, Reason: "no_media"}
	default:
		return session.Report{EndedBy: call.PartyRobot, Reason: string(reason)}
	}
}
