package export

import (
	"maps"
	"slices"
	"testing"
	"unicode"

	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/linestatus"
)

// TestFilesSayEverythingInBothLanguages: an English file has no Chinese word but what somebody wrote, and the other way round.
func TestFilesSayEverythingInBothLanguages(t *testing.T) {
	all := []said{yes, no, read, unread, sheetName, campaignHead, noTurns, unheard, interrupted}
	for _, c := range columns {
		all = append(all, c.head)
	}
	all = slices.AppendSeq(all, maps.Values(dispositionWords))
	all = slices.AppendSeq(all, maps.Values(stateWords))
	all = slices.AppendSeq(all, maps.Values(partyWords))
	all = slices.AppendSeq(all, maps.Values(transferWords))
	all = slices.AppendSeq(all, maps.Values(pushWords))
	all = slices.AppendSeq(all, maps.Values(speakerWords))
	all = slices.AppendSeq(all, maps.Values(matchWords))
	all = slices.AppendSeq(all, maps.Values(lineWords))
	han := func(s string) bool {
		return slices.ContainsFunc([]rune(s), func(r rune) bool { return unicode.Is(unicode.Han, r) })
	}
	for _, s := range all {
		if s.zh == "" || s.en == "" || han(s.en) || !han(s.zh) && s.zh != s.en {
			t.Errorf("%q and %q", s.zh, s.en)
		}
	}
	heads := map[words.Language]map[string]bool{words.Chinese: {}, words.English: {}}
	for l, seen := range heads {
		for _, c := range columns {
			if h := c.head.in(l); seen[h] {
				t.Errorf("two columns are called %s", h)
			} else {
				seen[h] = true
			}
		}
	}
}

func TestEveryLineStatusHasItsWord(t *testing.T) {
	for _, s := range linestatus.All() {
		if _, ok := lineWords[s]; !ok {
			t.Errorf("no word for %s", s)
		}
	}
}
