package words

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	checks "github.com/danielgtaylor/huma/v2/validation"
)

// told are entries whose English side no literal in the sources holds: what huma says, and what a sentence begins with.
func told(e entry) bool {
	return e.how&leads != 0 || slices.ContainsFunc(catalogue[len(catalogue)-1], func(v entry) bool { return v.english == e.english })
}

func TestEverySentenceHasItsWords(t *testing.T) {
	said := read(t)
	if len(said.sentences) < 300 || len(said.nouns) < 30 {
		t.Fatalf("%d sentences and %d nouns were found in the sources: the reader no longer understands them", len(said.sentences), len(said.nouns))
	}
	for s, where := range said.sentences {
		if byFormat[s] == nil {
			t.Errorf("%s says %q, which has no Chinese", where, s)
		}
	}
	for noun, where := range said.nouns {
		if !strings.HasSuffix(noun, "s") && terms[noun] == "" { // a list of things is never missing
			t.Errorf("%s speaks of a %s, which has no Chinese", where, noun)
		}
	}
	for _, part := range catalogue {
		for _, e := range part {
			if _, ok := said.sentences[e.english]; !ok && !told(e) {
				t.Errorf("nothing says %q any more", e.english)
			}
		}
	}
}

func TestTheContractsOwnChecksHaveTheirWords(t *testing.T) {
	for _, m := range []string{checks.MsgUnexpectedProperty, checks.MsgExpectedRFC3339DateTime, checks.MsgExpectedRFC3339Date, checks.MsgExpectedBoolean,
		checks.MsgExpectedNumber, checks.MsgExpectedInteger, checks.MsgExpectedString, checks.MsgExpectedArray, checks.MsgExpectedObject,
		checks.MsgExpectedArrayItemsUnique, checks.MsgExpectedOneOf, checks.MsgExpectedMinimumNumber, checks.MsgExpectedMaximumNumber,
		checks.MsgExpectedExclusiveMinimumNumber, checks.MsgExpectedExclusiveMaximumNumber, checks.MsgExpectedMinLength, checks.MsgExpectedMaxLength,
		checks.MsgExpectedMinItems, checks.MsgExpectedMaxItems, checks.MsgExpectedRequiredProperty, checks.MsgExpectedMatchPattern,
		checks.MsgExpectedRFC5322Email, checks.MsgExpectedDependentRequiredProperty} {
		at := slices.IndexFunc(findings, func(e entry) bool { return e.english == m })
		if at < 0 {
			t.Errorf("the contract's check says %q, which people are not told", m)
		}
	}
	for _, e := range findings {
		f := takeApart(e)
		args := make([]any, len(f.verbs))
		for i, v := range f.verbs {
			args[i] = map[byte]any{'d': 7, 's': "x", 'v': 0.5}[v]
		}
		told := Finding("body.name", fmt.Sprintf(e.english, args...))
		if strings.HasPrefix(told, "expected") || Text(Chinese, told) == told {
			t.Errorf("%q is told as %q and as %q", e.english, told, Text(Chinese, told))
		}
	}
	if got := Finding("body.trunk_id", "expected number >= 1"); got != "choose one" {
		t.Errorf("a trunk that was not chosen: %q", got)
	}
	if got := Finding("body.x", "what nobody knows"); got != "what nobody knows" {
		t.Errorf("an unknown finding: %q", got)
	}
}

func TestEntriesAreWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, part := range catalogue {
		for _, e := range part {
			if seen[e.english] {
				t.Errorf("%q stands there twice", e.english)
			}
			seen[e.english] = true
			if !strings.ContainsFunc(e.chinese, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
				t.Errorf("%q: %q is not Chinese", e.english, e.chinese)
			}
			if problem := verbsDiffer(e); problem != "" {
				t.Errorf("%q: %q: %s", e.english, e.chinese, problem)
			}
		}
	}
}

func verbsDiffer(e entry) string {
	f := byFormat[e.english]
	used := map[int]bool{}
	next := 0
	for _, m := range verb.FindAllStringSubmatch(e.chinese, -1) {
		if m[2] == "%" {
			continue
		}
		at := next
		next++
		if m[1] != "" {
			at = int(m[1][0]-'0') - 1
		}
		if at < 0 || at >= len(f.verbs) {
			return fmt.Sprintf("has no value %d", at+1)
		}
		if string(f.verbs[at]) != m[2] && (f.verbs[at] != 'q' || m[2] != "s") {
			return fmt.Sprintf("value %d is written %%%c and %%%s", at+1, f.verbs[at], m[2])
		}
		used[at] = true
	}
	if len(used) != len(f.verbs) && e.how&drops == 0 {
		return fmt.Sprintf("uses %d of %d values", len(used), len(f.verbs))
	}
	return ""
}

// What is rendered is found again by its format, with the same values.
func TestRenderedSentencesAreFoundAgain(t *testing.T) {
	values := map[byte][]any{
		'd': {0, 7, -3, 1000000},
		's': {"x", "7", "a b", "王 先生", "00:30", "1.5"},
		'v': {7, "x", 2.5},
		'q': {"x", `a"b\c`, "号码\n", ""},
	}
	for _, part := range catalogue {
		for _, e := range part {
			f := byFormat[e.english]
			for turn := range 6 {
				args := make([]any, len(f.verbs))
				for i, v := range f.verbs {
					args[i] = values[v][(turn+i)%len(values[v])]
				}
				english := fmt.Sprintf(e.english, args...)
				want, ok := f.arguments(args)
				if !ok {
					t.Fatalf("%q takes no %v", e.english, args)
				}
				found, got, ok := match(english)
				if !ok || f.render(want) != found.render(got) {
					t.Errorf("%q of %q is found as %v with %q", english, e.english, found, got)
				} else if found == f && !slices.Equal(got, want) && len(want) > 0 {
					t.Errorf("%q: values %q, want %q", english, got, want)
				}
			}
		}
	}
}

func TestNothingEnglishIsLeft(t *testing.T) {
	word := regexp.MustCompile(`\b(the|must|of|is|and|not|with)\b`)
	for _, part := range catalogue {
		for _, e := range part {
			if m := word.FindString(e.chinese); m != "" {
				t.Errorf("%q holds %q", e.chinese, m)
			}
		}
	}
}
