package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"strings"

	gosqlite "github.com/glebarez/go-sqlite"
	"github.com/go-sql-driver/mysql"

	"github.com/outdial/outdial/shared/errs"
)

// Primary result codes of SQLite (sqlite3.h); extended codes keep them in the low byte.
const (
	sqliteError    = 1
	sqlitePerm     = 3
	sqliteLocked   = 6
	sqliteBusyCode = 5
	sqliteReadOnly = 8
	sqliteIOErr    = 10
	sqliteCorrupt  = 11
	sqliteFull     = 13
	sqliteCantOpen = 14
	sqliteTooBig   = 18
	sqliteNotADB   = 26

	sqlitePrimaryKey = 1555
	sqliteUnique     = 2067
)

// fail turns any error of a driver into one of ours: what was tried, what to do, and the cause for the log only.
func (s *Store) fail(tried string, err error) error {
	var own *errs.Error
	var lite *gosqlite.Error
	var my *mysql.MySQLError
	var netErr net.Error
	var pathErr *fs.PathError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &own):
		return err
	case errors.Is(err, context.Canceled):
		return fmt.Errorf("%s: %w", tried, err)
	case errors.Is(err, context.DeadlineExceeded):
		return errs.Wrap(errs.Unavailable, err, "could not %s: the database (%s) did not answer in time", tried, s.place())
	case errors.As(err, &lite):
		return s.failSQLite(tried, lite)
	case errors.As(err, &my):
		return s.failMySQL(tried, my)
	case errors.As(err, &pathErr):
		return errs.Wrap(errs.Unavailable, err, "could not %s: %s cannot be used (%v); check the folder and its permissions", tried, pathErr.Path, pathErr.Err)
	case errors.Is(err, driver.ErrBadConn), errors.Is(err, mysql.ErrInvalidConn), errors.Is(err, io.EOF),
		errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, sql.ErrConnDone), errors.As(err, &netErr):
		return errs.Wrap(errs.Unavailable, err, "could not %s: the database (%s) does not answer; start it or correct the address, work goes on when it is back", tried, s.place())
	case strings.Contains(err.Error(), "sql: database is closed"):
		return errClosed()
	default:
		return errs.Wrap(errs.Internal, err, "could not %s", tried)
	}
}

func (s *Store) failSQLite(tried string, e *gosqlite.Error) error {
	down := func(format string, args ...any) error {
		return errs.Wrap(errs.Unavailable, e, "could not %s: %s", tried, fmt.Sprintf(format, args...))
	}
	switch e.Code() {
	case sqliteUnique, sqlitePrimaryKey:
		return errs.Wrap(errs.Conflict, e, "could not %s: it exists already", tried)
	}
	switch e.Code() & 0xff {
	case sqliteBusyCode, sqliteLocked:
		return down("another process has kept the %s locked for too long; end it, or use MySQL for several busy processes", s.place())
	case sqliteFull:
		return down("the disk is full; free space for the %s", s.place())
	case sqliteIOErr:
		return down("the disk of the %s failed or is full; check it and its free space", s.place())
	case sqliteCantOpen, sqlitePerm:
		return down("the %s cannot be opened; check the folder and its permissions", s.place())
	case sqliteReadOnly:
		return down("the %s may not be written; check its permissions", s.place())
	case sqliteCorrupt, sqliteNotADB:
		return down("the %s is damaged or not a database; restore it from a backup", s.place())
	case sqliteTooBig:
		return errs.Wrap(errs.Invalid, e, "could not %s: a text is too long to be stored", tried)
	case sqliteError:
		if strings.Contains(e.Error(), "no such table") || strings.Contains(e.Error(), "no such column") {
			return s.unmigrated(tried, e)
		}
	}
	return errs.Wrap(errs.Internal, e, "could not %s", tried)
}

func (s *Store) failMySQL(tried string, e *mysql.MySQLError) error {
	down := func(format string, args ...any) error {
		return errs.Wrap(errs.Unavailable, e, "could not %s: %s", tried, fmt.Sprintf(format, args...))
	}
	switch e.Number {
	case 1062: // ER_DUP_ENTRY
		return errs.Wrap(errs.Conflict, e, "could not %s: it exists already", tried)
	case 1205, 1213: // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK
		return down("other work kept the rows locked for too long (%s); try again", s.place())
	case 1040, 1203, 1226: // ER_CON_COUNT_ERROR, ER_TOO_MANY_USER_CONNECTIONS, ER_USER_LIMIT_REACHED
		return down("the %s has no free connection; raise max_connections", s.place())
	case 1044, 1045, 1142, 1698: // ER_DBACCESS_DENIED_ERROR, ER_ACCESS_DENIED_ERROR, ER_TABLEACCESS_DENIED_ERROR, ER_ACCESS_DENIED_NO_PASSWORD_ERROR
		return down("the %s refuses the user or the password; correct the address or GRANT the rights", s.place())
	case 1049: // ER_BAD_DB_ERROR
		return down("the database does not exist (%s); make it with CREATE DATABASE … CHARACTER SET utf8mb4", s.place())
	case 1021, 1114, 1030, 3: // ER_DISK_FULL, ER_RECORD_FILE_FULL, ER_GET_ERRNO, EE_WRITE
		return down("the disk of the %s is full or failed; free space there", s.place())
	case 1290, 1792, 1836: // ER_OPTION_PREVENTS_STATEMENT, ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION, ER_READ_ONLY_MODE
		return down("the %s is read-only; use the primary", s.place())
	case 1053, 1927, 1317: // ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED, ER_QUERY_INTERRUPTED
		return down("the %s is shutting down; start it again, work goes on when it is back", s.place())
	case 1146, 1054: // ER_NO_SUCH_TABLE, ER_BAD_FIELD_ERROR
		return s.unmigrated(tried, e)
	case 1406, 1264, 1366, 1153: // ER_DATA_TOO_LONG, ER_WARN_DATA_OUT_OF_RANGE, ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, ER_NET_PACKET_TOO_LARGE
		return errs.Wrap(errs.Invalid, e, "could not %s: a value is too long, too large or not valid text", tried)
	}
	return errs.Wrap(errs.Internal, e, "could not %s", tried)
}

func (s *Store) unmigrated(tried string, cause error) error {
	return errs.Wrap(errs.Unavailable, cause, "could not %s: the %s lacks tables of this version; run `outdial migrate`", tried, s.place())
}

// passing tells whether the same transaction may succeed when it is tried again at once.
func passing(err error) bool {
	var my *mysql.MySQLError
	return errors.As(err, &my) && (my.Number == 1205 || my.Number == 1213)
}

// unknown tells whether the server does not understand a statement at all.
func unknown(err error) bool {
	var my *mysql.MySQLError
	return errors.As(err, &my) && (my.Number == 1064 || my.Number == 1235) // ER_PARSE_ERROR, ER_NOT_SUPPORTED_YET
}
