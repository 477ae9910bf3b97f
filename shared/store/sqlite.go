package store

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"time"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/glebarez/sqlite"
	"gorm.io/gorm"
)

const (
	// sqliteBusy is how long a writer waits for another process that writes to the same file.
	sqliteBusy = "10000"
	// sqliteReaders is enough for a console and the roles of one machine.
	sqliteReaders = 4
	// A file that another process turns into WAL mode is asked for again this often, and this long.
	lockPause    = 25 * time.Millisecond
	lockPatience = 10 * time.Second
	// sqliteBulkRows: the driver looks for each parameter among all of the statement, so bigger statements are slower.
	sqliteBulkRows = 100
)

// openSQLite opens one connection that writes and several that only read. Synchronous NORMAL in WAL mode loses nothing
// when a process is killed; a power cut may cost the last commits, never the file.
func (s *Store) openSQLite(ctx context.Context, path string) error {
	s.dialect = dialect{
		name: "sqlite", place: "SQLite file " + path, lanes: 1, bulkRows: sqliteBulkRows,
		ownDB: func(db *sql.DB) (*gorm.DB, error) { return gorm.Open(sqlite.Dialector{Conn: db}, gormConfig()) },
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return err
	}
	writes, err := sqlitePool(ctx, path, 1, "_txlock=immediate", "_pragma=journal_mode(WAL)", "_pragma=synchronous(NORMAL)",
		"_pragma=cache_size(-64000)", "_pragma=wal_autocheckpoint(4000)", "_pragma=journal_size_limit(67108864)")
	if err != nil {
		return err
	}
	s.writes = writes
	reads, err := sqlitePool(ctx, path, sqliteReaders, "_pragma=query_only(1)", "_pragma=cache_size(-8000)")
	if err != nil {
		return err
	}
	return s.adopt(writes, reads, s.dialect)
}

func sqlitePool(ctx context.Context, path string, conns int, options ...string) (*sql.DB, error) {
	// The time to wait for a lock must be set before the journal mode, which takes one.
	dsn := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_pragma=busy_timeout(" + sqliteBusy + ")"
	for _, o := range options {
		dsn += "&" + o
	}
	db, err := sql.Open(sqlite.DriverName, dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := pingUnlocked(ctx, db); err != nil {
		_ = db.Close()
		return nil, err
	}
	return db, nil
}

// pingUnlocked waits for another process that changes the journal mode of the same new file at this moment: SQLite does
// not apply its busy timeout to that change, since two that wait for each other would wait for ever.
func pingUnlocked(ctx context.Context, db *sql.DB) error {
	for patience := time.Now().Add(lockPatience); ; {
		err := db.PingContext(ctx)
		if err == nil || !locked(err) || time.Now().After(patience) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(lockPause):
		}
	}
}

// locked tells whether another connection holds the file; the low byte of an extended code is the code.
func locked(err error) bool {
	var e *gosqlite.Error
	return errors.As(err, &e) && (e.Code()&0xff == sqliteBusyCode || e.Code()&0xff == sqliteLocked)
}
