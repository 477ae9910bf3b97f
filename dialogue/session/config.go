// Package session owns one call's talk: it turns the frames of a leg into turns, decides when the callee has finished and
// when they break in, and keeps what was said.
//
//	Tick -> VAD -> recogniser -> endpoint -> nlu -> flow -> prompts -> Tick's frame
//	                 |                                |
//	                 +---- utterance audio ---- turns and their sum, stored by goroutines that no tick waits for
//
// It has no timer: time is the number of frames it was given. It knows neither SIP nor RTP (dialogue/sipmedia), and not
// where a call came from (dialogue/robot).
package session

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/linestatus"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// TurnStore is the part of transcript.Store that a session writes.
type TurnStore interface {
	AddTurn(ctx context.Context, scope tenant.Scope, t transcript.Turn) error
	EndConversation(ctx context.Context, scope tenant.Scope, c transcript.Conversation) error
}

// Publisher is the part of event.Bus that a session needs.
type Publisher interface {
	Publish(ctx context.Context, m event.Message) error
}

// Prompt is a sentence ready to be sent. All calls of a process share it.
type Prompt struct {
	PCM   []int16
	Onset int    // samples before the first that is heard
	File  string // where its sound is kept, below the recordings folder; empty when it is not kept
}

// Voice has prompts.
type Voice interface {
	// Ready is the prompt if it can be sent at once; it never waits.
	Ready(key, text string) *Prompt
	// Render makes the prompt, which may take seconds. The deadline of ctx is when the call does without it.
	Render(ctx context.Context, key, text string) (*Prompt, error)
}

// Observer is told about every latency as it is measured; it must not wait.
type Observer interface {
	// Replied is told from when to when a reply took, and how much of that was neither silence that had to pass nor the
	// recogniser's (up to the frame in which its answer was taken): what the robots' process itself adds.
	Replied(after, own time.Duration)
	Stopped(after time.Duration)
}

// Config is everything that a talk needs.
type Config struct {
	Call     call.UUID
	Tenant   tenant.ID
	Campaign contact.CampaignID

	Program *flow.Program
	Vars    map[string]string
	Voice   Voice
	// Recognisers are tried in order, the next when one fails. Without any, nothing is understood and the limits of the
	// script end the call.
	Recognisers []asr.Provider
	// Line is how the callee's line is listened to, before the answer and in the first seconds after it; nil leaves it alone.
	Line *linestatus.Config

	// Voices finds voice in what the callee's line carries; nil is by energy. It belongs to the session.
	Voices vad.Voicer
	// Murmurs tells backchannels by their sound; nil is what comes with the product. It belongs to the session.
	Murmurs Murmurs
	// Background is heard behind the robot, over and over; nil is silence.
	Background []int16
	// Chat answers where a script asks a model; nil makes such nodes go on as if it had failed.
	Chat chat.Client
	// Zone is where the callee is; UTC when nil.
	Zone *time.Location

	Turns      TurnStore
	Bus        Publisher
	Recordings string // folder
	// HangUp ends the leg. It is called from Tick and must not wait.
	HangUp   func()
	Observer Observer
	Clock    clock.Clock
	Log      *slog.Logger
	Tuning   Tuning
}

// Tuning holds what is the same for every script. Zero values mean the defaults.
type Tuning struct {
	// Confirm is how long the callee must have spoken before the robot stops; 200 ms.
	Confirm time.Duration
	// Unbroken is how long a single drawn-out syllable is let pass that sounds like no backchannel, but not certainly so; 800 ms.
	Unbroken time.Duration
	// Burst is how much voice an utterance must hold to count when no text came of it; 200 ms.
	Burst time.Duration
	// FinalWait is how long a recogniser may take after the end of a turn; 1.5 s.
	FinalWait time.Duration
	// PromptWait is how long the robot may owe a prompt and say nothing before it passes it over; 3 s.
	PromptWait time.Duration
	// Linger is the silence between the last prompt and the hang-up, so that its end is heard; 200 ms.
	Linger time.Duration
	// StoreRetry is how long a turn is tried again when the store is down; 20 s.
	StoreRetry time.Duration
}

func (t Tuning) withDefaults() Tuning {
	def := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	def(&t.Confirm, 200*time.Millisecond)
	def(&t.Unbroken, 800*time.Millisecond)
	def(&t.Burst, 200*time.Millisecond)
	def(&t.FinalWait, 1500*time.Millisecond)
	def(&t.PromptWait, 3*time.Second)
	def(&t.Linger, 200*time.Millisecond)
	def(&t.StoreRetry, 20*time.Second)
	return t
}

func (c Config) validate() error {
	switch {
	case c.Program == nil:
		return errors.New("session: no script")
	case c.Voice == nil || c.Turns == nil || c.Bus == nil || c.HangUp == nil || c.Clock == nil || c.Log == nil:
		return errors.New("session: voice, store, bus, hang-up, clock and log are all needed")
	case c.Call == "" || c.Tenant <= 0:
		return errors.New("session: it does not say which call of which tenant it is for")
	}
	return nil
}
