package script

import "strings"

// Expand puts variables in the place of $(name). A name without a value becomes nothing: a robot that reads out a
// placeholder is worse than one that leaves a word out.
func Expand(text string, value func(name string) string) string {
	var b strings.Builder
	for {
		at, name, rest := cutVariable(text)
		if at < 0 {
			if b.Len() == 0 {
				return text
			}
			b.WriteString(text)
			return b.String()
		}
		b.WriteString(text[:at])
		b.WriteString(value(name))
		text = rest
		if text == "" {
			return b.String()
		}
	}
}

// References lists the variables of a text.
func References(text string) []string {
	var out []string
	for {
		at, name, rest := cutVariable(text)
		if at < 0 {
			return out
		}
		out = append(out, name)
		text = rest
	}
}

func cutVariable(text string) (at int, name, rest string) {
	from := 0
	for {
		at = strings.Index(text[from:], "$(")
		if at < 0 {
			return -1, "", ""
		}
		at += from
		end := strings.IndexByte(text[at:], ')')
		if end < 0 {
			return -1, "", ""
		}
		if name = strings.TrimSpace(text[at+2 : at+end]); name != "" {
			return at, name, text[at+end+1:]
		}
		from = at + end
	}
}
