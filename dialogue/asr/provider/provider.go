// Package provider owns the choice of a recogniser from configuration: one line of text becomes an asr.Provider.
package provider

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/funasr"
	"github.com/outdial/outdial/dialogue/asr/phrase"
	"github.com/outdial/outdial/dialogue/asr/vosk"
	"github.com/outdial/outdial/dialogue/asr/wire"
)

// makers are the kinds of provider. What follows the first colon of a line is the maker's.
var makers = map[string]func(rest string) (asr.Provider, error){
	phrase.Name: newPhrase,
	vosk.Name:   func(url string) (asr.Provider, error) { return typed(vosk.New(url, wire.Config{})) },
	funasr.Name: func(url string) (asr.Provider, error) { return typed(funasr.New(url, wire.Config{})) },
}

// typed keeps a nil pointer of a concrete type from becoming an interface that is not nil.
func typed[P asr.Provider](p P, err error) (asr.Provider, error) {
	if err != nil {
		return nil, err
	}
	return p, nil
}

// New makes a provider from a line such as
//
//	phrase                    the phrases that come with the product
//	phrase:/var/lib/phrases   those and the recordings of a folder
//	vosk:ws://127.0.0.1:2700
//	funasr:wss://asr.example:10095
func New(line string) (asr.Provider, error) {
	kind, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
	make, ok := makers[kind]
	if !ok {
		return nil, &asr.Error{Kind: asr.Config, Provider: fmt.Sprintf("%.40q", kind), Tried: "choose a recogniser: use one of " + strings.Join(Kinds(), ", ")}
	}
	return make(rest)
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
