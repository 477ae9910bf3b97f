package admin_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/admin"
	"github.com/outdial/outdial/shared/errs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// streaming answers until its streams are ended, as live events do.
type streaming struct{ end chan struct{} }

func (s *streaming) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, "begun\n")
	_ = http.NewResponseController(w).Flush()
	select {
	case <-s.end:
		_, _ = io.WriteString(w, "ended\n")
	case <-r.Context().Done():
	}
}

func (s *streaming) EndStreams() { close(s.end) }

func TestServerAnswersUntilItIsClosed(t *testing.T) {
	s := admin.NewServer("127.0.0.1:0", &streaming{make(chan struct{})}, slog.New(slog.DiscardHandler))
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultTransport.RoundTrip(request(t, "http://"+s.Addr()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	begun := make([]byte, 6)
	if _, err := io.ReadFull(resp.Body, begun); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(resp.Body)
	if err != nil || string(rest) != "ended\n" {
		t.Errorf("rest %q, %v", rest, err)
	}
	if _, err := net.Dial("tcp", s.Addr()); err == nil {
		t.Error("the port still answers")
	}
}

func TestCloseDoesNotWaitForEver(t *testing.T) {
	s := admin.NewServer("127.0.0.1:0", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }), slog.New(slog.DiscardHandler))
	if err := s.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	began := make(chan struct{})
	go func() {
		defer close(began)
		if resp, err := http.DefaultTransport.RoundTrip(request(t, "http://"+s.Addr())); err == nil {
			_ = resp.Body.Close()
		}
	}()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_ = s.Close(ctx)
	<-began
}

func TestTakenPortIsOneClearLine(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	s := admin.NewServer(l.Addr().String(), http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	err = s.Start(t.Context())
	if !errs.Is(err, errs.Unavailable) || !strings.Contains(err.Error(), "is taken by another program; stop it or set admin.listen") {
		t.Errorf("start: %v", err)
	}
}

func request(t *testing.T, url string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	return r
}
