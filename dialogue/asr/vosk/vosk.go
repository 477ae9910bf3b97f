// Package vosk owns the wire format of the Vosk server (github.com/alphacep/vosk-server, websocket): a recogniser that
// runs beside Outdial, with models for many languages.
//
// Wire: after the connect an optional {"config":{...}}; binary 16-bit little-endian samples; the server answers each
// with {"partial":"..."} or, at a pause that it hears itself, {"text":"...","result":[{"conf":...}]}; {"eof" : 1} asks
// for the rest, after which the server hangs up. So each utterance has its connection.
package vosk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// Name is the provider's name.
const Name = "vosk"

// Provider connects to one server.
type Provider struct{ wire.Server }

// New makes a provider for an address such as ws://127.0.0.1:2700. It does not connect yet.
func New(url string, cfg wire.Config) (*Provider, error) {
	server, err := wire.NewServer(Name, url, cfg)
	if err != nil {
		return nil, err
	}
	return &Provider{server}, nil
}

// Open implements asr.Provider. The server takes any sample rate; Params.Phrases becomes its grammar, which only models
// that allow one use.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	config := map[string]any{"sample_rate": params.Rate(), "words": true}
	if len(params.Phrases) > 0 {
		config["phrase_list"] = append(params.Phrases[:len(params.Phrases):len(params.Phrases)], "[unk]")
	}
	hello, err := json.Marshal(map[string]any{"config": config})
	if err != nil {
		return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: "open a stream", Cause: err}
	}
	return p.Connect(ctx, params, &protocol{hello: hello})
}

type protocol struct{ hello []byte }

func (p *protocol) Hello() []byte            { return p.hello }
func (p *protocol) Begin(int) []byte         { return nil }
func (p *protocol) Audio(pcm []int16) []byte { return wire.Bytes(pcm) }
func (p *protocol) End() []byte              { return []byte(`{"eof" : 1}`) }
func (p *protocol) OnePerConnection() bool   { return true }

type reply struct {
	Partial *string `json:"partial"`
	Text    *string `json:"text"`
	Result  []struct {
		Conf float64 `json:"conf"`
	} `json:"result"`
}

// Parse reads a reply. After the end was sent, replies to audio that was still under way come first; they are partials,
// or a text when the server heard a pause of its own. Only one text is the answer to the end, the last one, so a text
// that arrives after the end counts as final: the server hears its own pauses later than an endpointer does.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	var r reply
	if err := json.Unmarshal(msg, &r); err != nil {
		return wire.Event{}, fmt.Errorf("not a reply of a Vosk server: %w", err)
	}
	switch {
	case r.Text != nil:
		e := wire.Event{Kind: wire.Sentence, Text: Tidy(*r.Text)}
		if flushed {
			e.Kind = wire.Final
		}
		for _, w := range r.Result {
			e.Confidence += max(0, min(1, w.Conf)) / float64(len(r.Result))
		}
		return e, nil
	case r.Partial != nil:
		return wire.Event{Kind: wire.Partial, Text: Tidy(*r.Partial)}, nil
	}
	return wire.Event{}, errors.New("a reply with neither partial nor text")
}

// Tidy takes out the spaces that the server puts between Chinese words and the mark for unknown ones.
func Tidy(text string) string {
	text = strings.ReplaceAll(text, "[unk]", " ")
	words := strings.Fields(text)
	var b strings.Builder
	var last rune
	for _, w := range words {
		first := []rune(w)[0]
		if b.Len() > 0 && !(unicode.Is(unicode.Han, first) && unicode.Is(unicode.Han, last)) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
		r := []rune(w)
		last = r[len(r)-1]
	}
	return b.String()
}
