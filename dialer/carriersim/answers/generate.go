//go:build voices

package answers

// Speaking the recordings again needs espeak-ng and sox and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ../lines/gen -list sentences.tsv -out clips -each 2
