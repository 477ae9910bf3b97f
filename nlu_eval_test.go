package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/nlu/labelled"
)

func TestNLUEval(t *testing.T) {
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	good := file("good.tsv", "\ufeff# of one call\r\n不需要\trefuse\r\n\r\n别再打了\trefuse\n多少钱\tprice\n今天下雨\tprice\n")
	code, out, problem := runOutdial(t, "nlu eval "+good+" --json")
	var r labelled.Report
	if err := json.Unmarshal([]byte(out), &r); code != 0 || err != nil || problem != "" {
		t.Fatalf("exit %d, %v, %s\n%s", code, err, problem, out)
	}
	if r.Sentences != 4 || r.Right != 3 || r.Accuracy != 0.75 || len(r.Wrong) != 0 {
		t.Errorf("got %s", out)
	}
	if _, again, _ := runOutdial(t, "nlu eval "+good+" --json"); again != out {
		t.Errorf("the same file gave another report:\n%s\n%s", out, again)
	}
	code, out, _ = runOutdial(t, "nlu eval "+good+" --wrong")
	for _, part := range []string{"accuracy 75.0 % (3 of 4 sentences)", "refuse", "confusion", "line 6: 今天下雨: price, understood as other"} {
		if code != 0 || !strings.Contains(out, part) {
			t.Errorf("exit %d, no %q in\n%s", code, part, out)
		}
	}
	for args, says := range map[string]string{
		file("bad.tsv", "好\taffirm\n不需要\n"):    "bad.tsv: line 2: no tab",
		file("odd.tsv", "好\taffirm\n不\tnot\n"): `odd.tsv: line 2: intent "not" is not known`,
		file("empty.tsv", ""):                  "empty.tsv: no sentence in it",
		filepath.Join(dir, "none.tsv"):         "none.tsv: no such file",
	} {
		if code, out, problem := runOutdial(t, "nlu eval "+args); code != 1 || out != "" || !strings.Contains(problem, says) {
			t.Errorf("%s: exit %d, %q, %q, want %q", args, code, out, problem, says)
		}
	}
}
