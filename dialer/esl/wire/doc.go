// Package wire owns the bytes of the event socket (mod_event_socket of FreeSWITCH): frames, commands, events, and the
// two little languages inside commands, the argument list and the channel variables of a dial string. Both ends use it:
// the client in dialer/esl and the embedded switch.
//
// It does not own connections, the order of replies, or what a command means.
package wire

import (
	"errors"
	"fmt"
)

// Limits bound what one message may cost the reader. Zero fields take the default.
type Limits struct {
	Line    int // bytes of one header line; default 1 MiB, as channel variables can carry a whole SDP or SIP message
	Headers int // header lines of one message; default 4096
	Body    int // bytes of one body; default 16 MiB, which holds `show channels` of 10,000 calls
}

func (l Limits) orDefault() Limits {
	if l.Line <= 0 {
		l.Line = 1 << 20
	}
	if l.Headers <= 0 {
		l.Headers = 4096
	}
	if l.Body <= 0 {
		l.Body = 16 << 20
	}
	return l
}

// ErrProtocol is wrapped by every error that means "these bytes are not the event socket's". After one of them nothing
// further can be read from the same stream.
var ErrProtocol = errors.New("event socket protocol violated")

func protocolError(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrProtocol, fmt.Sprintf(format, args...))
}

// Content types of frames that the switch sends.
const (
	TypeAuthRequest   = "auth/request"
	TypeCommandReply  = "command/reply"
	TypeAPIResponse   = "api/response"
	TypeEventPlain    = "text/event-plain"
	TypeDisconnect    = "text/disconnect-notice"
	TypeRudeRejection = "text/rude-rejection"
	TypeLogData       = "log/data"
)

// Names of headers that carry the protocol itself.
const (
	HeaderContentType   = "Content-Type"
	HeaderContentLength = "Content-Length"
	HeaderReplyText     = "Reply-Text"
	HeaderJobUUID       = "Job-UUID"
	HeaderEventName     = "Event-Name"
	HeaderEventSubclass = "Event-Subclass"
	HeaderEventSequence = "Event-Sequence"
	HeaderUniqueID      = "Unique-ID"
)
