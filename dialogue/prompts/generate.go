//go:build voices

package prompts

// Speaking the recordings again needs espeak-ng and sox and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ./gen -dir demo
