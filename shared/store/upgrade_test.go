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
func TestScriptsOfBeforeAreDeployed(t *testing.T) { onBoth(t, upgrade) }

// TestNewestVersionsOfBeforeAreSeen upgrades a database from the time when a deployed version hid what became of the next.
func TestNewestVersionsOfBeforeAreSeen(t *testing.T) { onBoth(t, upgradeStates) }

// onBoth runs a test with a database of each kind and the folder of its migrations.
func onBoth(t *testing.T, test func(t *testing.T, dsn string, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error))) {
	t.Run("sqlite", func(t *testing.T) {
		path := filepath.Join(t.TempDir(), "before.db")
		test(t, "sqlite://"+path, goose.DialectSQLite3, "sqlite", func() (*sql.DB, error) { return sql.Open("sqlite", path) })
	})
	t.Run("mysql", func(t *testing.T) {
		dsn := mysqlDSN(t, mysqlServer(t))
		login, place, _ := strings.Cut(strings.TrimPrefix(dsn, "mysql://"), "@")
		c := mysql.NewConfig()
		c.User, c.Passwd, _ = strings.Cut(login, ":")
		c.Net = "tcp"
		c.Addr, c.DBName, _ = strings.Cut(place, "/")
		test(t, dsn, goose.DialectMySQL, "mysql", func() (*sql.DB, error) { return sql.Open("mysql", c.FormatDSN()) })
	})
}

// at makes a database of that migration.
func at(t *testing.T, version int64, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error)) *sql.DB {
	t.Helper()
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
	if _, err := p.UpTo(t.Context(), version); err != nil {
		t.Fatal(err)
	}
	return db
}

func upgradeStates(t *testing.T, dsn string, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error)) {
	ctx := t.Context()
	db := at(t, 11, dialect, folder, connectTo)
	for id, states := range map[int][]script.State{
		1: {script.Deployed, script.InReview}, 2: {script.Deployed, script.Live}, 3: {script.Live, script.Deployed}, 4: {script.Live, script.Withdrawn}, 5: {script.Withdrawn}, 6: {}, 7: {script.Deployed, script.Refused},
	} {
		state, deployed := script.Drafted, 0
		for i, s := range states {
			if _, err := db.ExecContext(ctx, "INSERT INTO script_versions (id, script_id, tenant_id, number, source, state, remark, created_at) VALUES (?, ?, 7, ?, ?, ?, ?, 1)",
				id*10+i+1, id, i+1, []byte("name: a"), string(s), "remark on "+string(s)); err != nil {
				t.Fatal(err)
			}
			state = s
			if s == script.Deployed {
				deployed = i + 1
			}
		}
		if deployed > 0 {
			state = script.Deployed
		}
		newest := map[bool]int{true: id*10 + len(states)}[len(states) > 0]
		if _, err := db.ExecContext(ctx, "INSERT INTO scripts (id, tenant_id, name, code, state, newest_id, newest, deployed_id, deployed, created_at) VALUES (?, 7, 'one', ?, ?, ?, ?, ?, ?, 1)",
			id, "S"+strings.Repeat("0", id), string(state), newest, len(states), map[bool]int{true: id*10 + deployed}[deployed > 0], deployed); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	list, err := open(t, dsn).Scripts(ctx, tenant.Of(7))
	if err != nil || len(list) != 7 {
		t.Fatalf("scripts %+v (%v)", list, err)
	}
	for i, want := range []struct {
		state      script.State
		newest     int
		deployment script.Deployment
		remark     string
		editing    bool
	}{
		{script.InReview, 2, script.DeployedEarlier, "remark on in_review", false}, {script.Live, 2, script.DeployedEarlier, "remark on live", false},
		{script.Live, 2, script.DeployedNewest, "remark on deployed", false}, {script.Live, 1, script.Undeployed, "remark on live", true},
		{script.Drafted, 0, script.Undeployed, "", true}, {script.Drafted, 0, script.Undeployed, "", false}, {script.Refused, 2, script.DeployedEarlier, "remark on refused", false},
	} {
		got := list[i]
		if got.State != want.state || got.Newest.Number != want.newest || got.Deployment() != want.deployment || got.Remark != want.remark || got.Editing != want.editing {
			t.Errorf("script %d is %+v, want %+v", got.ID, got, want)
		}
	}
}

func upgrade(t *testing.T, dsn string, dialect goose.Dialect, folder string, connectTo func() (*sql.DB, error)) {
	ctx := t.Context()
	db := at(t, 2, dialect, folder, connectTo)
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
	if one.State != script.Live || one.Deployment() != script.DeployedNewest || one.Newest.ID != 12 || one.Deployed.Number != 2 || one.Editing || one.Code != "S0000001" {
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
