package softswitch

import (
	"errors"
	"io"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

const (
	// FreeSWITCH queues 100,000 events for a listener (mod_event_socket.c, MAX_QUEUE_LEN); the bytes are bounded here as
	// well, since one queue must not take the machine's memory.
	maxQueuedEvents = 100_000
	maxQueuedBytes  = 128 << 20
	// maxLostEvents is how many may be dropped before the listener is (MAX_MISSED).
	maxLostEvents = 500
	// maxBatch is how many frames go into one write.
	maxBatch = 256
	// authTimeout ends a connection that does not sign in (mod_event_socket.c, listener_run).
	authTimeout = 25 * time.Second
	// closeGrace is how long the rest of the queue may take to leave when a listener says exit.
	closeGrace = time.Second
)

// commandLimits bound what one client may make the switch hold.
var commandLimits = wire.Limits{Line: 64 << 10, Headers: 256, Body: 1 << 20}

// listener is one client of the event socket. One goroutine reads and answers commands, one writes; the queue between
// them is bounded, so that a client which does not read never holds up a call.
type listener struct {
	sw   *Switch
	conn net.Conn
	log  *slog.Logger
	sub  subscription // guarded by the bus

	mu     sync.Mutex
	wake   *sync.Cond
	queue  [][]byte
	bytes  int
	lost   int
	closed bool
}

func newListener(sw *Switch, conn net.Conn) *listener {
	l := &listener{sw: sw, conn: conn, log: sw.log.With("listener", conn.RemoteAddr().String())}
	l.wake = sync.NewCond(&l.mu)
	return l
}

// serve runs the connection to its end.
func (l *listener) serve() {
	writer := make(chan struct{})
	go func() {
		defer close(writer)
		l.write()
	}()
	l.reply([]byte("Content-Type: auth/request\n\n"))
	l.read()
	l.sw.bus.remove(l)
	l.finish()
	<-writer
}

func (l *listener) read() {
	in := wire.NewReader(l.conn, commandLimits)
	_ = l.conn.SetReadDeadline(time.Now().Add(authTimeout))
	s := session{listener: l}
	for !s.over {
		cmd, err := in.ReadCommand()
		if err != nil {
			if errors.Is(err, wire.ErrProtocol) {
				l.reply(wire.AppendReply(nil, "-ERR command parse error."))
				l.log.Warn("event socket: client does not speak the protocol and is cut off", "error", err)
			} else if !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
				l.log.Debug("event socket: connection ended", "error", err)
			}
			return
		}
		wasIn := s.authed
		s.do(cmd)
		if s.authed && !wasIn {
			_ = l.conn.SetReadDeadline(time.Time{})
		}
	}
}

// hears is called by the bus, under its lock.
func (l *listener) hears(k eventKind, e wire.Event) bool { return l.sub.hears(k, e) }

// offer queues an event, or drops it when the client has fallen too far behind.
func (l *listener) offer(event []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return
	}
	if len(l.queue) >= maxQueuedEvents || l.bytes >= l.sw.queueBytes {
		if l.lost++; l.lost == 1 {
			l.log.Warn("event socket: client does not read its events; they are being dropped", "queued", len(l.queue), "bytes", l.bytes)
		}
		if l.lost > maxLostEvents {
			l.log.Error("event socket: client cut off, too many events lost; it has to reconnect and reconcile", "lost", l.lost)
			l.closed = true
			l.queue = nil
			l.wake.Signal()
			_ = l.conn.Close()
		}
		return
	}
	l.push(event)
}

// reply queues what is no event; it is never dropped, as a client that sends commands without reading replies only
// blocks itself: its own reader stops at the bound.
func (l *listener) reply(frame []byte) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.closed && l.bytes >= 2*l.sw.queueBytes {
		l.wake.Wait()
	}
	if !l.closed {
		l.push(frame)
	}
}

func (l *listener) push(b []byte) {
	l.queue = append(l.queue, b)
	l.bytes += len(b)
	l.wake.Broadcast()
}

// finish lets the writer end after the queue is out. A client that does not read it ends with the grace.
func (l *listener) finish() {
	_ = l.conn.SetWriteDeadline(time.Now().Add(closeGrace))
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.wake.Broadcast()
}

// stop breaks the connection off.
func (l *listener) stop() {
	l.mu.Lock()
	l.closed = true
	l.mu.Unlock()
	l.wake.Broadcast()
	_ = l.conn.Close()
}

func (l *listener) write() {
	defer func() { _ = l.conn.Close() }() // ends the reader too
	var batch net.Buffers
	for {
		l.mu.Lock()
		for len(l.queue) == 0 && !l.closed {
			l.wake.Wait()
		}
		if len(l.queue) == 0 {
			l.mu.Unlock()
			return
		}
		n := min(len(l.queue), maxBatch)
		batch = append(batch[:0], l.queue[:n]...)
		clear(l.queue[:n])
		if l.queue = l.queue[n:]; len(l.queue) == 0 {
			l.queue, l.lost = nil, 0
		}
		for _, b := range batch {
			l.bytes -= len(b)
		}
		l.mu.Unlock()
		l.wake.Broadcast()
		out := batch
		if _, err := out.WriteTo(l.conn); err != nil {
			l.stop()
			return
		}
	}
}

// shut ends a connection whose switch is going: what is queued still leaves, then the notice. It does not wait.
func (l *listener) shut() {
	l.mu.Lock()
	if !l.closed {
		l.push(wire.AppendFrame(nil, wire.TypeDisconnect, wire.Headers{{Name: "Content-Disposition", Value: "disconnect"}},
			[]byte(disconnectNotice)))
	}
	l.mu.Unlock()
	l.finish()
}
