package wire

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/outdial/outdial/dialogue/asr"
)

// stream runs one websocket recogniser. One goroutine (run) owns its state and writes; one goroutine a connection reads.
type stream struct {
	provider, where string
	address         Address
	protocol        Protocol
	cfg             Config
	chunk           int

	queue   *queue
	results chan asr.Result
	cancel  context.CancelFunc
	ended   chan struct{} // closed when run has returned

	mu     sync.Mutex
	closed bool
}

func newStream(provider, where string, rate int, p Protocol, cfg Config) *stream {
	return &stream{provider: provider, where: where, protocol: p, cfg: cfg,
		chunk: rate / 10, queue: newQueue(int(cfg.Queue.Seconds() * float64(rate))),
		results: make(chan asr.Result, 32), ended: make(chan struct{})}
}

func (s *stream) start(ctx context.Context, conn *websocket.Conn) {
	ctx, s.cancel = context.WithCancel(ctx)
	go func() {
		defer close(s.ended)
		defer close(s.results)
		r := runner{stream: s, ctx: ctx}
		r.attach(conn)
		err := r.run()
		r.detach()
		s.mu.Lock()
		s.closed = true
		s.mu.Unlock()
		if err != nil {
			r.deliver(asr.Result{Text: r.text(), Final: r.flushed, Err: err})
		}
	}()
}

func (s *stream) Results() <-chan asr.Result { return s.results }

func (s *stream) Write(pcm []int16) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return s.fail(asr.Closed, "take audio", nil)
	}
	if !s.queue.push(pcm) {
		return s.fail(asr.Overflow, fmt.Sprintf("take audio: %v of it already wait for the server", s.cfg.Queue), nil)
	}
	return nil
}

func (s *stream) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.queue.mark()
	}
}

func (s *stream) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel()
	<-s.ended
	return nil
}

// runner is the state of a stream's one goroutine.
type runner struct {
	*stream
	ctx context.Context

	conn     *websocket.Conn
	hangUp   context.CancelFunc
	messages chan message
	readers  sync.WaitGroup

	utterance int
	begun     bool // audio of this utterance has been sent
	flushed   bool // its end has been sent
	deadline  <-chan time.Time
	sentences []string
	partial   string
	sure      []float64
	received  int
}

type message struct {
	data []byte
	err  error
}

func (r *runner) run() error {
	var idle <-chan time.Time
	if p, ok := r.protocol.(KeptAlive); ok {
		tick := time.NewTicker(p.KeepAlive())
		defer tick.Stop()
		idle = tick.C
	}
	for {
		wake := r.queue.wake
		if r.flushed {
			wake = nil // what follows belongs to the next utterance
		}
		select {
		case <-r.ctx.Done():
			return nil
		case <-wake:
			if err := r.forward(); err != nil {
				return err
			}
		case m := <-r.messages:
			if err := r.take(m); err != nil {
				return err
			}
		case <-idle:
			if err := r.keepAlive(); err != nil {
				return err
			}
		case <-r.deadline:
			return r.fail(asr.Timeout, fmt.Sprintf("wait %v for the final text from %s", r.cfg.Answer, r.where), nil)
		}
	}
}

// forward sends one piece of the queue.
func (r *runner) forward() error {
	pcm, mark := r.queue.take(r.chunk)
	switch {
	case mark && !r.begun:
		return r.finish() // nothing was said: nothing to ask
	case mark:
		kind := websocket.MessageText
		if _, ok := r.protocol.(BinaryEnder); ok {
			kind = websocket.MessageBinary
		}
		if err := r.why(r.send(r.ctx, r.conn, kind, r.protocol.End())); err != nil {
			return err
		}
		r.flushed = true
		r.deadline = time.After(r.cfg.Answer)
		return nil
	case len(pcm) == 0:
		return nil
	}
	fresh := !r.begun
	err := r.speak(pcm)
	if err == nil || !fresh {
		return r.why(err)
	}
	// The connection may have gone while nobody spoke. Nothing has been said yet, so that another one serves as well.
	r.begun = false
	if err := r.why(err); err != nil {
		return err
	}
	return r.why(r.speak(pcm))
}

// speak sends audio, after a connect and the beginning of an utterance where they are due.
func (r *runner) speak(pcm []int16) error {
	if err := r.connect(); err != nil || r.conn == nil {
		return err
	}
	if !r.begun {
		r.begun = true
		if begin := r.protocol.Begin(r.utterance); begin != nil {
			if err := r.send(r.ctx, r.conn, websocket.MessageText, begin); err != nil {
				return err
			}
		}
	}
	return r.send(r.ctx, r.conn, websocket.MessageBinary, r.protocol.Audio(pcm))
}

// why asks the reader for the reason of a failed write: a connection that ended for a reason of its own fails the next write
// too. It is nil when the connection's end is no fault.
func (r *runner) why(err error) error {
	if asr.KindOf(err) != asr.Disconnected || r.conn == nil {
		return err
	}
	patience := time.After(r.cfg.Send)
	for {
		select {
		case m := <-r.messages:
			if told := r.take(m); told != nil || m.err != nil || r.conn == nil {
				return told
			}
		case <-patience:
			return err
		case <-r.ctx.Done():
			return nil
		}
	}
}

// connect opens a connection unless one stands.
func (r *runner) connect() error {
	if r.conn != nil {
		return nil
	}
	conn, err := r.dial(r.ctx)
	switch {
	case r.ctx.Err() != nil:
		if err == nil {
			conn.CloseNow()
		}
		return nil // the run loop sees the end of its context itself
	case err != nil:
		return err
	}
	r.attach(conn)
	return nil
}

// keepAlive sends a little silence between utterances.
func (r *runner) keepAlive() error {
	if r.begun || r.conn == nil {
		return nil
	}
	return r.why(r.send(r.ctx, r.conn, websocket.MessageBinary, r.protocol.Audio(make([]int16, r.chunk))))
}

func (s *stream) send(ctx context.Context, conn *websocket.Conn, kind websocket.MessageType, data []byte) error {
	bounded, cancel := context.WithTimeout(ctx, s.cfg.Send)
	defer cancel()
	err := conn.Write(bounded, kind, data)
	switch {
	case err == nil, ctx.Err() != nil:
		return nil // the run loop sees the end of its context itself
	case bounded.Err() != nil:
		return s.fail(asr.Timeout, fmt.Sprintf("send to %s within %v", s.where, s.cfg.Send), err)
	}
	return s.fail(asr.Disconnected, "send to "+s.where, err)
}

// take handles one message of the server.
func (r *runner) take(m message) error {
	if m.err != nil {
		return r.lost(m.err)
	}
	if r.received += len(m.data); r.received > maxReceived {
		return r.fail(asr.Protocol, fmt.Sprintf("read: more than %d bytes for one utterance", maxReceived), nil)
	}
	e, err := r.protocol.Parse(m.data, r.flushed)
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		return r.fail(asr.Disconnected, "listen with "+r.where, err)
	case err != nil:
		return r.fail(asr.Protocol, "read a message of "+r.where, err)
	}
	return r.heed(e)
}

// heed does what an event asks for.
func (r *runner) heed(e Event) error {
	if len(e.Text) > maxText || len(r.sentences) > 1000 {
		return r.fail(asr.Protocol, fmt.Sprintf("read: a text of %d bytes in sentence %d", len(e.Text), len(r.sentences)), nil)
	}
	switch e.Kind {
	case Partial:
		r.partial = e.Text
	case Gone:
		if r.begun {
			return r.fail(asr.Disconnected, "listen with "+r.where+": it says that it heard nothing", nil)
		}
		r.detach()
		return nil
	case Sentence, Final:
		if e.Text != "" {
			r.sentences = append(r.sentences, e.Text)
			if e.Confidence > 0 {
				r.sure = append(r.sure, e.Confidence)
			}
		}
		r.partial = ""
	}
	switch {
	case e.Kind == Final && r.flushed:
		return r.finish()
	case e.Kind != Nothing && r.text() != "":
		select {
		case r.results <- asr.Result{Text: r.text(), Matched: true}:
		default: // nobody reads partials; the final will say it all
		}
	}
	return nil
}

// finish reports the final text and makes room for the next utterance.
func (r *runner) finish() error {
	text := r.text()
	out := asr.Result{Text: text, Final: true, Matched: text != ""}
	for _, c := range r.sure {
		out.Confidence += c / float64(len(r.sure))
	}
	next := r.begun && r.protocol.OnePerConnection()
	r.utterance++
	r.begun, r.flushed, r.deadline = false, false, nil
	r.sentences, r.partial, r.sure, r.received = nil, "", nil, 0
	r.queue.signal() // what waited behind the mark
	r.deliver(out)
	if !next {
		return nil
	}
	r.detach()
	return r.connect()
}

func (r *runner) text() string {
	return Join(append(r.sentences[:len(r.sentences):len(r.sentences)], r.partial))
}

// Join puts sentences together; Latin words keep a space between them.
func Join(sentences []string) string {
	var b strings.Builder
	for _, s := range sentences {
		if s = strings.TrimSpace(s); s == "" {
			continue
		}
		if b.Len() > 0 && s[0] < 0x80 {
			b.WriteByte(' ')
		}
		b.WriteString(s)
	}
	return b.String()
}

func (r *runner) deliver(out asr.Result) {
	select {
	case r.results <- out:
	case <-r.ctx.Done():
	}
}

// lost tells why a connection ended.
func (r *runner) lost(err error) error {
	if r.ctx.Err() != nil {
		return nil //nolint:nilerr // the stream was closed on purpose; what the connection says to that is no fault
	}
	from := "read from " + r.where
	ender, ends := r.protocol.(FinalByClosing)
	switch {
	case !r.begun && r.protocol.OnePerConnection():
		r.detach() // it waits for nobody; the next utterance has a connection of its own
		return nil
	case ends && r.flushed && websocket.CloseStatus(err) == websocket.StatusNormalClosure:
		return r.heed(ender.Closed())
	case errors.Is(err, websocket.ErrMessageTooBig):
		return r.fail(asr.Protocol, fmt.Sprintf("%s: a message of more than %d bytes", from, maxMessage), err)
	}
	return r.fail(asr.Disconnected, from, err)
}

func (r *runner) attach(conn *websocket.Conn) {
	ctx, cancel := context.WithCancel(r.ctx)
	messages := make(chan message)
	r.conn, r.hangUp, r.messages = conn, cancel, messages
	r.readers.Add(1)
	go func() {
		defer r.readers.Done()
		for {
			kind, data, err := conn.Read(ctx)
			if err == nil && kind != websocket.MessageText {
				data = nil // Parse refuses it as it refuses any other garbage
			}
			select {
			case messages <- message{data, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
}

// detach hangs up without a farewell: the server may be the one that hangs.
func (r *runner) detach() {
	if r.conn == nil {
		return
	}
	r.hangUp()
	r.conn.CloseNow()
	r.readers.Wait()
	r.conn, r.messages = nil, nil
}
