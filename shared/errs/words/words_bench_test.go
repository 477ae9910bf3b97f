package words

import "testing"

// A table of a million rejected rows asks for as many sentences.
func BenchmarkText(b *testing.B) {
	for _, s := range []string{"the number is empty", `"12345" has too few or too many digits`, "the same number stands in row 100200 of this file", "nobody has words for this sentence"} {
		b.Run(s[:12], func(b *testing.B) {
			for b.Loop() {
				Text(Chinese, s)
			}
		})
	}
}
