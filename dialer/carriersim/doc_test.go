package carriersim

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// The table is told in two documents; both have to be the one that is carried out.
func TestDocumentedTable(t *testing.T) {
	for file, format := range map[string]string{"doc.go": "//\t%s   %-20s %6d  %s\n", "../../docs/carrier-simulator.md": "| %s | `%s` | %d | %s |\n"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range Table() {
			if line := fmt.Sprintf(format, row.Code, row.Name, row.Weight, row.About); !strings.Contains(string(text), line) {
				t.Errorf("%s lacks the row\n%s", file, line)
			}
		}
	}
}
