package wire

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Frame is one message of the switch. Header values are as they were on the wire.
type Frame struct {
	Headers Headers
	Body    []byte // valid until the next read
}

// ContentType is the frame's kind, such as command/reply; frames of unknown kinds are whole all the same, so that a
// reader can pass over them.
func (f Frame) ContentType() string { return f.Headers.Get(HeaderContentType) }

// Event parses a text/event-plain frame.
func (f Frame) Event() (Event, error) { return ParseEvent(f.Body) }

// Reader cuts a stream into frames (what the switch sends) or commands (what a client sends).
type Reader struct {
	in     *bufio.Reader
	limits Limits
	body   []byte
}

// NewReader reads from r within the limits.
func NewReader(r io.Reader, limits Limits) *Reader {
	return &Reader{in: bufio.NewReaderSize(r, 64<<10), limits: limits.orDefault()}
}

// maxKeptBody is the largest body buffer that is kept for the next message.
const maxKeptBody = 256 << 10

// ReadFrame reads one message. io.EOF means that the stream ended between two messages; an end inside one is
// io.ErrUnexpectedEOF, and anything malformed wraps ErrProtocol.
func (r *Reader) ReadFrame() (Frame, error) {
	first, err := r.firstLine()
	if err != nil {
		return Frame{}, err
	}
	headers, err := r.headers(nil, first)
	if err != nil {
		return Frame{}, err
	}
	body, err := r.readBody(headers)
	return Frame{Headers: headers, Body: body}, err
}

// Command is one message of a client: its first line, the headers after it, and a body (sendmsg).
type Command struct {
	Line    string
	Headers Headers
	Body    string
}

// ReadCommand reads one command. Blank lines before it are passed over.
func (r *Reader) ReadCommand() (Command, error) {
	line, err := r.firstLine()
	if err != nil {
		return Command{}, err
	}
	next, err := r.line()
	if err != nil {
		return Command{}, inside(err)
	}
	headers, err := r.headers(nil, next)
	if err != nil {
		return Command{}, err
	}
	body, err := r.readBody(headers)
	return Command{Line: line, Headers: headers, Body: string(body)}, err
}

// firstLine passes over blank lines: the switch ends some replies with one more than needed. A peer that sends nothing
// but blank lines is cut off, as it would keep a reader busy for ever.
func (r *Reader) firstLine() (string, error) {
	for range 1024 {
		line, err := r.line()
		if err != nil || line != "" {
			return line, err
		}
	}
	return "", protocolError("nothing but blank lines")
}

func (r *Reader) headers(h Headers, line string) (Headers, error) {
	for line != "" {
		if len(h) >= r.limits.Headers {
			return nil, protocolError("message of more than %d headers", r.limits.Headers)
		}
		one, err := splitHeader(line)
		if err != nil {
			return nil, err
		}
		h = append(h, one)
		if line, err = r.line(); err != nil {
			return nil, inside(err)
		}
	}
	return h, nil
}

func (r *Reader) readBody(h Headers) ([]byte, error) {
	n, err := h.contentLength(r.limits.Body)
	if err != nil || n == 0 {
		return nil, err
	}
	if cap(r.body) > maxKeptBody && n <= maxKeptBody {
		r.body = nil
	}
	// The announced length is not trusted with memory before the bytes have come.
	body := r.body[:0]
	for len(body) < n {
		step := min(n-len(body), maxKeptBody)
		if cap(body)-len(body) < step {
			body = append(make([]byte, 0, min(n, 2*cap(body)+step)), body...)
		}
		part := body[len(body) : len(body)+step]
		if _, err := io.ReadFull(r.in, part); err != nil {
			return nil, inside(err)
		}
		body = body[:len(body)+step]
	}
	r.body = body
	return body, nil
}

// line reads up to a line feed and drops it together with a carriage return. io.EOF comes back only when not one byte
// of a line was there.
func (r *Reader) line() (string, error) {
	part, err := r.in.ReadSlice('\n')
	if err == nil {
		return strings.TrimSuffix(string(part[:len(part)-1]), "\r"), nil
	}
	var long []byte
	for errors.Is(err, bufio.ErrBufferFull) {
		if len(long)+len(part) > r.limits.Line {
			return "", protocolError("line of more than %d bytes", r.limits.Line)
		}
		long = append(long, part...)
		part, err = r.in.ReadSlice('\n')
	}
	long = append(long, part...)
	if err != nil {
		if len(long) > 0 {
			err = inside(err)
		}
		return "", err
	}
	if len(long) > r.limits.Line {
		return "", protocolError("line of more than %d bytes", r.limits.Line)
	}
	return strings.TrimSuffix(string(long[:len(long)-1]), "\r"), nil
}

// inside marks an end of stream in the middle of a message.
func inside(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("event socket closed in the middle of a message: %w", io.ErrUnexpectedEOF)
	}
	return err
}
