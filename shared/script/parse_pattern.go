package script

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"unicode"

	"gopkg.in/yaml.v3"
)

// CompilePattern makes the pattern of a regex trigger ready. What is searched was normalised before: it has no capitals,
// so that those of a pattern stand for small letters as well.
func CompilePattern(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile("(?i:" + pattern + ")")
}

// pattern refuses what does not compile, what is too large, and what fits every sentence or none.
func (r *reader) pattern(n *yaml.Node, pattern string) bool {
	if pattern == "" || len([]rune(pattern)) > MaxPattern {
		r.bad(n, "branch regex: write regex:<pattern>, in at most %d characters", MaxPattern)
		return false
	}
	tree, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		r.bad(n, "the pattern %q is wrong: %s", clip(pattern), patternError(err))
		return false
	}
	tree = tree.Simplify()
	program, err := syntax.Compile(tree)
	if err != nil || len(program.Inst) > maxProgram {
		r.bad(n, "the pattern %q is too large; repeat less in it", clip(pattern))
		return false
	}
	if !possible(tree) {
		r.bad(n, "the pattern %q never fits: what it is compared with has letters and digits, and no punctuation", clip(pattern))
		return false
	}
	re, err := CompilePattern(pattern)
	if err != nil {
		r.bad(n, "the pattern %q is wrong: %s", clip(pattern), patternError(err))
		return false
	}
	if re.MatchString("") || re.MatchString("好的") && re.MatchString("x") && re.MatchString("1") {
		r.bad(n, "the pattern %q fits every sentence; use default for that", clip(pattern))
		return false
	}
	return true
}

func patternError(err error) string {
	var e *syntax.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return err.Error()
}

// possible tells whether a pattern can fit anything that normalised text holds.
func possible(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch:
		return false
	case syntax.OpLiteral:
		for _, c := range re.Rune {
			if !heardRune(c) {
				return false
			}
		}
	case syntax.OpCharClass:
		for i := 0; i+1 < len(re.Rune); i += 2 {
			if re.Rune[i+1]-re.Rune[i] > 64 {
				return true
			}
			for c := re.Rune[i]; c <= re.Rune[i+1]; c++ {
				if heardRune(c) {
					return true
				}
			}
		}
		return false
	case syntax.OpCapture, syntax.OpPlus:
		return possible(re.Sub[0])
	case syntax.OpRepeat:
		return re.Min == 0 || possible(re.Sub[0])
	case syntax.OpConcat:
		for _, s := range re.Sub {
			if !possible(s) {
				return false
			}
		}
	case syntax.OpAlternate:
		for _, s := range re.Sub {
			if possible(s) {
				return true
			}
		}
		return false
	}
	return true
}

// heardRune tells what normalised text may hold.
func heardRune(c rune) bool {
	return c == ' ' || unicode.IsLetter(c) || unicode.IsNumber(c) || unicode.IsMark(c)
}
