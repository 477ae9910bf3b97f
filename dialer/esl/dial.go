package esl

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

var errDialTimeout = errors.New("dial timeout")

// within is a context that ends after d by the given clock.
func within(ctx context.Context, c clock.Clock, d time.Duration, why error) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	t := c.AfterFunc(d, func() { cancel(why) })
	return ctx, func() {
		t.Stop()
		cancel(context.Canceled)
	}
}

// heard counts the bytes that came, to tell a silent peer from one that speaks something else.
type heard struct {
	net.Conn
	bytes atomic.Int64
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.Conn.Read(p)
	h.bytes.Add(int64(n))
	return n, err
}

// connect opens a socket and signs in. Every failure is a DialError, unless ctx ended for the caller's own reason.
func connect(ctx context.Context, cfg *Config) (*heard, *wire.Reader, error) {
	refuse := func(reason, cause error) error { return &DialError{Address: cfg.Address, Reason: reason, Cause: cause} }
	raw, err := cfg.Connect(ctx, cfg.Address)
	if err != nil {
		switch {
		case errors.Is(err, syscall.ECONNREFUSED):
			return nil, nil, refuse(ErrRefused, nil)
		case ctx.Err() != nil && !errors.Is(context.Cause(ctx), errDialTimeout):
			return nil, nil, context.Cause(ctx)
		}
		return nil, nil, refuse(ErrUnreachable, err)
	}
	nc := &heard{Conn: raw}
	// The end of ctx unblocks whatever waits on the socket.
	stop := context.AfterFunc(ctx, func() { _ = nc.SetDeadline(time.Unix(1, 0)) })
	in := wire.NewReader(nc, cfg.Limits)
	err = signIn(nc, in, cfg.Password)
	if !stop() && err == nil {
		err = context.Cause(ctx)
	}
	if err == nil {
		return nc, in, nil
	}
	_ = nc.Close()
	switch {
	case errors.Is(err, ErrAuth), errors.Is(err, ErrRejected):
		return nil, nil, refuse(unwrapReason(err), nil)
	case ctx.Err() != nil && !errors.Is(context.Cause(ctx), errDialTimeout):
		return nil, nil, context.Cause(ctx)
	case ctx.Err() != nil && nc.bytes.Load() == 0:
		return nil, nil, refuse(ErrSilent, fmt.Errorf("within %v", cfg.DialTimeout))
	case errors.Is(err, io.EOF) && nc.bytes.Load() == 0:
		return nil, nil, refuse(ErrNotESL, errors.New("it closed the connection without a word"))
	case ctx.Err() != nil && !errors.Is(err, wire.ErrProtocol) && !errors.Is(err, ErrNotESL):
		return nil, nil, refuse(ErrSilent, fmt.Errorf("it began to speak and then said no more within %v", cfg.DialTimeout))
	}
	var refused *wire.RefusedError
	if errors.As(err, &refused) {
		return nil, nil, err // the password itself
	}
	return nil, nil, refuse(ErrNotESL, err)
}

func unwrapReason(err error) error {
	if errors.Is(err, ErrAuth) {
		return ErrAuth
	}
	return ErrRejected
}

// signIn answers auth/request with the password (mod_event_socket.c, listener_run).
func signIn(nc net.Conn, in *wire.Reader, password string) error {
	f, err := in.ReadFrame()
	if err != nil {
		return err
	}
	switch f.ContentType() {
	case wire.TypeAuthRequest:
	case wire.TypeRudeRejection:
		return ErrRejected
	default:
		return fmt.Errorf("%w: it began with %.60q", ErrNotESL, f.ContentType())
	}
	if strings.TrimSpace(password) == "" {
		return ErrAuth
	}
	text, err := wire.AppendCommand(nil, "auth "+password)
	if err != nil {
		return &wire.RefusedError{What: "switch password", Value: "(hidden)", Reason: "holds a control character or outer blanks"}
	}
	if _, err := nc.Write(text); err != nil {
		return err
	}
	for {
		f, err := in.ReadFrame()
		if err != nil {
			return err
		}
		switch f.ContentType() {
		case wire.TypeCommandReply:
			if strings.HasPrefix(f.Headers.Get(wire.HeaderReplyText), "+OK") {
				return nil
			}
			return ErrAuth
		case wire.TypeRudeRejection:
			return ErrRejected
		case wire.TypeDisconnect:
			return ErrAuth
		}
	}
}
