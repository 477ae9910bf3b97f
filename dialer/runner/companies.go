package runner

import (
	"context"
	"sync"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/tenant"
)

// companyBook holds how many robots the campaigns of each company may use together on this dialer, as of the last look. The
// claim is what keeps dialers from using more between two looks; the book keeps lanes from asking in vain.
type companyBook struct {
	mu     sync.Mutex
	limits map[tenant.ID]int // companies without a limit are not in it
}

func newCompanyBook() *companyBook { return &companyBook{limits: make(map[tenant.ID]int)} }

// refresh reads the companies of running campaigns again.
func (b *companyBook) refresh(ctx context.Context, cfg Config, running map[campaign.ID]campaign.Campaign) {
	seen := make(map[tenant.ID]bool)
	for _, c := range running {
		if seen[c.Tenant] {
			continue
		}
		seen[c.Tenant] = true
		scope := tenant.Of(c.Tenant)
		use, err := cfg.Store.RobotUse(ctx, scope, c.Tenant)
		if err != nil {
			cfg.Log.Error("robots of a company cannot be read; what was last known is used", "tenant", c.Tenant, "error", err)
			continue
		}
		own, others := use.Own(), 0
		if own.Limited {
			if others, err = cfg.Store.LiveBeside(ctx, scope, cfg.Holder); err != nil {
				cfg.Log.Error("calls of other dialers cannot be counted; what was last known is used", "tenant", c.Tenant, "error", err)
				continue
			}
		}
		b.mu.Lock()
		delete(b.limits, c.Tenant)
		if own.Limited {
			b.limits[c.Tenant] = max(own.Most-others, 0)
		}
		b.mu.Unlock()
	}
}

// limit is negative for any number.
func (b *companyBook) limit(id tenant.ID) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	if n, ok := b.limits[id]; ok {
		return n
	}
	return -1
}
