package callctl

import (
	"context"
	"slices"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/tenant"
)

// lineSaid takes in what a robot heard on the line: evidence beside the codes, and for some campaigns the end of the call.
func (s *session) lineSaid(v linestatus.Verdict) {
	s.note(v)
	id, owner := s.call.UUID, s.call.Tenant
	s.command(func(ctx context.Context) {
		err := s.ctl.cfg.Store.NoteLine(ctx, tenant.Of(owner), id, v)
		if err != nil && !errs.Is(err, errs.Conflict) { // the end of the call writes it again
			s.ctl.cfg.Log.Warn("what the line said could not be written yet", "call", id, "status", v.Status, "error", err)
		}
	})
	if v.Sure() && slices.Contains(s.endOn, v.Status) && !s.ending && !s.handedOver() && v.Status.Answer() == s.evidence.Answered {
		s.ctl.cfg.Log.Info("call ends for what its line said", "call", id, "status", v.Status, "confidence", v.Confidence, "by", v.By)
		s.apply(call.EvTerminate, call.EndLineStatus)
	}
}

// note keeps a verdict as evidence: of the line, or of who answered.
func (s *session) note(v linestatus.Verdict) {
	if v.Status.Answer() {
		s.evidence.AnsweredBy = v
	} else {
		s.evidence.Line = v
	}
}
