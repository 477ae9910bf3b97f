// Package tencent owns the wire format of Tencent Cloud's real-time recognition (实时语音识别, websocket, asr/v2).
//
// Wire: all settings are in the address, sorted and signed by HMAC-SHA1; a new address for each connection. The server
// answers {"code":0}, then takes binary 16-bit little-endian samples of 8 or 16 kHz at their own speed; {"type":"end"} ends
// them. Results carry slice_type (0 a sentence begins, 1 it goes on, 2 it has ended) and voice_text_str; final 1 is the
// last message. code other than 0 is an error, after which the server hangs up. Each utterance has its connection.
package tencent

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/wire"
	"github.com/outdial/outdial/shared/clock"
)

// Name is the provider's name.
const Name = "tencent"

// Gateway is where the service is reached unless another address is configured.
const Gateway = "wss://asr.cloud.tencent.com/asr/v2/"

// Config is an account's access and what streams are opened with.
type Config struct {
	// URL is the gateway without the account's number; empty is Gateway.
	URL string
	// AppID is the account's number, SecretID and SecretKey its key.
	AppID, SecretID, SecretKey string
	// Engine is the model, such as 8k_zh; empty follows from the sample rate and the language.
	Engine string
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
	if cfg.AppID == "" || cfg.SecretID == "" || cfg.SecretKey == "" {
		return nil, &asr.Error{Kind: asr.Config, Provider: Name, Tried: "use the account: set dialogue.tencent.appid, dialogue.tencent.secretid and dialogue.tencent.secretkey"}
	}
	return &Provider{cfg: cfg, clock: c, wire: w}, nil
}

// Name implements asr.Provider.
func (p *Provider) Name() string { return Name }

// Open implements asr.Provider.
func (p *Provider) Open(ctx context.Context, params asr.Params) (asr.Stream, error) {
	engine, err := p.engine(params)
	if err != nil {
		return nil, err
	}
	settings := map[string]string{"engine_model_type": engine, "voice_format": "1", "needvad": "1", "filter_dirty": "0", "convert_num_mode": "1"}
	if words := params.Words(maxHotWords, maxHotWordRunes); len(words) > 0 {
		settings["hotword_list"] = strings.Join(words, hotWordWeight+",") + hotWordWeight
	}
	address := func(context.Context) (string, error) { return p.address(settings) }
	return wire.Open(ctx, Name, p.cfg.URL, address, params, &protocol{}, p.wire)
}

// The service's limits for words that come with a stream. The weight lies in 1..11; more makes it hear the word everywhere.
const (
	maxHotWords     = 128
	maxHotWordRunes = 10
	hotWordWeight   = "|8"
)

func (p *Provider) engine(params asr.Params) (string, error) {
	rate := map[int]string{8000: "8k", 16000: "16k"}[params.Rate()]
	if rate == "" {
		return "", &asr.Error{Kind: asr.Config, Provider: Name, Tried: fmt.Sprintf("open a stream of %d Hz: this provider takes 8000 or 16000", params.Rate())}
	}
	if p.cfg.Engine != "" {
		return p.cfg.Engine, nil
	}
	if lang, _, _ := strings.Cut(strings.ToLower(params.Lang), "-"); lang == "en" {
		return rate + "_en", nil
	}
	return rate + "_zh", nil
}

// life is how long a signature is good: the connection is made at once.
const life = 10 * time.Minute

// address signs the settings of one connection. What is signed is the address without its scheme and with its values as they
// are; what is sent has them escaped.
func (p *Provider) address(settings map[string]string) (string, error) {
	u, err := url.Parse(p.cfg.URL)
	if err != nil {
		return "", errors.New("it cannot be read")
	}
	u = u.JoinPath(p.cfg.AppID)
	var nonce [4]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return "", err
	}
	now := p.clock.Now()
	all := map[string]string{"secretid": p.cfg.SecretID, "timestamp": fmt.Sprint(now.Unix()), "expired": fmt.Sprint(now.Add(life).Unix()),
		"nonce": fmt.Sprint(1 + binary.BigEndian.Uint32(nonce[:])%1_000_000_000), "voice_id": uuid.NewString()}
	for name, value := range settings {
		all[name] = value
	}
	u.RawQuery = query(all, u.Host+u.Path, p.cfg.SecretKey)
	return u.String(), nil
}

// query is the signed and escaped query of an address.
func query(params map[string]string, base, key string) string {
	var names []string
	for name := range params {
		names = append(names, name)
	}
	slices.Sort(names)
	var plain, escaped []string
	for _, name := range names {
		plain = append(plain, name+"="+params[name])
		escaped = append(escaped, name+"="+escape(params[name]))
	}
	mac := hmac.New(sha1.New, []byte(key))
	mac.Write([]byte(base + "?" + strings.Join(plain, "&")))
	return strings.Join(escaped, "&") + "&signature=" + escape(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

type protocol struct {
	pending string // the text of a sentence that has not ended
}

func (p *protocol) Hello() []byte { return nil }

func (p *protocol) Begin(int) []byte {
	p.pending = ""
	return nil
}

func (p *protocol) Audio(pcm []int16) []byte { return wire.Bytes(pcm) }
func (p *protocol) End() []byte              { return []byte(`{"type":"end"}`) }
func (p *protocol) OnePerConnection() bool   { return true }

// KeepAlive implements wire.KeptAlive: the service may give up after six seconds without audio.
func (p *protocol) KeepAlive() time.Duration { return 3 * time.Second }

type reply struct {
	Code    *int   `json:"code"`
	Message string `json:"message"`
	Final   int    `json:"final"`
	Result  *struct {
		SliceType int    `json:"slice_type"`
		Text      string `json:"voice_text_str"`
	} `json:"result"`
}

// idle is the code by which the service says that no audio came for long.
const idle = 4008

func read(msg []byte) (reply, error) {
	var r reply
	if err := json.Unmarshal(msg, &r); err != nil {
		return r, fmt.Errorf("not a reply of the service: %w", err)
	}
	if r.Code == nil {
		return r, errors.New("a reply without a code")
	}
	return r, nil
}

func (r reply) refusal() error { return &wire.Refusal{Code: fmt.Sprint(*r.Code), Text: r.Message} }

// Greeted implements wire.Greeter.
func (p *protocol) Greeted(msg []byte) (ready bool, err error) {
	r, err := read(msg)
	switch {
	case err != nil:
		return false, err
	case *r.Code != 0:
		return false, r.refusal()
	}
	return true, nil
}

// Parse reads a reply.
func (p *protocol) Parse(msg []byte, flushed bool) (wire.Event, error) {
	r, err := read(msg)
	switch {
	case err != nil:
		return wire.Event{}, err
	case *r.Code == idle:
		return wire.Event{Kind: wire.Gone}, nil
	case *r.Code != 0:
		return wire.Event{}, r.refusal()
	case r.Final == 1 && !flushed:
		return wire.Event{}, errors.New("an end that nobody asked for")
	case r.Final == 1:
		if r.Result != nil {
			p.pending = r.Result.Text
		}
		return wire.Event{Kind: wire.Final, Text: p.pending}, nil
	case r.Result == nil:
		return wire.Event{}, nil
	case r.Result.SliceType == 2:
		p.pending = ""
		return wire.Event{Kind: wire.Sentence, Text: r.Result.Text}, nil
	case r.Result.SliceType == 0 || r.Result.SliceType == 1:
		p.pending = r.Result.Text
		return wire.Event{Kind: wire.Partial, Text: r.Result.Text}, nil
	}
	return wire.Event{}, fmt.Errorf("a result of unknown type %d", r.Result.SliceType)
}
