// Package errs owns the kinds of failure that every role tells apart, and the text a user reads with them.
//
// It does not know HTTP, ESL or SQL: the edge that meets a foreign error turns it into one of these kinds, and the edge
// that meets a user turns the kind into a status.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what a caller can do about a failure.
type Kind uint8

const (
	// Internal is everything that nobody foresaw; the text is for the log, not for a user.
	Internal Kind = iota
	// Invalid is input that will never be accepted as it stands; Fields says where.
	Invalid
	// NotFound is also the answer for what another tenant owns, so that ids cannot be probed.
	NotFound
	// Conflict is a request that does not fit the present state, such as resuming a finished campaign.
	Conflict
	// Unauthenticated is a missing, wrong or expired credential.
	Unauthenticated
	// Forbidden is a credential that does not reach this far.
	Forbidden
	// Limited is a request over a rate, size or quota; it may pass later.
	Limited
	// Unavailable is a part that is down (database, switch, queue); it may pass later.
	Unavailable
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "unauthenticated", "forbidden", "limited", "unavailable"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// Said is how a sentence came about: the format that the code names and what stands in it. The package words tells from
// it what the sentence is in another language. It is empty where a sentence was not made by a format.
type Said struct {
	Format string
	Args   []any
}

// Field is one refused value: where it is, and why it was refused.
type Field struct {
	Path   string
	Reason string
	Said   Said
}

// Error carries a kind, a sentence for the user and the cause for the log. The sentence is English, for logs and
// programs; Said is what it was made of.
type Error struct {
	Kind    Kind
	Message string
	Said    Said
	Fields  []Field
	Cause   error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		if i == 0 {
			b.WriteString(" (")
		} else {
			b.WriteString("; ")
		}
		b.WriteString(f.Path + ": " + f.Reason)
	}
	if len(e.Fields) > 0 {
		b.WriteString(")")
	}
	if e.Cause != nil {
		b.WriteString(": " + e.Cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// New makes an error of a kind with a sentence that a user can act on.
func New(kind Kind, format string, args ...any) *Error {
	return Wrap(kind, nil, format, args...)
}

// Wrap adds a kind and a sentence to a cause.
func Wrap(kind Kind, cause error, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...), Said: Said{format, args}, Cause: cause}
}

// Missing is the NotFound of one noun.
func Missing(noun string, id any) *Error { return New(NotFound, "%s %v does not exist", noun, id) }

// Check collects refused fields; Err is nil while there are none.
type Check struct{ fields []Field }

// Require notes a refusal when ok is false.
func (c *Check) Require(ok bool, path, format string, args ...any) {
	if !ok {
		c.fields = append(c.fields, Field{Path: path, Reason: fmt.Sprintf(format, args...), Said: Said{format, args}})
	}
}

// Err returns one Invalid error with all refused fields, or nil.
func (c *Check) Err(noun string) error {
	if len(c.fields) == 0 {
		return nil
	}
	refused := New(Invalid, "%s was refused", noun)
	refused.Fields = c.fields
	return refused
}

// KindOf finds the kind of any error; what is not one of ours is Internal.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
