package script

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/errs"
)

// Lesson teaches a document sentences that it did not understand: as more ways to ask a question, or as keywords of an
// intent, of its own or built in. Exactly one of both is named.
type Lesson struct {
	Question string
	Intent   string
	Create   bool   // the question or the intent is new
	Answer   string // of a new question
	Phrases  []string
}

// Teach returns the document with a lesson's phrases, its keys in the order they had, and the phrases that are new to it.
func Teach(document []byte, l Lesson) (out []byte, added []string, err error) {
	if err := l.check(); err != nil {
		return nil, nil, err
	}
	v, err := read(document)
	if err != nil {
		return nil, nil, err
	}
	if l.Question != "" {
		added, err = v.teach("questions", l.Question, "variants", l)
	} else {
		added, err = v.teach("intents", l.Intent, "keywords", l)
	}
	if err != nil {
		return nil, nil, err
	}
	var b bytes.Buffer
	v.write(&b, 0)
	b.WriteByte('\n')
	if b.Len() > MaxBytes {
		return nil, nil, errs.New(errs.Invalid, "the document is larger than 1 MB")
	}
	return b.Bytes(), added, nil
}

func (l Lesson) check() error {
	var k errs.Check
	k.Require((l.Question == "") != (l.Intent == ""), "question", "name either a question or an intent")
	k.Require(!l.Create || l.Question == "" || strings.TrimSpace(l.Answer) != "", "answer", "a new question needs its answer")
	k.Require(!l.Create || nameable(l.Question+l.Intent), "question", "must have 1 to 64 letters, digits, _ and -")
	k.Require(l.Intent == "" || !slices.Contains(reservedIntents, l.Intent), "intent", "the name is taken by branches of another kind")
	k.Require(len(l.Phrases) > 0, "texts", "choose at least one sentence")
	for _, p := range l.Phrases {
		k.Require(speakable(p) && utf8.RuneCountInString(p) <= maxTextRunes, "texts", "a sentence must have a letter or a digit, and at most 1000 characters")
	}
	return k.Err("script")
}

// teach adds phrases to the list of one entry of a part of the document. An intent may also be a bare list.
func (v *value) teach(part, name, list string, l Lesson) ([]string, error) {
	entries := v.fields[part]
	if entries.fields == nil {
		entries = value{fields: map[string]value{}}
	}
	entry, there := entries.fields[name]
	switch {
	case l.Create && there && part == "questions":
		return nil, errs.New(errs.Conflict, "the draft has a question %q already; choose it, or another name", name)
	case l.Create && there:
		return nil, errs.New(errs.Conflict, "the draft has an intent %q already; choose it, or another name", name)
	case !l.Create && !there && part == "questions":
		return nil, errs.New(errs.NotFound, "the draft has no question %q; it may have been renamed meanwhile", name)
	case !l.Create && !there && !slices.Contains(BuiltinIntents(), name):
		return nil, errs.New(errs.NotFound, "the draft has no intent %q; it may have been renamed meanwhile", name)
	}
	var added []string
	if part == "intents" && (entry.list != nil || !there) {
		entry.list, added = learn(entry.list, l.Phrases)
	} else {
		if entry.fields == nil {
			entry = value{fields: map[string]value{}}
		}
		phrases := entry.fields[list]
		phrases.fields, phrases.leaf = nil, ""
		phrases.list, added = learn(phrases.list, l.Phrases)
		entry.put(list, phrases)
		if l.Create {
			entry.put("answer", value{leaf: leafOf(strings.TrimSpace(l.Answer))})
		}
	}
	entries.put(name, entry)
	v.put(part, entries)
	return added, nil
}

// learn adds phrases that a list does not have yet. An ampersand would ask for what stands beside it in this order.
func learn(list []value, phrases []string) (out []value, added []string) {
	known := map[string]bool{}
	for _, one := range list {
		if s, err := one.text(); err == nil {
			known[s] = true
		}
	}
	out = slices.Clone(list)
	if out == nil {
		out = []value{}
	}
	for _, p := range phrases {
		p = strings.TrimSpace(strings.ReplaceAll(p, "&", " "))
		if known[p] {
			continue
		}
		known[p] = true
		out, added = append(out, value{leaf: leafOf(p)}), append(added, p)
	}
	return out, added
}

// put sets a key; a new one comes last.
func (v *value) put(key string, to value) {
	if _, there := v.fields[key]; !there {
		v.keys = append(v.keys, key)
	}
	v.fields[key] = to
}

// nameable tells whether a text can be the name of a question or an intent, as the reader takes it.
func nameable(s string) bool {
	return s != "" && utf8.RuneCountInString(s) <= maxNameRunes && !strings.ContainsFunc(s, func(c rune) bool {
		return c != '_' && c != '-' && !unicode.IsLetter(c) && !unicode.IsDigit(c)
	})
}
