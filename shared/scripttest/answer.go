package scripttest

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/flow"
)

// asks tells whether the talk waits for the chat model.
func (w *walk) asks() bool { return w.state.Phase == flow.Waiting }

// answers tells whether an input may be what the chat model does.
func (i Input) answers() bool { return i.Model != "" || i.ModelFailed != "" || i.Transfer == Failed }

// answer gives the talk what the chat model answers: one of the cases between which it may choose, or sentences, or nothing.
func (w *walk) answer(in Input) (out []flow.Action, trace flow.Trace) {
	id, choices := w.asked.ID, w.asked.Choices
	w.spent += modelTime
	if in.Model == "" {
		reason := in.ModelFailed
		if reason == "" {
			reason = Failed
		}
		return w.step(flow.ReplyFailed{ID: id, Reason: reason})
	}
	if i := slices.Index(choices, in.Model); i >= 0 {
		return w.step(flow.Reply{ID: id, Choice: i + 1, Last: true})
	}
	said := sentences(in.Model)
	from := w.state.Node
	for i, s := range said {
		var more []flow.Action
		more, trace = w.step(flow.Reply{ID: id, Text: s, Last: i+1 == len(said)})
		out = append(out, more...)
	}
	trace.From = from
	return out, trace
}

// sentences cuts what the model answers as it is spoken: at most ten, as the flow takes them.
func sentences(text string) []string {
	var out []string
	for text = strings.TrimSpace(text); text != "" && len(out) < mostSentences; {
		end := len(text)
		for i, r := range text {
			after := i + utf8.RuneLen(r)
			if strings.ContainsRune("。！？；\n!?", r) || r == '.' && strings.HasPrefix(text[after:], " ") {
				end = after
				break
			}
		}
		out = append(out, strings.TrimSpace(text[:end]))
		text = strings.TrimSpace(text[end:])
	}
	return out
}

const mostSentences = 10
