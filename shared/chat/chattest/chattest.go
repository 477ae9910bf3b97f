// Package chattest owns what tests of model nodes share: a chat server whose behaviour a test scripts, faults included, and
// a client that answers without any server. It is for tests only.
package chattest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/outdial/outdial/shared/chat"
)

// Asked is a request as the server saw it.
type Asked struct {
	Authorization string
	Path          string
	Body          struct {
		Model    string `json:"model"`
		Stream   bool   `json:"stream"`
		Messages []struct {
			Role    string `json:"role"`
			Content string `json:"content"`
		} `json:"messages"`
	}
}

// Serve starts a chat server on loopback that gives each request to answer, and returns the base of its address. Requests
// end when the test does.
func Serve(t testing.TB, answer func(w *Reply, asked Asked)) string {
	t.Helper()
	ending := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := Asked{Authorization: r.Header.Get("Authorization"), Path: r.URL.Path}
		if err := json.NewDecoder(r.Body).Decode(&asked.Body); err != nil {
			http.Error(w, "not JSON", http.StatusBadRequest)
			return
		}
		answer(&Reply{w: w, gone: r.Context().Done(), ending: ending}, asked)
	}))
	t.Cleanup(func() { close(ending); srv.Close() })
	return srv.URL + "/v1"
}

// Reply is what a server writes.
type Reply struct {
	w            http.ResponseWriter
	gone, ending <-chan struct{}
	begun        bool
}

// Tokens streams pieces of text, each as a completion chunk of its own.
func (r *Reply) Tokens(texts ...string) {
	for _, text := range texts {
		raw, _ := json.Marshal(text) // a string always marshals
		r.Raw(fmt.Sprintf("data: {\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":%s},\"finish_reason\":null}]}\n\n", raw))
	}
}

// End ends a stream as servers do.
func (r *Reply) End() {
	r.Raw("data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
}

// Raw writes bytes into the stream. It tells whether the client still reads.
func (r *Reply) Raw(text string) bool {
	if !r.begun {
		r.begun = true
		r.w.Header().Set("Content-Type", "text/event-stream")
		r.w.WriteHeader(http.StatusOK)
	}
	_, err := r.w.Write([]byte(text))
	r.w.(http.Flusher).Flush()
	return err == nil
}

// Fail answers with a status and a body.
func (r *Reply) Fail(status int, kind, body string) {
	r.begun = true
	r.w.Header().Set("Content-Type", kind)
	r.w.WriteHeader(status)
	_, _ = r.w.Write([]byte(body)) // a client that left wants none
}

// Hang waits until the client has left or the test ends.
func (r *Reply) Hang() {
	select {
	case <-r.gone:
	case <-r.ending:
	}
}

// Cut breaks the connection.
func (r *Reply) Cut() { panic(http.ErrAbortHandler) }

// Script is a client without a server: each Stream takes the next reply, the last one again when they run out.
type Script struct {
	Replies [][]chat.Piece

	mu    sync.Mutex
	asked []chat.Request
}

// Stream implements chat.Client.
func (s *Script) Stream(_ context.Context, r chat.Request) <-chan chat.Piece {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r)
	var reply []chat.Piece
	if len(s.Replies) > 0 {
		reply = s.Replies[min(len(s.asked), len(s.Replies))-1]
	}
	out := make(chan chat.Piece, len(reply)+1)
	for _, p := range reply {
		out <- p
	}
	if len(reply) == 0 || !reply[len(reply)-1].Done {
		out <- chat.Piece{Done: true}
	}
	close(out)
	return out
}

// Asked are the requests so far.
func (s *Script) Asked() []chat.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]chat.Request(nil), s.asked...)
}
