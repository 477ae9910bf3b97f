package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/errs/words"
)

// accepted is the language that a request asks for.
func accepted(r *http.Request) words.Language { return words.Accepted(r.Header.Get("Accept-Language")) }

// languageOf is the language of the request that a handler answers.
func languageOf(ctx context.Context) words.Language {
	asked, _ := ctx.Value(languageKey).(string)
	return words.Accepted(asked)
}

// FileLanguage names the language of a file in its address.
type FileLanguage struct {
	Lang string `query:"lang" enum:"zh,en" doc:"The language of the file, for links, which carry no Accept-Language of the console's; that of the request without it, and Chinese where the request names none"`
}

func (f FileLanguage) of(ctx context.Context) words.Language {
	if f.Lang != "" {
		return words.Language(f.Lang)
	}
	asked, _ := ctx.Value(languageKey).(string)
	return words.Preferred(asked, words.Chinese)
}

// fileLanguage is that of a file that a worker makes later.
func fileLanguage(ctx context.Context) words.Language { return FileLanguage{}.of(ctx) }

// worded is a word in both languages.
type worded struct{ zh, en string }

func (w worded) in(l words.Language) string {
	if l == words.English {
		return w.en
	}
	return w.zh
}

// reasoned is a body with reasons that were stored in English. It gives back a copy in another language: what a handler
// answered may be kept elsewhere, as in the operation log.
type reasoned interface {
	in(l words.Language) any
}

// translated says the reasons of an answer in the language of its request, and so do the refusals that huma makes itself.
// An idle campaign's detail stays as it is: its code is what a reader goes by.
func translated(ctx huma.Context, _ string, v any) (any, error) {
	l := words.Accepted(ctx.Header("Accept-Language"))
	if l == words.English {
		return v, nil
	}
	switch b := v.(type) {
	case *Problem:
		return b.in(l), nil
	case reasoned:
		return b.in(l), nil
	case Page[Campaign]:
		return pageIn(b, l), nil
	case Page[Export]:
		return pageIn(b, l), nil
	case struct {
		Items []Import `json:"items"`
	}:
		b.Items = listIn(b.Items, l)
		return b, nil
	}
	return v, nil
}

func pageIn[T reasoned](p Page[T], l words.Language) Page[T] {
	p.Items = listIn(p.Items, l)
	return p
}

func listIn[T reasoned](list []T, l words.Language) []T {
	out := make([]T, len(list))
	for i, x := range list {
		out[i], _ = x.in(l).(T)
	}
	return out
}

func (i Import) in(l words.Language) any {
	i.Reason = words.Text(l, i.Reason)
	return i
}

func (e Export) in(l words.Language) any {
	e.Reason = words.Text(l, e.Reason)
	return e
}

func (c Campaign) in(l words.Language) any {
	c.Reason = words.Text(l, c.Reason)
	return c
}

func (d CampaignDetail) in(l words.Language) any {
	d.Reason = words.Text(l, d.Reason)
	return d
}
