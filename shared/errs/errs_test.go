package errs

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

func TestKinds(t *testing.T) {
	kinds := []Kind{Internal, Invalid, NotFound, Conflict, Unauthenticated, Forbidden, Limited, Unavailable}
	names := map[string]bool{}
	for _, k := range kinds {
		names[k.String()] = true
		err := New(k, "%d rows", 3)
		if KindOf(err) != k || !Is(err, k) || err.Error() != "3 rows" {
			t.Errorf("%s: %v of kind %s", k, err, KindOf(err))
		}
		if wrapped := fmt.Errorf("while at it: %w", err); KindOf(wrapped) != k || !Is(wrapped, k) {
			t.Errorf("%s is lost when it is wrapped", k)
		}
		if k != Internal && Is(err, Internal) {
			t.Errorf("%s is internal too", k)
		}
	}
	if len(names) != len(kinds) || len(kindNames) != len(kinds) {
		t.Errorf("%d names for %d kinds", len(names), len(kinds))
	}
	if Kind(200).String() != "internal" {
		t.Errorf("an unknown kind is called %s", Kind(200))
	}
	if KindOf(io.EOF) != Internal || !Is(io.EOF, Internal) || KindOf(nil) != Internal || Is(nil, Internal) {
		t.Error("foreign errors are internal, and no error is no kind")
	}
	// The outermost kind counts: the edge that knew more decided.
	if err := Wrap(Unavailable, New(NotFound, "no row"), "no database"); KindOf(err) != Unavailable {
		t.Errorf("%v is %s", err, KindOf(err))
	}
}

func TestWrapKeepsTheCause(t *testing.T) {
	err := Wrap(Unavailable, io.ErrUnexpectedEOF, "could not read %s", "x")
	if !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "could not read x: unexpected EOF" || err.Message != "could not read x" {
		t.Errorf("%v, with the message %q", err, err.Message)
	}
}

func TestMissing(t *testing.T) {
	if err := Missing("campaign", 7); err.Kind != NotFound || err.Error() != "campaign 7 does not exist" {
		t.Errorf("%v", err)
	}
}

func TestCheck(t *testing.T) {
	var c Check
	c.Require(true, "a", "never said")
	if err := c.Err("thing"); err != nil {
		t.Errorf("nothing was refused, and yet: %v", err)
	}
	c.Require(false, "name", "must have %d characters", 3)
	c.Require(false, "size", "is too small")
	err := c.Err("thing")
	var e *Error
	if !errors.As(err, &e) || e.Kind != Invalid || len(e.Fields) != 2 || e.Fields[1].Path != "size" || e.Fields[1].Reason != "is too small" {
		t.Fatalf("%#v", err)
	}
	if said := e.Fields[0].Said; said.Format != "must have %d characters" || len(said.Args) != 1 || e.Said.Format != "%s was refused" {
		t.Errorf("it was said as %v and %v", e.Said, said)
	}
	if got, want := err.Error(), "thing was refused (name: must have 3 characters; size: is too small)"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
