package asr

import (
	"errors"
	"fmt"
)

// Kind tells a caller what to do about a recogniser's failure.
type Kind uint8

const (
	// Unreachable: no connection, or refused, or no answer within the dial timeout. Another provider may serve the call.
	Unreachable Kind = iota + 1
	// Timeout: the provider was there and then said nothing in time.
	Timeout
	// Disconnected: the provider ended the stream in the middle.
	Disconnected
	// Protocol: the provider said something outside its own wire format, or too much of it.
	Protocol
	// Overflow: audio came faster than the provider took it. The stream goes on.
	Overflow
	// Closed: the stream was used after Close or after its context had ended.
	Closed
	// Config: the provider cannot work as configured (bad address, empty phrase set).
	Config
)

var kindNames = [...]string{"unknown", "unreachable", "timeout", "disconnected", "protocol", "overflow", "closed", "config"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is every failure of every provider.
type Error struct {
	Kind     Kind
	Provider string
	// Tried is what was attempted, in words that a user of the product understands, with the address where there is one.
	Tried string
	Cause error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("recogniser %s: %s: %s", e.Provider, e.Tried, e.Kind)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf finds the kind of a recogniser's failure, 0 for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}
