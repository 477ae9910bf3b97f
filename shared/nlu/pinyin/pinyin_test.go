package pinyin

import "testing"

func TestOf(t *testing.T) {
	for r, want := range map[rune]string{'不': "bu", '要': "yao", '谁': "shui", '女': "nv", '行': "xing", '了': "le", 'a': "", '1': "", '，': "", '一': "yi", '龥': "yu"} {
		if got := Of(r).String(); got != want {
			t.Errorf("%c: %q, want %q", r, got, want)
		}
	}
}

func TestClose(t *testing.T) {
	for _, c := range []struct {
		a, b rune
		want int
	}{{'是', '事', 2}, {'是', '四', 1}, {'中', '宗', 1}, {'长', '藏', 1}, {'你', '李', 1}, {'那', '拉', 1}, {'风', '分', 1}, {'心', '星', 1}, {'安', '昂', 1},
		{'会', '费', 1}, {'湖', '福', 1}, {'花', '发', 1}, {'黄', '方', 1}, {'可', '客', 2}, {'好', '要', 0}, {'a', 'a', 0}, {'人', '能', 0}, {'恩', '能', 0}, {'喝', '发', 0}} {
		if got := Close(Of(c.a), Of(c.b)); got != c.want {
			t.Errorf("%c and %c: %d, want %d", c.a, c.b, got, c.want)
		}
		if Close(Of(c.a), Of(c.b)) != Close(Of(c.b), Of(c.a)) {
			t.Errorf("%c and %c are not as near as %c and %c", c.a, c.b, c.b, c.a)
		}
	}
}

// Every character of the block has a syllable that has a name, and folding twice is folding once.
func TestTable(t *testing.T) {
	known := 0
	for r := rune(first - 2); r <= last+2; r++ {
		s := Of(r)
		if s == 0 {
			continue
		}
		known++
		if s.String() == "" || s.Folded() == 0 || s.Folded().Folded() != s.Folded() {
			t.Errorf("%c: %d %q folds to %d", r, s, s, s.Folded())
		}
	}
	if known < 20000 {
		t.Errorf("only %d characters have a sound", known)
	}
}
