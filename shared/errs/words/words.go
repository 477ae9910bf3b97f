// Package words owns what the platform's own sentences are in Chinese: the reasons of refusals, and the reasons that are
// stored with imports, exports and campaigns. Code says every sentence in English; whoever shows one to a person asks
// here for it in that person's language.
//
// It knows no HTTP and no store. What it has no words for it gives back as it is: an English reason is better than none.
package words

import (
	"errors"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Language is one that people read the product in.
type Language string

const (
	English Language = "en"
	Chinese Language = "zh"
)

// In is the sentence of an error, without its fields and its cause. Failures of the platform itself have one sentence for
// each kind: what failed is the operator's to know.
func In(l Language, err error) string {
	var e *errs.Error
	if !errors.As(err, &e) {
		return generic(l, errs.Internal)
	}
	if e.Kind == errs.Internal || e.Kind == errs.Unavailable {
		return generic(l, e.Kind)
	}
	return said(l, e.Said, e.Message)
}

// Reason is why a field was refused.
func Reason(l Language, f errs.Field) string { return said(l, f.Said, f.Reason) }

// Text finds the words for a sentence that was rendered before, as those that are stored, by the format that it fits.
func Text(l Language, english string) string {
	if l != Chinese || english == "" {
		return english
	}
	if e, args, ok := match(english); ok {
		return e.render(args)
	}
	return english
}

func said(l Language, s errs.Said, english string) string {
	if l != Chinese {
		return english
	}
	if e, ok := byFormat[s.Format]; ok {
		if args, ok := e.arguments(s.Args); ok {
			return e.render(args)
		}
	}
	return Text(l, english)
}

func generic(l Language, k errs.Kind) string {
	switch {
	case l == Chinese && k == errs.Unavailable:
		return "平台的某个部分暂时没有响应，请稍后重试；如仍不行，请联系平台运营人员"
	case l == Chinese:
		return "平台内部出错，请联系平台运营人员"
	case k == errs.Unavailable:
		return "a part of the platform does not answer at the moment; try again, or tell whoever runs it"
	}
	return "the platform failed; tell whoever runs it"
}

// Accepted is the language that an Accept-Language header asks for: Chinese when it stands before English, and English for
// programs, which ask for none.
func Accepted(header string) Language { return Preferred(header, English) }

// Preferred is the language that an Accept-Language header asks for, or another where it asks for neither.
func Preferred(header string, otherwise Language) Language {
	if len(header) > 1000 { // nobody speaks so many
		return otherwise
	}
	best, found := 0.0, otherwise
	for part := range strings.SplitSeq(header, ",") {
		tag, parameters, _ := strings.Cut(part, ";")
		tag, _, _ = strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if l := Language(tag); l == Chinese || l == English {
			if q := weight(parameters); q > best {
				best, found = q, l
			}
		}
	}
	return found
}
