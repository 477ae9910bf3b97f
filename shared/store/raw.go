package store

import (
	"context"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// RawInsertContacts inserts contacts of one tenant as fast as this store can, without looking for duplicates or owners.
// Nothing but the benchmark calls it: it is what the speed of an import is measured against.
func (s *Store) RawInsertContacts(ctx context.Context, scope tenant.Scope, batch []contact.Contact) error {
	if err := scope.Check(); err != nil {
		return err
	}
	rows := make([]contactRow, len(batch))
	for i, c := range batch {
		if err := settle(scope, &c.Tenant, "contact"); err != nil {
			return err
		}
		var err error
		if rows[i], err = rowOfContact(c); err != nil {
			return err
		}
	}
	tx, err := s.begin(ctx)
	if err != nil {
		return s.fail("insert contacts", err)
	}
	defer func() { _ = tx.Rollback() }()
	for len(rows) > 0 {
		part := rows[:s.statementRows(rows)]
		rows = rows[len(part):]
		if _, err := insertContacts(ctx, tx, part, ""); err != nil {
			return s.fail("insert contacts", err)
		}
	}
	return s.fail("insert contacts", tx.Commit())
}
