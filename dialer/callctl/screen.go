package callctl

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// screenAgain is how long a contact waits whose number could not be looked up.
const screenAgain = time.Second

// screened asks right before the call is placed whether the number may still be called: lists change while a claimed contact
// waits for its turn. Without an answer nobody is called: the contact goes back and is asked about again. False when the
// call must not be placed.
func (s *session) screened(ctx context.Context) bool {
	if !s.dnc.Enabled {
		return true
	}
	log := s.ctl.cfg.Log.With("call", s.call.UUID, "campaign", s.call.Campaign, "contact", s.call.Contact)
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	now := s.ctl.cfg.Clock.Now()
	hit, err := s.ctl.cfg.Store.Listed(ctx, tenant.Of(s.call.Tenant), s.dnc, []contact.Number{s.call.Number}, now)
	switch {
	case err != nil:
		log.Error("lists of numbers not to call cannot be read; the contact is not called and waits", "error", err)
		s.giveBack(now.Add(screenAgain))
		return false
	case !hit[s.call.Number]:
		return true
	}
	switch err := s.ctl.cfg.Store.Withhold(ctx, tenant.Of(s.call.Tenant), s.call.UUID, now); {
	case err == nil:
		s.ctl.CountWithheld(1)
		log.Info("contact is not called: its number was put on a do-not-call list", "disposition", call.DNC)
		s.ctl.reg.unreserve(s.call.UUID)
	case errs.Is(err, errs.Conflict):
		s.ctl.reg.unreserve(s.call.UUID) // somebody else has taken the attempt over
	default:
		log.Error("contact on a do-not-call list could not be finished; it is not called and waits", "error", err)
		s.giveBack(now.Add(screenAgain))
	}
	return false
}

// giveBack returns the attempt even when the look-up has used up its time.
func (s *session) giveBack(notBefore time.Time) {
	ctx, cancel := context.WithTimeout(s.ctl.ctx, commandPatience)
	defer cancel()
	s.ctl.GiveBack(ctx, s.call.UUID, notBefore)
}

// CountWithheld adds contacts that were not called because their number is listed.
func (c *Controller) CountWithheld(n int) { c.withheld.Add(int64(n)) }
