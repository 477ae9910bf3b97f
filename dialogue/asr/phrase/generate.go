//go:build voices

package phrase

// Speaking the recordings again needs espeak-ng and sox and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ./gen -out enrolled/phrases.bin
