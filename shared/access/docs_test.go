package access

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/tenant"
)

// TestDocs keeps the table of permissions in the documentation as the catalogue has it.
func TestDocs(t *testing.T) {
	text, err := os.ReadFile("../../docs/access.md")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(text)) {
		if cells := strings.Split(strings.TrimSpace(line), "|"); len(cells) == 8 && strings.Contains(cells[1], ".") {
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			got = append(got, strings.Join(cells[1:7], "|"))
		}
	}
	var want []string
	for _, e := range catalogue {
		key, who := "`"+string(e.Key)+"`", "all"
		if e.Dangerous {
			key += " !"
		}
		if e.Kinds != nil {
			var names []string
			for _, k := range e.Kinds {
				names = append(names, string(k))
			}
			who = strings.Join(names, ", ")
		}
		row := []string{key, who}
		for _, template := range Templates() {
			mark := ""
			if slices.Contains(template.Role(time.Time{}).Grants(tenant.Operator), e.Key) {
				mark = "x"
			}
			row = append(row, mark)
		}
		want = append(want, strings.Join(row, "|"))
	}
	if !slices.Equal(got, want) {
		t.Errorf("docs/access.md has\n%s\nthe catalogue is\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
