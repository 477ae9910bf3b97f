package store

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
)

// micros is how a time is stored: microseconds since 1970 in UTC, zero for a time that never came.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func timeOf(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

func durationOf(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

func microsOf(d time.Duration) int64 { return d.Microseconds() }

// text makes free text storable everywhere: a recogniser's broken byte must not cost a whole turn.
func text(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// number is how a truth is stored.
func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

func toJSON(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", errs.Wrap(errs.Invalid, err, "the value cannot be stored as JSON")
	}
	return string(b), nil
}

// fromJSON reads a column back; what names the row for whoever must repair it.
func fromJSON(s string, v any, what string, id any) error {
	if s == "" {
		return nil
	}
	if err := json.Unmarshal([]byte(s), v); err != nil {
		return unreadable(what, id, err)
	}
	return nil
}

// unreadable is the answer for a row that was changed by hand into something the store never writes.
func unreadable(what string, id any, cause error) error {
	return errs.Wrap(errs.Internal, cause, "%s %v cannot be read back; repair or delete the row", what, id)
}

// checkUUID refuses what cannot be a call's id before it reaches a column of 36 ASCII characters.
func checkUUID(id call.UUID) error {
	if len(id) != 36 {
		return errs.Missing("call", string(id))
	}
	if u, err := uuid.Parse(string(id)); err != nil || u.String() != string(id) {
		return errs.Missing("call", string(id))
	}
	return nil
}

// marks are n question marks for an IN list or a row of VALUES.
func marks(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat("?,", n-1) + "?"
}
