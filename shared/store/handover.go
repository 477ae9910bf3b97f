package store

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/outdial/outdial/shared/call"
)

// handOver adds the contact of a call that was its last to the campaign that goes on with it. It is part of the transaction
// that ends the call, which runs once; and a number stands in a campaign once. So the contact is handed on exactly once,
// whatever dies when. A campaign that is finished by then, or was deleted, takes nobody.
func (s *Store) handOver(ctx context.Context, tx *sql.Tx, f call.Finish) error {
	if f.HandTo == 0 || f.Again {
		return nil
	}
	to, at := strconv.FormatInt(int64(f.HandTo), 10), strconv.FormatInt(micros(f.At), 10)
	q := "INSERT INTO contacts " + contactColumns + " SELECT c.tenant_id, " + to + ", c.number, c.name, c.vars, 'waiting', 0, 0, " + at + ", '', '', 0, 0, " +
		at + ", " + at + " FROM contacts AS c WHERE c.id = ? AND c.campaign_id <> " + to +
		" AND EXISTS (SELECT 1 FROM campaigns WHERE id = " + to + " AND tenant_id = c.tenant_id AND state <> 'finished' AND deleted_at = 0)" +
		s.ignoreDuplicate("contacts.id")
	n, err := exec(ctx, tx, q, int64(f.Call.Contact))
	if err == nil && n == 0 {
		s.log.Info("contact was not handed on: the other campaign has its number, or takes none any more", "contact", int64(f.Call.Contact), "campaign", int64(f.HandTo))
	}
	return err
}
