// Package provider owns the choice of recognisers from configuration: one line of text becomes providers in order of
// preference, and accounts with services give the keys.
package provider

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/aliyun"
	"github.com/outdial/outdial/dialogue/asr/funasr"
	"github.com/outdial/outdial/dialogue/asr/iflytek"
	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/asr/sherpa"
	"github.com/outdial/outdial/dialogue/asr/tencent"
	"github.com/outdial/outdial/dialogue/asr/vosk"
	"github.com/outdial/outdial/dialogue/asr/wire"
	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/shared/clock"
)

// Accounts are the keys of services. Those that no line asks for may be empty.
type Accounts struct {
	// AliyunTokens gives Aliyun's access; nil where there is none.
	AliyunTokens *nls.Tokens
	Aliyun       aliyun.Config
	Tencent      tencent.Config
	IFlytek      iflytek.Config
	Clock        clock.Clock
}

// makers are the kinds of provider. What follows the first colon of a line is the maker's.
var makers = map[string]func(rest string, a Accounts) (asr.Provider, error){
	phrase.Name: func(folder string, _ Accounts) (asr.Provider, error) { return newPhrase(folder) },
	vosk.Name:   func(url string, _ Accounts) (asr.Provider, error) { return typed(vosk.New(url, wire.Config{})) },
	funasr.Name: func(url string, _ Accounts) (asr.Provider, error) { return typed(funasr.New(url, wire.Config{})) },
	sherpa.Name: func(url string, _ Accounts) (asr.Provider, error) { return typed(sherpa.New(url, wire.Config{})) },
	aliyun.Name: func(url string, a Accounts) (asr.Provider, error) {
		if a.AliyunTokens == nil {
			return nil, &asr.Error{Kind: asr.Config, Provider: aliyun.Name, Tried: "use the account: set dialogue.aliyun.appkey, dialogue.aliyun.keyid and dialogue.aliyun.keysecret"}
		}
		a.Aliyun.URL = url
		return typed(aliyun.New(a.Aliyun, a.AliyunTokens, wire.Config{}))
	},
	tencent.Name: func(url string, a Accounts) (asr.Provider, error) {
		a.Tencent.URL = url
		return typed(tencent.New(a.Tencent, a.Clock, wire.Config{}))
	},
	iflytek.Name: func(url string, a Accounts) (asr.Provider, error) {
		a.IFlytek.URL = url
		return typed(iflytek.New(a.IFlytek, a.Clock, wire.Config{}))
	},
}

// typed keeps a nil pointer of a concrete type from becoming an interface that is not nil.
func typed[P asr.Provider](p P, err error) (asr.Provider, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// All makes the providers of a line with commas, in order of preference:
//
//	aliyun, funasr:ws://127.0.0.1:10095, phrase
func All(line string, a Accounts) ([]asr.Provider, error) {
	var out []asr.Provider
	for one := range strings.SplitSeq(line, ",") {
		p, err := New(one, a)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// New makes a provider from a line such as
//
//	phrase                    the phrases that come with the product
//	phrase:/var/lib/phrases   those and the recordings of a folder
//	vosk:ws://127.0.0.1:2700
//	funasr:wss://asr.example:10095
//	sherpa:ws://127.0.0.1:6006
//	aliyun                    the service, with the account's keys; tencent and iflytek likewise
//	aliyun:wss://gateway      the same at another address
func New(line string, a Accounts) (asr.Provider, error) {
	if a.Clock == nil {
		a.Clock = clock.Real()
	}
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
	make, ok := makers[kind]
	if !ok {
		return nil, &asr.Error{Kind: asr.Config, Provider: fmt.Sprintf("%.40q", kind), Tried: "choose a recogniser: use one of " + strings.Join(Kinds(), ", ")}
	}
	return make(rest, a)
}

// Kinds lists what New can make.
func Kinds() []string {
	var out []string
	for k := range makers {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

func newPhrase(folder string) (asr.Provider, error) {
	set, err := phrase.Enrolled()
	if err != nil {
		return nil, err
	}
	if folder != "" {
		if err := set.EnrollFolder(os.DirFS(folder)); err != nil {
			return nil, err
		}
	}
	return typed(phrase.New(set, phrase.Config{}))
}
