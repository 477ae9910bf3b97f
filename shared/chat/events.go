package chat

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxEvent is the longest line of a stream that is read; a chunk holds one or a few tokens.
const maxEvent = 64 << 10

// chunk is one completion chunk, or a whole completion.
type chunk struct {
	Choices []struct {
		Delta struct {
			Content string `json:"content"`
		} `json:"delta"`
		Message struct {
			Content string `json:"content"`
		} `json:"message"`
		FinishReason string `json:"finish_reason"`
	} `json:"choices"`
	Error json.RawMessage `json:"error"`
}

var errTooMuch = errors.New("too much for one reply")

// read hands the text of a reply on until it ends or take wants no more.
func read(resp *http.Response, limit int64, take func(string) bool) (Kind, error) {
	body := &bounded{r: resp.Body, left: limit}
	if !isEvents(resp.Header) {
		raw, err := io.ReadAll(body)
		if err != nil {
			return kindOfRead(err), fmt.Errorf("after %d bytes: %w", len(raw), err)
		}
		_, _, kind, err := event(raw, take)
		return kind, err
	}
	lines := bufio.NewReaderSize(body, maxEvent)
	finished := false
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			return Protocol, fmt.Errorf("a line of more than %d bytes", maxEvent)
		}
		data, isData := bytes.CutPrefix(bytes.TrimSpace(line), []byte("data:"))
		data = bytes.TrimSpace(data)
		switch {
		case isData && string(data) == "[DONE]":
			return 0, nil
		case err != nil: // a line without its end is half a message
		case isData && len(data) > 0:
			more, end, kind, err := event(data, take)
			if err != nil || !more {
				return kind, err
			}
			finished = finished || end
		case !isField(line):
			return Protocol, fmt.Errorf("not a stream of events: %.40q", line)
		}
		switch {
		case errors.Is(err, io.EOF) && finished:
			return 0, nil // some servers leave [DONE] out
		case errors.Is(err, io.EOF):
			return Cut, io.ErrUnexpectedEOF
		case err != nil:
			return kindOfRead(err), err
		}
	}
}

// isField tells the lines of a stream that say nothing to us from what is no stream at all.
func isField(line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] == ':' {
		return true
	}
	for _, name := range []string{"data", "event", "id", "retry"} {
		if bytes.HasPrefix(line, []byte(name+":")) {
			return true
		}
	}
	return false
}

func kindOfRead(err error) Kind {
	if errors.Is(err, errTooMuch) {
		return Protocol
	}
	return Cut
}

// event reads one chunk.
func event(data []byte, take func(string) bool) (more, end bool, kind Kind, err error) {
	var c chunk
	if err := json.Unmarshal(data, &c); err != nil {
		return false, false, Protocol, fmt.Errorf("not a completion: %.60q", data)
	}
	if text := errorText(c.Error); text != "" {
		return false, false, Refused, errors.New(text)
	}
	more = true
	for _, one := range c.Choices[:min(1, len(c.Choices))] {
		if text := one.Delta.Content + one.Message.Content; text != "" && !take(text) {
			more = false
		}
		end = one.FinishReason != ""
	}
	return more, end, 0, nil
}

// bounded reads up to a limit and fails after it.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooMuch
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
