package scripttest

import (
	"fmt"
	"strings"
)

// Sample writes a script of some nodes (at least 12) to measure with: questions and answers as in a real one, loops that
// come back, a menu of keys, conditions, a transfer, and 40 questions with five variants each.
func Sample(nodes int) []byte {
	nodes = max(nodes, 12)
	var b strings.Builder
	b.WriteString("script: 1\nname: 测量\nlanguage: zh\nsettings:\n  silence: {after: 4s, max: 3, say: [您好，能听到吗？], then: bye}\n  unmatched: {max: 3, say: [不好意思，没听清。], then: bye}\n" +
		"variables: {name: 您, city: 杭州, size: \"1\"}\nstart: n0\nnodes:\n")
	last := nodes - 4 // and desk, done, bye, later
	at := func(i int) string {
		if i >= last {
			return "done"
		}
		return fmt.Sprintf("n%d", i)
	}
	for i := range last {
		switch i % 6 {
		case 1:
			fmt.Fprintf(&b, "  n%d: {say: $(name)好，第%d项是给$(city)的老客户准备的。, next: %s}\n", i, i, at(i+1))
		case 3:
			fmt.Fprintf(&b, "  n%d:\n    say: 请按键选择第%d项，以井号结束。\n    collect: {min: 1, max: 2, terminator: \"#\", into: size}\n    branches: {\"digits:1\": %s, \"digits:0\": bye, digits: %s, affirm: %s, silence: %s}\n",
				i, i, at(i+1), at(i+1), at(i+2), at(i+1))
		case 4:
			fmt.Fprintf(&b, "  n%d: {condition: {variable: size, is: {\"1\": %s, \"2\": %s, \"9\": desk}, else: %s}}\n", i, at(i+1), at(i+2), at(i+1))
		default:
			fmt.Fprintf(&b, "  n%d:\n    say: 关于第%d项，您看可以吗？\n    again: 第%d项您愿意了解一下吗？\n    visits: {max: 3, then: done}\n    branches: {affirm: {to: %s, label: 第%d项}, negate: %s, refuse: bye, busy: later, \"keyword:几点\": %s, \"keyword:地址%d\": n%d, color: %s, default: %s}\n",
				i, i, i, at(i+1), i, at(i+2), at(i+1), i, max(0, i-1), at(i+1), at(i+1))
		}
	}
	b.WriteString("  desk: {say: 马上为您转接客服。, transfer: {extension: \"1001\", failed: done}}\n  done: {say: 已经为您登记，再见。, label: 已登记, hangup: true}\n" +
		"  bye: {say: 好的，打扰了，再见。, hangup: true}\n  later: {say: 好的，我晚点再联系您，再见。, label: 稍后联系, hangup: true}\n" +
		"intents:\n  color: [红色, 蓝色&那个, 绿的]\nanywhere: {do_not_call: bye, goodbye: bye, transfer_to_agent: desk}\nquestions:\n  price: {intent: price, answer: 完全免费。}\n")
	for i := range 40 {
		fmt.Fprintf(&b, "  q%d: {variants: [第%d个问题, 问题%d怎么办, %d号&在哪里, 什么是%d号, 能不能说说%d号], answer: 这是第%d个问题的回答。}\n", i, i, i, i, i, i, i)
	}
	return []byte(b.String())
}
