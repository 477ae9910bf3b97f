package tts

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"

	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/shared/clock"
)

// Config chooses the voices of a process.
type Config struct {
	// Prompts are folders of recordings, in order of preference.
	Prompts []fs.FS
	// Synthesisers in order of preference, such as "aliyun, espeak"; empty is espeak. The next speaks when one fails.
	Synthesisers string
	Espeak       EspeakConfig
	OpenAI       OpenAIConfig
	Aliyun       AliyunConfig
	// AliyunTokens gives Aliyun's access; nil where there is none.
	AliyunTokens *nls.Tokens
	Tencent      TencentConfig
	// Cache is kept for each synthesiser apart.
	Cache CacheConfig
	Clock clock.Clock
}

var makers = map[string]func(Config) (Voice, error){
	"espeak": func(c Config) (Voice, error) { return typed(NewEspeak(c.Espeak)) },
	"openai": func(c Config) (Voice, error) { return typed(NewOpenAI(c.OpenAI)) },
	"aliyun": func(c Config) (Voice, error) {
		if c.AliyunTokens == nil {
			return nil, errors.New("synthesiser aliyun: set dialogue.aliyun.appkey, dialogue.aliyun.keyid and dialogue.aliyun.keysecret")
		}
		return typed(NewAliyun(c.Aliyun, c.AliyunTokens))
	},
	"tencent": func(c Config) (Voice, error) { return typed(NewTencent(c.Tencent, c.Clock)) },
}

// typed keeps a nil pointer of a concrete type from becoming an interface that is not nil.
func typed[V Voice](v V, err error) (Voice, error) {
	if err != nil {
		return nil, err
	}
	return v, nil
}

// Synthesisers lists what can be chosen.
func Synthesisers() []string {
	var out []string
	for name := range makers {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}

// New makes the usual voice: recordings, then the synthesisers, each behind a cache. Where espeak-ng is chosen and not
// installed, the others speak, or recordings alone, and a warning says so once.
func New(cfg Config, log *slog.Logger) (Voice, error) {
	if cfg.Clock == nil {
		cfg.Clock = clock.Real()
	}
	var voices []Voice
	for _, dir := range cfg.Prompts {
		r, err := NewRecorded(dir)
		if err != nil {
			return nil, err
		}
		voices = append(voices, r)
	}
	var names []string
	var synthesisers []Voice
	line := cfg.Synthesisers
	if strings.TrimSpace(line) == "" {
		line = "espeak"
	}
	for name := range strings.SplitSeq(line, ",") {
		name = strings.TrimSpace(name)
		maker, ok := makers[name]
		if !ok {
			return nil, fmt.Errorf("synthesiser %.40q is not known: use one or more of %s", name, strings.Join(Synthesisers(), ", "))
		}
		synth, err := maker(cfg)
		switch {
		case errors.Is(err, ErrNotInstalled):
			log.Warn("espeak-ng is not installed: it will speak nothing", "err", err)
			continue
		case err != nil:
			return nil, err
		}
		kept := cfg.Cache
		if kept.Dir != "" && name != "espeak" {
			kept.Dir = filepath.Join(kept.Dir, name)
		}
		cached, err := NewCache(synth, kept, log)
		if err != nil {
			return nil, err
		}
		names, synthesisers = append(names, name), append(synthesisers, cached)
	}
	if len(synthesisers) > 0 {
		voices = append(voices, newFallback(names, synthesisers, cfg.Clock, log))
	}
	return Chain(voices...), nil
}
