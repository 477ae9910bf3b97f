package wire

import (
	"strconv"
	"strings"
)

// Event is one event of the switch: ordered headers with decoded values, and a body (the output of a background job).
type Event struct {
	Headers Headers
	Body    string
}

// undefined is how the switch writes an empty value (switch_event.c, switch_event_serialize).
const undefined = "_undef_"

// Get returns the first value of a header, or "".
func (e Event) Get(name string) string { return e.Headers.Get(name) }

// Lookup returns the first value of a header and whether the header is there.
func (e Event) Lookup(name string) (string, bool) { return e.Headers.Lookup(name) }

// Values returns every value of a header, lists and indexed names included.
func (e Event) Values(name string) []string { return e.Headers.Values(name) }

// Variable returns a channel variable as the event carries it.
func (e Event) Variable(name string) string { return e.Headers.Get("variable_" + name) }

// Name is the kind of event, such as CHANNEL_ANSWER.
func (e Event) Name() string { return e.Headers.Get(HeaderEventName) }

// UUID is the channel that the event is about, or "".
func (e Event) UUID() string { return e.Headers.Get(HeaderUniqueID) }

// Sequence is the switch's running number of the event, 0 when it has none. The switch counts every event that it fires,
// also those that a listener did not subscribe to.
func (e Event) Sequence() uint64 {
	n, err := strconv.ParseUint(e.Headers.Get(HeaderEventSequence), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// Add appends a header.
func (e *Event) Add(name, value string) {
	e.Headers = append(e.Headers, Header{Name: name, Value: value})
}

// ParseEvent reads the body of a text/event-plain frame. Values are percent-decoded; `_undef_` becomes "".
func ParseEvent(body []byte) (Event, error) {
	return parseEvent(body, Limits{}.orDefault())
}

func parseEvent(body []byte, limits Limits) (Event, error) {
	text := string(body) // one copy; all names and plain values are parts of it
	e := Event{Headers: make(Headers, 0, min(strings.Count(text, "\n"), limits.Headers))}
	for {
		line, rest, ok := strings.Cut(text, "\n")
		if !ok {
			return Event{}, protocolError("event of %d headers has no end of headers", len(e.Headers))
		}
		text = rest
		line = strings.TrimSuffix(line, "\r")
		if line == "" {
			break
		}
		if len(e.Headers) >= limits.Headers {
			return Event{}, protocolError("event of more than %d headers", limits.Headers)
		}
		h, err := splitHeader(line)
		if err != nil {
			return Event{}, err
		}
		if h.Value = Unescape(h.Value); h.Value == undefined {
			h.Value = ""
		}
		e.Headers = append(e.Headers, h)
	}
	n, err := e.Headers.contentLength(limits.Body)
	if err != nil {
		return Event{}, err
	}
	if n > len(text) {
		return Event{}, protocolError("event body of %d bytes where %d were announced", len(text), n)
	}
	e.Body = text[:n]
	return e, nil
}
