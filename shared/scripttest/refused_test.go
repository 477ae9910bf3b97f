package scripttest_test

import (
	"testing"

	"github.com/outdial/outdial/shared/script"
)

const refusals = `script: 1
name: 拒绝
start: ask
nodes:
  ask: {say: 您好，您有兴趣吗？, branches: {affirm: offer, negate: again, do_not_call: bye, "keyword:多少钱": offer}}
  offer: {say: 那您方便吗？, branches: {affirm: bye, "keyword:不要": again, "keyword:几天": again, do_not_call: bye, refuse: bye, default: bye}}
  again: {say: 要不再考虑一下？, branches: {affirm: bye, "keyword:贵": bye, negate: bye, "regex:考虑.?考虑": offer}}
  bye: {say: 再见, hangup: true}
`

// TestGradesOfRefusals: a refusal counts whatever leads on, whether an intent, a keyword or a pattern.
func TestGradesOfRefusals(t *testing.T) {
	r := runner(t, []byte(refusals))
	for _, c := range []struct {
		says  []string
		grade string
	}{
		{[]string{"可以", "不需要"}, "D"},
		{[]string{"可以", "别再给我打电话了"}, "D"},
		{[]string{"别再给我打电话了"}, "D"},
		{[]string{"可以", "不要了", "太贵了不要"}, "D"},
		{[]string{"可以", "不要了", "可以"}, "A"}, // refused once in three
		{[]string{"不要", "太贵了"}, "D"},
		{[]string{"多少钱", "要几天", "不需要"}, "B"}, // asked once, refused once in three
	} {
		got := r.Case(script.Test{Name: "t", Says: c.says, Expect: script.Expectation{Grade: c.grade, End: "bye"}})
		if !got.Passed {
			t.Errorf("%q: %v", c.says, got.Failures)
		}
	}
}
