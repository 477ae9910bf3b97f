// Package admin owns the process side of the API and the console: the port they listen on and how they stop. What they
// answer is in api and console, what runs behind them in jobs and importer.
package admin

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"syscall"
	"time"

	"github.com/outdial/outdial/shared/errs"
)

const (
	headerTime = 10 * time.Second
	// answerTime bounds an answer that sets no deadline of its own; uploads, audio and streams do.
	answerTime = 60 * time.Second
	idleTime   = 2 * time.Minute
)

// Server listens for requests.
type Server struct {
	addr    string
	log     *slog.Logger
	http    *http.Server
	ended   sync.WaitGroup
	bound   net.Addr
	failure error
}

// NewServer makes a server for host:port that does nothing until Start. A handler that has live streams ends them when
// its EndStreams is called.
func NewServer(addr string, h http.Handler, log *slog.Logger) *Server {
	s := &Server{addr: addr, log: log}
	s.http = &http.Server{
		Handler: h, ReadHeaderTimeout: headerTime, WriteTimeout: answerTime, IdleTimeout: idleTime, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
	if streams, ok := h.(interface{ EndStreams() }); ok {
		s.http.RegisterOnShutdown(streams.EndStreams)
	}
	return s
}

// Start takes the port and returns; requests are answered until Close.
func (s *Server) Start(ctx context.Context) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.addr)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return errs.Wrap(errs.Unavailable, err, "address %s is taken by another program; stop it or set admin.listen to another port", s.addr)
	case errors.Is(err, syscall.EACCES):
		return errs.Wrap(errs.Unavailable, err, "address %s may not be used by this user; set admin.listen to a port above 1023", s.addr)
	case err != nil:
		return errs.Wrap(errs.Unavailable, err, "the API cannot listen on %s; correct admin.listen", s.addr)
	}
	s.bound = l.Addr()
	s.ended.Go(func() {
		if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			s.failure = err
			s.log.Error("the API has stopped", "error", err)
		}
	})
	return nil
}

// Addr is the address that Start took, with the port that was picked for port 0.
func (s *Server) Addr() string {
	if s.bound == nil {
		return s.addr
	}
	return s.bound.String()
}

// Close takes no new requests, ends live streams, and waits for requests under way until ctx ends; then it breaks them
// off.
func (s *Server) Close(ctx context.Context) error {
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	s.ended.Wait()
	return errors.Join(err, s.failure)
}
