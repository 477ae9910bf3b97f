package store

import (
	"context"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/tenant"
)

// RawFinishContacts makes an ended call's CDR for each waiting contact of a campaign and finishes the contact, spread evenly
// over the time from from to to, without attempts and calls. Nothing but benchmarks calls it: it is how they come to a
// million calls.
func (s *Store) RawFinishContacts(ctx context.Context, scope tenant.Scope, id campaign.ID, from, to time.Time) error {
	if err := s.reachable(ctx, scope, id); err != nil {
		return err
	}
	p, err := s.CampaignProgress(ctx, scope, id)
	if err != nil || p.Waiting == 0 {
		return err
	}
	name := "printf('%08x-0000-7000-8000-%012x', campaign_id, id)"
	if s.dialect.name == "mysql" {
		name = "CONCAT(LPAD(HEX(campaign_id), 8, '0'), '-0000-7000-8000-', LPAD(HEX(id), 12, '0'))"
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return s.fail("make calls", err)
	}
	defer func() { _ = tx.Rollback() }()
	// Every third call is answered and talks for 5 to 124 seconds.
	step := max(to.Sub(from).Microseconds()/int64(p.Waiting), 1)
	when := "(? + (id - (SELECT MIN(id) FROM contacts WHERE campaign_id = ?)) * ?)"
	if _, err := exec(ctx, tx, "INSERT INTO cdrs ("+cdrColumns+") SELECT "+name+", tenant_id, campaign_id, id, 1, 1, 1, number, '02161234567', at, at, 0,"+
		" CASE WHEN id % 3 = 0 THEN at + 6000000 ELSE 0 END, at + 6000000 + CASE WHEN id % 3 = 0 THEN (5 + id % 120) * 1000000 ELSE 0 END,"+
		" CASE WHEN id % 3 = 0 THEN 1 ELSE 0 END, CASE id % 3 WHEN 0 THEN 'completed' WHEN 1 THEN 'busy' ELSE 'no_answer' END,"+
		" CASE WHEN id % 3 = 0 THEN 'none' ELSE 'callee' END, CASE id % 3 WHEN 0 THEN 'answered' WHEN 1 THEN 'busy' ELSE 'no_answer' END,"+
		" CASE WHEN id % 2 = 0 THEN 'callee' ELSE 'robot' END, 200, 16, 'NORMAL_CLEARING',"+
		" CASE WHEN id % 3 <> 0 THEN 'E' WHEN id % 5 = 0 THEN 'A' WHEN id % 5 = 1 THEN 'B' WHEN id % 5 = 2 THEN 'C' ELSE 'D' END, id % 14, '', 0, '', 0, '', 0, '', 0"+
		" FROM (SELECT id, tenant_id, campaign_id, number, "+when+" AS at FROM contacts WHERE campaign_id = ? AND state = 'waiting') AS due",
		micros(from), int64(id), step, int64(id)); err != nil {
		return s.fail("make calls", err)
	}
	if _, err := exec(ctx, tx, "UPDATE contacts SET state = 'finished', not_before = ?, attempts = 1 WHERE campaign_id = ? AND state = 'waiting'", micros(to), int64(id)); err != nil {
		return s.fail("finish contacts", err)
	}
	return s.fail("make calls", tx.Commit())
}
