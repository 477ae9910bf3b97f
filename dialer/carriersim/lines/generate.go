//go:build voices

package lines

// Speaking the recordings again needs espeak-ng and sox and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ./gen -list ../../../shared/linestatus/wordings.tsv -out clips
