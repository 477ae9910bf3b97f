//go:build voices

package backchannel

// Teaching the nets again needs espeak-ng, three quarters of an hour of one core, and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ./gen -sentences gen/sentences.txt -out trained/nets.bin
