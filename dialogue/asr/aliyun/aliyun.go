// Package aliyun owns the wire format of Aliyun's real-time recognition (智能语音交互, SpeechTranscriber over websocket).
//
// Wire: the address carries a token (dialogue/nls makes it). Commands and events are JSON with a header (namespace, name,
// task_id, message_id, appkey) and a payload. StartTranscription is answered by TranscriptionStarted, and only then comes
// audio: 16-bit little-endian samples of 8 or 16 kHz. TranscriptionResultChanged is the text of the sentence under way,
// SentenceEnd its end; StopTranscription brings what is left and TranscriptionCompleted. TaskFailed ends everything. Each
// utterance has its connection.
//
// Hot words are a vocabulary of the project, made in Aliyun's console and named by its id in the settings; the wire takes no
// words. The model (language, 8 or 16 kHz) is a setting of the project as well.
package aliyun

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
	"github.com/outdial/outdial/dialogue/nls"
)

// Name is the provider's name.
const Name = "aliyun"

// Config is what streams are opened with.
type Config struct {
	// URL is the gateway; empty is that of the account's region.
	URL string
	// Vocabulary is the id of a vocabulary of hot words, Customization that of a trained model; both may be empty.
	Vocabulary, Customization string
}

// Provider opens streams at one gateway.
type Provider struct {
	cfg    Config
	tokens *nls.Tokens
	wire   wire.Config
}

// New makes a provider. It does not connect yet.
func New(cfg Config, tokens *nls.Tokens, w wire.Config) (*Provider, error) {
	if cfg.URL == "" {
		cfg.URL = "wss://" + tokens.Gateway() + "/ws/v1"
	}
	if err := wire.CheckURL(Name, cfg.URL); err != nil {
		return nil, err
	}
	return &Provider{cfg: cfg, tokens: tokens, wire: w}, nil
}

// Name implements asr.Provider.
func (p *Provider) Name() string { return Name }

// Open implements asr.Provider.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	if r := params.Rate(); r != 8000 && r != 16000 {
		return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: fmt.Sprintf("open a stream of %d Hz: this provider takes 8000 or 16000", r)}
	}
	var used string
	address := func(ctx context.Context) (string, error) {
		token, err := p.tokens.Token(ctx)
		if err != nil {
			return "", err
		}
		used = token
		u, err := url.Parse(p.cfg.URL)
		if err != nil {
			return "", errors.New("it cannot be read")
		}
		q := u.Query()
		q.Set("token", token)
		u.RawQuery = q.Encode()
		return u.String(), nil
	}
	s, err := wire.Open(ctx, Name, p.cfg.URL, address, params, &protocol{cfg: p.cfg, appKey: p.tokens.AppKey(), rate: params.Rate()}, p.wire)
	if err != nil {
		var refusal *wire.Refusal
		if used != "" && errors.As(err, &refusal) && refusal.Code == invalidToken {
			p.tokens.Drop(used)
		}
		return nil, err
	}
	return s, nil
}

// What the service's status codes mean, as far as it makes a difference here.
const (
	invalidToken = "40000001"
	idleTimeout  = "40000004"
)

type protocol struct {
	cfg    Config
	appKey string
	rate   int
	task   string
	// pending is the text of a sentence that has not ended.
	pending string
}

type header struct {
	MessageID  string `json:"message_id"`
	TaskID     string `json:"task_id"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
	AppKey     string `json:"appkey,omitempty"`
	Status     int64  `json:"status,omitempty"`
	StatusText string `json:"status_text,omitempty"`
	StatusMsg  string `json:"status_message,omitempty"`
}

type start struct {
	Format        string `json:"format"`
	SampleRate    int    `json:"sample_rate"`
	Intermediate  bool   `json:"enable_intermediate_result"`
	Punctuation   bool   `json:"enable_punctuation_prediction"`
	ITN           bool   `json:"enable_inverse_text_normalization"`
	Vocabulary    string `json:"vocabulary_id,omitempty"`
	Customization string `json:"customization_id,omitempty"`
}

func (p *protocol) command(name string, payload any) []byte {
	out, err := json.Marshal(map[string]any{"header": header{MessageID: nls.NewID(), TaskID: p.task, Namespace: "SpeechTranscriber", Name: name, AppKey: p.appKey}, "payload": payload})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return out
}

func (p *protocol) Hello() []byte {
	p.task = nls.NewID()
	return p.command("StartTranscription", start{Format: "pcm", SampleRate: p.rate, Intermediate: true, Punctuation: true, ITN: true,
		Vocabulary: p.cfg.Vocabulary, Customization: p.cfg.Customization})
}

func (p *protocol) Begin(int) []byte {
	p.pending = ""
	return nil
}

func (p *protocol) Audio(pcm []int16) []byte { return wire.Bytes(pcm) }
func (p *protocol) End() []byte              { return p.command("StopTranscription", struct{}{}) }
func (p *protocol) OnePerConnection() bool   { return true }

// KeepAlive implements wire.KeptAlive: the service gives up after ten seconds without audio.
func (p *protocol) KeepAlive() time.Duration { return 4 * time.Second }

type arrived struct {
	Header  header `json:"header"`
	Payload struct {
		Result     string  `json:"result"`
		Confidence float64 `json:"confidence"`
	} `json:"payload"`
}

func (p *protocol) read(msg []byte) (arrived, error) {
	var e arrived
	if err := json.Unmarshal(msg, &e); err != nil {
		return e, fmt.Errorf("not an event of the service: %w", err)
	}
	if e.Header.Name == "" {
		return e, errors.New("an event without a name")
	}
	return e, nil
}

func (e arrived) refusal() error {
	return &wire.Refusal{Code: fmt.Sprint(e.Header.Status), Text: e.Header.StatusText + e.Header.StatusMsg}
}

// Greeted implements wire.Greeter.
func (p *protocol) Greeted(msg []byte) (ready bool, err error) {
	e, err := p.read(msg)
	switch {
	case err != nil:
		return false, err
	case e.Header.Name == "TaskFailed":
		return false, e.refusal()
	}
	return e.Header.Name == "TranscriptionStarted", nil
}

// Parse reads an event. Events whose names are not known say nothing: the service adds some from time to time.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	e, err := p.read(msg)
	if err != nil {
		return wire.Event{}, err
	}
	if e.Header.TaskID != "" && e.Header.TaskID != p.task {
		return wire.Event{}, nil
	}
	switch e.Header.Name {
	case "TranscriptionResultChanged":
		p.pending = e.Payload.Result
		return wire.Event{Kind: wire.Partial, Text: p.pending}, nil
	case "SentenceEnd":
		p.pending = ""
		return wire.Event{Kind: wire.Sentence, Text: e.Payload.Result, Confidence: max(0, min(1, e.Payload.Confidence))}, nil
	case "TranscriptionCompleted":
		if !flushed {
			return wire.Event{}, errors.New("an end that nobody asked for")
		}
		return wire.Event{Kind: wire.Final, Text: p.pending}, nil
	case "TaskFailed":
		if fmt.Sprint(e.Header.Status) == idleTimeout {
			return wire.Event{Kind: wire.Gone}, nil
		}
		return wire.Event{}, e.refusal()
	}
	return wire.Event{}, nil
}
