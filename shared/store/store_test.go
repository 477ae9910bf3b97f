package store_test

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-sql-driver/mysql"
	"go.uber.org/goleak"

	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSQLite(t *testing.T) {
	storetest.Run(t, func(t *testing.T) *store.Store { return emptySQLite(t) })
}

func TestMySQL(t *testing.T) {
	server := mysqlServer(t)
	model := mysqlDSN(t, server)
	open(t, model)
	tables := tablesOf(t, server, nameOf(model))
	storetest.Run(t, func(t *testing.T) *store.Store {
		dsn := mysqlDSN(t, server)
		copyTables(t, server, nameOf(model), nameOf(dsn), tables)
		return connect(t, dsn)
	})
}

func TestSharedIsOneByOne(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		store.SharedIsOneByOne(t, func() string { return sqliteDSN(t) })
	})
	t.Run("mysql", func(t *testing.T) {
		server := mysqlServer(t)
		store.SharedIsOneByOne(t, func() string { return mysqlDSN(t, server) })
	})
}

func TestSearchesJump(t *testing.T) { store.SearchesJump(t, mysqlDSN(t, mysqlServer(t))) }

// onEach runs a test or a benchmark on SQLite, and on MySQL where it answers.
func onEach[T interface {
	testing.TB
	Run(string, func(T)) bool
}](tb T, f func(T, *store.Store)) {
	tb.Run("sqlite", func(tb T) { f(tb, emptySQLite(tb)) })
	tb.Run("mysql", func(tb T) { f(tb, open(tb, mysqlDSN(tb, mysqlServer(tb)))) })
}

// open connects and migrates.
func open(tb testing.TB, dsn string) *store.Store {
	tb.Helper()
	s := connect(tb, dsn)
	if err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return s
}

// connect opens a store and closes it with the test.
func connect(tb testing.TB, dsn string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), store.Config{DSN: dsn})
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}

// emptySQLite is a migrated SQLite file of the test's own.
func emptySQLite(tb testing.TB) *store.Store {
	tb.Helper()
	return storetest.Empty(tb, strings.TrimPrefix(sqliteDSN(tb), "sqlite://"))
}

func sqliteDSN(tb testing.TB) string {
	return "sqlite://" + filepath.Join(tb.TempDir(), "out dial?#%.db")
}

// mysqlServer is the address of a server on which databases may be made, without a database: OUTDIAL_TEST_MYSQL, or the
// usual place. Where none answers, the test is left out and says so.
func mysqlServer(tb testing.TB) string {
	tb.Helper()
	server := os.Getenv("OUTDIAL_TEST_MYSQL")
	if server == "" {
		server = "mysql://root@127.0.0.1:3306"
	}
	server = strings.TrimSuffix(server, "/")
	ctx, cancel := context.WithTimeout(tb.Context(), 5*time.Second)
	defer cancel()
	admin := adminOf(tb, server)
	if err := admin.PingContext(ctx); err != nil {
		tb.Skipf("left out: no MySQL or MariaDB answers (%v); OUTDIAL_TEST_MYSQL=mysql://user:password@host:port names one", err)
	}
	return server
}

// mysqlDSN makes a database of its own for the test and drops it afterwards.
func mysqlDSN(tb testing.TB, server string) string {
	tb.Helper()
	random := make([]byte, 8)
	if _, err := rand.Read(random); err != nil {
		tb.Fatal(err)
	}
	name := "outdial_test_" + hex.EncodeToString(random)
	admin := adminOf(tb, server)
	if _, err := admin.ExecContext(tb.Context(), "CREATE DATABASE "+name+" CHARACTER SET utf8mb4"); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if _, err := admin.ExecContext(context.Background(), "DROP DATABASE "+name); err != nil {
			tb.Error(err)
		}
	})
	return server + "/" + name
}

func nameOf(dsn string) string { return dsn[strings.LastIndex(dsn, "/")+1:] }

// tablesOf are the statements that make a database's tables, by their names.
func tablesOf(tb testing.TB, server, database string) map[string]string {
	tb.Helper()
	admin := adminOf(tb, server)
	rows, err := admin.QueryContext(tb.Context(), "SELECT table_name FROM information_schema.tables WHERE table_schema = ?", database)
	if err != nil {
		tb.Fatal(err)
	}
	defer rows.Close()
	tables := map[string]string{}
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			tb.Fatal(err)
		}
		tables[name] = ""
	}
	if err := rows.Err(); err != nil || len(tables) == 0 {
		tb.Fatalf("%s has %d tables: %v", database, len(tables), err)
	}
	for name := range tables {
		var statement string
		if err := admin.QueryRowContext(tb.Context(), "SHOW CREATE TABLE "+database+"."+name).Scan(&name, &statement); err != nil {
			tb.Fatal(err)
		}
		tables[name] = statement
	}
	return tables
}

// copyTables makes a database what a migrated one is: its tables, in any order, and the rows that the migrations left.
func copyTables(tb testing.TB, server, from, to string, tables map[string]string) {
	tb.Helper()
	conn, err := adminOf(tb, server).Conn(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	defer conn.Close()
	statements := []string{"USE " + to, "SET FOREIGN_KEY_CHECKS = 0"}
	for name, statement := range tables {
		statements = append(statements, statement, "INSERT INTO "+name+" SELECT * FROM "+from+"."+name)
	}
	for _, s := range statements {
		if _, err := conn.ExecContext(tb.Context(), s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

func adminOf(tb testing.TB, server string) *sql.DB {
	tb.Helper()
	login, addr, ok := strings.Cut(strings.TrimPrefix(server, "mysql://"), "@")
	if !ok {
		tb.Fatal("OUTDIAL_TEST_MYSQL must read mysql://user:password@host:port")
	}
	c := mysql.NewConfig()
	c.User, c.Passwd, _ = strings.Cut(login, ":")
	c.Net, c.Addr = "tcp", addr
	connector, err := mysql.NewConnector(c)
	if err != nil {
		tb.Fatal(err)
	}
	db := sql.OpenDB(connector)
	tb.Cleanup(func() { _ = db.Close() })
	return db
}
