package webtalk

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/coder/websocket"
	"github.com/google/uuid"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
	"github.com/outdial/outdial/shared/webtalk"
)

const (
	// inbox is how many frames may wait, and backlog from how many on the oldest are left out: a browser sends in bursts,
	// and what is late would make every reply late.
	inbox   = 50
	backlog = 4
)

// talk is one talk in the browser.
type talk struct {
	server   *Server
	conn     *websocket.Conn
	session  *session.Session
	texts    chan webtalk.Message
	heard    chan []int16
	commands chan webtalk.Command
	hung     chan struct{}
	once     sync.Once
}

// run holds the talk until one side ends it.
func (t *talk) run(ctx context.Context, cfg session.Config) error {
	id, err := uuid.NewV7()
	if err != nil {
		return fmt.Errorf("name the talk: %w", err)
	}
	cfg.Call, cfg.Tenant, cfg.Campaign = call.UUID(id.String()), 1, 0 // nothing of it is stored
	cfg.Turns, cfg.Bus, cfg.HangUp = t, t, t.hangUp
	if t.session, err = session.New(cfg); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	reading.Go(func() {
		defer cancel()
		t.read(ctx)
	})
	t.session.Answered()
	party, cause := call.PartyCallee, "callee_hangup"
	if t.tick(ctx) {
		party, cause = call.PartyRobot, "robot_hangup"
	}
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), sendWait)
	defer stop()
	sum := t.session.Finish(end, session.Report{EndedBy: party, Reason: cause})
	t.farewell(end, sum, cause)
	cancel()
	_ = t.conn.Close(websocket.StatusNormalClosure, "")
	reading.Wait()
	return nil
}

func (t *talk) hangUp() { t.once.Do(func() { close(t.hung) }) }

// tick is the talk's 20 ms clock; it tells whether the robot hung up.
func (t *talk) tick(ctx context.Context) bool {
	every := t.server.cfg.Clock.NewTicker(audio.FrameDuration)
	defer every.Stop()
	buf := make([]byte, webtalk.FrameBytes)
	silence := make([]int16, audio.FrameSamples)
	for {
		select {
		case <-ctx.Done():
			return false
		case <-t.hung:
			return true
		case m := <-t.texts:
			if t.send(ctx, m) != nil {
				return false
			}
			continue
		case c := <-t.commands:
			if c.Type == "hangup" {
				return false
			}
			for _, k := range []byte(c.Keys) {
				t.session.Digit(k, t.server.cfg.Clock.Now())
			}
			continue
		case <-every.Chan():
		}
		for len(t.heard) > backlog {
			<-t.heard
		}
		in := silence
		select {
		case in = <-t.heard:
		default:
		}
		out := t.session.Tick(in, t.server.cfg.Clock.Now())
		if out == nil {
			continue
		}
		clear(buf)
		for i, v := range out[:min(len(out), audio.FrameSamples)] {
			binary.LittleEndian.PutUint16(buf[2*i:], uint16(v))
		}
		if t.write(ctx, websocket.MessageBinary, buf) != nil {
			return false
		}
	}
}

// read takes what the browser sends.
func (t *talk) read(ctx context.Context) {
	for {
		kind, data, err := t.conn.Read(ctx)
		if err != nil {
			return
		}
		if kind == websocket.MessageBinary {
			t.hear(data)
			continue
		}
		var c webtalk.Command
		if json.Unmarshal(data, &c) != nil || c.Type != "hangup" && c.Type != "digits" || strings.Trim(c.Keys, "0123456789*#") != "" || len(c.Keys) > 32 {
			continue // nothing that a browser of ours sends
		}
		select {
		case t.commands <- c:
		case <-ctx.Done():
			return
		}
	}
}

// hear cuts what came into frames. What there is no room for is left out: the oldest would be, too.
func (t *talk) hear(data []byte) {
	for len(data) >= 2 {
		n := min(len(data)/2, audio.FrameSamples)
		frame := make([]int16, audio.FrameSamples)
		for i := range n {
			frame[i] = int16(binary.LittleEndian.Uint16(data[2*i:]))
		}
		data = data[2*n:]
		select {
		case t.heard <- frame:
		default:
		}
	}
}

func (t *talk) send(ctx context.Context, m webtalk.Message) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return t.write(ctx, websocket.MessageText, text)
}

func (t *talk) write(ctx context.Context, kind websocket.MessageType, data []byte) error {
	ctx, cancel := context.WithTimeout(ctx, sendWait)
	defer cancel()
	return t.conn.Write(ctx, kind, data)
}

// farewell sends what is left and how the talk ended.
func (t *talk) farewell(ctx context.Context, sum *transcript.Conversation, cause string) {
	for {
		select {
		case m := <-t.texts:
			if err := t.send(ctx, m); err != nil {
				return // the browser has gone; it asks for nothing any more
			}
			continue
		default:
		}
		break
	}
	end := webtalk.Message{Type: "ended", Cause: cause}
	if sum != nil {
		end.Cause, end.Grade, end.Labels, end.Node = sum.EndReason, sum.Grade, sum.Labels, sum.LastNode
	}
	_ = t.send(ctx, end)
}

// say queues a text; a browser that reads none for so long has gone.
func (t *talk) say(m webtalk.Message) {
	select {
	case t.texts <- m:
	default:
	}
}

// AddTurn shows a turn. It implements session.TurnStore.
func (t *talk) AddTurn(_ context.Context, _ tenant.Scope, turn transcript.Turn) error {
	t.say(webtalk.Message{Type: "turn", Seq: turn.Seq, Speaker: string(turn.Speaker), Text: turn.Text, Node: turn.Node, Kind: string(turn.Matched.Kind),
		Intent: turn.Matched.Intent, Rule: turn.Matched.Rule, Score: turn.Matched.Score, ReplyMS: turn.ReplyLatency.Milliseconds(), Stopped: turn.Interrupted})
	return nil
}

// EndConversation implements session.TurnStore: the sum is sent by farewell.
func (t *talk) EndConversation(context.Context, tenant.Scope, transcript.Conversation) error {
	return nil
}

// Publish shows the state after a turn. It implements session.Publisher.
func (t *talk) Publish(_ context.Context, m event.Message) error {
	switch m := m.(type) {
	case event.TurnAdded:
		live := t.session.Live()
		t.say(webtalk.Message{Type: "state", Node: string(live.Node), Phase: live.Phase.String(), Grade: m.Grade})
	case event.TransferRequested:
		// Nobody is there to take a call that is none; the script goes on as if nobody had answered.
		t.say(webtalk.Message{Type: "state", Phase: "transferring", Reason: m.Extension})
		t.session.TransferEnded(false, "a talk in the browser is not handed over")
	}
	return nil
}
