package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// Config names a chat server.
type Config struct {
	// URL is the base of the interface, such as http://127.0.0.1:8000/v1.
	URL string
	// Key is sent as a bearer token; local servers need none.
	Key string
	// Model is the server's name of the model.
	Model  string
	Limits Limits
}

// OpenAI asks a server that speaks OpenAI's chat completions: POST {URL}/chat/completions with stream, answered by
// server-sent events whose data are completion chunks, the last one being [DONE].
//
// Neither max_tokens nor temperature is sent: some models refuse them, and the reply is bounded here.
type OpenAI struct {
	cfg  Config
	http *http.Client
}

// New makes a client. It does not connect yet.
func New(cfg Config) (*OpenAI, error) {
	u, err := url.Parse(cfg.URL)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, &Error{Kind: Invalid, Tried: "use the chat server's address: expected http://host:port/v1 or https://host/v1"}
	case u.RawQuery != "" || u.User != nil || u.Fragment != "":
		return nil, &Error{Kind: Invalid, Tried: "use " + u.Host + " as chat server: its address must hold neither user nor query; the key is a setting of its own"}
	case cfg.Model == "":
		return nil, &Error{Kind: Invalid, Tried: "use " + u.Host + " as chat server: name the model"}
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	cfg.Limits = cfg.Limits.withDefaults()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = 32 // a connection that stands saves a handshake while a callee waits
	return &OpenAI{cfg: cfg, http: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Close gives idle connections back.
func (c *OpenAI) Close() { c.http.CloseIdleConnections() }

// Stream implements Client.
func (c *OpenAI) Stream(ctx context.Context, r Request) <-chan Piece {
	pieces := make(chan Piece, c.cfg.Limits.Sentences+1)
	go func() {
		defer close(pieces)
		choice, err := c.ask(ctx, r, func(sentence string) { pieces <- Piece{Text: sentence} })
		last := Piece{Done: true, Choice: choice}
		if err != nil {
			last.Err = err
		}
		pieces <- last
	}()
	return pieces
}

var (
	errFirst = errors.New("no sentence in time")
	errWhole = errors.New("no end in time")
)

// ask makes one request and says what comes back.
func (c *OpenAI) ask(parent context.Context, r Request, say func(string)) (choice string, err error) {
	if n := len([]rune(r.Instructions)); n > MaxInstructions {
		return "", c.fail(Invalid, fmt.Sprintf("ask: instructions of %d characters are more than %d", n, MaxInstructions), nil)
	}
	if len(r.Choices) > MaxChoices {
		return "", c.fail(Invalid, fmt.Sprintf("ask: %d choices are more than %d", len(r.Choices), MaxChoices), nil)
	}
	first := r.FirstSentence
	if first <= 0 {
		first = c.cfg.Limits.FirstSentence
	}
	ctx, cancelWhole := context.WithTimeoutCause(parent, c.cfg.Limits.Whole, errWhole)
	defer cancelWhole()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	waiting := time.AfterFunc(first, func() { cancel(errFirst) })
	defer waiting.Stop()

	explain := func(kind Kind, tried string, cause error) error {
		switch why := context.Cause(ctx); {
		case parent.Err() != nil:
			return c.fail(Canceled, tried, nil)
		case errors.Is(why, errFirst):
			return c.fail(Timeout, fmt.Sprintf("wait %v for the first sentence", first), nil)
		case errors.Is(why, errWhole):
			return c.fail(Timeout, fmt.Sprintf("wait %v for the end of the reply", c.cfg.Limits.Whole), nil)
		}
		return c.fail(kind, tried, cause)
	}
	resp, err := c.post(ctx, r)
	if err != nil {
		return "", explain(Unreachable, "connect", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", explain(Refused, "ask", c.refusal(resp))
	}
	said, answer := 0, reply{choices: len(r.Choices)}
	speak := func(sentences []string) (more bool) {
		for _, s := range sentences {
			if said == c.cfg.Limits.Sentences {
				return false
			}
			waiting.Stop()
			say(s)
			said++
		}
		return said < c.cfg.Limits.Sentences && answer.choice == 0
	}
	kind, err := read(resp, c.cfg.Limits.Bytes, func(text string) bool { return speak(answer.add(text)) })
	if err == nil {
		speak(answer.close())
	}
	switch {
	case answer.choice > 0:
		return r.Choices[answer.choice-1], nil
	case err != nil:
		return "", explain(kind, "read the reply", c.clean(err))
	case said == 0:
		return "", c.fail(Protocol, "read the reply: it has no words", nil)
	}
	return "", nil
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

func (c *OpenAI) post(ctx context.Context, r Request) (*http.Response, error) {
	body, err := json.Marshal(map[string]any{"model": c.cfg.Model, "stream": true, "messages": messages(r)})
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.cfg.URL+"/chat/completions", bytes.NewReader(body))
	if err != nil {
		return nil, errors.New("the address cannot be used")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "text/event-stream")
	if c.cfg.Key != "" {
		req.Header.Set("Authorization", "Bearer "+c.cfg.Key)
	}
	resp, err := c.http.Do(req) //nolint:bodyclose // the caller closes it
	var where *url.Error
	if errors.As(err, &where) {
		err = where.Err // the address is named already
	}
	return resp, err
}

// messages puts the request into the form that chat templates of all models take: roles alternate, the callee begins and
// has the last word.
func messages(r Request) []message {
	turns := r.History[max(0, len(r.History)-MaxTurns):]
	length := 0
	for i := len(turns) - 1; i >= 0; i-- {
		if length += len([]rune(turns[i].Text)); length > MaxHistory {
			turns = turns[i+1:]
			break
		}
	}
	out := []message{{"system", prompt(r)}}
	for _, t := range turns {
		role := "user"
		if t.Who == Robot {
			role = "assistant"
		}
		text := strings.TrimSpace(t.Text)
		switch last := &out[len(out)-1]; {
		case text == "":
		case last.Role == role:
			last.Content += "\n" + text
		case last.Role == "system" && role == "assistant":
			out = append(out, message{"user", "(the callee has answered the telephone)"}, message{role, text})
		default:
			out = append(out, message{role, text})
		}
	}
	if out[len(out)-1].Role != "user" {
		out = append(out, message{"user", "(the callee says nothing)"})
	}
	return out
}

// refusal is what a server says instead of a completion.
func (c *OpenAI) refusal(resp *http.Response) error {
	raw, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // the status alone is an answer
	var e struct {
		Error   json.RawMessage `json:"error"`
		Message string          `json:"message"`
	}
	text := e.Message
	if json.Unmarshal(raw, &e) == nil {
		text = e.Message
		if said := errorText(e.Error); said != "" {
			text = said
		}
	}
	return c.clean(fmt.Errorf("status %d %s", resp.StatusCode, strings.TrimSpace(text)))
}

// errorText reads an error object or a plain error text.
func errorText(raw json.RawMessage) string {
	var object struct {
		Message string `json:"message"`
	}
	var text string
	if json.Unmarshal(raw, &object) == nil && object.Message != "" {
		return object.Message
	}
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return ""
}

func (c *OpenAI) fail(kind Kind, tried string, cause error) error {
	return &Error{Kind: kind, Tried: tried + " (" + c.cfg.URL + ", " + c.cfg.Model + ")", Cause: cause}
}

// clean keeps the key out of what a server said, and what it said short and on one line.
func (c *OpenAI) clean(err error) error {
	text := err.Error()
	if c.cfg.Key != "" {
		text = strings.ReplaceAll(text, c.cfg.Key, "***")
	}
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return errors.New(text)
}

// isEvents tells a stream from one whole answer, which some servers give although a stream was asked for.
func isEvents(h http.Header) bool {
	kind, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	return err != nil || kind != "application/json"
}
