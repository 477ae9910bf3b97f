package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/outdial/outdial/shared/errs"
	schema "github.com/outdial/outdial/sql"
)

// migrateTries bounds how often a process looks again after another one migrated the same SQLite file.
const migrateTries = 10

// Migrate brings the schema up to this build's version. Several processes may do so at once; a schema that is newer
// than the build is refused and left alone.
func (s *Store) Migrate(ctx context.Context) error {
	folder, err := fs.Sub(schema.Migrations, s.dialect.name)
	if err != nil {
		return errs.Wrap(errs.Internal, err, "the migrations are not in this build")
	}
	options := []goose.ProviderOption{goose.WithLogger(goose.NopLogger()), goose.WithDisableGlobalRegistry(true)}
	dialect := goose.DialectSQLite3
	if s.dialect.name == "mysql" {
		dialect = goose.DialectMySQL
		options = append(options, goose.WithSessionLocker(serverLock{}))
	}
	p, err := goose.NewProvider(dialect, s.writes, folder, options...)
	if err != nil {
		return errs.Wrap(errs.Internal, err, "the migrations of this build cannot be read")
	}
	sources := p.ListSources()
	known := sources[len(sources)-1].Version
	for try := 1; ; try++ {
		before, err := p.GetDBVersion(ctx)
		if err == nil && before > known {
			return errs.New(errs.Unavailable, "the %s has schema version %d and this build knows %d; run a newer build", s.place(), before, known)
		}
		if err == nil {
			_, err = p.Up(ctx)
		}
		if err == nil {
			s.forgetSchema()
			return nil
		}
		// On SQLite each migration is one immediate transaction: whoever comes second fails without a trace and
		// finds the work done when it looks again.
		if s.dialect.name != "sqlite" || try == migrateTries || ctx.Err() != nil {
			return s.fail("migrate the database", migrationCause(err))
		}
	}
}

// forgetSchema ends the idle connections that read a SQLite file. One that was opened before the migration knows the columns of
// then, and the driver leaves out the new ones the first time it reads all of a table.
func (s *Store) forgetSchema() {
	if s.reads == s.writes {
		return
	}
	s.reads.SetMaxIdleConns(0)
	s.reads.SetMaxIdleConns(sqliteReaders)
}

func migrationCause(err error) error {
	var partial *goose.PartialError
	if errors.As(err, &partial) && partial.Err != nil {
		return partial.Err
	}
	return err
}

// serverLock lets one process at a time migrate a database of a MySQL server. The server drops the lock with the
// connection, so a killed process leaves none behind.
type serverLock struct{}

var _ lock.SessionLocker = serverLock{}

const serverLockName = "CONCAT('outdial.migrate.', MD5(DATABASE()))"

func (serverLock) SessionLock(ctx context.Context, conn *sql.Conn) error {
	var got sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT GET_LOCK("+serverLockName+", 60)").Scan(&got); err != nil {
		return err
	}
	if got.Int64 != 1 {
		return errs.New(errs.Unavailable, "another process has been migrating the database for a minute; wait for it or end it")
	}
	return nil
}

func (serverLock) SessionUnlock(ctx context.Context, conn *sql.Conn) error {
	var freed sql.NullInt64
	if err := conn.QueryRowContext(ctx, "SELECT RELEASE_LOCK("+serverLockName+")").Scan(&freed); err != nil {
		return fmt.Errorf("release the migration lock: %w", err)
	}
	return nil
}
