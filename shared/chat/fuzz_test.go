package chat

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"
)

// Whatever a server sends: what is said is text that can be spoken, never too much of it, and the same however it was cut.
func FuzzRead(f *testing.F) {
	for _, s := range []string{
		"data: {\"choices\":[{\"delta\":{\"content\":\"好的。#1\"}}]}\n\ndata: [DONE]\n\n",
		"data: {\"choices\":[{\"delta\":{\"content\":\"<think>x</think>#1\"},\"finish_reason\":\"stop\"}]}\n\n",
		": x\n\nevent: error\ndata: {\"error\":{\"message\":\"no\"}}\n\n", "data: {}\ndata: [1]\n", "\xff\xfe", "data:",
	} {
		f.Add([]byte(s), uint8(3))
	}
	f.Fuzz(func(t *testing.T, raw []byte, n uint8) {
		run := func(step int) (out []string, choice int, failed bool) {
			r := reply{choices: int(n % 21)}
			resp := &http.Response{Body: io.NopCloser(&stepped{string(raw), step})}
			_, err := read(resp, 1<<16, func(text string) bool { out = append(out, r.add(text)...); return r.choice == 0 })
			if err == nil {
				out = append(out, r.close()...)
			}
			return out, r.choice, err != nil
		}
		out, choice, failed := run(4096)
		again, choice2, failed2 := run(1)
		if strings.Join(out, "|") != strings.Join(again, "|") || choice != choice2 || failed != failed2 {
			t.Errorf("%q and %q, %d and %d", out, again, choice, choice2)
		}
		if choice > int(n%21) || choice > 0 && len(out) > 0 {
			t.Errorf("choice %d with %q", choice, out)
		}
		for _, s := range out {
			if s == "" || !utf8.ValidString(s) || strings.ContainsAny(s, "<>\n*#") || utf8.RuneCountInString(s) > maxSentence+20 {
				t.Errorf("sentence %q", s)
			}
		}
	})
}

type stepped struct {
	rest string
	step int
}

func (s *stepped) Read(p []byte) (int, error) {
	if s.rest == "" {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), s.step)], s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
