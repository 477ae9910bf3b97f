package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"time"

	"github.com/go-sql-driver/mysql"
	gormmysql "gorm.io/driver/mysql"
	"gorm.io/gorm"
)

const (
	mysqlConns    = 32
	mysqlBulkRows = 1000
	// mysqlLanes: one writes while the other waits for the disk; with more of them, fewer writes meet to share a statement.
	mysqlLanes = 2
)

// openMySQL opens one pool. Parameters are put into the statement by the driver, which saves a round trip for each;
// that is sound because the connection speaks utf8mb4 only.
func (s *Store) openMySQL(ctx context.Context, t target) error {
	c := t.mysql
	s.dialect = dialect{
		name: "mysql", place: "MySQL server " + c.Addr + ", database " + c.DBName, skipLocked: " FOR UPDATE SKIP LOCKED",
		byKey: " FORCE INDEX (PRIMARY)",
		lanes: mysqlLanes, bulkRows: mysqlBulkRows,
		ownDB: func(db *sql.DB) (*gorm.DB, error) {
			return gorm.Open(gormmysql.New(gormmysql.Config{Conn: db}), gormConfig())
		},
	}
	if err := c.Apply(mysql.Charset("utf8mb4", "utf8mb4_bin")); err != nil {
		return err
	}
	c.Loc, c.ParseTime, c.InterpolateParams = time.UTC, true, true
	c.Timeout, c.ReadTimeout, c.WriteTimeout = 5*time.Second, time.Minute, time.Minute
	c.Logger = driverLog{s.log}
	// Strict, whatever the server's default: a value that does not fit must be an error, never cut short.
	c.Params = map[string]string{
		"sql_mode":                 "'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'",
		"innodb_lock_wait_timeout": "10",
	}
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(mysqlConns)
	db.SetMaxIdleConns(mysqlConns)
	db.SetConnMaxLifetime(5 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return err
	}
	s.writes = db
	return s.adopt(db, db, s.dialect)
}

// driverLog keeps the driver's remarks off standard error; each of them is followed by an error anyway.
type driverLog struct{ log *slog.Logger }

func (l driverLog) Print(v ...any) { l.log.Debug("mysql driver", "says", fmt.Sprint(v...)) }
