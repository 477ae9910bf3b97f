package wecom

import (
	"errors"
	"strings"
	"testing"
	"unicode"
)

// FuzzAnswer: whatever a server says, it was either taken or there is a failure that can be shown and logged.
func FuzzAnswer(f *testing.F) {
	const key = "693a91f6-7xxx-4bc4-97a0"
	for _, s := range []string{`{"errcode":0,"errmsg":"ok"}`, `{"errcode":93000,"errmsg":"invalid webhook url ` + key + `"}`, `{"errcode":"0"}`, `[]`, "\x00\xff", `{"errcode":1e3}`, `{"errcode":null}`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		err := judge(raw, key)
		if err == nil {
			return
		}
		var failure *Failure
		if !errors.As(err, &failure) || failure.Reason == "" || strings.Contains(err.Error(), key) || strings.ContainsFunc(err.Error(), unicode.IsControl) ||
			len([]rune(failure.Detail)) > mostDetail {
			t.Errorf("%q is told as %q", raw, err)
		}
	})
}
