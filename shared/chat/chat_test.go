package chat_test

import (
	"context"
	"encoding/json"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/chat/chattest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const key = "sk-very-secret-0123456789"

// Patient limits are met on a machine that is busy with other tests; short ones are for tests that wait for them.
var (
	patient = chat.Limits{FirstSentence: 15 * time.Second, Whole: 20 * time.Second, Sentences: 4, Bytes: 64 << 10}
	short   = chat.Limits{FirstSentence: 1500 * time.Millisecond, Whole: 2500 * time.Millisecond, Sentences: 4, Bytes: 64 << 10}
)

func client(t *testing.T, url string) *chat.OpenAI { return limited(t, url, patient) }

func limited(t *testing.T, url string, limits chat.Limits) *chat.OpenAI {
	t.Helper()
	c, err := chat.New(chat.Config{URL: url, Key: key, Model: "small", Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// collect reads a reply and checks the form that every reply has.
func collect(t *testing.T, pieces <-chan chat.Piece) (texts []string, last chat.Piece) {
	t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		select {
		case p, ok := <-pieces:
			switch {
			case !ok && !last.Done:
				t.Fatal("the channel was closed without a last piece")
			case !ok:
				return texts, last
			case last.Done:
				t.Fatalf("%+v after the last piece", p)
			case p.Done && p.Text != "":
				t.Fatalf("the last piece speaks: %+v", p)
			case p.Done:
				last = p
			default:
				texts = append(texts, p.Text)
			}
		case <-timeout:
			t.Fatal("the reply has no end")
		}
	}
}

func TestSentencesComeWhileTheModelWrites(t *testing.T) {
	heard := make(chan struct{})
	asked := make(chan chattest.Asked, 1)
	url := chattest.Serve(t, func(w *chattest.Reply, a chattest.Asked) {
		asked <- a
		w.Raw(": ping\n\ndata: {\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":null}}]}\n\n")
		w.Tokens("您好", "，年化", "百分之三", "点六。")
		<-heard // the second sentence is written only after the first was heard
		w.Tokens("还有什么", "想了解的吗？")
		w.End()
	})
	pieces := client(t, url).Stream(context.Background(), chat.Request{Instructions: "You sell loans.", Choices: []string{"wants a person"},
		History: []chat.Turn{{Who: chat.Robot, Text: "您好"}, {Who: chat.Robot, Text: "需要贷款吗"}, {Who: chat.Callee, Text: "利息多少"}}})
	first := <-pieces
	if first.Text != "您好，年化百分之三点六。" {
		t.Fatalf("first piece %+v", first)
	}
	close(heard)
	texts, last := collect(t, pieces)
	if !reflect.DeepEqual(texts, []string{"还有什么想了解的吗？"}) || last.Err != nil || last.Choice != "" {
		t.Errorf("%q, %+v", texts, last)
	}
	a := <-asked
	var roles []string
	for _, m := range a.Body.Messages {
		roles = append(roles, m.Role)
	}
	if a.Path != "/v1/chat/completions" || a.Authorization != "Bearer "+key || a.Body.Model != "small" || !a.Body.Stream ||
		strings.Join(roles, " ") != "system user assistant user" {
		t.Errorf("asked %+v", a)
	}
	system := a.Body.Messages[0].Content
	if !strings.HasPrefix(system, "You sell loans.") || !strings.Contains(system, "#1 wants a person") || a.Body.Messages[2].Content != "您好\n需要贷款吗" {
		t.Errorf("messages %+v", a.Body.Messages)
	}
}

func TestReplies(t *testing.T) {
	choices := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"}
	for name, c := range map[string]struct {
		tokens []string
		texts  []string
		choice string
		kind   chat.Kind
	}{
		"a choice":                      {[]string{"#", "2"}, nil, "b", 0},
		"a choice that might go on":     {[]string{"#1"}, nil, "a", 0},
		"a choice that goes on":         {[]string{"#1", "2"}, nil, "l", 0},
		"a choice with decoration":      {[]string{" **＃", "3** 好的"}, nil, "c", 0},
		"a choice that is none":         {[]string{"#99 好的。"}, []string{"好的。"}, "", 0},
		"a choice in the middle":        {[]string{"好的。", "#2"}, []string{"好的。"}, "", 0},
		"thoughts before a choice":      {[]string{"<thi", "nk>他要人。#1\n</thin", "k>\n\n#2"}, nil, "b", 0},
		"thoughts before words":         {[]string{"<think>\n嗯。\n</think>\n", "好的。"}, []string{"好的。"}, "", 0},
		"thoughts only":                 {[]string{"<think>想", "不完。"}, nil, "", chat.Protocol},
		"nothing":                       {nil, nil, "", chat.Protocol},
		"symbols only":                  {[]string{"…", "😀。", "**"}, nil, "", chat.Protocol},
		"markup":                        {[]string{"**好的**，`试试`。\n- 第一条\n"}, []string{"好的，试试。", "第一条"}, "", 0},
		"an end without a mark":         {[]string{"好的"}, []string{"好的"}, "", 0},
		"numbers and names":             {[]string{"It is 3.5 percent, Mr. ", "Wang. Is that ", "fine? Yes"}, []string{"It is 3.5 percent, Mr. Wang.", "Is that fine?", "Yes"}, "", 0},
		"more sentences than are heard": {[]string{"一。二。三。四。五。六。"}, []string{"一。", "二。", "三。", "四。"}, "", 0},
		"a sentence without end": {[]string{strings.Repeat("说", 100) + "，" + strings.Repeat("说", 150) + "。"},
			[]string{strings.Repeat("说", 100) + "，", strings.Repeat("说", 120), strings.Repeat("说", 30) + "。"}, "", 0},
	} {
		t.Run(name, func(t *testing.T) {
			url := chattest.Serve(t, func(w *chattest.Reply, _ chattest.Asked) { w.Tokens(c.tokens...); w.End() })
			texts, last := collect(t, client(t, url).Stream(context.Background(), chat.Request{Choices: choices}))
			if !reflect.DeepEqual(texts, c.texts) || last.Choice != c.choice || chat.KindOf(last.Err) != c.kind {
				t.Errorf("%q, %+v", texts, last)
			}
		})
	}
}

func TestFaults(t *testing.T) {
	for name, c := range map[string]struct {
		answer func(w *chattest.Reply, a chattest.Asked)
		texts  int
		kind   chat.Kind
	}{
		"hangs before it answers":   {func(w *chattest.Reply, _ chattest.Asked) { w.Hang() }, 0, chat.Timeout},
		"hangs before a sentence":   {func(w *chattest.Reply, _ chattest.Asked) { w.Tokens("我想"); w.Hang() }, 0, chat.Timeout},
		"hangs after a sentence":    {func(w *chattest.Reply, _ chattest.Asked) { w.Tokens("好的。然后"); w.Hang() }, 1, chat.Timeout},
		"drips without a sentence":  {drip, 0, chat.Timeout},
		"is cut before it answers":  {func(w *chattest.Reply, _ chattest.Asked) { w.Cut() }, 0, chat.Unreachable},
		"is cut in the middle":      {func(w *chattest.Reply, _ chattest.Asked) { w.Tokens("好的。然后"); w.Cut() }, 1, chat.Cut},
		"ends in the middle":        {func(w *chattest.Reply, _ chattest.Asked) { w.Tokens("好的。然后") }, 1, chat.Cut},
		"ends in half a message":    {func(w *chattest.Reply, _ chattest.Asked) { w.Tokens("好的。"); w.Raw(`data: {"choi`) }, 1, chat.Cut},
		"garbage":                   {func(w *chattest.Reply, _ chattest.Asked) { w.Raw("<html>\n") }, 0, chat.Protocol},
		"garbage as data":           {func(w *chattest.Reply, _ chattest.Asked) { w.Raw("data: <html>\n\n") }, 0, chat.Protocol},
		"numbers as data":           {func(w *chattest.Reply, _ chattest.Asked) { w.Raw("data: [1,2]\n\n") }, 0, chat.Protocol},
		"a line of a megabyte":      {func(w *chattest.Reply, _ chattest.Asked) { w.Raw("data: " + strings.Repeat("x", 1<<20)) }, 0, chat.Protocol},
		"megabytes of comments":     {flood(": " + strings.Repeat("x", 1000) + "\n"), 0, chat.Protocol},
		"megabytes of empty chunks": {flood("data: {\"choices\":[]}\n\n"), 0, chat.Protocol},
		"an error in the stream":    {func(w *chattest.Reply, _ chattest.Asked) { w.Raw("data: {\"error\":{\"message\":\"overloaded\"}}\n\n") }, 0, chat.Refused},
		"a refused key that is echoed": {func(w *chattest.Reply, _ chattest.Asked) {
			w.Fail(401, "application/json", `{"error":{"message":"bad key `+key+`"}}`)
		}, 0, chat.Refused},
		"too many requests":  {func(w *chattest.Reply, _ chattest.Asked) { w.Fail(429, "application/json", `{"message":"slow down"}`) }, 0, chat.Refused},
		"a web site's error": {func(w *chattest.Reply, _ chattest.Asked) { w.Fail(502, "text/html", strings.Repeat("<p>", 1<<20)) }, 0, chat.Refused},
		"a redirect":         {func(w *chattest.Reply, _ chattest.Asked) { w.Fail(302, "text/html", "") }, 0, chat.Refused},
		"a web site":         {func(w *chattest.Reply, _ chattest.Asked) { w.Fail(200, "text/html", "<!doctype html>\n<html>") }, 0, chat.Protocol},
		"a megabyte of JSON": {func(w *chattest.Reply, _ chattest.Asked) { w.Fail(200, "application/json", strings.Repeat(" ", 1<<20)) }, 0, chat.Protocol},
	} {
		t.Run(name, func(t *testing.T) {
			began := time.Now()
			t.Parallel()
			limits := patient
			if c.kind == chat.Timeout {
				limits = short
			}
			texts, last := collect(t, limited(t, chattest.Serve(t, c.answer), limits).Stream(context.Background(), chat.Request{Choices: []string{"x"}}))
			if len(texts) != c.texts || chat.KindOf(last.Err) != c.kind || last.Choice != "" {
				t.Errorf("%q, %+v, want %d texts and kind %v", texts, last, c.texts, c.kind)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("it took %v", took)
			}
			if last.Err != nil && (strings.Contains(last.Err.Error(), key) || len(last.Err.Error()) > 500 || strings.ContainsAny(last.Err.Error(), "\r\n")) {
				t.Errorf("the error shows too much: %v", last.Err)
			}
		})
	}
}

func drip(w *chattest.Reply, _ chattest.Asked) {
	for w.Raw("data: {\"choices\":[{\"delta\":{\"content\":\"嗯\"}}]}\n\n") {
		time.Sleep(20 * time.Millisecond) // a server that is slow, not an event that a test waits for
	}
}

func flood(text string) func(*chattest.Reply, chattest.Asked) {
	return func(w *chattest.Reply, _ chattest.Asked) {
		for w.Raw(strings.Repeat(text, 20)) {
		}
	}
}

func TestOneWholeAnswer(t *testing.T) {
	url := chattest.Serve(t, func(w *chattest.Reply, _ chattest.Asked) {
		w.Fail(200, "application/json; charset=utf-8", `{"choices":[{"message":{"role":"assistant","content":"好的。再见。"},"finish_reason":"stop"}]}`)
	})
	texts, last := collect(t, client(t, url).Stream(context.Background(), chat.Request{}))
	if !reflect.DeepEqual(texts, []string{"好的。", "再见。"}) || last.Err != nil {
		t.Errorf("%q, %+v", texts, last)
	}
}

func TestTheCallEnds(t *testing.T) {
	asked := make(chan struct{})
	left := make(chan struct{})
	url := chattest.Serve(t, func(w *chattest.Reply, _ chattest.Asked) { close(asked); w.Hang(); close(left) })
	ctx, cancel := context.WithCancel(context.Background())
	pieces := client(t, url).Stream(ctx, chat.Request{})
	<-asked
	cancel()
	if _, last := collect(t, pieces); chat.KindOf(last.Err) != chat.Canceled {
		t.Errorf("last piece %+v", last)
	}
	<-left // the server is told
}

func TestNobodyThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	_, last := collect(t, client(t, "http://"+l.Addr().String()+"/v1").Stream(context.Background(), chat.Request{}))
	if chat.KindOf(last.Err) != chat.Unreachable {
		t.Errorf("last piece %+v", last)
	}
}

func TestRequestsThatAreTooLarge(t *testing.T) {
	c := client(t, "http://127.0.0.1:1/v1")
	for _, r := range []chat.Request{{Instructions: strings.Repeat("说", chat.MaxInstructions+1)}, {Choices: make([]string, chat.MaxChoices+1)}} {
		if _, last := collect(t, c.Stream(context.Background(), r)); chat.KindOf(last.Err) != chat.Invalid {
			t.Errorf("last piece %+v", last)
		}
	}
}

func TestLongHistoryIsShortened(t *testing.T) {
	asked := make(chan chattest.Asked, 1)
	url := chattest.Serve(t, func(w *chattest.Reply, a chattest.Asked) { asked <- a; w.Tokens("好。"); w.End() })
	var history []chat.Turn
	for range 100 {
		history = append(history, chat.Turn{Who: chat.Robot, Text: strings.Repeat("问", 400)}, chat.Turn{Who: chat.Callee, Text: "答"})
	}
	collect(t, client(t, url).Stream(context.Background(), chat.Request{History: history}))
	a := <-asked
	raw, err := json.Marshal(a.Body.Messages)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Body.Messages) > chat.MaxTurns+2 || len([]rune(string(raw))) > chat.MaxHistory+5000 || a.Body.Messages[len(a.Body.Messages)-1].Role != "user" {
		t.Errorf("%d messages, %d runes", len(a.Body.Messages), len([]rune(string(raw))))
	}
}

func TestBadSettings(t *testing.T) {
	for _, cfg := range []chat.Config{{}, {URL: "127.0.0.1:8000", Model: "m"}, {URL: "ws://x/v1", Model: "m"}, {URL: "http://x/v1"},
		{URL: "http://user:" + key + "@x/v1", Model: "m"}, {URL: "http://x/v1?key=" + key, Model: "m"}} {
		if _, err := chat.New(cfg); chat.KindOf(err) != chat.Invalid || strings.Contains(err.Error(), key) {
			t.Errorf("%+v: %v", cfg, err)
		}
	}
}
