//go:build voices

package linestatus

// Speaking the announcements again needs espeak-ng and is no part of `make generate`: `make voices` asks for it.
//go:generate go run ./gen -out enrolled/announcements.bin
