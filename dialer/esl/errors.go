package esl

import (
	"errors"
	"fmt"
)

// Reasons why a connection to the switch could not be made. A DialError wraps one of them.
var (
	ErrRefused     = errors.New("nothing listens there")
	ErrUnreachable = errors.New("address cannot be reached")
	ErrAuth        = errors.New("the switch refused the password")
	ErrRejected    = errors.New("the switch's access list rejects this machine")
	ErrSilent      = errors.New("connected, but the other side says nothing")
	ErrNotESL      = errors.New("what answers there is not an event socket")
)

// What happens to commands, jobs and subscriptions of a connection that ended.
var (
	// ErrLost is a job or command whose fate is unknown: the connection ended after it was sent. The switch may well
	// have carried it out; reconcile before doing it again.
	ErrLost = errors.New("the connection to the switch was lost before the answer came")
	// ErrDown is a command that was not sent, because there is no connection at the moment.
	ErrDown = errors.New("there is no connection to the switch")
	// ErrClosed is a command after Close.
	ErrClosed = errors.New("the client of the switch is closed")
	// ErrOwned is an Own of a UUID that another owner holds.
	ErrOwned = errors.New("the channel has an owner already")
)

// advice is what an operator can do about each reason.
var advice = map[error]string{
	ErrRefused:     "start the switch, or correct the address",
	ErrUnreachable: "check the address and the network",
	ErrAuth:        "give the password of its event_socket.conf.xml (switch.password, or --esl-password)",
	ErrRejected:    "add this machine to apply-inbound-acl of event_socket.conf.xml",
	ErrSilent:      "check that the port is the event socket and that the switch is not hung",
	ErrNotESL:      "check the port; the event socket is 8021 unless configured otherwise",
}

// DialError says which address did not work, why, and what to do.
type DialError struct {
	Address string
	Reason  error // one of ErrRefused, ErrUnreachable, ErrAuth, ErrRejected, ErrSilent, ErrNotESL
	Cause   error // the network's own words, may be nil
}

func (e *DialError) Error() string {
	s := fmt.Sprintf("switch at %s: %v", e.Address, e.Reason)
	if e.Cause != nil {
		s += fmt.Sprintf(" (%v)", e.Cause)
	}
	if a := advice[e.Reason]; a != "" {
		s += "; " + a
	}
	return s
}

// Unwrap lets errors.Is find both the reason and the network's error.
func (e *DialError) Unwrap() []error { return []error{e.Reason, e.Cause} }

// ReplyError is an -ERR or -USAGE answer: the switch understood the bytes and said no.
type ReplyError struct {
	Command string // the command's first word
	Text    string // what the switch said, without "-ERR "
}

func (e *ReplyError) Error() string { return fmt.Sprintf("switch refused %s: %s", e.Command, e.Text) }

// NoSuchChannel tells whether the switch refused because the channel is not there (any more).
func NoSuchChannel(err error) bool {
	var e *ReplyError
	if !errors.As(err, &e) {
		return false
	}
	switch e.Text {
	case "No such channel!", "No such channel", "Cannot locate session!", "invalid uuid", "Invalid uuid":
		return true
	}
	return false
}

// OriginateError is a call that did not come about; Cause is the switch's name for the reason, such as USER_BUSY.
type OriginateError struct{ Cause Cause }

func (e *OriginateError) Error() string { return "call was not established: " + string(e.Cause) }

// ConnError is why a connection ended.
type ConnError struct {
	What  string
	Cause error
}

func (e *ConnError) Error() string {
	if e.Cause == nil {
		return e.What
	}
	return e.What + ": " + e.Cause.Error()
}

func (e *ConnError) Unwrap() error { return e.Cause }
