package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/nlu/labelled"
)

type nluCommand struct {
	Eval nluEvalCommand `cmd:"" help:"Measure how well callees' sentences are understood."`
}

type nluEvalCommand struct {
	File  string `arg:"" help:"Sentences: in each line the sentence, a tab, and the intent that it has. - reads standard input." placeholder:"FILE.tsv"`
	JSON  bool   `help:"Print JSON."`
	Wrong bool   `help:"List the sentences that were taken for something else, with the rule that decided."`
}

// Run measures the built-in intents; a script's own rules are tested with the script.
func (c nluEvalCommand) Run() error {
	sentences, err := c.read()
	if err != nil {
		return err
	}
	m, err := nlu.New(nil)
	if err != nil {
		return err
	}
	report := labelled.Measure(m.Match, sentences)
	if !c.Wrong {
		report.Wrong = nil
	}
	if c.JSON {
		out := json.NewEncoder(os.Stdout)
		out.SetIndent("", "  ")
		out.SetEscapeHTML(false)
		return out.Encode(report)
	}
	return report.Text(os.Stdout)
}

func (c nluEvalCommand) read() ([]labelled.Sentence, error) {
	name, in := c.File, io.Reader(os.Stdin)
	if name == "-" {
		name = "standard input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return nil, fmt.Errorf("read sentences: %w", err)
		}
		defer f.Close()
		in = f
	}
	sentences, err := labelled.Read(in)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return sentences, nil
}
