package script_test

import (
	"os"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/script"
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
	if _, err := script.Parse([]byte(example)); err != nil {
		t.Error(err)
	}
	for _, intent := range script.BuiltinIntents() {
		if !strings.Contains(string(text), intent) {
			t.Errorf("docs/scripts.md does not name the intent %s", intent)
		}
	}
}
