package tts

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// OpenAIConfig names a speech server that speaks OpenAI's interface.
type OpenAIConfig struct {
	// URL is the base of the interface, such as http://127.0.0.1:8880/v1.
	URL string
	// Key is sent as a bearer token; local servers need none.
	Key   string
	Model string
	// Voice speaks when a script names none.
	Voice string
	// Rate is that of the raw samples the server sends; 0 means 24000, which OpenAI's own sends.
	Rate     int
	Timeout  time.Duration
	Parallel int
}

// OpenAI asks POST {URL}/audio/speech for raw samples.
type OpenAI struct {
	*remote
	cfg OpenAIConfig
}

// NewOpenAI makes a voice. It does not connect yet.
func NewOpenAI(cfg OpenAIConfig) (*OpenAI, error) {
	r, err := newRemote("openai", cfg.URL, cfg.Timeout, cfg.Parallel, cfg.Key)
	if err != nil {
		return nil, err
	}
	if cfg.Model == "" || cfg.Voice == "" {
		return nil, errors.New("synthesiser openai: set dialogue.openai.model and dialogue.openai.voice")
	}
	if cfg.Rate == 0 {
		cfg.Rate = 24000
	}
	if cfg.Rate < 8000 || cfg.Rate > 48000 {
		return nil, fmt.Errorf("synthesiser openai: rate %d is outside 8000..48000", cfg.Rate)
	}
	cfg.URL = strings.TrimRight(cfg.URL, "/")
	return &OpenAI{r, cfg}, nil
}

// Identity tells the sounds of this voice from those of others.
func (v *OpenAI) Identity() string {
	return fmt.Sprintf("openai %s %s %s", v.cfg.URL, v.cfg.Model, v.cfg.Voice)
}

// Speak implements Voice.
func (v *OpenAI) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	voice := o.Voice
	if voice == "" {
		voice = v.cfg.Voice
	}
	say := func(ctx context.Context, piece string) (*http.Request, error) {
		body, err := json.Marshal(map[string]any{"model": v.cfg.Model, "input": piece, "voice": voice, "response_format": "pcm", "speed": o.speed()})
		if err != nil {
			return nil, err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.cfg.URL+"/audio/speech", bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/json")
		if v.cfg.Key != "" {
			req.Header.Set("Authorization", "Bearer "+v.cfg.Key)
		}
		return req, nil
	}
	return v.synthesise(ctx, text, o, split(text, MaxRunes, each), say, v.read)
}

func (v *OpenAI) read(h http.Header, status int, body []byte) ([]int16, int, error) {
	kind := h.Get("Content-Type") // servers call raw samples many names, but not these
	if status == http.StatusOK && !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "text/") {
		return samples(body, v.cfg.Rate)
	}
	var e struct {
		Error struct {
			Message string `json:"message"`
		} `json:"error"`
	}
	_ = json.Unmarshal(body, &e) // the status alone is an answer
	return nil, 0, fmt.Errorf("status %d %s", status, e.Error.Message)
}
