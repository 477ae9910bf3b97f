package flow_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

var update = flag.Bool("update", false, "write the golden traces anew")

func compile(t testing.TB, source []byte) *flow.Program {
	t.Helper()
	f, err := script.Parse(source)
	if err != nil {
		t.Fatal(err)
	}
	p, err := flow.Compile(f)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// input reads one line of a scenario: a sentence, or one of the words in angle brackets.
func input(s flow.State, line string, consult int) flow.Input {
	word, arg, _ := strings.Cut(strings.Trim(line, "<>"), " ")
	if !strings.HasPrefix(line, "<") {
		return flow.Utterance{Text: line, Match: s.Program().Match(line)}
	}
	switch word {
	case "start":
		return flow.Start{At: time.Date(2026, 11, 21, 15, 10, 0, 0, time.UTC)}
	case "reply":
		r := flow.Reply{ID: consult}
		arg, r.Last = strings.CutSuffix(arg, "last")
		number, text, _ := strings.Cut(arg, " ")
		r.Choice, _ = strconv.Atoi(number)
		r.Text = strings.TrimSpace(text)
		return r
	case "replyfailed":
		return flow.ReplyFailed{ID: consult, Reason: arg}
	case "done":
		return flow.PromptDone{}
	case "silence":
		return flow.Silence{}
	case "interrupted":
		return flow.Interrupted{}
	case "false":
		return flow.FalseAlarm{}
	case "digits":
		return flow.Digits{Keys: arg}
	case "connected":
		return flow.TransferResult{Connected: true}
	case "failed":
		return flow.TransferResult{Reason: arg}
	case "expired":
		return flow.Expired{}
	}
	panic("no such input: " + line)
}

func show(a flow.Action) string {
	switch a := a.(type) {
	case flow.Speak:
		over := ""
		if !a.Interruptible {
			over = " (to the end)"
		}
		if a.Append {
			over += " (added)"
		}
		return fmt.Sprintf("say %s/%s: %s%s", a.Node, a.Key, a.Text, over)
	case flow.Listen:
		if a.Digits != nil {
			return fmt.Sprintf("listen x%d, keys %d-%d", a.Silence, a.Digits.Min, a.Digits.Max)
		}
		return fmt.Sprintf("listen x%d", a.Silence)
	case flow.HandOver:
		return "transfer to " + a.Rule.Extension
	case flow.End:
		return "hang up: " + a.Cause
	case flow.Label:
		return "label " + a.Name
	case flow.SMS:
		return "sms " + a.Mark
	case flow.Consult:
		return fmt.Sprintf("ask the model (%q, %v, %d lines): %q of %q", a.Instructions, a.Timeout, len(a.Turns), a.Said, a.Choices)
	case flow.Resume:
		return "resume"
	case flow.Leave:
		return "leave"
	}
	return fmt.Sprintf("%T", a)
}

// TestScenarios runs every testdata/*.txt: inputs, one a line; a line "script: name" chooses another script, "var: k=v"
// sets a variable. The trace is compared with the .golden file beside it.
func TestScenarios(t *testing.T) {
	files, _ := filepath.Glob("testdata/*.txt")
	if len(files) == 0 {
		t.Fatal("no scenarios")
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			got := play(t, file)
			golden := strings.TrimSuffix(file, ".txt") + ".golden"
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("the trace has changed (go test -update if that is right)\n--- got\n%s--- want\n%s", got, want)
			}
		})
	}
}

func play(t *testing.T, file string) string {
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	source, vars := script.Demo(), map[string]string{}
	var lines []string
	for _, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		if name, ok := strings.CutPrefix(line, "script: "); ok {
			if source, err = os.ReadFile(filepath.Join("testdata", name)); err != nil {
				t.Fatal(err)
			}
		} else if kv, ok := strings.CutPrefix(line, "var: "); ok {
			k, v, _ := strings.Cut(kv, "=")
			vars[k] = v
		} else {
			lines = append(lines, line)
		}
	}
	p := compile(t, source)
	s := flow.New(p, vars)
	var b strings.Builder
	consult := 0
	for _, line := range lines {
		next, actions, trace := flow.Step(s, input(s, line, consult))
		fmt.Fprintf(&b, "> %s\n", line)
		if m := trace.Match; m.Kind != "" {
			fmt.Fprintf(&b, "  taken for %s %s (%s, %.2f)\n", m.Kind, m.Intent, m.Rule, m.Score)
			if m.Correction != "" {
				fmt.Fprintf(&b, "  corrected: %s\n", m.Correction)
			}
		}
		fmt.Fprintf(&b, "  %s -> %s, %s", trace.From, trace.To, trace.Phase)
		if trace.Via != "" {
			fmt.Fprintf(&b, ", by %s", trace.Via)
		}
		b.WriteString("\n")
		for _, a := range actions {
			fmt.Fprintf(&b, "    %s\n", show(a))
			if c, ok := a.(flow.Consult); ok {
				consult = c.ID
			}
		}
		s = next
	}
	return b.String()
}

// TestExpects: what leads somewhere ends a turn soon; a number may go on.
func TestExpects(t *testing.T) {
	source, err := os.ReadFile("testdata/wide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := compile(t, source)
	s, _, _ := flow.Step(flow.New(p, nil), flow.Start{})
	s, _, _ = flow.Step(s, flow.PromptDone{})
	for said, want := range map[string]bool{"我要办贷宽": true, "可以": true, "蓝色的鱼": false, "": false, "三万": false} {
		if got := flow.Expects(s, said); got != want {
			t.Errorf("%q is expected: %v", said, got)
		}
	}
	s, _, _ = flow.Step(s, flow.Utterance{Text: "可以", Match: p.Match("可以")})
	broken, _, _ := flow.Step(s, flow.Interrupted{})
	s, actions, _ := flow.Step(s, flow.PromptDone{})
	if l, ok := actions[0].(flow.Listen); !ok || l.Value != "money" || l.Digits != nil {
		t.Errorf("an amount is awaited with %+v", actions)
	}
	for said, want := range map[string]bool{"三万": false, "不需要": true} {
		if got := flow.Expects(s, said); got != want {
			t.Errorf("where an amount is asked for, %q is expected: %v", said, got)
		}
	}
	if !flow.Expects(broken, "三万") {
		t.Error("an amount does not stop the question for it")
	}
}

func TestIntentsAgree(t *testing.T) {
	known := map[string]bool{}
	for _, n := range script.BuiltinIntents() {
		known[n] = true
	}
	for _, i := range nlu.Builtin() {
		if i != nlu.Other && !known[string(i)] {
			t.Errorf("scripts cannot branch on the built-in intent %q", i)
		}
		delete(known, string(i))
	}
	for n := range known {
		t.Errorf("scripts may branch on %q, which nothing recognises", n)
	}
}
