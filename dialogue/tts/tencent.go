package tts

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
)

// TencentGateway is where the service is reached unless another address is configured.
const TencentGateway = "https://tts.tencentcloudapi.com/"

// TencentConfig is an account's access to Tencent Cloud's synthesis (语音合成, TextToVoice) and how it speaks.
type TencentConfig struct {
	// URL is the gateway; empty is TencentGateway.
	URL                 string
	SecretID, SecretKey string
	// Region is where it is spoken; empty is ap-guangzhou.
	Region string
	// Voice is the number of the voice (VoiceType) that speaks when a script names none; empty is 101001.
	Voice    string
	Timeout  time.Duration
	Parallel int
}

// Tencent asks TextToVoice, version 2019-08-23, for raw samples of 8 kHz, which come as base64 within JSON. Requests are
// signed by TC3-HMAC-SHA256.
type Tencent struct {
	*remote
	cfg   TencentConfig
	clock clock.Clock
	host  string
}

// NewTencent makes a voice. It does not connect yet.
func NewTencent(cfg TencentConfig, c clock.Clock) (*Tencent, error) {
	if cfg.URL == "" {
		cfg.URL = TencentGateway
	}
	if cfg.Region == "" {
		cfg.Region = "ap-guangzhou"
	}
	if cfg.Voice == "" {
		cfg.Voice = "101001"
	}
	r, err := newRemote("tencent", cfg.URL, cfg.Timeout, cfg.Parallel, cfg.SecretKey)
	if err != nil {
		return nil, err
	}
	if cfg.SecretID == "" || cfg.SecretKey == "" {
		return nil, errors.New("synthesiser tencent: set dialogue.tencent.secretid and dialogue.tencent.secretkey")
	}
	if _, err := strconv.Atoi(cfg.Voice); err != nil {
		return nil, errors.New("synthesiser tencent: dialogue.tencent.voice must be the number of a voice, such as 101001")
	}
	return &Tencent{r, cfg, c, r.where}, nil
}

// Identity tells the sounds of this voice from those of others.
func (v *Tencent) Identity() string { return "tencent " + v.cfg.Voice }

// tencentMost is what the service takes at once: 150 Chinese characters or 500 Latin letters. A Chinese character counts ten
// here, a letter three.
const tencentMost = 150 * 10

func tencentWidth(r rune) int {
	if r < unicode.MaxLatin1 {
		return 3
	}
	return 10
}

// tencentSpeeds are the points of its scale that the service names.
var tencentSpeeds = [][2]float64{{0.6, -2}, {0.8, -1}, {1, 0}, {1.2, 1}, {1.5, 2}, {2.5, 6}}

// Speak implements Voice.
func (v *Tencent) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	name := o.Voice
	if name == "" {
		name = v.cfg.Voice
	}
	voice, err := strconv.Atoi(name)
	if err != nil {
		return nil, &SentenceError{o.Key, text, "name its voice by the number it has at Tencent, such as 101001", ErrRefused}
	}
	language := 1
	if strings.IndexFunc(text, func(r rune) bool { return unicode.Is(unicode.Han, r) }) < 0 {
		language = 2 // no character of it is Chinese: English
	}
	say := func(ctx context.Context, piece string) (*http.Request, error) {
		body, err := json.Marshal(map[string]any{"Text": piece, "SessionId": uuid.NewString(), "VoiceType": voice, "PrimaryLanguage": language,
			"SampleRate": audio.Rate, "Codec": "pcm", "Speed": between(o.speed(), tencentSpeeds)})
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.cfg.URL, strings.NewReader(string(body)))
		if err != nil {
			return nil, err
		}
		v.sign(req, body)
		return req, nil
	}
	return v.synthesise(ctx, text, o, split(text, tencentMost, tencentWidth), say, v.read)
}

// sign puts the signature of the service's version 3 into the headers: a key derived from date and service signs the digest
// of the request in its canonical form.
func (v *Tencent) sign(req *http.Request, body []byte) {
	const service, kind = "tts", "application/json; charset=utf-8"
	now := v.clock.Now().UTC()
	date, stamp := now.Format("2006-01-02"), strconv.FormatInt(now.Unix(), 10)
	path := req.URL.Path
	if path == "" {
		path = "/"
	}
	canonical := strings.Join([]string{req.Method, path, "", "content-type:" + kind + "\nhost:" + v.host + "\n", "content-type;host", digest(body)}, "\n")
	scope := date + "/" + service + "/tc3_request"
	plain := strings.Join([]string{"TC3-HMAC-SHA256", stamp, scope, digest([]byte(canonical))}, "\n")
	key := []byte("TC3" + v.cfg.SecretKey)
	for _, part := range []string{date, service, "tc3_request"} {
		key = mac256(key, part)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-TC-Action", "TextToVoice")
	req.Header.Set("X-TC-Version", "2019-08-23")
	req.Header.Set("X-TC-Region", v.cfg.Region)
	req.Header.Set("X-TC-Timestamp", stamp)
	req.Header.Set("Authorization", fmt.Sprintf("TC3-HMAC-SHA256 Credential=%s/%s, SignedHeaders=content-type;host, Signature=%s",
		v.cfg.SecretID, scope, hex.EncodeToString(mac256(key, plain))))
}

func digest(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func mac256(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return m.Sum(nil)
}

func (v *Tencent) read(_ http.Header, status int, body []byte) ([]int16, int, error) {
	var r struct {
		Response struct {
			Audio string
			Error struct{ Code, Message string }
		}
	}
	if err := json.Unmarshal(body, &r); err != nil {
		return nil, 0, fmt.Errorf("status %d and no JSON of the service", status)
	}
	if e := r.Response.Error; e.Code != "" || r.Response.Audio == "" {
		return nil, 0, fmt.Errorf("status %d %s %s", status, e.Code, e.Message)
	}
	raw, err := base64.StdEncoding.DecodeString(r.Response.Audio)
	if err != nil {
		return nil, 0, errors.New("its sound is no base64")
	}
	return samples(raw, audio.Rate)
}
