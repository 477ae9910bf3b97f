// Train makes what the built-in intents have learnt, from the sentences that rules may be tuned on. Of those beside it, it
// passes over the ones that the unseen files have too; nobody is told which.
package main

import (
	"bytes"
	"log"
	"os"
	"path/filepath"
	"strings"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/nlu/labelled"
	"github.com/outdial/outdial/shared/nlu/likeness"
)

func main() {
	log.SetFlags(0)
	m, err := nlu.New(nil)
	if err != nil {
		log.Fatal(err)
	}
	unseen := read("testdata/*-unseen.tsv")
	var samples []likeness.Sample
	var known bytes.Buffer
	seen := map[string]bool{}
	for _, pattern := range []string{"testdata/*-tuned.tsv", "train/*.tsv"} {
		for _, s := range labelled.Without(read(pattern), unseen) {
			text := nlu.Normalize(s.Text)
			if text == "" || seen[text] {
				continue
			}
			seen[text] = true
			sample := likeness.Sample{Features: m.TextEvidence(s.Text), Class: string(s.Intent)}
			samples = append(samples, sample)
			if strings.HasPrefix(pattern, "testdata") {
				// They count twice: what is often said is often among them, as it is not among those beside the generator.
				samples = append(samples, sample)
				// Explanations need some sentences of each kind, and every start of the program reads them.
				known.WriteString(s.Text + "\t" + string(s.Intent) + "\n")
				continue
			}
			// How far rules can be trusted is not learnt from the sentences that they were tuned on: those they all know.
			samples = append(samples, likeness.Sample{Features: m.Evidence(s.Text), Class: string(s.Intent)})
		}
	}
	model, err := likeness.Train(samples, likeness.Training{})
	if err != nil {
		log.Fatal(err)
	}
	for name, content := range map[string][]byte{"learnt/model.bin": model.Append(nil), "learnt/sentences.tsv": known.Bytes()} {
		if err := os.WriteFile(name, content, 0o644); err != nil { //nolint:gosec // generated code is read by everybody
			log.Fatal(err)
		}
	}
}

func read(pattern string) []labelled.Sentence {
	files, err := filepath.Glob(pattern)
	if err != nil {
		log.Fatal(err)
	}
	var out []labelled.Sentence
	for _, file := range files {
		f, err := os.Open(file) //nolint:gosec // a file of the project
		if err != nil {
			log.Fatal(err)
		}
		sentences, err := labelled.Read(f)
		f.Close()
		if err != nil {
			log.Fatalf("%s: %v", file, err)
		}
		out = append(out, sentences...)
	}
	return out
}
