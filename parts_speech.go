package main

import (
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/aliyun"
	"github.com/outdial/outdial/dialogue/asr/iflytek"
	"github.com/outdial/outdial/dialogue/asr/provider"
	"github.com/outdial/outdial/dialogue/asr/tencent"
	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/dialogue/prompts"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/chat"
)

// speech is what robots listen, speak and think with.
type speech struct {
	recognisers []asr.Provider
	voice       tts.Voice
	// model is nil where no chat model is configured.
	model chat.Client
}

// speech makes what the settings of dialogue name. Nothing is connected before a call needs it.
func (s *stack) speech(log *slog.Logger) (speech, error) {
	c := s.cfg.Dialogue
	var tokens *nls.Tokens
	if c.Aliyun.AppKey != "" {
		var err error
		if tokens, err = nls.NewTokens(nls.Config{AppKey: c.Aliyun.AppKey, Token: c.Aliyun.Token, KeyID: c.Aliyun.KeyID, KeySecret: c.Aliyun.KeySecret, Region: c.Aliyun.Region}, s.clock); err != nil {
			return speech{}, err
		}
	}
	recognisers, err := provider.All(c.Recogniser, provider.Accounts{
		AliyunTokens: tokens, Aliyun: aliyun.Config{Vocabulary: c.Aliyun.Vocabulary, Customization: c.Aliyun.Customization},
		Tencent: tencent.Config{AppID: c.Tencent.AppID, SecretID: c.Tencent.SecretID, SecretKey: c.Tencent.SecretKey, Engine: c.Tencent.Engine},
		IFlytek: iflytek.Config{AppID: c.IFlytek.AppID, APIKey: c.IFlytek.APIKey}, Clock: s.clock,
	})
	if err != nil {
		return speech{}, err
	}
	recorded := []fs.FS{prompts.Demo()}
	if c.Prompts != "" {
		recorded = append([]fs.FS{os.DirFS(c.Prompts)}, recorded...)
	}
	voice, err := tts.New(tts.Config{
		Prompts: recorded, Synthesisers: c.Synthesiser, Cache: tts.CacheConfig{Dir: filepath.Join(s.cfg.Data, "speech")}, Clock: s.clock,
		OpenAI:       tts.OpenAIConfig{URL: c.OpenAI.URL, Key: c.OpenAI.Key, Model: c.OpenAI.Model, Voice: c.OpenAI.Voice, Rate: c.OpenAI.Rate},
		AliyunTokens: tokens, Aliyun: tts.AliyunConfig{Voice: c.Aliyun.Voice},
		Tencent: tts.TencentConfig{SecretID: c.Tencent.SecretID, SecretKey: c.Tencent.SecretKey, Region: c.Tencent.Region, Voice: c.Tencent.Voice},
	}, log)
	if err != nil {
		return speech{}, err
	}
	model, err := s.chatModel()
	return speech{recognisers: recognisers, voice: voice, model: model}, err
}

// chatModel asks the chat model of the settings, for robots on calls and for talks by text; nil where none is named.
func (s *stack) chatModel() (chat.Client, error) {
	c := s.cfg.Dialogue.Chat
	if c.URL == "" {
		return nil, nil //nolint:nilnil // scripts go on without a model
	}
	return chat.New(chat.Config{URL: c.URL, Key: c.Key, Model: c.Model, Limits: chat.Limits{FirstSentence: c.FirstSentence, Whole: c.Whole}})
}
