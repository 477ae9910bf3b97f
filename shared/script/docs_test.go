package script_test

import (
	"os"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
	"github.com/outdial/outdial/shared/scripttest"
)

// TestDocumentedExample keeps docs/scripts.md true.
func TestDocumentedExample(t *testing.T) {
	text, err := os.ReadFile("../../docs/scripts.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "```yaml\n")
	example, _, closed := strings.Cut(rest, "```")
	if !found || !closed {
		t.Fatal("docs/scripts.md has no example")
	}
	problems, f := script.Check([]byte(example))
	if len(problems) > 0 {
		t.Errorf("the example has problems: %v", problems)
	}
	if f == nil {
		t.FailNow()
	}
	p, err := flow.Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range scripttest.New(p).Cases() {
		if !c.Passed {
			t.Errorf("%s: %v", c.Name, c.Failures)
		}
	}
	for _, k := range spoken.Kinds() {
		if !strings.Contains(string(text), "| `"+string(k)+"` |") {
			t.Errorf("docs/scripts.md does not tell of values of the kind %s", k)
		}
	}
	for _, k := range spoken.Formats() {
		if !strings.Contains(string(text), "| `"+string(k)+"` |") {
			t.Errorf("docs/scripts.md does not tell of the format %s", k)
		}
	}
	for _, intent := range script.BuiltinIntents() {
		if !strings.Contains(string(text), intent) {
			t.Errorf("docs/scripts.md does not name the intent %s", intent)
		}
	}
}
