// Package obs owns how the roles are observed: the log's form. Metrics are registered by the packages that count.
package obs

import (
	"io"
	"log/slog"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Logger makes the log that every role is handed.
func Logger(w io.Writer, level, format string) (*slog.Logger, error) {
	var l slog.Level
	if err := l.UnmarshalText([]byte(strings.ToUpper(level))); err != nil {
		return nil, errs.New(errs.Invalid, "log level %q: use debug, info, warn or error", level)
	}
	opts := &slog.HandlerOptions{Level: l}
	switch format {
	case "text":
		return slog.New(slog.NewTextHandler(w, opts)), nil
	case "json":
		return slog.New(slog.NewJSONHandler(w, opts)), nil
	default:
		return nil, errs.New(errs.Invalid, "log format %q: use text or json", format)
	}
}
