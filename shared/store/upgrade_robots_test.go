package store_test

import (
	"database/sql"
	"testing"

	"github.com/pressly/goose/v3"

	"github.com/outdial/outdial/shared/tenant"
)

// TestCompaniesOfBeforeHaveAnyNumberOfRobots upgrades a database from the time when companies were given none.
func TestCompaniesOfBeforeHaveAnyNumberOfRobots(t *testing.T) { onBoth(t, upgradeRobots) }

func upgradeRobots(t *testing.T, dsn string, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error)) {
	ctx := t.Context()
	db := at(t, 12, dialect, folder, connectTo)
	for id, row := range map[int]struct{ parent, path, kind string }{1: {"0", "/1/", "operator"}, 2: {"1", "/1/2/", "reseller"}, 3: {"2", "/1/2/3/", "merchant"}} {
		if _, err := db.ExecContext(ctx, "INSERT INTO tenants (id, parent_id, path, kind, name, zone, created_at) VALUES (?, ?, ?, ?, 'x', 'UTC', 1)", id, row.parent, row.path, row.kind); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dsn)
	for id := tenant.ID(1); id <= 3; id++ {
		if u, err := s.RobotUse(ctx, tenant.Of(id), id); err != nil || u != (tenant.RobotUse{}) {
			t.Errorf("company %d has %+v (%v)", id, u, err)
		}
	}
	if err := s.AllotRobots(ctx, tenant.Of(1), 3, tenant.Only(5)); err != nil {
		t.Error(err)
	}
}
