package nlu

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/nlu/likeness"
)

// The built-in rules are tables: what callees say to a sales or service call, in Mandarin first and in English. Weights: an
// answer that is only a yes or a no gives way to one that says more (好的, 晚点再打给我 is a callback).
type builtinRule struct {
	Rule
	usage
}

var builtinRules = func() *ruleset {
	s := newRuleset(builtinSlots)
	for _, r := range slices.Concat(answers, refusals, requests, questions, english) {
		r.Whole = expandAll(r.Whole)
		if err := s.add(r.Rule, r.usage); err != nil {
			panic(fmt.Sprintf("nlu: built-in rule %q: %v", r.Name, err))
		}
	}
	s.intents = map[Intent]likeness.Feature{}
	for i, name := range Builtin() {
		s.intents[name] = likeness.Feature(i + 1) //nolint:gosec // few
	}
	return s
}()

// split is how the tables are written: keywords between spaces, with choices in brackets: (晚点|回头)&打.
func split(s string) []string { return strings.Fields(s) }

func expandAll(in []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, w := range in {
		for _, e := range expand(strings.ReplaceAll(w, "_", " ")) {
			if !seen[e] {
				seen[e] = true
				out = append(out, e)
			}
		}
	}
	return out
}

// expand writes out the first choice of a keyword and goes on with the rest.
func expand(w string) []string {
	from := strings.IndexByte(w, '(')
	if from < 0 {
		return []string{w}
	}
	to := from + strings.IndexByte(w[from:], ')')
	var out []string
	for _, tail := range expand(w[to+1:]) {
		for choice := range strings.SplitSeq(w[from+1:to], "|") {
			out = append(out, w[:from]+choice+tail)
		}
	}
	return out
}

// murmurs are the backchannels, however many of them in one breath; the English ones come one at a time.
var (
	murmurs      = regexp.MustCompile(`^(?:[好对是]的|[嗯恩对好哦噢喔啊唔是行])+$`)
	backchannels = words("ok", "okay", "yeah", "uh huh", "right", "i see", "mm", "mhm")
)

// Backchannel tells whether a sentence only says that the callee is listening: it never stops the robot, though as an
// answer to a question the same word may be a yes.
func Backchannel(text string) bool {
	t := Normalize(text)
	if t == "" {
		return false
	}
	for clause := range strings.SplitSeq(t, string(boundary)) {
		if !murmurs.MatchString(clause) && !backchannels[clause] {
			return false
		}
	}
	return true
}
