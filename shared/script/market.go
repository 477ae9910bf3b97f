package script

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/outdial/outdial/shared/errs"
)

//go:embed templates
var templates embed.FS

// Template is a script that comes with the product for others to start from.
type Template struct {
	Key  string
	Head Head
	// Document is in the form of drafts.
	Document []byte
}

var builtin = sync.OnceValue(func() []Template {
	files, err := fs.Glob(templates, "templates/*.yaml")
	if err != nil {
		return nil
	}
	var out []Template
	for _, f := range files {
		source, err := templates.ReadFile(f)
		if err != nil {
			continue
		}
		t := Template{Key: strings.TrimSuffix(path.Base(f), ".yaml")}
		if t.Document, err = Document(source); err != nil {
			continue
		}
		if t.Head, err = HeadOf(t.Document); err != nil {
			continue
		}
		if t.Head.Language == "" {
			t.Head.Language = "zh"
		}
		out = append(out, t)
	}
	return out
})

// Templates lists those that come with the product, by their keys.
func Templates() []Template { return slices.Clone(builtin()) }

// TemplateOf finds one.
func TemplateOf(key string) (Template, error) {
	at := slices.IndexFunc(builtin(), func(t Template) bool { return t.Key == key })
	if at < 0 {
		return Template{}, errs.Missing("template", key)
	}
	return builtin()[at], nil
}

// beginnings are what a new script starts with: somebody greets, asks, and says goodbye.
var beginnings = map[string]string{
	"zh": `script: 1
language: zh
start: start
nodes:
  start: {say: "您好，请问是$(name)吗？", branches: {affirm: ask, negate: goodbye, default: ask}}
  ask: {say: "想和您说一件事，现在方便吗？", branches: {affirm: goodbye, negate: goodbye, refuse: goodbye, default: goodbye}}
  goodbye: {say: "好的，打扰您了，再见。", hangup: true}
variables: {name: 您}
`,
	"en": `script: 1
language: en
start: start
nodes:
  start: {say: "Hello, am I speaking with $(name)?", branches: {affirm: ask, negate: goodbye, default: ask}}
  ask: {say: "There is something I would like to tell you. Is this a good moment?", branches: {affirm: goodbye, negate: goodbye, refuse: goodbye, default: goodbye}}
  goodbye: {say: "All right, thank you. Goodbye.", hangup: true}
variables: {name: you}
`,
}

// Beginning is the document of a new script in the language.
func Beginning(name, language string) ([]byte, error) {
	text, ok := beginnings[language]
	if !ok {
		text = beginnings["zh"]
	}
	return With([]byte(text), "name", name)
}
