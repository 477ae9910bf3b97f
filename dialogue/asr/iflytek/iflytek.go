// Package iflytek owns the wire format of iFlytek's real-time transcription (讯飞实时语音转写, RTASR, websocket v1).
//
// Wire: the address carries appid, ts and signa (HMAC-SHA1 of the MD5 of both, under the API key); a new one for each
// connection. The server says {"action":"started"}, then takes binary 16-bit little-endian samples of 16 kHz; a binary
// {"end": true} ends them. Results hold JSON within JSON: type 1 is the text of the sentence under way, type 0 its end; ls
// marks the last one, after which the server closes the connection. action error ends everything. Each utterance has its
// connection. Hot words are a setting of the application in iFlytek's console; the wire takes none.
package iflytek

import (
	"context"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
	"github.com/outdial/outdial/shared/clock"
)

// Name is the provider's name.
const Name = "iflytek"

// Gateway is where the service is reached unless another address is configured.
const Gateway = "wss://rtasr.xfyun.cn/v1/ws"

// Config is an application's access.
type Config struct {
	// URL is the gateway; empty is Gateway.
	URL string
	// AppID is the application, APIKey its key for this service.
	AppID, APIKey string
}

// Provider opens streams at one gateway.
type Provider struct {
	cfg   Config
	clock clock.Clock
	wire  wire.Config
}

// New makes a provider. It does not connect yet.
func New(cfg Config, c clock.Clock, w wire.Config) (*Provider, error) {
	if cfg.URL == "" {
		cfg.URL = Gateway
	}
	if err := wire.CheckURL(Name, cfg.URL); err != nil {
		return nil, err
	}
	if cfg.AppID == "" || cfg.APIKey == "" {
		return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: "use the application: set dialogue.iflytek.appid and dialogue.iflytek.apikey"}
	}
	return &Provider{cfg: cfg, clock: c, wire: w}, nil
}

// Name implements asr.Provider.
func (p *Provider) Name() string { return Name }

// Open implements asr.Provider. Samples of 8 kHz are doubled; 16 kHz go as they are.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	doubler, err := wire.To16k(Name, params.Rate())
	if err != nil {
		return nil, err
	}
	lang, _, _ := strings.Cut(strings.ToLower(params.Lang), "-")
	address := func(context.Context) (string, error) { return p.address(lang) }
	return wire.Open(ctx, Name, p.cfg.URL, address, params, &protocol{doubler: doubler}, p.wire)
}

func (p *Provider) address(lang string) (string, error) {
	u, err := url.Parse(p.cfg.URL)
	if err != nil {
		return "", errors.New("it cannot be read")
	}
	ts := fmt.Sprint(p.clock.Now().Unix())
	q := u.Query()
	q.Set("appid", p.cfg.AppID)
	q.Set("ts", ts)
	q.Set("signa", sign(p.cfg.AppID, ts, p.cfg.APIKey))
	if lang == "en" {
		q.Set("lang", "en")
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

func sign(appID, ts, key string) string {
	sum := md5.Sum([]byte(appID + ts))
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(hex.EncodeToString(sum[:])))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

type protocol struct {
	doubler *wire.Doubler
	pending string // the text of a sentence that has not ended
}

func (p *protocol) Hello() []byte { return nil }

func (p *protocol) Begin(int) []byte {
	p.pending = ""
	return nil
}

func (p *protocol) Audio(pcm []int16) []byte { return wire.Bytes(p.doubler.Double(pcm)) }
func (p *protocol) End() []byte              { return []byte(`{"end": true}`) }
func (p *protocol) OnePerConnection() bool   { return true }

// BinaryEnd implements wire.BinaryEnder.
func (p *protocol) BinaryEnd() {}

// KeepAlive implements wire.KeptAlive: the service gives up after fifteen seconds without audio.
func (p *protocol) KeepAlive() time.Duration { return 5 * time.Second }

// Closed implements wire.FinalByClosing.
func (p *protocol) Closed() wire.Event { return wire.Event{Kind: wire.Final, Text: p.pending} }

type reply struct {
	Action string `json:"action"`
	Code   string `json:"code"`
	Data   string `json:"data"`
	Desc   string `json:"desc"`
}

type transcript struct {
	CN struct {
		ST struct {
			Type string `json:"type"`
			RT   []struct {
				WS []struct {
					CW []struct {
						W string `json:"w"`
					} `json:"cw"`
				} `json:"ws"`
			} `json:"rt"`
		} `json:"st"`
	} `json:"cn"`
	LS bool `json:"ls"`
}

// idle is the code by which the service says that no audio came for long.
const idle = "37005"

func read(msg []byte) (reply, error) {
	var r reply
	if err := json.Unmarshal(msg, &r); err != nil {
		return r, fmt.Errorf("not a message of the service: %w", err)
	}
	if r.Action == "" {
		return r, errors.New("a message without an action")
	}
	return r, nil
}

func (r reply) refusal() error { return &wire.Refusal{Code: r.Code, Text: r.Desc} }

// Greeted implements wire.Greeter.
func (p *protocol) Greeted(msg []byte) (ready bool, err error) {
	r, err := read(msg)
	switch {
	case err != nil:
		return false, err
	case r.Action == "error":
		return false, r.refusal()
	}
	return r.Action == "started", nil
}

// Parse reads a message.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	r, err := read(msg)
	switch {
	case err != nil:
		return wire.Event{}, err
	case r.Action == "error" && r.Code == idle:
		return wire.Event{Kind: wire.Gone}, nil
	case r.Action == "error":
		return wire.Event{}, r.refusal()
	case r.Action != "result":
		return wire.Event{}, nil
	}
	var t transcript
	if err := json.Unmarshal([]byte(r.Data), &t); err != nil {
		return wire.Event{}, fmt.Errorf("not a result of the service: %w", err)
	}
	var b strings.Builder
	for _, rt := range t.CN.ST.RT {
		for _, ws := range rt.WS {
			if len(ws.CW) > 0 {
				b.WriteString(ws.CW[0].W) // the first is the best of several readings
			}
		}
	}
	text := strings.TrimSpace(b.String())
	if t.CN.ST.Type != "0" {
		p.pending = text
		if t.LS && flushed {
			return p.Closed(), nil
		}
		return wire.Event{Kind: wire.Partial, Text: text}, nil
	}
	p.pending = ""
	if t.LS && flushed {
		return wire.Event{Kind: wire.Final, Text: text}, nil
	}
	return wire.Event{Kind: wire.Sentence, Text: text}, nil
}
