package main

import (
	"context"
	"strings"

	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/dialogue/vad/silero"
	"github.com/outdial/outdial/shared/errs"
)

// voices makes the voice detectors that dialogue.vad names; nil is by energy.
func (s *stack) voices() (func() (vad.Voicer, error), error) {
	kind, model, _ := strings.Cut(s.cfg.Dialogue.VAD, ":")
	switch kind {
	case "", "energy":
		return nil, nil //nolint:nilnil // nothing is what energy needs
	case "silero":
	default:
		return nil, errs.New(errs.Invalid, "dialogue.vad: there is no voice detector %q; use energy or silero:/path/to/model.onnx", kind)
	}
	m, err := silero.Open(s.cfg.Dialogue.OnnxRuntime, model)
	if err != nil {
		return nil, err
	}
	s.onClose(func(context.Context) { _ = m.Close() })
	return m.Detector, nil
}
