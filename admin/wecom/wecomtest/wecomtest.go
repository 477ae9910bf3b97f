// Package wecomtest owns what tests of pushes share: a server that answers as WeCom documents the webhooks of its group
// robots, and misbehaves where a test wants it to. It is for tests only.
package wecomtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"
)

// Answer is how the server treats one message.
type Answer string

const (
	OK       Answer = "ok"
	Busy     Answer = "busy"          // errcode -1
	Often    Answer = "too often"     // errcode 45009
	Invalid  Answer = "invalid"       // errcode 93000
	Refused  Answer = "refused"       // another errcode
	Slow     Answer = "slow"          // nothing, until the caller gives up
	Cut      Answer = "cut"           // the connection ends within the answer
	Hangup   Answer = "hang-up"       // the connection ends before any answer
	Garbage  Answer = "garbage"       // 200 with what is no JSON
	Nothing  Answer = "nothing"       // 200 with JSON that has no errcode
	Huge     Answer = "huge"          // 200 with megabytes
	Redirect Answer = "redirect"      // 307 to another server
	Down     Answer = "down"          // 503
	Limited  Answer = "limited"       // 429
	Echo     Answer = "says the key"  // refuses, and says in errmsg what the address was
	Squeezed Answer = "packed badly"  // says that the answer is gzip, and it is not
	Wrong    Answer = "no such route" // 404
)

// Message is what a robot was given.
type Message struct {
	Key     string
	Content string
}

// Server is WeCom, as far as its webhooks go. It knows every key until Forget.
type Server struct {
	URL string

	mu      sync.Mutex
	answers []Answer
	always  Answer
	taken   []Message
	asked   []Message
	gone    map[string]bool
	arrived chan Message
	ending  chan struct{}
	faults  []string
}

// Serve starts a server on loopback that ends with the test. A request that WeCom would not understand fails the test.
func Serve(t testing.TB) *Server {
	t.Helper()
	s := &Server{always: OK, gone: map[string]bool{}, arrived: make(chan Message, 1000), ending: make(chan struct{})}
	srv := httptest.NewServer(s)
	s.URL = srv.URL
	t.Cleanup(func() {
		close(s.ending)
		srv.Close()
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, f := range s.faults {
			t.Errorf("a request that WeCom would refuse: %s", f)
		}
	})
	return s
}

// Next says how the next messages are treated, one each; those after them as Always says, which is OK.
func (s *Server) Next(list ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, list...)
}

// Always says how messages are treated from now on.
func (s *Server) Always(a Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers, s.always = nil, a
}

// Forget makes a key invalid, as when its robot is taken out of its chat.
func (s *Server) Forget(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.gone[key] = true
}

// Taken are the messages that were acknowledged; Asked are all that arrived.
func (s *Server) Taken() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.taken...)
}

// Asked are all messages that arrived, however they were treated.
func (s *Server) Asked() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.asked...)
}

// Arrived gives each message as it arrives.
func (s *Server) Arrived() <-chan Message { return s.arrived }

// ServeHTTP implements POST /cgi-bin/webhook/send?key=KEY.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var body struct {
		Type     string `json:"msgtype"`
		Markdown struct {
			Content string `json:"content"`
		} `json:"markdown"`
	}
	raw, err := io.ReadAll(r.Body)
	if err == nil {
		err = json.Unmarshal(raw, &body)
	}
	m := Message{Key: r.URL.Query().Get("key"), Content: body.Markdown.Content}
	s.mu.Lock()
	switch {
	case r.Method != http.MethodPost || r.URL.Path != "/cgi-bin/webhook/send":
		s.faults = append(s.faults, r.Method+" "+r.URL.Path)
	case err != nil || kind != "application/json" || body.Type != "markdown":
		s.faults = append(s.faults, fmt.Sprintf("%s %q: %v", kind, body.Type, err))
	case bytes.Contains(raw, []byte(`\u`)): // error 40033
		s.faults = append(s.faults, "characters written as \\uxxxx: "+string(raw))
	case m.Content == "" || len(m.Content) > 4096 || !utf8.ValidString(m.Content):
		s.faults = append(s.faults, fmt.Sprintf("content of %d bytes", len(m.Content)))
	}
	a := s.always
	if len(s.answers) > 0 {
		a, s.answers = s.answers[0], s.answers[1:]
	}
	if a == OK && s.gone[m.Key] {
		a = Invalid
	}
	s.asked = append(s.asked, m)
	if a == OK {
		s.taken = append(s.taken, m)
	}
	s.mu.Unlock()
	s.arrived <- m
	s.answer(w, r, a, m)
}

func (s *Server) answer(w http.ResponseWriter, r *http.Request, a Answer, m Message) {
	say := func(code int, text string) {
		w.Header().Set("Content-Type", "application/json; charset=UTF-8")
		_ = json.NewEncoder(w).Encode(map[string]any{"errcode": code, "errmsg": text})
	}
	switch a {
	case OK:
		say(0, "ok")
	case Busy:
		say(-1, "system busy")
	case Often:
		say(45009, "api freq out of limit, hint: [1635043469_160_1ea1b1d99cd2], from ip: 203.0.113.7")
	case Invalid:
		say(93000, "invalid webhook url, hint: [1635043469_160_1ea1b1d99cd2], from ip: 203.0.113.7")
	case Refused:
		say(40058, "markdown.content exceed max length 4096. invalid Request Parameter")
	case Echo:
		say(93000, "invalid webhook url "+r.URL.String()+"\x00\n\x1b[31m "+m.Key)
	case Slow:
		select {
		case <-r.Context().Done():
		case <-s.ending:
		}
	case Cut:
		w.Header().Set("Content-Length", "100")
		_, _ = w.Write([]byte(`{"errcode":0,`))
	case Hangup:
		panic(http.ErrAbortHandler)
	case Garbage:
		_, _ = w.Write([]byte("<html>\x00\xff login here </html>"))
	case Nothing:
		_, _ = w.Write([]byte(`{"result":"ok"}`))
	case Huge:
		for range 4096 {
			if _, err := w.Write([]byte(strings.Repeat(" ", 1024))); err != nil {
				return
			}
		}
		say(0, "ok")
	case Redirect:
		w.Header().Set("Location", "http://192.0.2.1/"+r.URL.RequestURI())
		w.WriteHeader(http.StatusTemporaryRedirect)
	case Down:
		w.WriteHeader(http.StatusServiceUnavailable)
	case Limited:
		w.WriteHeader(http.StatusTooManyRequests)
	case Wrong:
		w.WriteHeader(http.StatusNotFound)
	case Squeezed:
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write([]byte(`{"errcode":0,"errmsg":"ok"}`))
	}
}
