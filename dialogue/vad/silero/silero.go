//go:build silero

package silero

import (
	"errors"
	"fmt"
	"os"

	ort "github.com/yalue/onnxruntime_go"

	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/errs"
)

// The model hears 32 ms at a time at 8 kHz, with the 4 ms before them, and remembers the rest in its state.
const (
	window    = 256
	before    = 32
	stateSize = 2 * 128
	// onset and offset are the probabilities above which voice begins and below which it ends.
	onset  = 0.5
	offset = 0.35
)

// Model is the model, loaded once for all calls.
type Model struct{ session *ort.DynamicAdvancedSession }

// Open loads onnxruntime's library and the model. It is called once a process.
func Open(library, model string) (*Model, error) {
	for name, path := range map[string]string{"dialogue.onnxruntime": library, "dialogue.vad": model} {
		if _, err := os.Stat(path); err != nil {
			return nil, errs.Wrap(errs.Invalid, err, "%s: there is no file %s", name, path)
		}
	}
	ort.SetSharedLibraryPath(library)
	if err := ort.InitializeEnvironment(); err != nil {
		return nil, errs.Wrap(errs.Invalid, err, "dialogue.onnxruntime: %s is no onnxruntime that can be used", library)
	}
	m, err := load(model)
	if err != nil {
		return nil, errors.Join(errs.Wrap(errs.Invalid, err, "dialogue.vad: %s is no Silero model of version 5 or later", model), ort.DestroyEnvironment())
	}
	return m, nil
}

func load(path string) (*Model, error) {
	options, err := ort.NewSessionOptions()
	if err != nil {
		return nil, err
	}
	defer func() { _ = options.Destroy() }()
	// One frame is little work: threads of its own would cost more than they do.
	if err := errors.Join(options.SetIntraOpNumThreads(1), options.SetInterOpNumThreads(1)); err != nil {
		return nil, err
	}
	s, err := ort.NewDynamicAdvancedSession(path, []string{"input", "state", "sr"}, []string{"output", "stateN"}, options)
	if err != nil {
		return nil, err
	}
	return &Model{s}, nil
}

// Close gives the model and the library back; no detector may be used any more.
func (m *Model) Close() error { return errors.Join(m.session.Destroy(), ort.DestroyEnvironment()) }

// Detector is one call's.
func (m *Model) Detector() (vad.Voicer, error) {
	d := &detector{model: m, level: vad.New(vad.Config{Hangover: -1})}
	var err [5]error
	d.input, err[0] = ort.NewEmptyTensor[float32](ort.NewShape(1, before+window))
	d.state, err[1] = ort.NewEmptyTensor[float32](ort.NewShape(2, 1, stateSize/2))
	d.rate, err[2] = ort.NewTensor(ort.NewShape(1), []int64{audio.Rate})
	d.output, err[3] = ort.NewEmptyTensor[float32](ort.NewShape(1, 1))
	d.after, err[4] = ort.NewEmptyTensor[float32](ort.NewShape(2, 1, stateSize/2))
	if e := errors.Join(err[:]...); e != nil {
		_ = d.Close()
		return nil, fmt.Errorf("make a voice detector: %w", e)
	}
	return d, nil
}

// detector turns frames of 20 ms into windows of 32 ms; a decision holds until the next.
type detector struct {
	model  *Model
	level  *vad.Detector
	filled int
	voiced bool

	input, state, output, after *ort.Tensor[float32]
	rate                        *ort.Tensor[int64]
}

// Step implements vad.Voicer.
func (d *detector) Step(frame []int16) (voiced bool, levelDB float64) {
	quiet, levelDB := d.level.Step(frame)
	in := d.input.GetData()
	for _, s := range frame {
		in[before+d.filled] = float32(s) / 32768
		if d.filled++; d.filled < window {
			continue
		}
		d.filled = 0
		if !d.run() {
			d.voiced = quiet // the model failed: energy alone decides
		}
		copy(in[:before], in[window:])
	}
	return d.voiced, levelDB
}

func (d *detector) run() bool {
	if err := d.model.session.Run([]ort.Value{d.input, d.state, d.rate}, []ort.Value{d.output, d.after}); err != nil {
		return false
	}
	d.state, d.after = d.after, d.state
	p := d.output.GetData()[0]
	d.voiced = p >= onset || d.voiced && p >= offset
	return true
}

// Close gives the memory back.
func (d *detector) Close() error {
	var all []error
	for _, t := range []*ort.Tensor[float32]{d.input, d.state, d.output, d.after} {
		if t != nil {
			all = append(all, t.Destroy())
		}
	}
	if d.rate != nil {
		all = append(all, d.rate.Destroy())
	}
	return errors.Join(all...)
}
