package tts

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/shared/audio"
)

// AliyunConfig is how Aliyun's synthesis (智能语音交互, RESTful interface) speaks.
type AliyunConfig struct {
	// URL is the gateway; empty is that of the account's region.
	URL string
	// Voice speaks when a script names none; empty is xiaoyun.
	Voice    string
	Timeout  time.Duration
	Parallel int
}

// Aliyun asks the gateway for raw samples of 8 kHz. A success has a sound as its content type; everything else is JSON with
// a status and a message.
type Aliyun struct {
	*remote
	cfg    AliyunConfig
	tokens *nls.Tokens
}

// aliyunMost is how many characters the service takes at once; the rest it would leave out without a word.
const aliyunMost = 300

// NewAliyun makes a voice. It does not connect yet.
func NewAliyun(cfg AliyunConfig, tokens *nls.Tokens) (*Aliyun, error) {
	if cfg.URL == "" {
		cfg.URL = "https://" + tokens.Gateway() + "/stream/v1/tts"
	}
	if cfg.Voice == "" {
		cfg.Voice = "xiaoyun"
	}
	r, err := newRemote("aliyun", cfg.URL, cfg.Timeout, cfg.Parallel)
	if err != nil {
		return nil, err
	}
	return &Aliyun{r, cfg, tokens}, nil
}

// Identity tells the sounds of this voice from those of others.
func (v *Aliyun) Identity() string { return "aliyun " + v.cfg.Voice }

// aliyunSpeed is speech_rate, of which 500 is twice as fast and -500 half as fast. Between them the service counts in the
// length of the sound: 1 - 1/speed in thousandths above, in two thousandths below.
func aliyunSpeed(speed float64) int {
	step := 0.001
	if speed < 1 {
		step = 0.002
	}
	return max(-500, min(500, int((1-1/speed)/step)))
}

// Speak implements Voice.
func (v *Aliyun) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	voice := o.Voice
	if voice == "" {
		voice = v.cfg.Voice
	}
	var token string
	say := func(ctx context.Context, piece string) (*http.Request, error) {
		var err error
		if token, err = v.tokens.Token(ctx); err != nil {
			return nil, err
		}
		body, err := json.Marshal(map[string]any{"appkey": v.tokens.AppKey(), "token": token, "text": piece, "format": "pcm", "sample_rate": audio.Rate,
			"voice": voice, "speech_rate": aliyunSpeed(o.speed())})
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.cfg.URL, bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("X-NLS-Token", token)
		return req, nil
	}
	read := func(h http.Header, status int, body []byte) ([]int16, int, error) {
		if status == http.StatusOK && strings.HasPrefix(h.Get("Content-Type"), "audio/") {
			return samples(body, audio.Rate)
		}
		var e struct {
			Status  int64  `json:"status"`
			Message string `json:"message"`
		}
		_ = json.Unmarshal(body, &e) // the status alone is an answer
		if e.Status == aliyunBadToken {
			v.tokens.Drop(token)
		}
		return nil, 0, fmt.Errorf("status %d, %d %s", status, e.Status, strings.ReplaceAll(e.Message, token, "***"))
	}
	return v.synthesise(ctx, text, o, split(text, aliyunMost, each), say, read)
}

const aliyunBadToken = 40000001
