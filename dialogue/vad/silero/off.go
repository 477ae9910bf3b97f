//go:build !silero

package silero

import (
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/errs"
)

// Model is the model, loaded once for all calls.
type Model struct{}

// Open refuses: this binary was built without it.
func Open(string, string) (*Model, error) {
	return nil, errs.New(errs.Invalid, "dialogue.vad names Silero, and this binary was built without it; build it with -tags silero")
}

// Detector is never reached.
func (*Model) Detector() (vad.Voicer, error) { return vad.New(vad.Config{Hangover: -1}), nil }

// Close does nothing.
func (*Model) Close() error { return nil }
