package scripttest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
	"github.com/outdial/outdial/shared/transcript"
)

// spoken writes a call down: a line "node: text" is the robot's, "node! text" one that was broken into; "node< text" is the
// callee's, with "= kind intent" behind it.
func spoken(t *testing.T, lines ...string) []transcript.Turn {
	t.Helper()
	var out []transcript.Turn
	for i, l := range lines {
		at := strings.IndexAny(l, ":!<")
		turn := transcript.Turn{Seq: i + 1, Speaker: transcript.Robot, Node: l[:at], Interrupted: l[at] == '!', Text: strings.TrimSpace(l[at+1:])}
		if l[at] == '<' {
			text, match, ok := strings.Cut(turn.Text, "=")
			if !ok {
				t.Fatalf("%q does not say what it was taken for", l)
			}
			kind, intent, _ := strings.Cut(strings.TrimSpace(match), " ")
			turn.Speaker, turn.Text = transcript.Callee, strings.TrimSpace(text)
			turn.Matched = transcript.Match{Kind: transcript.MatchKind(kind), Intent: intent}
		}
		out = append(out, turn)
	}
	return out
}

var comes = []string{"invite: 有兴趣吗", "invite< 几点开始 = intent keyword:几点", "when: 两点", "invite: 有兴趣吗", "invite< 好的 = intent affirm", "key: 几个人", "key< 2 = digits", "done: 再见"}

func TestRecord(t *testing.T) {
	turns := spoken(t, "a! 您好", "a< 嗯 = backchannel", "a< 不用了 = intent refuse", "b: 那好", "b< = silence", "b< 12 = digits", "b: 转接", "b< 啦啦 = unmatched")
	got := scripttest.Record(turns, nil, true)
	var words []string
	for _, h := range got.Heard {
		words = append(words, fmt.Sprint(h.String(), " ", h.Broke))
	}
	if want := "不用了 true, <silence> false, <digits 12> false, 啦啦 false, <connected> false"; strings.Join(words, ", ") != want {
		t.Errorf("recorded %q, want %q", strings.Join(words, ", "), want)
	}
}

func TestReplay(t *testing.T) {
	before := runner(t, []byte(invitation))
	after := runner(t, []byte(strings.NewReplacer("affirm: {to: key, label: 愿意}", "affirm: {to: desk, label: 很愿意}", `"keyword:几点": when}`, `"keyword:几点": when, busy: bye}`).Replace(invitation)))
	call := scripttest.Record(spoken(t, comes...), nil, false)
	a, b := before.Replay(call), after.Replay(call)
	if got := fmt.Sprintf("%v %v %s %s", a.Path, a.Labels, a.Grade, a.Ended); got != "[invite when invite key size done] [愿意 已登记] A hangup_node" {
		t.Errorf("before: %s", got)
	}
	if got := fmt.Sprintf("%v %v %s %s", b.Path, b.Labels, b.Grade, b.Ended); got != "[invite when invite desk done] [很愿意 已登记] A hangup_node" {
		t.Errorf("after: %s", got)
	}
	differ, at := scripttest.Differ(a, b)
	if want := (scripttest.Difference{Turn: 2, Said: "好的", Before: "key", After: "desk"}); !differ || at == nil || *at != want {
		t.Errorf("they part at %+v, want %+v", at, want)
	}
	if differ, at := scripttest.Differ(a, before.Replay(call)); differ || at != nil {
		t.Errorf("the same version differs at %+v", at)
	}
	quiet := scripttest.Record(spoken(t, comes[:2]...), nil, false)
	if got := before.Replay(quiet); got.Ended != "" || fmt.Sprint(got.Path) != "[invite when invite]" {
		t.Errorf("a call that its callee broke off: %+v", got)
	}
}

// TestReplayIsWhatWasSaid: a simulated talk that is stored as turns and replayed takes the way that it took.
func TestReplayIsWhatWasSaid(t *testing.T) {
	r := runner(t, []byte(invitation))
	for _, lines := range [][]string{{"可以", "<digits 2>"}, {"在哪里", "不行", "几点", "不行"}, {"<silence>", "可以", "<silence>"}, {"<interrupted>", "可以", "<digits 9>", "<failed>"}, {"啊咧", "再见"}} {
		var call scripttest.Recorded
		broke := false
		for _, l := range lines {
			in, err := scripttest.ReadInput(l)
			if err != nil {
				t.Fatal(err)
			}
			if in.Interrupted {
				broke = true
				continue
			}
			call.Heard = append(call.Heard, scripttest.Heard{Input: in, Broke: broke})
			broke = false
		}
		var path []script.NodeID
		for _, s := range talk(t, r, lines...).Steps {
			path = append(path, s.Path...)
		}
		if got := r.Replay(call); !slices.Equal(got.Path, path) {
			t.Errorf("%v went %v, replayed %v", lines, path, got.Path)
		}
	}
}

func TestTraffic(t *testing.T) {
	tr := runner(t, []byte(invitation)).Traffic()
	tr.Add(spoken(t, comes...), "done", false)
	tr.Add(spoken(t, "invite: 有兴趣吗", "invite< 地址呢 = unmatched", "invite: 有兴趣吗", "invite< = silence", "invite: 有兴趣吗", "invite< 在哪里 = question question:where", "invite: 图书馆"), "invite", true)
	tr.Add(spoken(t, "invite! 有兴趣吗", "invite< 不行 = intent negate", "persuade: 有礼品", "persuade< 啦啦 = unmatched", "bye: 打扰了"), "bye", false)
	tr.Add(spoken(t, "gone: 另一个版本"), "gone", true)
	if want := map[script.NodeID]scripttest.NodeTraffic{"invite": {Entered: 4, HungUp: 1, Unmatched: 1, Silent: 1}, "when": {Entered: 1}, "key": {Entered: 1}, "size": {Entered: 1}, "done": {Entered: 1},
		"persuade": {Entered: 1, Unmatched: 1}, "bye": {Entered: 1}}; fmt.Sprint(tr.Nodes) != fmt.Sprint(want) || tr.Calls != 4 {
		t.Errorf("%d calls, nodes %+v", tr.Calls, tr.Nodes)
	}
	if want := map[string]int{"invite>keyword:几点": 1, "when>next": 1, "invite>affirm": 1, "key>digits": 1, "size>is:2": 1, "invite>negate": 1, "persuade>ignore_unmatched": 1,
		"question:where": 1}; fmt.Sprint(tr.Branches) != fmt.Sprint(want) {
		t.Errorf("branches %v", tr.Branches)
	}
}

func BenchmarkTraffic(b *testing.B) {
	f, err := script.Parse([]byte(invitation))
	if err != nil {
		b.Fatal(err)
	}
	p, err := flow.Compile(f)
	if err != nil {
		b.Fatal(err)
	}
	turns := spoken(&testing.T{}, comes...)
	for range b.N {
		tr := scripttest.New(p).Traffic()
		for range 2000 {
			tr.Add(turns, "done", false)
		}
	}
}
