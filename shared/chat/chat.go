// Package chat owns the talk with a chat model: one question out, sentences back while the model is still writing, all of it
// bounded in time and size.
//
// It knows no script, no call and no voice. A model node calls Stream with what the script tells the model (Instructions),
// what was said so far (History, the callee's last words being its last turn) and the cases between which the model may
// choose (Choices, the words of the node's `model:` triggers). Stream returns at once; the channel then delivers:
//
//	Piece{Text: "好的。"}                     any number of sentences, each as soon as it is whole
//	Piece{Done: true, Choice: "wants a demo"} exactly one, the last; then the channel is closed
//
// Choice is one of Request.Choices, or empty when the model answered in words. A model that chooses says nothing else, so
// that the branch it chose can speak. Err in the last piece says why the reply ended early; what came before it was good
// and may have been spoken already. The caller falls back to the flow on Err, whatever its kind:
//
//	for p := range pieces {
//		switch {
//		case p.Text != "":    speak(p.Text)
//		case p.Err != nil:    take the node's `failed` branch
//		case p.Choice != "":  take the branch of that trigger
//		default:              the model has answered; listen
//		}
//	}
//
// The channel holds every piece a reply may have, so that nobody need read it in time, and its last piece comes within
// Limits.Whole (or Request.FirstSentence, when no sentence and no choice came by then) whatever the server does. Cancelling
// the context ends the request; the last piece then has an Err of kind Canceled.
package chat

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Client asks a chat model. It is shared by all calls of a process and safe for concurrent use.
type Client interface {
	Stream(ctx context.Context, r Request) <-chan Piece
}

// Speaker says whose words a turn holds.
type Speaker uint8

const (
	Robot Speaker = iota
	Callee
)

// Turn is one thing that was said.
type Turn struct {
	Who  Speaker
	Text string
}

// Request is one question to the model.
type Request struct {
	// Instructions are the script author's: who the robot is, what it knows, what it must not say. Variables are filled in.
	Instructions string
	// History is the conversation in order. Only its end is sent when it is long (MaxTurns, MaxHistory).
	History []Turn
	// Choices are the cases of which the model may name one instead of answering, in plain words; at most MaxChoices.
	Choices []string
	// Language is a BCP 47 tag of the language to answer in; empty means the callee's.
	Language string
	// FirstSentence bounds the wait for the first sentence or the choice; 0 is the client's own limit.
	FirstSentence time.Duration
}

// What a request may hold. A script that is larger is refused where it is written; a history is shortened.
const (
	MaxInstructions = 8000 // runes
	MaxChoices      = 20
	MaxTurns        = 30
	MaxHistory      = 8000 // runes
)

// Piece is one part of a reply.
type Piece struct {
	// Text is a whole sentence to be spoken; empty in the last piece.
	Text string
	// Done marks the last piece.
	Done bool
	// Choice is the case that the model named; in the last piece only.
	Choice string
	// Err is why the reply ended early; in the last piece only. It is an *Error.
	Err error
}

// Kind tells what went wrong.
type Kind uint8

const (
	// Unreachable: no connection.
	Unreachable Kind = iota + 1
	// Refused: the server answered with an error: a bad key, an unknown model, too many requests.
	Refused
	// Timeout: nothing to say came in time, or the reply did not end in time.
	Timeout
	// Cut: the connection ended in the middle of the reply.
	Cut
	// Protocol: the server sent something that is no chat completion, or too much of it, or a reply without any words.
	Protocol
	// Canceled: the caller's context ended.
	Canceled
	// Invalid: the request holds more than a model is asked.
	Invalid
)

var kindNames = [...]string{"unknown", "unreachable", "refused", "timeout", "cut", "protocol", "canceled", "invalid"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "unknown"
}

// Error is every failure of a chat model. It never holds a key.
type Error struct {
	Kind Kind
	// Tried is what was attempted, in words that a user of the product understands, with the address.
	Tried string
	Cause error
}

func (e *Error) Error() string {
	s := fmt.Sprintf("chat model: %s: %s", e.Tried, e.Kind)
	if e.Cause != nil {
		s += ": " + e.Cause.Error()
	}
	return s
}

func (e *Error) Unwrap() error { return e.Cause }

// KindOf finds the kind of a chat model's failure, 0 for any other error.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// Limits bound a reply. The zero value means the defaults.
type Limits struct {
	// FirstSentence bounds the wait for the first sentence or the choice (default 3 s).
	FirstSentence time.Duration
	// Whole bounds the reply from the request to its end (default 15 s).
	Whole time.Duration
	// Sentences is how many are spoken at most (default 6); what the model writes beyond is not waited for.
	Sentences int
	// Bytes is how much the server may send for one reply (default 512 KB: every token comes in a message of some 300 bytes).
	Bytes int64
}

func (l Limits) withDefaults() Limits {
	if l.FirstSentence <= 0 {
		l.FirstSentence = 3 * time.Second
	}
	if l.Whole <= 0 {
		l.Whole = 15 * time.Second
	}
	if l.Sentences <= 0 {
		l.Sentences = 6
	}
	if l.Bytes <= 0 {
		l.Bytes = 512 << 10
	}
	return l
}
