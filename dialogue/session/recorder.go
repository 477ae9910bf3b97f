package session

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"sync"

	"github.com/outdial/outdial/shared/audio"
)

// recorder writes utterances to disk in a goroutine of its own. A full disk or a slow one costs sound, never a tick.
type recorder struct {
	root, folder string // folder is below root, with slashes
	jobs         chan recording
	log          *slog.Logger
	lost         int // chunks that found the queue full
	pool         *sync.Pool
}

// chunkSamples is half a second: few jobs, and little memory.
const chunkSamples = audio.Rate / 2

var chunks = sync.Pool{New: func() any { b := make([]int16, 0, chunkSamples); return &b }}

// recording is one job: samples for an utterance's file, and what becomes of it after them.
type recording struct {
	utterance int // which of the call's
	samples   *[]int16
	// shared are samples that belong to somebody else, written as a whole file.
	shared []int16
	file   string // the file is finished under this name
	drop   bool   // the file is thrown away
}

func newRecorder(root, folder string, log *slog.Logger) *recorder {
	return &recorder{root: root, folder: folder, jobs: make(chan recording, 64), log: log, pool: &chunks}
}

// name is where a turn's sound lies, below the recordings folder.
func (r *recorder) name(seq int, speaker string) string {
	return path.Join(r.folder, fmt.Sprintf("%04d-%s.wav", seq, speaker))
}

// put hands a job over without waiting.
func (r *recorder) put(j recording) {
	select {
	case r.jobs <- j:
	default:
		if r.lost++; r.lost == 1 {
			r.log.Warn("utterance audio is lost: the disk does not keep up", "folder", r.folder)
		}
	}
}

func (r *recorder) run() {
	w := &wavFiles{r: r, parts: map[int]*part{}}
	for j := range r.jobs {
		w.do(j)
	}
	for n := range w.parts {
		w.discard(n)
	}
}

// wavFiles are the callee's utterances being written: the present one, and those whose name is not decided yet.
type wavFiles struct {
	r     *recorder
	parts map[int]*part
	told  bool // a failure was logged
}

type part struct {
	path   string
	out    *audio.WAVWriter
	failed bool
}

func (w *wavFiles) do(j recording) {
	if j.shared != nil {
		w.whole(j)
		return
	}
	if j.samples != nil {
		w.append(j.utterance, *j.samples)
		*j.samples = (*j.samples)[:0]
		w.r.pool.Put(j.samples)
	}
	switch {
	case j.drop:
		w.discard(j.utterance)
	case j.file != "":
		w.finish(j.utterance, j.file)
	}
}

func (w *wavFiles) append(n int, pcm []int16) {
	p := w.parts[n]
	if p == nil {
		p = &part{path: path.Join(w.r.folder, fmt.Sprintf("callee-%d.part", n))}
		w.parts[n] = p
		var err error
		if p.out, err = create(w.r.root, p.path); err != nil {
			w.fail(p, err)
		}
	}
	if p.failed {
		return
	}
	if err := p.out.Write(pcm); err != nil {
		w.fail(p, err)
	}
}

func create(root, name string) (*audio.WAVWriter, error) {
	full := filepath.Join(root, filepath.FromSlash(name))
	out, err := audio.CreateWAV(full, 1)
	if errors.Is(err, fs.ErrNotExist) {
		if err = os.MkdirAll(filepath.Dir(full), 0o755); err == nil {
			out, err = audio.CreateWAV(full, 1)
		}
	}
	return out, err
}

// whole writes as much of a prompt as was said.
func (w *wavFiles) whole(j recording) {
	out, err := create(w.r.root, j.file)
	if err == nil {
		err = errors.Join(out.Write(j.shared), out.Close())
	}
	if err != nil {
		w.tell(err)
	}
}

func (w *wavFiles) full(name string) string { return filepath.Join(w.r.root, filepath.FromSlash(name)) }

func (w *wavFiles) finish(n int, name string) {
	p := w.parts[n]
	delete(w.parts, n)
	if p == nil || p.failed {
		return
	}
	err := p.out.Close()
	if err == nil {
		err = os.Rename(w.full(p.path), w.full(name))
	}
	if err != nil {
		w.fail(p, err)
	}
}

func (w *wavFiles) discard(n int) {
	p := w.parts[n]
	delete(w.parts, n)
	if p == nil || p.failed {
		return
	}
	_ = p.out.Close() // it is thrown away
	if err := os.Remove(w.full(p.path)); err != nil {
		w.tell(err)
	}
}

func (w *wavFiles) fail(p *part, err error) {
	p.failed = true
	w.tell(err)
	if p.out != nil {
		_ = p.out.Close() // the first error is the one that tells
		_ = os.Remove(w.full(p.path))
		p.out = nil
	}
}

// tell logs the first failure of a call; a full disk would fill the log otherwise.
func (w *wavFiles) tell(err error) {
	if !w.told {
		w.told = true
		w.r.log.Error("utterance audio cannot be written; the call goes on without it (is the disk full?)", "folder", w.r.folder, "err", err)
	}
}
