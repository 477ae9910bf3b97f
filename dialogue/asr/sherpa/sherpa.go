// Package sherpa owns the wire format of sherpa-onnx's streaming websocket servers (github.com/k2-fsa/sherpa-onnx,
// sherpa-onnx-online-websocket-server and streaming_server.py, usual port 6006).
//
// Wire: binary messages of 32-bit little-endian floats at 16 kHz; the text "Done" ends the audio. Replies carry text and
// segment: the text of a segment grows until is_final, or until a greater segment number comes (the Python server says no
// is_final). After "Done" the last text comes; then the C++ server says "Done!", and the Python server closes the
// connection. So each utterance has its connection. Hot words are a file of the server; the wire takes none.
package sherpa

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// Name is the provider's name.
const Name = "sherpa"

// Provider connects to one server.
type Provider struct{ wire.Server }

// New makes a provider for an address such as ws://127.0.0.1:6006. It does not connect yet.
func New(url string, cfg wire.Config) (*Provider, error) {
	server, err := wire.NewServer(Name, url, cfg)
	if err != nil {
		return nil, err
	}
	return &Provider{server}, nil
}

// Open implements asr.Provider. Samples of 8 kHz are doubled; 16 kHz go as they are.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	doubler, err := wire.To16k(Name, params.Rate())
	if err != nil {
		return nil, err
	}
	return p.Connect(ctx, params, &protocol{doubler: doubler})
}

type protocol struct {
	doubler *wire.Doubler
	segment int
	pending string // the text of a segment that has not ended
}

func (p *protocol) Hello() []byte { return nil }

func (p *protocol) Begin(int) []byte {
	p.segment, p.pending = 0, ""
	return nil
}

func (p *protocol) Audio(pcm []int16) []byte {
	pcm = p.doubler.Double(pcm)
	out := make([]byte, 0, 4*len(pcm))
	for _, s := range pcm {
		out = binary.LittleEndian.AppendUint32(out, math.Float32bits(float32(s)/32768))
	}
	return out
}

func (p *protocol) End() []byte            { return []byte("Done") }
func (p *protocol) OnePerConnection() bool { return true }

// Closed implements wire.FinalByClosing.
func (p *protocol) Closed() wire.Event { return wire.Event{Kind: wire.Final, Text: p.pending} }

type reply struct {
	Text    *string `json:"text"`
	Segment int     `json:"segment"`
	IsFinal bool    `json:"is_final"`
}

// Parse reads a reply.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	if string(msg) == "Done!" {
		if !flushed {
			return wire.Event{}, errors.New("an end that nobody asked for")
		}
		return p.Closed(), nil
	}
	var r reply
	if err := json.Unmarshal(msg, &r); err != nil {
		return wire.Event{}, fmt.Errorf("not a reply of a sherpa-onnx server: %w", err)
	}
	if r.Text == nil {
		return wire.Event{}, errors.New("a reply without text")
	}
	text, before := strings.TrimSpace(*r.Text), p.pending
	next := r.Segment != p.segment && before != ""
	p.segment, p.pending = r.Segment, text
	switch {
	case next:
		return wire.Event{Kind: wire.Sentence, Text: before}, nil // the new segment's text comes again with its next word
	case r.IsFinal:
		p.pending = ""
		return wire.Event{Kind: wire.Sentence, Text: text}, nil
	}
	return wire.Event{Kind: wire.Partial, Text: text}, nil
}
