package runner

import (
	"context"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/pacing"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// trunkBook holds what campaigns share: each trunk's settings, its pace, and how many channels other dialers use.
type trunkBook struct {
	mu    sync.Mutex
	lines map[trunk.ID]*trunkLine
}

type trunkLine struct {
	trunk  trunk.Trunk
	spacer pacing.Spacer
	others int // calls of other dialers on this trunk, as of the last look
}

func newTrunkBook() *trunkBook { return &trunkBook{lines: make(map[trunk.ID]*trunkLine)} }

// refresh reads the trunks of running campaigns again.
func (b *trunkBook) refresh(ctx context.Context, cfg Config, running map[campaign.ID]campaign.Campaign) {
	seen := make(map[trunk.ID]bool)
	for _, c := range running {
		if seen[c.Trunk] {
			continue
		}
		seen[c.Trunk] = true
		t, err := cfg.Store.Trunk(ctx, tenant.Of(c.Tenant), c.Trunk)
		if err != nil {
			cfg.Log.Error("trunk cannot be read; its last known settings are used", "trunk", c.Trunk, "error", err)
			continue
		}
		own := cfg.Calls.Slots(c.Tenant, c.ID, t.ID).Trunk
		all, err := cfg.Store.LiveOnTrunk(ctx, tenant.Platform(), t.ID)
		if err != nil {
			all = own
		}
		b.mu.Lock()
		line := b.lines[t.ID]
		if line == nil {
			line = &trunkLine{}
			b.lines[t.ID] = line
		}
		// Both counts move while they are taken; a small excess over the own calls is the race, not another dialer.
		line.trunk, line.others = t, max(0, all-own-raceAllowance)
		b.mu.Unlock()
	}
}

// raceAllowance is how many calls may begin or end between two readings of a trunk's use.
const raceAllowance = 16

func (b *trunkBook) get(id trunk.ID) (t trunk.Trunk, others int, ok bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	line := b.lines[id]
	if line == nil {
		return trunk.Trunk{}, 0, false
	}
	return line.trunk, line.others, true
}

// reserve takes the trunk's next start.
func (b *trunkBook) reserve(id trunk.ID, now time.Time) time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	line := b.lines[id]
	if line == nil {
		return now
	}
	var at time.Time
	at, line.spacer = line.spacer.Reserve(now, line.trunk.CPS)
	return at
}
