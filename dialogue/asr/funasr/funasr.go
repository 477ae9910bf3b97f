// Package funasr owns the wire format of the FunASR runtime in its 2pass mode (github.com/modelscope/FunASR, websocket,
// usual port 10095): quick text while somebody speaks, corrected text at the end of a sentence.
//
// Wire: a text message opens an utterance (mode, wav_name, wav_format, is_speaking, chunk_size, audio_fs, hotwords as a
// string that holds JSON, itn); binary 16-bit little-endian samples of 16 kHz; {"is_speaking":false} ends it. Replies
// carry mode and text: 2pass-online text is an increment, 2pass-offline text is final for its sentence. The connection
// serves one utterance after the other; wav_name tells late replies of an earlier one apart.
package funasr

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// Name is the provider's name.
const Name = "funasr"

const (
	wireRate    = 16000
	maxHotWords = 200
)

// Provider connects to one server.
type Provider struct{ wire.Server }

// New makes a provider for an address such as ws://127.0.0.1:10095. It does not connect yet.
func New(url string, cfg wire.Config) (*Provider, error) {
	server, err := wire.NewServer(Name, url, cfg)
	if err != nil {
		return nil, err
	}
	return &Provider{server}, nil
}

// Open implements asr.Provider. Samples of 8 kHz are doubled; 16 kHz go as they are.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	proto := &protocol{id: params.ID}
	if proto.id == "" {
		proto.id = "outdial"
	}
	var err error
	if proto.doubler, err = wire.To16k(Name, params.Rate()); err != nil {
		return nil, err
	}
	if words := params.Words(maxHotWords, 20); len(words) > 0 {
		weights := map[string]int{}
		for _, w := range words {
			weights[w] = 20
		}
		raw, err := json.Marshal(weights)
		if err != nil {
			return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: "open a stream", Cause: err}
		}
		proto.hotWords = string(raw)
	}
	return p.Connect(ctx, params, proto)
}

type protocol struct {
	id       string
	hotWords string
	doubler  *wire.Doubler
	name     string // of the utterance under way
	online   strings.Builder
}

type begin struct {
	Mode       string `json:"mode"`
	WavName    string `json:"wav_name"`
	WavFormat  string `json:"wav_format"`
	IsSpeaking bool   `json:"is_speaking"`
	ChunkSize  [3]int `json:"chunk_size"`
	AudioFS    int    `json:"audio_fs"`
	HotWords   string `json:"hotwords,omitempty"`
	ITN        bool   `json:"itn"`
}

func (p *protocol) Hello() []byte { return nil }

func (p *protocol) Begin(utterance int) []byte {
	p.name = fmt.Sprintf("%s-%d", p.id, utterance+1)
	p.online.Reset()
	out, err := json.Marshal(begin{Mode: "2pass", WavName: p.name, WavFormat: "pcm", IsSpeaking: true,
		ChunkSize: [3]int{5, 10, 5}, AudioFS: wireRate, HotWords: p.hotWords, ITN: true})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return out
}

func (p *protocol) Audio(pcm []int16) []byte { return wire.Bytes(p.doubler.Double(pcm)) }

func (p *protocol) End() []byte            { return []byte(`{"is_speaking":false}`) }
func (p *protocol) OnePerConnection() bool { return false }

type reply struct {
	Mode    string  `json:"mode"`
	WavName string  `json:"wav_name"`
	Text    *string `json:"text"`
	IsFinal bool    `json:"is_final"`
}

// Parse reads a reply. is_final is not relied on: servers disagree about when to set it.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	var r reply
	if err := json.Unmarshal(msg, &r); err != nil {
		return wire.Event{}, fmt.Errorf("not a reply of a FunASR server: %w", err)
	}
	if r.Text == nil && r.Mode == "" {
		return wire.Event{}, errors.New("a reply with neither mode nor text")
	}
	if r.WavName != "" && r.WavName != p.name || r.Text == nil {
		return wire.Event{}, nil
	}
	switch r.Mode {
	case "2pass-offline", "offline":
		p.online.Reset()
		if flushed {
			return wire.Event{Kind: wire.Final, Text: *r.Text}, nil
		}
		return wire.Event{Kind: wire.Sentence, Text: *r.Text}, nil
	case "2pass-online", "online":
		if p.online.Len()+len(*r.Text) > 32<<10 {
			return wire.Event{}, errors.New("online text without end")
		}
		p.online.WriteString(*r.Text)
		return wire.Event{Kind: wire.Partial, Text: p.online.String()}, nil
	}
	return wire.Event{}, fmt.Errorf("a reply of unknown mode %.40q", r.Mode)
}
