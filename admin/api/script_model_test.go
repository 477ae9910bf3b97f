package api_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/chat/chattest"
	"github.com/outdial/outdial/shared/scripttest"
)

const advised = `
script: 1
name: 顾问
language: zh
nodes:
  advice: {say: 您请说。, model: {instructions: 你是$(who)的顾问。, turns: 3, timeout: 2s, failed: sorry}, branches: {"model:要看房": done}}
  done: {say: 好的，再见。, hangup: true}
  sorry: {say: 抱歉，再见。, hangup: true}
variables: {who: 小店}
tests: [{name: 没写, says: [楼下那只猫], expect: {end: sorry}}]
`

// A talk by text asks the chat model of the settings, once for each answer: what came back is sent along from then on.
func TestTalkAsksTheChatModel(t *testing.T) {
	model := &chattest.Script{Replies: [][]chat.Piece{
		{{Text: "周末有房展。"}, {Text: "您来吗？"}, {Done: true}},
		{{Done: true, Choice: "要看房"}},
	}}
	w := newWorld(t, func(d *api.Deps) { d.Chat = model })
	id, _ := w.one.scriptOf(advised)
	path := address("/scripts/%d/talk", id)
	got := as[scripttest.Talk](w.one.do("POST", path, body{"inputs": []body{{"say": "楼下那只猫"}}}).want(200))
	if len(got.Inputs) != 2 || got.Inputs[1].Model != "周末有房展。您来吗？" || got.Phase != "listening" || got.Steps[2].Actions[1].Text != "您来吗？" {
		t.Fatalf("%+v", got)
	}
	got = as[scripttest.Talk](w.one.do("POST", path, body{"inputs": append(got.Inputs, scripttest.Input{Say: "那只猫又来了"})}).want(200))
	if got.Node != "done" || len(got.Inputs) != 4 || got.Inputs[3].Model != "要看房" {
		t.Errorf("%+v", got)
	}
	asked := model.Asked()
	if len(asked) != 2 || asked[0].Instructions != "你是小店的顾问。" || asked[0].Language != "zh" || fmt.Sprint(asked[0].Choices) != "[要看房]" || asked[0].FirstSentence.Seconds() != 2 {
		t.Fatalf("%+v", asked)
	}
	h := asked[1].History
	if last := h[len(h)-1]; last.Who != chat.Callee || last.Text != "那只猫又来了" || h[0].Who != chat.Robot || len(h) != 5 {
		t.Errorf("the model was told %+v", h)
	}
	again := as[scripttest.Talk](w.one.do("POST", path, body{"inputs": got.Inputs}).want(200))
	if again.Node != "done" || len(model.Asked()) != 2 {
		t.Errorf("asked again: %+v", again)
	}
}

func TestTalkGoesOnWhenTheModelFails(t *testing.T) {
	for name, reply := range map[string][]chat.Piece{
		"timeout":      {{Done: true, Err: &chat.Error{Kind: chat.Timeout, Tried: "ask", Cause: errors.New("late")}}},
		"said nothing": {{Done: true}},
	} {
		w := newWorld(t, func(d *api.Deps) { d.Chat = &chattest.Script{Replies: [][]chat.Piece{reply}} })
		id, _ := w.one.scriptOf(advised)
		got := as[scripttest.Talk](w.one.do("POST", address("/scripts/%d/talk", id), body{"inputs": []body{{"say": "楼下那只猫"}}}).want(200))
		if got.Node != "sorry" || got.Steps[2].Failed != name || got.Inputs[1].ModelFailed != name {
			t.Errorf("%s: %+v", name, got)
		}
	}
	w := newWorld(t)
	id, _ := w.one.scriptOf(advised)
	if got := as[scripttest.Talk](w.one.do("POST", address("/scripts/%d/talk", id), body{"inputs": []body{{"say": "楼下那只猫"}}}).want(200)); got.Node != "sorry" {
		t.Errorf("without a model: %+v", got)
	}
}

// While models think, others try their scripts out; and a talk whose client has gone is not waited for.
func TestModelsThatThinkKeepNobodyElse(t *testing.T) {
	thinking := slowModel{asked: make(chan context.Context, 10), pieces: make(chan chat.Piece)}
	w := newWorld(t, func(d *api.Deps) { d.Chat = thinking })
	id, _ := w.one.scriptOf(advised)
	done := make(chan answer, 3)
	for range 3 { // more than may walk at once
		go func() {
			done <- w.one.do("POST", address("/scripts/%d/talk", id), body{"inputs": []body{{"say": "楼下那只猫"}}})
		}()
	}
	for range 3 {
		<-thinking.asked
	}
	w.one.do("POST", address("/scripts/%d/test", id), body{"conversations": 10}).want(200)
	close(thinking.pieces) // the connection was cut
	for range 3 {
		if got := as[scripttest.Talk]((<-done).want(200)); got.Node != "sorry" {
			t.Errorf("%+v", got)
		}
	}
}

// slowModel answers when the test lets it.
type slowModel struct {
	asked  chan context.Context
	pieces chan chat.Piece
}

func (m slowModel) Stream(ctx context.Context, _ chat.Request) <-chan chat.Piece {
	m.asked <- ctx
	return m.pieces
}

// Tests never ask: they are the same every time, and say what they could not try.
func TestTestsDoNotAskTheModel(t *testing.T) {
	model := &chattest.Script{}
	w := newWorld(t, func(d *api.Deps) { d.Chat = model })
	id, _ := w.one.scriptOf(advised)
	got := as[api.ScriptReport](w.one.do("POST", address("/scripts/%d/test", id), body{"conversations": 20}).want(200))
	if len(model.Asked()) != 0 || !got.Cases[0].Passed || len(got.Cases[0].Notes) != 1 || !strings.Contains(got.Cases[0].Notes[0], "the model was not asked at advice in line 1") {
		t.Errorf("asked %d times: %+v", len(model.Asked()), got.Cases)
	}
}
