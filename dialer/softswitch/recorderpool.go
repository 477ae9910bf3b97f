package softswitch

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/audio"
)

// writeEvery is how often settled sound goes to its file.
const writeEvery = 500 * time.Millisecond

// recorderPool writes all recordings with one goroutine, so that a disk which stalls never holds up a call.
type recorderPool struct {
	sw   *Switch
	mu   sync.Mutex
	open map[*recording]*tape
}

// tape is the file of a recording.
type tape struct {
	rec *recording
	leg *leg

	mu      sync.Mutex
	wav     *audio.WAVWriter // nil once closed
	scratch []int16
	samples int64
}

func newRecorderPool(sw *Switch) *recorderPool {
	return &recorderPool{sw: sw, open: make(map[*recording]*tape)}
}

func (p *recorderPool) run(ctx context.Context) {
	t := time.NewTicker(writeEvery) // a media clock: it follows the sound
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		p.mu.Lock()
		tapes := make([]*tape, 0, len(p.open))
		for _, one := range p.open {
			tapes = append(tapes, one)
		}
		p.mu.Unlock()
		for _, one := range tapes {
			if err := one.write(false); err != nil {
				p.sw.stopRecording(one.leg, one.rec.path, err)
			}
		}
	}
}

func (t *tape) write(all bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.wav == nil {
		return nil
	}
	t.scratch = t.rec.take(t.scratch[:0], all)
	channels := 1
	if t.rec.stereo {
		channels = 2
	}
	t.samples += int64(len(t.scratch) / channels)
	err := t.wav.Write(t.scratch)
	if all || err != nil {
		if e := t.wav.Close(); err == nil {
			err = e
		}
		t.wav, t.scratch = nil, nil
	}
	return err
}

// startRecording begins to record the leg into a new file. A leg has one recording at a time.
func (sw *Switch) startRecording(l *leg, path string) error {
	sw.mu.Lock()
	stereo := l.vars.isTrue("RECORD_STEREO")
	busy := len(l.discs) > 0
	sw.mu.Unlock()
	if busy {
		return fmt.Errorf("leg %s is being recorded already", l.id)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		return fmt.Errorf("make the folder of a recording: %w", err)
	}
	channels := 1
	if stereo {
		channels = 2
	}
	wav, err := audio.CreateWAV(path, channels)
	if err != nil {
		return err
	}
	rec := newRecording(path, stereo, fileSettle)
	one := &tape{rec: rec, leg: l, wav: wav}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if l.isDone() || len(l.discs) > 0 {
		_ = wav.Close()
		return fmt.Errorf("leg %s has ended or is being recorded already", l.id)
	}
	l.discs = map[string]*recording{path: rec}
	sw.discs.mu.Lock()
	sw.discs.open[rec] = one
	sw.discs.mu.Unlock()
	l.media.attach(rec)
	l.fire(evRecordStart, wire.Header{Name: "Record-File-Path", Value: path})
	return nil
}

// stopRecording ends a recording and says how it went; cause is what broke it, if anything did.
func (sw *Switch) stopRecording(l *leg, path string, cause error) bool {
	sw.mu.Lock()
	rec := l.discs[path]
	if rec == nil {
		sw.mu.Unlock()
		return false
	}
	delete(l.discs, path)
	l.media.detach(rec)
	sw.mu.Unlock()

	sw.discs.mu.Lock()
	one := sw.discs.open[rec]
	delete(sw.discs.open, rec)
	sw.discs.mu.Unlock()
	if err := one.write(true); cause == nil {
		cause = err
	}

	sw.mu.Lock()
	defer sw.mu.Unlock()
	ms := one.samples * 1000 / audio.Rate
	l.setVars("record_samples", strconv.FormatInt(one.samples, 10), "record_ms", strconv.FormatInt(ms, 10),
		"record_seconds", strconv.FormatInt(ms/1000, 10))
	extra := []wire.Header{{Name: "Record-File-Path", Value: path}}
	if cause != nil {
		sw.log.Error("switch: recording stopped, the call goes on; make room on the disk or mend the folder", "leg", l.id, "path", path, "error", cause)
		l.vars.set("record_error", cause.Error())
		extra = append(extra, wire.Header{Name: "Record-Error", Value: cause.Error()})
	}
	l.fire(evRecordStop, extra...)
	return true
}

// closeRecordings ends what is still being recorded of a leg.
func (sw *Switch) closeRecordings(l *leg) {
	sw.mu.Lock()
	paths := make([]string, 0, len(l.discs))
	for path := range l.discs {
		paths = append(paths, path)
	}
	sw.mu.Unlock()
	for _, path := range paths {
		sw.stopRecording(l, path, nil)
	}
}
