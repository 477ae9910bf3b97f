package api

import (
	"context"
	"strings"

	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/scripttest"
)

const (
	// modelQuestions bounds what one request asks a chat model: a talk that goes on by a sentence asks once.
	modelQuestions = 3
	// modelTalks bounds how many requests ask at the same time.
	modelTalks = 8
)

// asksModel answers in a text talk for the chat model by asking it; nil where there is none. While it is asked, the request
// keeps nobody else from trying a script out. All of it ends with the context.
func (a *API) asksModel(ctx context.Context, language string, place *slot) func(flow.Consult) scripttest.Input {
	if a.Chat == nil {
		return nil
	}
	asked := 0
	return func(c flow.Consult) scripttest.Input {
		if asked++; asked > modelQuestions {
			return scripttest.Input{ModelFailed: "too many questions at once"}
		}
		place.leave()
		answer := a.askModel(ctx, language, c)
		if err := place.take(ctx); err != nil {
			return scripttest.Input{ModelFailed: chat.Timeout.String()}
		}
		return answer
	}
}

func (a *API) askModel(ctx context.Context, language string, c flow.Consult) scripttest.Input {
	select {
	case a.models <- struct{}{}:
		defer func() { <-a.models }()
	case <-ctx.Done():
		return scripttest.Input{ModelFailed: chat.Timeout.String()}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	r := chat.Request{Instructions: c.Instructions, Choices: c.Choices, Language: language, FirstSentence: c.Timeout, History: make([]chat.Turn, len(c.Turns))}
	for i, l := range c.Turns {
		r.History[i] = chat.Turn{Who: chat.Callee, Text: l.Text}
		if l.Robot {
			r.History[i].Who = chat.Robot
		}
	}
	return answered(a.Chat.Stream(ctx, r), language, func(err error) { a.Logger.Warn("the chat model failed in a talk by text", "err", err) })
}

// answered collects what the model says. What came before it failed was good.
func answered(pieces <-chan chat.Piece, language string, failed func(error)) scripttest.Input {
	var said []string
	for p := range pieces {
		switch {
		case p.Text != "":
			said = append(said, p.Text)
		case p.Choice != "":
			return scripttest.Input{Model: p.Choice}
		case p.Err != nil:
			failed(p.Err)
			if len(said) == 0 {
				return scripttest.Input{ModelFailed: chat.KindOf(p.Err).String()}
			}
		}
	}
	between := ""
	if strings.HasPrefix(strings.ToLower(language), "en") {
		between = " "
	}
	text := strings.Join(said, between)
	if strings.TrimSpace(text) == "" {
		return scripttest.Input{ModelFailed: "said nothing"}
	}
	if runes := []rune(text); len(runes) > mostModelAnswer {
		text = string(runes[:mostModelAnswer])
	}
	return scripttest.Input{Model: text}
}

// mostModelAnswer is as much of an answer as a talk takes.
const mostModelAnswer = 4000
