package store

import (
	"context"
	"database/sql"
	"slices"
	"strconv"
	"strings"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// contactColumns are the columns of a new contact, in the order of contactValues.
const contactColumns = "(tenant_id, campaign_id, number, name, vars, state, attempts, own_faults, not_before, grade, disposition, import_id, import_row, created_at, updated_at)"

// AddImported inserts a batch of one import, and tells for each contact whether it is in the campaign because of this
// row of this import. It is what makes an import safe to run again: rows that a run before a crash inserted are found
// and count as taken.
func (s *Store) AddImported(ctx context.Context, scope tenant.Scope, batch []contact.Contact) ([]bool, error) {
	if err := scope.Check(); err != nil {
		return nil, err
	}
	if len(batch) == 0 {
		return nil, nil
	}
	rows := make([]contactRow, len(batch))
	for i, c := range batch {
		if c.Campaign != batch[0].Campaign || c.Import != batch[0].Import {
			return nil, errs.New(errs.Invalid, "a batch must belong to one import of one campaign")
		}
		if err := settle(scope, &c.Tenant, "contact"); err != nil {
			return nil, err
		}
		row, err := rowOfContact(c)
		if err != nil {
			return nil, err
		}
		rows[i] = row
	}
	own := scopeFor(scope, rows[0].Tenant)
	if err := s.open(ctx, own, rows[0].Campaign); err != nil {
		return nil, err
	}
	if err := s.owns(ctx, s.read, own, &importRow{}, "import", rows[0].Import); err != nil {
		return nil, err
	}
	taken := make([]bool, 0, len(rows))
	for part := range slices.Chunk(rows, transactionRows) {
		ok, err := s.importRows(ctx, part)
		if err != nil {
			return nil, s.fail("insert imported contacts", err)
		}
		taken = append(taken, ok...)
	}
	return taken, nil
}

// transactionRows is how many contacts are inserted in one transaction. Numbers come in no order, so every row touches a
// page of its own of the number's index: the more rows share a commit, the fewer times a page is written. What is
// written for calls waits for as long.
const transactionRows = 1000

func (s *Store) importRows(ctx context.Context, rows []contactRow) (taken []bool, err error) {
	tx, err := s.begin(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }()
	for len(rows) > 0 {
		part := rows[:s.statementRows(rows)]
		rows = rows[len(part):]
		n, err := insertContacts(ctx, tx, part, s.ignoreDuplicate("id"))
		if err != nil {
			return nil, err
		}
		ok, err := takenOf(ctx, tx, part, n)
		if err != nil {
			return nil, err
		}
		taken = append(taken, ok...)
	}
	return taken, tx.Commit()
}

// statementBytes bounds the text of one INSERT: far below the smallest packet that a server takes by default.
const statementBytes = 512 << 10

// statementRows is how many of the rows go into one INSERT.
func (s *Store) statementRows(rows []contactRow) int {
	size := 0
	for i, r := range rows {
		if size += len(r.Name) + len(r.Vars) + 200; i == s.dialect.bulkRows || i > 0 && size > statementBytes {
			return i
		}
	}
	return len(rows)
}

// insertContacts inserts the rows in one statement that ends with onDuplicate, and counts those that were inserted.
func insertContacts(ctx context.Context, tx *sql.Tx, rows []contactRow, onDuplicate string) (int64, error) {
	v := values{args: make([]any, 0, 2*len(rows))}
	v.WriteString("INSERT INTO contacts " + contactColumns + " VALUES ")
	for i, r := range rows {
		if i > 0 {
			v.WriteByte(',')
		}
		v.WriteByte('(')
		v.integer(r.Tenant).integer(r.Campaign).text(r.Number).text(r.Name).text(r.Vars).text(r.State).integer(int64(r.Attempts)).
			integer(int64(r.OwnFaults)).integer(r.NotBefore).text(r.Grade).text(r.Disposition).integer(r.Import).
			integer(int64(r.ImportRow)).integer(r.Created).integer(r.Updated)
		v.WriteByte(')')
	}
	v.WriteString(onDuplicate)
	return exec(ctx, tx, v.String(), v.args...)
}

// values writes a row of VALUES. Numbers and plain words stand in the statement itself and only other texts become
// parameters: the SQLite driver looks each parameter up among all of them, which is most of the cost of a long statement.
type values struct {
	strings.Builder
	args  []any
	inRow bool
}

func (v *values) WriteByte(b byte) error {
	v.inRow = false
	return v.Builder.WriteByte(b)
}

func (v *values) separate() {
	if v.inRow {
		_ = v.Builder.WriteByte(',')
	}
	v.inRow = true
}

func (v *values) integer(n int64) *values {
	v.separate()
	v.WriteString(strconv.FormatInt(n, 10))
	return v
}

func (v *values) text(s string) *values {
	v.separate()
	if !plain(s) {
		v.WriteString("?")
		v.args = append(v.args, s)
		return v
	}
	v.WriteString("'" + s + "'")
	return v
}

// put adds a value of any type that the store writes.
func (v *values) put(a any) {
	switch a := a.(type) {
	case int:
		v.integer(int64(a))
	case int64:
		v.integer(a)
	case string:
		v.text(a)
	default:
		v.separate()
		v.WriteString("?")
		v.args = append(v.args, a)
	}
}

// plain tells whether a text is short and holds nothing that could mean anything to SQL inside of quotes: letters and
// digits of ASCII and a few marks.
func plain(s string) bool {
	if len(s) > 40 {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '_' && c != '+' && c != '-' {
			return false
		}
	}
	return true
}

// takenOf finds out which rows are in the table because of this import, when not all were inserted just now.
func takenOf(ctx context.Context, tx *sql.Tx, rows []contactRow, inserted int64) ([]bool, error) {
	out := make([]bool, len(rows))
	if inserted == int64(len(rows)) {
		for i := range out {
			out[i] = true
		}
		return out, nil
	}
	args := make([]any, 0, len(rows)+1)
	args = append(args, rows[0].Campaign)
	for _, r := range rows {
		args = append(args, r.Number)
	}
	found, err := tx.QueryContext(ctx, "SELECT number, import_id, import_row FROM contacts WHERE campaign_id = ? AND number IN ("+marks(len(rows))+")", args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = found.Close() }()
	type place struct {
		imp int64
		row int
	}
	at := make(map[string]place, len(rows))
	for found.Next() {
		var number string
		var p place
		if err := found.Scan(&number, &p.imp, &p.row); err != nil {
			return nil, err
		}
		at[number] = p
	}
	for i, r := range rows {
		p, ok := at[r.Number]
		out[i] = ok && p == place{r.Import, r.ImportRow}
	}
	return out, found.Err()
}

// ignoreDuplicate ends an INSERT that passes over rows which exist already and does not count them. On MySQL it sets a
// column to itself, which hides no other error, as INSERT IGNORE would.
func (s *Store) ignoreDuplicate(column string) string {
	if s.dialect.name == "sqlite" {
		return " ON CONFLICT DO NOTHING"
	}
	return " ON DUPLICATE KEY UPDATE " + column + " = " + column
}
