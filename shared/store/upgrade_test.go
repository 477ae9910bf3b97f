package store_test

import (
	"database/sql"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	_ "github.com/glebarez/go-sqlite" // registers itself
	"github.com/go-sql-driver/mysql"
	"github.com/pressly/goose/v3"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	schema "github.com/outdial/outdial/sql"
)

// TestScriptsOfBeforeAreDeployed upgrades a database from the time when versions had no states.
func TestScriptsOfBeforeAreDeployed(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "before.db")
		upgrade(t, "sqlite://"+path, goose.DialectSQLite3, "sqlite", func() (*sql.DB, error) { return sql.Open("sqlite", path) })
	})
	t.Run("mysql", func(t *testing.T) {
		dsn := mysqlDSN(t, mysqlServer(t))
		login, place, _ := strings.Cut(strings.TrimPrefix(dsn, "mysql://"), "@")
		c := mysql.NewConfig()
		c.User, c.Passwd, _ = strings.Cut(login, ":")
		c.Net = "tcp"
		c.Addr, c.DBName, _ = strings.Cut(place, "/")
		upgrade(t, dsn, goose.DialectMySQL, "mysql", func() (*sql.DB, error) { return sql.Open("mysql", c.FormatDSN()) })
	})
}

func upgrade(t *testing.T, dsn string, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error)) {
	ctx := t.Context()
	db, err := connectTo()
	if err != nil {
		t.Fatal(err)
	}
	files, err := fs.Sub(schema.Migrations, folder)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true), goose.WithLogger(goose.NopLogger()))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(ctx, 2); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO scripts (id, tenant_id, name, created_at) VALUES (1, 7, 'one', 1000), (2, 7, 'empty', 2000)"); err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(ctx, "INSERT INTO script_versions (id, script_id, tenant_id, number, source, created_at) VALUES (11, 1, 7, 1, ?, 3000), (12, 1, 7, 2, ?, 4000)",
		[]byte("name: a"), []byte("name: b")); err != nil {
		t.Fatal(err)
	}
	for id, state := range map[int]string{21: "running", 22: "finished"} {
		_, err := db.ExecContext(ctx, "INSERT INTO campaigns (id, tenant_id, name, description, script_version_id, trunk_id, robots, start_mode, start_at, zone, weekdays, window_from, window_to,"+
			" redial_max, redial_interval, redial_on, redial_to, state, reason, created_by, updated_by, owner_id, unit_id, dnc_enabled, dnc_groups, created_at, updated_at, finished_at, deleted_at)"+
			" VALUES (?, 7, 'c', '', 11, 1, 1, 'manual', 0, '', 127, 540, 1200, 1, 0, '[]', 0, ?, '', '', '', 0, 0, 0, '[]', 1, 1, 0, 0)", id, state)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	s := open(t, dsn)
	own := tenant.Of(7)
	list, err := s.Scripts(ctx, own)
	if err != nil || len(list) != 2 {
		t.Fatalf("scripts %+v (%v)", list, err)
	}
	one, empty := list[0], list[1]
	if one.State != script.Deployed || one.Newest.ID != 12 || one.Deployed.Number != 2 || one.Editing || one.Code != "S0000001" {
		t.Errorf("the script is %+v", one)
	}
	if empty.State != script.Drafted || !empty.Editing || empty.Newest.ID != 0 {
		t.Errorf("the script without versions is %+v", empty)
	}
	versions, err := s.Versions(ctx, own, 1)
	if err != nil || len(versions) != 2 || versions[0].State != script.Deployed || versions[1].State != script.Live || versions[0].DeployedAt.IsZero() {
		t.Errorf("versions %+v (%v)", versions, err)
	}
	if d, err := s.Draft(ctx, own, 1); err != nil || string(d.Document) != "name: b" || d.Revision != 1 {
		t.Errorf("the draft is %+v (%v)", d, err)
	}
	for id, want := range map[campaign.ID]script.VersionID{21: 12, 22: 11} {
		if c, err := s.Campaign(ctx, own, id); err != nil || c.Script != 1 || c.Speaks != want {
			t.Errorf("campaign %d speaks version %d of script %d, want %d (%v)", id, c.Speaks, c.Script, want, err)
		}
	}
	// What comes after works on what was there.
	v := script.Version{Script: 1}
	if err := s.Submit(ctx, own, &v, 1); err != nil || v.Number != 3 {
		t.Errorf("the next version is %d (%v)", v.Number, err)
	}
}
