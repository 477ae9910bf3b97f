package store

import (
	"net"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/go-sql-driver/mysql"

	"github.com/outdial/outdial/shared/errs"
)

// target is a parsed Config.DSN: a file's path, or a server.
type target struct {
	path  string
	mysql *mysql.Config
}

const dsnForms = "write sqlite:///path/to/file.db or mysql://user:password@host:3306/database"

// parseDSN never repeats what it was given in an error: it may hold a password.
func parseDSN(dsn string) (target, error) {
	scheme, rest, ok := strings.Cut(dsn, "://")
	if !ok {
		return target{}, errs.New(errs.Invalid, "the database address is not understood; %s", dsnForms)
	}
	switch scheme {
	case "sqlite":
		if rest == "" || strings.Contains(rest, ":memory:") || strings.ContainsRune(rest, 0) {
			return target{}, errs.New(errs.Invalid, "an SQLite database needs a file that several connections can share; %s", dsnForms)
		}
		path, err := filepath.Abs(rest)
		if err != nil {
			return target{}, errs.Wrap(errs.Invalid, err, "the path of the database file cannot be resolved")
		}
		return target{path: path}, nil
	case "mysql", "mariadb":
		u, err := url.Parse(dsn)
		if err != nil {
			return target{}, errs.New(errs.Invalid, "the database address is not a URL (is a special character of the password %%-encoded?); %s", dsnForms)
		}
		name := strings.Trim(u.Path, "/")
		if u.Hostname() == "" || name == "" || strings.Contains(name, "/") {
			return target{}, errs.New(errs.Invalid, "the database address names no host or no database; %s", dsnForms)
		}
		c := mysql.NewConfig()
		c.User = u.User.Username()
		c.Passwd, _ = u.User.Password()
		c.Net, c.DBName = "tcp", name
		port := u.Port()
		if port == "" {
			port = "3306"
		}
		c.Addr = net.JoinHostPort(u.Hostname(), port)
		if tls := u.Query().Get("tls"); tls != "" {
			c.TLSConfig = tls
		}
		return target{mysql: c}, nil
	default:
		return target{}, errs.New(errs.Invalid, "databases of kind %q are not supported; %s", scheme, dsnForms)
	}
}
