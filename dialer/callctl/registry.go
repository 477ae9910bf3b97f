package callctl

import (
	"sync"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

// registry knows the calls of this dialer. The slots in use (robots, trunk channels) are counted from it and nowhere else,
// so a slot cannot leak: it is in use exactly while a call stands here with its line open.
type registry struct {
	mu        sync.Mutex
	sessions  map[call.UUID]*session
	robots    map[contact.CampaignID]int
	companies map[tenant.ID]int
	trunks    map[trunk.ID]int
	open      int
	reserved  map[call.UUID]struct{} // claimed by a lane, not placed yet
	idle      chan struct{}          // closed and replaced whenever the registry becomes empty
}

func newRegistry() *registry {
	return &registry{
		sessions:  make(map[call.UUID]*session),
		robots:    make(map[contact.CampaignID]int),
		companies: make(map[tenant.ID]int),
		trunks:    make(map[trunk.ID]int),
		reserved:  make(map[call.UUID]struct{}),
		idle:      make(chan struct{}),
	}
}

// add enters a call with its slots, or says why not: it is there already, or a limit is reached.
func (r *registry) add(s *session, limits *Slots) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, ok := r.sessions[s.call.UUID]; ok {
		return errs.New(errs.Conflict, "attempt %s is under way already", s.call.UUID)
	}
	if m := limits; m != nil && (r.robots[s.call.Campaign] >= m.Campaign || m.Company >= 0 && r.companies[s.call.Tenant] >= m.Company || r.trunks[s.call.Trunk] >= m.Trunk || r.open >= m.All) {
		return errs.New(errs.Limited, "no slot is free for attempt %s", s.call.UUID)
	}
	delete(r.reserved, s.call.UUID)
	r.sessions[s.call.UUID] = s
	r.robots[s.call.Campaign]++
	r.companies[s.call.Tenant]++
	r.trunks[s.call.Trunk]++
	r.open++
	return nil
}

// campaigns are those with calls, and their tenants.
func (r *registry) campaigns() map[contact.CampaignID]tenant.ID {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make(map[contact.CampaignID]tenant.ID)
	for _, s := range r.sessions {
		out[s.call.Campaign] = s.call.Tenant
	}
	return out
}

// free gives the slots back as soon as the line is free; the call itself stays until its end is written.
func (r *registry) free(s *session) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions[s.call.UUID] != s || s.freed {
		return
	}
	s.freed = true
	r.open--
	if r.robots[s.call.Campaign]--; r.robots[s.call.Campaign] == 0 {
		delete(r.robots, s.call.Campaign)
	}
	if r.companies[s.call.Tenant]--; r.companies[s.call.Tenant] == 0 {
		delete(r.companies, s.call.Tenant)
	}
	if r.trunks[s.call.Trunk]--; r.trunks[s.call.Trunk] == 0 {
		delete(r.trunks, s.call.Trunk)
	}
}

// remove forgets a call whose end is written.
func (r *registry) remove(s *session) {
	r.free(s)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sessions[s.call.UUID] == s {
		delete(r.sessions, s.call.UUID)
	}
	if len(r.sessions) == 0 {
		close(r.idle)
		r.idle = make(chan struct{})
	}
}

func (r *registry) get(id call.UUID) *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions[id]
}

func (r *registry) known(id call.UUID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, reserved := r.reserved[id]
	return reserved || r.sessions[id] != nil
}

func (r *registry) reserve(id call.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reserved[id] = struct{}{}
}

func (r *registry) unreserve(id call.UUID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reserved, id)
}

// all lists the sessions that pass the test.
func (r *registry) all(test func(*session) bool) []*session {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []*session
	for _, s := range r.sessions {
		if test(s) {
			out = append(out, s)
		}
	}
	return out
}

// Slots are what is in use at one moment.
type Slots struct {
	Campaign int // open lines of the campaign
	Company  int // open lines of the campaign's company; as a limit, negative for any number
	Trunk    int // open lines of the trunk
	All      int // open lines of this dialer
}

func (r *registry) slots(owner tenant.ID, c contact.CampaignID, t trunk.ID) Slots {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Slots{Campaign: r.robots[c], Company: r.companies[owner], Trunk: r.trunks[t], All: r.open}
}

// waitIdle returns a channel that is closed when no call is left, and whether that is so already.
func (r *registry) waitIdle() (<-chan struct{}, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.idle, len(r.sessions) == 0
}
