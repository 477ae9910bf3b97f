package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/chat/chattest"
)

var modelScript = []byte(`
script: 1
name: model
settings: {silence: {after: 3s, max: 2, then: bye}, unmatched: {max: 3, then: bye}}
nodes:
  talk:
    say: 您好，请问有什么可以帮您？
    model: {instructions: 你是客服。, turns: 2, timeout: 2s, failed: sorry}
    branches:
      refuse: bye
      "model:想要看房": visit
  visit: {say: 好的，给您约看房。, label: 看房, hangup: true}
  sorry: {say: 不好意思，我帮您记下来。, hangup: true}
  bye: {say: 再见。, hangup: true}
`)

// hanging never answers.
type hanging struct{ canceled chan struct{} }

func (h hanging) Stream(ctx context.Context, _ chat.Request) <-chan chat.Piece {
	context.AfterFunc(ctx, func() { close(h.canceled) })
	return make(chan chat.Piece)
}

// TestModelNodes: what nothing matches goes to the chat model, whose sentences are spoken; the script goes on without it
// when it fails, hangs or is not there.
func TestModelNodes(t *testing.T) {
	hung := hanging{make(chan struct{})}
	for _, c := range []struct {
		name  string
		model chat.Client
		want  []string // texts of the robot in this order
		label bool
	}{
		{"answers", &chattest.Script{Replies: [][]chat.Piece{{{Text: "我们九点开门。"}, {Text: "欢迎您来。"}}, {{Done: true, Choice: "想要看房"}}}},
			[]string{"您好", "九点开门", "欢迎您来", "约看房"}, true},
		{"fails after a sentence", &chattest.Script{Replies: [][]chat.Piece{{{Text: "我们九点开门。"}, {Done: true, Err: &chat.Error{Kind: chat.Cut}}}, {{Done: true, Err: &chat.Error{Kind: chat.Refused}}}}},
			[]string{"您好", "九点开门", "记下来"}, false},
		{"hangs", hung, []string{"您好", "记下来"}, false},
		{"is not there", nil, []string{"您好", "记下来"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			k := newCall(t, says("你们几点开门"), says("我周六想过去看一看"))
			k.open(modelScript, func(cfg *session.Config) { cfg.Chat = c.model })
			k.run()
			trace := k.trace()
			at := 0
			for _, w := range c.want {
				i := strings.Index(trace[at:], w)
				if i < 0 {
					t.Fatalf("%q was not said in its place:\n%s", w, trace)
				}
				at += i
			}
			if !k.hungUp || strings.Contains(trace, "看房]") != c.label {
				t.Errorf("hung up %v:\n%s", k.hungUp, trace)
			}
			if s, ok := c.model.(*chattest.Script); ok {
				first := s.Asked()[0]
				if first.Instructions != "你是客服。" || len(first.Choices) != 1 || first.History[len(first.History)-1].Text != "你们几点开门" {
					t.Errorf("the model was asked %+v", first)
				}
			}
		})
	}
	select {
	case <-hung.canceled:
	case <-time.After(5 * time.Second):
		t.Error("the question to a model that hangs was never given up")
	}
}
