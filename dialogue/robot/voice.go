package robot

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path"
	"path/filepath"
	"sync"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
)

// voice holds the prompts of one script version, shared by its calls. Each is kept once on disk, where the turns of
// all calls that spoke it refer to it.
type voice struct {
	tts    tts.Voice
	own    *recorded
	name   string
	root   string
	folder string
	log    *slog.Logger

	mu      sync.RWMutex
	prompts map[script.Text]*session.Prompt
}

func newVoice(t tts.Voice, own *recorded, name, root string, id script.VersionID, log *slog.Logger) *voice {
	return &voice{tts: t, own: own, name: name, root: root, folder: path.Join("prompts", fmt.Sprint(int64(id))), log: log, prompts: map[script.Text]*session.Prompt{}}
}

// Ready implements session.Voice.
func (v *voice) Ready(key, text string) *session.Prompt {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.prompts[script.Text{Key: key, Text: text}]
}

// Render implements session.Voice.
func (v *voice) Render(ctx context.Context, key, text string) (*session.Prompt, error) {
	p, err := v.speak(ctx, key, text)
	if err != nil {
		return nil, err
	}
	p.File = v.save(text, p.PCM)
	v.mu.Lock()
	defer v.mu.Unlock()
	v.prompts[script.Text{Key: key, Text: text}] = p
	return p, nil
}

// save writes a prompt's sound once; without it each turn gets a file of its own. What another voice made of the same text is
// another file, so that a turn has the sound that the callee heard.
func (v *voice) save(text string, pcm []int16) string {
	h := sha256.New()
	_, err := io.WriteString(h, text)
	if err = errors.Join(err, binary.Write(h, binary.LittleEndian, pcm)); err != nil {
		return "" // a hash takes everything
	}
	name := path.Join(v.folder, hex.EncodeToString(h.Sum(nil)[:8])+".wav")
	full := filepath.Join(v.root, filepath.FromSlash(name))
	if _, err := os.Stat(full); err == nil {
		return name
	}
	if err := writeWAV(full, pcm); err != nil {
		v.log.Error("a prompt's sound cannot be kept among the recordings (is the disk full?)", "file", name, "err", err)
		return ""
	}
	return name
}

// writeWAV never leaves half a file under the final name: others take a file that is there for whole.
func writeWAV(full string, pcm []int16) error {
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(full), "prompt-*.part")
	if err != nil {
		return err
	}
	err = errors.Join(audio.WriteWAV(f, 1, pcm), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), full)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// quietDB is below anything that is heard as the beginning of a word.
const quietDB = -45

// speak makes a prompt, of what was recorded or with the voice, and cuts the silence before its first word, which would be
// added to every reply.
func (v *voice) speak(ctx context.Context, key, text string) (*session.Prompt, error) {
	pcm, err := v.own.speak(ctx, v.tts, v.name, key, text)
	if err == nil && pcm == nil {
		pcm, err = v.tts.Speak(ctx, text, tts.Options{Key: key, Voice: v.name})
	}
	if err != nil {
		return nil, err
	}
	const step = audio.FrameSamples / 4
	onset := 0
	for onset+step <= len(pcm) && audio.LevelDB(pcm[onset:onset+step]) < quietDB {
		onset += step
	}
	if onset+step > len(pcm) {
		return &session.Prompt{PCM: pcm}, nil // all of it is quiet
	}
	return &session.Prompt{PCM: pcm[onset:]}, nil
}

// callVoice adds the prompts that hold something of one contact.
type callVoice struct {
	*voice
	mu  sync.RWMutex
	own map[script.Text]*session.Prompt
}

// forCall is the voice of one call. What its variables make of the script is spoken in the background, while the
// callee's telephone rings. Dates are said as they are said on this day, where the callee is.
func (v *voice) forCall(p *flow.Program, vars map[string]string, now time.Time, background func(func(context.Context))) session.Voice {
	var personal []script.Text
	state := flow.New(p, vars).At(now)
	for _, t := range wanted(p) {
		if len(script.References(t.Text)) > 0 {
			personal = append(personal, script.Text{Key: t.Key, Text: state.Say(t.Text)})
		}
	}
	if len(personal) == 0 {
		return v
	}
	c := &callVoice{voice: v, own: make(map[script.Text]*session.Prompt, len(personal))}
	background(func(ctx context.Context) { c.prepare(ctx, personal) })
	return c
}

// ringWait is how long one sentence may take while the callee's telephone rings: there are others to be spoken.
const ringWait = 6 * time.Second

func (c *callVoice) prepare(ctx context.Context, texts []script.Text) {
	for _, t := range texts {
		if ctx.Err() != nil {
			return
		}
		if c.Ready(t.Key, t.Text) != nil {
			continue // the call was quicker
		}
		one, cancel := context.WithTimeout(ctx, ringWait)
		// A failure shows when the prompt is needed and is made again.
		_, _ = c.Render(one, t.Key, t.Text)
		cancel()
	}
}

// Ready implements session.Voice.
func (c *callVoice) Ready(key, text string) *session.Prompt {
	c.mu.RLock()
	p := c.own[script.Text{Key: key, Text: text}]
	c.mu.RUnlock()
	if p != nil {
		return p
	}
	return c.voice.Ready(key, text)
}

// Render implements session.Voice.
func (c *callVoice) Render(ctx context.Context, key, text string) (*session.Prompt, error) {
	p, err := c.speak(ctx, key, text)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.own[script.Text{Key: key, Text: text}] = p
	return p, nil
}

func isCanceled(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
