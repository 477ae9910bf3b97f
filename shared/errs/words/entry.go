package words

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// entry is a format in both languages. The Chinese one has the same verbs; %[2]s puts them into another order.
type entry struct {
	english, chinese string
	how              how
}

// how tells what becomes of the values in a sentence.
type how uint8

const (
	plain  how = 0
	nested how = 1 << iota // its %s and %v hold words or sentences of the platform's own, which are said in Chinese too
	leads                  // it begins a sentence of another format, and is looked for first
	drops                  // the Chinese sentence leaves values out, because they are English words for the log
)

var verb = regexp.MustCompile(`%(?:\[(\d+)\])?(?:\.\d)?([a-z%])`)

// form is a format taken apart.
type form struct {
	entry
	verbs   []byte                // %s, %d, … in their order
	pattern func() *regexp.Regexp // compiled when a sentence may be of this format, which most never are
	prefix  string                // what every sentence of the format begins and ends with
	suffix  string
	weight  int // letters that are no values
}

// catalogue is all there is to say, by what it is about.
var catalogue = [][]entry{people, campaigns, calls, wechat, files, scripts, life, trials, talks, requests, validation}

var (
	byFormat = map[string]*form{}
	exact    = map[string]*form{}
	patterns []*form // those with values, the most telling first
)

func init() {
	for _, part := range catalogue {
		for _, e := range part {
			f := takeApart(e)
			if e.how&leads != 0 {
				f.weight += 1000
			}
			byFormat[e.english] = f
			if len(f.verbs) == 0 {
				exact[e.english] = f
			} else {
				patterns = append(patterns, f)
			}
		}
	}
	slices.SortStableFunc(patterns, moreTelling)
}

// moreTelling puts the format with more letters of its own first.
func moreTelling(a, b *form) int {
	return cmp.Or(cmp.Compare(b.weight, a.weight), strings.Compare(a.english, b.english))
}

func takeApart(e entry) *form {
	f := &form{entry: e}
	var pattern strings.Builder
	pattern.WriteString(`(?s)\A`)
	last := 0
	for _, at := range verb.FindAllStringSubmatchIndex(e.english, -1) {
		literal, v := e.english[last:at[0]], e.english[at[4]]
		if last = at[1]; len(f.verbs) == 0 && pattern.Len() == len(`(?s)\A`) {
			f.prefix = literal
		}
		pattern.WriteString(regexp.QuoteMeta(literal))
		f.weight += len(literal)
		if v == '%' {
			pattern.WriteString("%")
			continue
		}
		f.verbs = append(f.verbs, v)
		if strings.HasPrefix(e.english[last:], " %v") {
			pattern.WriteString(`(.*)`) // of "script version 7" the last word is the second value
			continue
		}
		pattern.WriteString(values[v])
	}
	f.suffix = e.english[last:]
	f.weight += len(f.suffix)
	pattern.WriteString(regexp.QuoteMeta(f.suffix) + `\z`)
	f.pattern = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern.String()) })
	return f
}

// values are what each verb writes.
var values = map[byte]string{
	'd': `(-?\d+)`,
	's': `(.*?)`,
	'v': `(.*?)`,
	'q': `("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)+')`,
}

// arguments writes each value as its verb does; not ok when they do not fit the format.
func (f *form) arguments(args []any) ([]string, bool) {
	if len(args) != len(f.verbs) {
		return nil, false
	}
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = fmt.Sprintf("%"+string(f.verbs[i]), a)
	}
	return out, true
}

// match finds the format that a sentence was made by, and what stands in it.
func match(s string) (*form, []string, bool) {
	if f, ok := exact[s]; ok {
		return f, nil, true
	}
	for _, f := range patterns {
		if !strings.HasPrefix(s, f.prefix) || !strings.HasSuffix(s, f.suffix) {
			continue
		}
		if m := f.pattern().FindStringSubmatch(s); m != nil {
			return f, m[1:], true
		}
	}
	return nil, nil, false
}

// render is the Chinese sentence with the values.
func (f *form) render(args []string) string {
	next := 0
	return verb.ReplaceAllStringFunc(f.chinese, func(v string) string {
		if v == "%%" {
			return "%"
		}
		at := next
		next++
		if m := verb.FindStringSubmatch(v); m[1] != "" {
			at, _ = strconv.Atoi(m[1])
			at--
		}
		if f.how&nested != 0 && (f.verbs[at] == 's' || f.verbs[at] == 'v') {
			return term(args[at])
		}
		return args[at]
	})
}

// term is a word of the platform's own in Chinese, or a sentence; what is neither stays as it is.
func term(s string) string {
	if t, ok := terms[s]; ok {
		return t
	}
	if d, err := time.ParseDuration(s); err == nil && s != "0" {
		return duration(d)
	}
	return Text(Chinese, s)
}

// duration is a wait as people say it.
func duration(d time.Duration) string {
	var out strings.Builder
	for _, u := range []struct {
		of   time.Duration
		name string
	}{{time.Hour, "小时"}, {time.Minute, "分"}, {time.Second, "秒"}} {
		if n := int64(d / u.of); n > 0 {
			fmt.Fprintf(&out, " %d %s", n, u.name)
			d %= u.of
		}
	}
	if out.Len() == 0 {
		return d.String()
	}
	return strings.TrimSpace(out.String())
}

// weight is the q of a language in an Accept-Language header.
func weight(parameters string) float64 {
	_, q, ok := strings.Cut(parameters, "q=")
	if !ok {
		return 1
	}
	n, err := strconv.ParseFloat(strings.TrimSpace(q), 64)
	if err != nil || n < 0 || n > 1 {
		return 0
	}
	return n
}
