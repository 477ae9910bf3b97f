package scripttest_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	values "github.com/outdial/outdial/shared/script/spoken"
	"github.com/outdial/outdial/shared/scripttest"
)

// Simulated callees come to every node of every template that ships: one that nobody reaches is a node that its author never
// saw tried, or callees who do not know what to say in its language.
func TestCalleesReachEveryNodeOfTheTemplates(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "script", "templates", "*.yaml"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no templates: %v", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			s := runner(t, source).Simulation(1)
			s.Run(500)
			got := s.Report(nil)
			for node, n := range got.Coverage.Nodes {
				if n == 0 {
					t.Errorf("node %s was never reached", node)
				}
			}
			t.Logf("%d of %d nodes, %d of %d branches; %v", got.Coverage.NodesHit, got.Coverage.NodesTotal, got.Coverage.BranchesHit, got.Coverage.BranchesTotal, got.Problems)
		})
	}
}

// Everything that a node may collect is understood when a callee says it, in every language of the scripts.
func TestCalleesSayValuesThatAreUnderstood(t *testing.T) {
	now := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	for _, language := range []string{"zh", "en", "en-GB"} {
		for _, k := range values.Kinds() {
			list := scripttest.ValuesOf(language)[k]
			if len(list) < 2 {
				t.Errorf("%s: nobody knows what to say for a %s", language, k)
			}
			for _, said := range list {
				if got, ok := values.Find(k, said, values.Context{Language: language, Now: now}); !ok || got.Value == "" {
					t.Errorf("%s: %q is no %s", language, said, k)
				}
			}
		}
	}
}
