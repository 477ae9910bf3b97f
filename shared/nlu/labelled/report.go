package labelled

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/outdial/outdial/shared/nlu"
)

// Report is how well a matcher did on labelled sentences.
type Report struct {
	Sentences int     `json:"sentences"`
	Right     int     `json:"right"`
	Accuracy  float64 `json:"accuracy"`
	// Intents are those of the file and those that the matcher gave, in the order of the built-in ones.
	Intents []Score `json:"intents"`
	// Confusion counts, for each intent of the file, what the matcher gave; zeros are left out.
	Confusion map[nlu.Intent]map[nlu.Intent]int `json:"confusion"`
	Wrong     []Mistake                         `json:"wrong,omitempty"`
}

// Score is of one intent. Precision is nil where the matcher never gave the intent, recall where the file has none.
type Score struct {
	Intent    nlu.Intent `json:"intent"`
	Labelled  int        `json:"labelled"`
	Given     int        `json:"given"`
	Right     int        `json:"right"`
	Precision *float64   `json:"precision"`
	Recall    *float64   `json:"recall"`
}

// Mistake is a sentence that the matcher took for something else, and why.
type Mistake struct {
	Line     int        `json:"line"`
	Sentence string     `json:"sentence"`
	Labelled nlu.Intent `json:"labelled"`
	Given    nlu.Intent `json:"given"`
	Rule     string     `json:"rule"`
	Keyword  string     `json:"keyword"`
	Score    float64    `json:"score"`
	RunnerUp nlu.Intent `json:"runner_up"`
}

// Measure lets a matcher say what each sentence means. Where the file makes no difference between an intent and the
// plainer one that stands for it, neither does the report: see nlu.Intent.Plain.
func Measure(match func(string) nlu.Match, sentences []Sentence) Report {
	used := map[nlu.Intent]bool{}
	for _, s := range sentences {
		used[s.Intent] = true
	}
	r := Report{Sentences: len(sentences), Confusion: map[nlu.Intent]map[nlu.Intent]int{}}
	for _, s := range sentences {
		m := match(s.Text)
		given := m.Intent
		if !used[given] {
			given = given.Plain()
		}
		if r.Confusion[s.Intent] == nil {
			r.Confusion[s.Intent] = map[nlu.Intent]int{}
		}
		r.Confusion[s.Intent][given]++
		if given == s.Intent {
			r.Right++
			continue
		}
		r.Wrong = append(r.Wrong, Mistake{s.Line, s.Text, s.Intent, given, m.Rule, m.Keyword, m.Score, m.RunnerUp})
	}
	if r.Sentences > 0 {
		r.Accuracy = float64(r.Right) / float64(r.Sentences)
	}
	r.score()
	return r
}

func (r *Report) score() {
	for _, i := range nlu.Builtin() {
		s := Score{Intent: i, Right: r.Confusion[i][i]}
		for labelled, row := range r.Confusion {
			s.Given += row[i]
			if labelled == i {
				for _, n := range row {
					s.Labelled += n
				}
			}
		}
		if s.Labelled+s.Given == 0 {
			continue
		}
		s.Precision, s.Recall = ratio(s.Right, s.Given), ratio(s.Right, s.Labelled)
		r.Intents = append(r.Intents, s)
	}
}

func ratio(a, of int) *float64 {
	if of == 0 {
		return nil
	}
	x := float64(a) / float64(of)
	return &x
}

// Text writes the report for a person: the accuracy, the scores, who was taken for whom, and what was mistaken.
func (r Report) Text(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(out, "accuracy %s %% (%d of %d sentences)\n\n", percent(&r.Accuracy), r.Right, r.Sentences)
	fmt.Fprintln(w, "intent\tlabelled\tgiven\tright\tprecision\trecall\t")
	for _, s := range r.Intents {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\t%s\t\n", s.Intent, s.Labelled, s.Given, s.Right, percent(s.Precision), percent(s.Recall))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprint(out, "\nconfusion: a row for what the file says, a column for what was understood\n")
	fmt.Fprint(w, "\t")
	for n := range r.Intents {
		fmt.Fprintf(w, "%c\t", 'a'+n)
	}
	fmt.Fprintln(w)
	for n, row := range r.Intents {
		fmt.Fprintf(w, "%s %c\t", row.Intent, 'a'+n)
		for _, column := range r.Intents {
			cell := "."
			if k := r.Confusion[row.Intent][column.Intent]; k > 0 {
				cell = fmt.Sprint(k)
			}
			fmt.Fprint(w, cell+"\t")
		}
		fmt.Fprintln(w)
	}
	if err := w.Flush(); err != nil || len(r.Wrong) == 0 {
		return err
	}
	fmt.Fprintln(out, "\nmistaken:")
	for _, m := range r.sortedWrong() {
		fmt.Fprintf(out, "line %d: %s: %s, understood as %s (%s, %.2f)\n", m.Line, m.Sentence, m.Labelled, m.Given, strings.TrimSpace(m.Rule+" "+m.Keyword), m.Score)
	}
	return nil
}

func (r Report) sortedWrong() []Mistake {
	out := slices.Clone(r.Wrong)
	slices.SortStableFunc(out, func(a, b Mistake) int {
		return strings.Compare(string(a.Labelled)+" "+string(a.Given), string(b.Labelled)+" "+string(b.Given))
	})
	return out
}

func percent(x *float64) string {
	if x == nil {
		return "-"
	}
	return fmt.Sprintf("%.1f", 100**x)
}
