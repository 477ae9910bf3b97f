// Package store owns all SQL. One *Store implements the Store interface of every domain package, over SQLite for one
// machine or MySQL / MariaDB in production; storetest holds the one suite that both must pass.
//
// Every method takes a context and a tenant scope: rows of another tenant do not exist for it (NotFound). Reads and rare
// writes go through gorm; what the dialer and the robots write for every call goes through one group commit (writer.go)
// in plain SQL. The store decides nothing: rules live in the domain packages, and times come from the caller.
//
// It does not own the schema's text (package sql), and nothing outside this package sees a row or a driver's error.
package store

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"

	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/trunk"
)

var (
	_ tenant.Store     = (*Store)(nil)
	_ access.Store     = (*Store)(nil)
	_ script.Store     = (*Store)(nil)
	_ trunk.Store      = (*Store)(nil)
	_ contact.Store    = (*Store)(nil)
	_ campaign.Store   = (*Store)(nil)
	_ dnc.Store        = (*Store)(nil)
	_ call.Store       = (*Store)(nil)
	_ transcript.Store = (*Store)(nil)
)

// Config says which database to use.
type Config struct {
	// DSN is sqlite:///path/to/file.db or mysql://user:password@host:3306/database.
	DSN string
	// Logger hears what the store repairs or passes over by itself; nil is silence.
	Logger *slog.Logger
}

// Store is the database behind every role.
type Store struct {
	log     *slog.Logger
	dialect dialect
	writes  *sql.DB  // one connection on SQLite, so that writers queue here and not in the file's lock
	write   *gorm.DB // over writes
	read    *gorm.DB // over writes too on MySQL
	reads   *sql.DB
	writer  *writer
	ids     uuids
}

// dialect is where the two databases differ.
type dialect struct {
	name       string // goose's name of it, and the folder of its migrations
	place      string // what a user knows it by, without credentials
	skipLocked string // ends a SELECT that claims rows
	byKey      string // keeps an UPDATE from walking any index but the primary key
	lanes      int    // group commits that may run at the same time
	bulkRows   int    // rows of one INSERT of an import
	ownDB      func(*sql.DB) (*gorm.DB, error)
}

// Open connects to the database. It does not look at the schema: see Migrate.
func Open(ctx context.Context, c Config) (*Store, error) {
	t, err := parseDSN(c.DSN)
	if err != nil {
		return nil, err
	}
	s := &Store{log: c.Logger}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if t.mysql != nil {
		err = s.openMySQL(ctx, t)
	} else {
		err = s.openSQLite(ctx, t.path)
	}
	if err != nil {
		return nil, errors.Join(s.fail("open the database", err), s.closePools())
	}
	s.writer = newWriter(s, s.dialect.lanes)
	return s, nil
}

// Close waits for the writes that were accepted and ends all connections.
func (s *Store) Close() error {
	s.writer.close()
	if err := s.closePools(); err != nil {
		return s.fail("close the database", err)
	}
	return nil
}

func (s *Store) closePools() error {
	var err error
	if s.writes != nil {
		err = s.writes.Close()
	}
	if s.reads != nil && s.reads != s.writes {
		err = errors.Join(err, s.reads.Close())
	}
	return err
}

// Ping tells whether the database answers a query.
func (s *Store) Ping(ctx context.Context) error {
	var one int
	if err := s.reads.QueryRowContext(ctx, "SELECT 1").Scan(&one); err != nil {
		return s.fail("ask the database for a sign of life", err)
	}
	return nil
}

// place names the database without its credentials, for logs and messages.
func (s *Store) place() string { return s.dialect.place }

func (s *Store) adopt(writes, reads *sql.DB, d dialect) error {
	s.dialect, s.writes, s.reads = d, writes, reads
	var err error
	if s.write, err = d.ownDB(writes); err != nil {
		return err
	}
	if reads == writes {
		s.read = s.write
		return nil
	}
	s.read, err = d.ownDB(reads)
	return err
}

// gormConfig keeps gorm from doing what the store does itself: one statement needs no transaction around it, errors
// are told by the caller, and no clock is read.
func gormConfig() *gorm.Config {
	return &gorm.Config{SkipDefaultTransaction: true, Logger: logger.Discard, TranslateError: false}
}

// errClosed answers writes that come after Close.
func errClosed() error { return errs.New(errs.Unavailable, "the store is closed") }
