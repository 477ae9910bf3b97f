package spoken

import (
	"regexp"
	"strings"
	"unicode"
)

// tag is markup that a synthesiser could take for its own, or would read out.
var tag = regexp.MustCompile(`</?[A-Za-z!?][^<>]{0,500}>`)

// Plain is a text that nothing takes for markup: without tags, control characters and the signs that synthesisers and
// chat models read as instructions, and with at most limit characters. It is what may be spoken of text from outside.
func Plain(text string, limit int) string {
	if len(text) > 8*limit+1000 {
		text = strings.ToValidUTF8(text[:8*limit+1000], "")
	}
	text = tag.ReplaceAllString(text, " ")
	var b strings.Builder
	n, space := 0, false
	for _, r := range text {
		switch {
		case r == unicode.ReplacementChar || unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs):
			continue
		case unicode.IsControl(r) || unicode.IsSpace(r) || strings.ContainsRune(markup, r):
			space = b.Len() > 0
			continue
		}
		if n++; n > limit {
			break
		}
		if space {
			b.WriteByte(' ')
			space = false
			if n++; n > limit {
				break
			}
		}
		b.WriteRune(r)
	}
	return b.String()
}

const markup = "<>[]{}*_`~|\\#^&\"＜＞"
