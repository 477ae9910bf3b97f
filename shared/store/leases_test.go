package store_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
)

// TestRenewLeasesAmidCalls renews leases without a pause while calls of the same holder are claimed, begun and finished:
// none of them may meet a deadlock.
func TestRenewLeasesAmidCalls(t *testing.T) {
	onEach(t, func(t *testing.T, s *store.Store) {
		const contacts = 600
		camp := fill(t, s, contacts)
		ctx, all := t.Context(), tenant.Platform()
		renewing, stop := context.WithCancel(ctx)
		var renewals, calls sync.WaitGroup
		renewed := 0
		renewals.Go(func() {
			for until := time.Now().Add(time.Hour); renewing.Err() == nil; until = until.Add(time.Second) {
				if err := s.RenewLeases(ctx, all, "dialer", until); err != nil {
					t.Error("renew:", err)
				}
				renewed++
			}
		})
		for range 60 {
			calls.Go(func() {
				for {
					got, err := s.Claim(ctx, all, call.ClaimRequest{Campaign: camp, Limit: 7, Holder: "dialer", Now: time.Now(), Lease: time.Minute})
					if err != nil {
						t.Error("claim:", err)
					}
					if len(got) == 0 {
						return
					}
					for _, c := range got {
						if err := dialAndFinish(ctx, s, camp, c); err != nil {
							t.Error(err)
						}
					}
				}
			})
		}
		calls.Wait()
		stop()
		renewals.Wait()
		left, err := s.LiveAttempts(ctx, all, "dialer", time.Now())
		if err != nil || len(left) > 0 || renewed == 0 {
			t.Errorf("%d attempts are left live after %d renewals: %v", len(left), renewed, err)
		}
	})
}

func dialAndFinish(ctx context.Context, s *store.Store, camp campaign.ID, c call.ClaimedContact) error {
	a := c.Attempt
	k := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: camp, Contact: a.Contact, Ordinal: a.Ordinal, Number: c.Contact.Number, State: call.Created}
	if err := s.BeginDialing(ctx, tenant.Platform(), k); err != nil {
		return err
	}
	return s.FinishCall(ctx, tenant.Platform(), ended(k))
}
