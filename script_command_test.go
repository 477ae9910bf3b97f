package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const testedScript = `
script: 1
name: 邀请
nodes:
  invite: {say: 您有兴趣来吗？, branches: {affirm: done, refuse: bye, default: bye, silence: bye}}
  done: {say: 再见。, label: 已登记, hangup: true}
  bye: {say: 打扰了。, hangup: true}
tests:
  - {name: 来, says: [可以], expect: {path: [invite, done], grade: A, labels: [已登记], end: done}}
  - {name: 不来, says: [不需要], expect: {end: GOAL}}
`

func TestScriptCommands(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.yaml", strings.ReplaceAll(testedScript, "GOAL", "bye"))
	failing := file("failing.yaml", strings.ReplaceAll(testedScript, "GOAL", "done"))
	broken := file("broken.yaml", strings.ReplaceAll(testedScript, "affirm: done", "affirm: nowhere"))
	for _, c := range []struct {
		args, out, problem string
		code               int
	}{
		{"script check " + good, "no problems", "", 0},
		{"script check " + broken, `"nowhere"`, "broken.yaml: ", 1},
		{"script test --conversations 200 --seed 3 " + good, "3 of 3 nodes", "", 0},
		{"script test --conversations 0 " + failing, "FAIL 不来", "1 of 2 tests failed", 1},
		{"script test " + broken, "", "broken.yaml: ", 1},
		{"script test --conversations=-1 " + good, "", "--conversations must be 0 to", 1},
		{"script check " + filepath.Join(dir, "none.yaml"), "", "none.yaml", 1},
	} {
		code, out, problem := runOutdial(t, c.args)
		if code != c.code || !strings.Contains(out, c.out) || !strings.Contains(problem, c.problem) {
			t.Errorf("%s: exit %d\n%s\n%s", c.args, code, out, problem)
		}
	}
	_, first, _ := runOutdial(t, "script test --json --conversations 100 --seed 9 "+good)
	_, second, _ := runOutdial(t, "script test --json --conversations 100 --seed 9 "+good)
	var report struct {
		Cases      []struct{ Passed bool }
		Simulation struct{ Conversations int }
		Coverage   struct {
			Branches map[string]int
		}
		Problems []string
	}
	if err := json.Unmarshal([]byte(first), &report); err != nil {
		t.Fatalf("%v in %s", err, first)
	}
	if first != second || len(report.Cases) != 2 || report.Simulation.Conversations != 100 || report.Coverage.Branches["invite>affirm"] == 0 {
		t.Errorf("the report is %s", first)
	}
}
