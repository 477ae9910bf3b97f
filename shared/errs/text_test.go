package errs_test

import (
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

func TestTexts(t *testing.T) {
	for _, c := range []struct {
		text               string
		oneLine, printable bool
	}{
		{"", true, true},
		{"张三 O'Brien <a@b> {x}", true, true},
		{"नमस्ते\u200d", true, true},
		{"one\r\ntwo\tthree", false, true},
		{"a\x00b", false, false},
		{"a\x7fb", false, false},
		{"a\u0085b", false, false},
		{"a\u2028b", false, false},
		{"a\u202eb", false, false},
		{"a\u2066b", false, false},
		{"a\xffb", false, false},
	} {
		if got := errs.OneLine(c.text); got != c.oneLine {
			t.Errorf("one line %q: got %v", c.text, got)
		}
		if got := errs.Printable(c.text); got != c.printable {
			t.Errorf("printable %q: got %v", c.text, got)
		}
	}
}
