package script_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
)

// TestTemplates: what comes with the product is without a warning, passes its own tests, and every node of it can be reached.
func TestTemplates(t *testing.T) {
	files, _ := filepath.Glob("templates/*.yaml")
	if len(files) < 5 {
		t.Fatalf("only %d templates", len(files))
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			found, f := script.Check(source)
			for _, p := range found {
				t.Errorf("%s: %s", p.Severity, p)
			}
			if f == nil {
				t.FailNow()
			}
			if len(f.Questions) < 10 || len(f.Tests) < 5 || len(f.Grades) == 0 || f.Trade == "" || f.Description == "" {
				t.Errorf("%d questions, %d tests, %d rules for grades, trade %q", len(f.Questions), len(f.Tests), len(f.Grades), f.Trade)
			}
			for _, q := range f.Questions {
				if q.Intent == "" && (len(q.Variants) < 3 || len(q.Variants) > 8) {
					t.Errorf("question %s has %d variants", q.ID, len(q.Variants))
				}
			}
			p, err := flow.Compile(f)
			if err != nil {
				t.Fatal(err)
			}
			r := scripttest.New(p)
			for _, c := range r.Cases() {
				if !c.Passed {
					t.Errorf("%s: %v", c.Name, c.Failures)
				}
			}
			s := r.Simulation(1)
			s.Run(500)
			report := s.Report(nil)
			t.Logf("simulated: %+v; findings %q", report.Simulation, report.Problems)
		})
	}
}
