package session

import (
	"context"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/flow"
)

// consult is a question to the chat model that is under way. Its pieces wait in the channel for the next tick, so that
// nothing waits for the model but the flow, and that only until the deadline.
type consult struct {
	id       int
	choices  []string
	pieces   <-chan chat.Piece
	cancel   context.CancelFunc
	patience tick // from one piece to the next
	deadline tick
	refused  string // why it was not asked
}

// margin is what the session gives the model beyond its own limit, which says more about what went wrong.
const margin = 500 * time.Millisecond

// ask puts the flow's question; the answer is looked for from the next tick on.
func (s *Session) ask(a flow.Consult) {
	s.forgetConsult()
	s.cutPrompts()
	s.floor = 0
	c := &consult{id: a.ID, choices: a.Choices, patience: ticks(a.Timeout + margin)}
	c.deadline = s.now + c.patience
	s.consult = c
	if s.cfg.Chat == nil {
		c.refused = "no chat model is configured"
		return
	}
	ctx, cancel := context.WithCancel(s.ctx)
	c.cancel = cancel
	c.pieces = s.cfg.Chat.Stream(ctx, chat.Request{Instructions: a.Instructions, History: history(a), Choices: a.Choices,
		Language: s.cfg.Program.Flow().Language, FirstSentence: a.Timeout})
}

func history(a flow.Consult) []chat.Turn {
	out := make([]chat.Turn, len(a.Turns))
	for i, l := range a.Turns {
		out[i] = chat.Turn{Who: chat.Callee, Text: l.Text}
		if l.Robot {
			out[i].Who = chat.Robot
		}
	}
	return out
}

// forgetConsult ends a question that nobody waits for any more.
func (s *Session) forgetConsult() {
	if s.consult != nil && s.consult.cancel != nil {
		s.consult.cancel()
	}
	s.consult = nil
}

// replies passes on what the chat model has said since the last tick.
func (s *Session) replies() {
	c := s.consult
	switch {
	case c == nil:
		return
	case c.refused != "":
		s.consult = nil
		s.step(flow.ReplyFailed{ID: c.id, Reason: c.refused})
		return
	}
	for s.consult == c {
		select {
		case p, open := <-c.pieces:
			if !open {
				p = chat.Piece{Done: true}
			}
			s.piece(c, p)
		default:
			if s.now >= c.deadline {
				s.forgetConsult()
				s.cfg.Log.Warn("the chat model did not answer in time; the script goes on without it", "node", s.flow.Node)
				s.step(flow.ReplyFailed{ID: c.id, Reason: "timeout"})
			}
			return
		}
	}
}

func (s *Session) piece(c *consult, p chat.Piece) {
	c.deadline = s.now + c.patience
	switch {
	case p.Err != nil:
		s.forgetConsult()
		s.cfg.Log.Warn("the chat model failed; the script goes on without it", "node", s.flow.Node, "err", p.Err)
		s.step(flow.ReplyFailed{ID: c.id, Reason: chat.KindOf(p.Err).String()})
	case p.Done:
		s.forgetConsult()
		s.step(flow.Reply{ID: c.id, Choice: slices.Index(c.choices, p.Choice) + 1, Last: true})
	default:
		s.step(flow.Reply{ID: c.id, Text: p.Text})
	}
}
