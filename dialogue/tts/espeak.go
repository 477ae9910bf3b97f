package tts

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/outdial/outdial/shared/audio"
)

// ErrNotInstalled says that the synthesiser's program was not found.
var ErrNotInstalled = errors.New("espeak-ng was not found")

// DefaultVoice reads Mandarin. The voice "cmn" of espeak-ng spells many characters with English letter names where the
// large Chinese dictionary is not installed; this one reads the pinyin of the same dictionary as pinyin.
const DefaultVoice = "cmn-latn-pinyin+f3"

// EspeakConfig says how to run espeak-ng. The zero value finds it on the path.
type EspeakConfig struct {
	Program string
	Voice   string
	// WordsPerMinute is the natural speed, 1.0 in Options (default 175).
	WordsPerMinute int
	Timeout        time.Duration
	// Parallel bounds how many programs run at once (default 2): synthesis must not take the processor from calls.
	Parallel int
}

// Espeak runs espeak-ng, one process a sentence. The text goes through standard input, never through a shell.
type Espeak struct {
	cfg   EspeakConfig
	slots chan struct{}
}

// NewEspeak finds the program; without it the error is ErrNotInstalled.
func NewEspeak(cfg EspeakConfig) (*Espeak, error) {
	if cfg.Program == "" {
		cfg.Program = "espeak-ng"
	}
	path, err := exec.LookPath(cfg.Program)
	if err != nil {
		return nil, fmt.Errorf("%w (looked for %s): %w", ErrNotInstalled, cfg.Program, err)
	}
	cfg.Program = path
	if cfg.Voice == "" {
		cfg.Voice = DefaultVoice
	}
	if !voiceName.MatchString(cfg.Voice) {
		return nil, fmt.Errorf("espeak-ng: voice %q holds a character that no voice has", clip(cfg.Voice, 40))
	}
	if cfg.WordsPerMinute == 0 {
		cfg.WordsPerMinute = 175
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = SynthesisTimeout
	}
	if cfg.Parallel <= 0 {
		cfg.Parallel = 2
	}
	return &Espeak{cfg: cfg, slots: make(chan struct{}, cfg.Parallel)}, nil
}

// Speak synthesises a sentence.
func (e *Espeak) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	text = printable(text)
	if text == "" {
		return nil, &SentenceError{o.Key, text, "there is nothing to say in it", ErrRefused}
	}
	fail := func(do string, cause error) error {
		return &SentenceError{o.Key, text, do, fmt.Errorf("%w: %w", ErrSynthesis, cause)}
	}
	ctx, cancel := context.WithTimeout(ctx, e.cfg.Timeout)
	defer cancel()
	select {
	case e.slots <- struct{}{}:
		defer func() { <-e.slots }()
	case <-ctx.Done():
		return nil, fail("too many sentences wait for espeak-ng; record the frequent ones", ctx.Err())
	}
	voice := o.Voice
	if voice == "" {
		voice = e.cfg.Voice
	}
	speed := int(float64(e.cfg.WordsPerMinute)*o.speed() + 0.5)
	cmd := exec.CommandContext(ctx, e.cfg.Program, "-b", "1", "-v", voice, "-s", strconv.Itoa(speed), "--stdin", "--stdout")
	cmd.Stdin = strings.NewReader(text)
	// A killed program whose child holds the pipes must not hold the call.
	cmd.WaitDelay = time.Second
	var out, errText limited
	out.limit, errText.limit = maxSynthBytes, 4<<10
	cmd.Stdout, cmd.Stderr = &out, &errText
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return nil, fail("espeak-ng took too long", ctx.Err())
		}
		return nil, fail("espeak-ng said: "+clip(strings.TrimSpace(errText.String()), 200), err)
	}
	pcm, err := audio.ReadWAV(bytes.NewReader(trueLength(out.Bytes())))
	if err != nil {
		return nil, fail("espeak-ng gave no sound; is voice "+voice+" installed?", err)
	}
	if len(pcm) == 0 {
		return nil, fail("espeak-ng gave no sound; is voice "+voice+" installed?", errors.New("empty output"))
	}
	normalize(pcm)
	return pcm, nil
}

// maxSynthBytes is five minutes at the program's 22 kHz.
const maxSynthBytes = 5 * 60 * 22050 * 2

// trueLength puts the real length into the header of a WAV that was written to a pipe: the program promises two
// gigabytes there, because it cannot go back.
func trueLength(wav []byte) []byte {
	const header = 44 // what espeak-ng writes: RIFF, a 16-byte fmt chunk, data
	if len(wav) >= header && string(wav[36:40]) == "data" {
		binary.LittleEndian.PutUint32(wav[40:], uint32(len(wav)-header))
	}
	return wav
}

// printable drops control characters, which espeak-ng partly takes for commands, and markup.
func printable(text string) string {
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r) || r == '<' || r == '>':
			return -1
		}
		return r
	}, text)
	// [[...]] is espeak-ng's phoneme input.
	return strings.TrimSpace(strings.ReplaceAll(text, "[[", "["))
}

// limited keeps the first bytes of a stream and fails after them, which ends the program that writes it.
type limited struct {
	bytes.Buffer
	limit int
}

func (l *limited) Write(p []byte) (int, error) {
	if l.Len()+len(p) > l.limit {
		return 0, fmt.Errorf("more than %d bytes of output", l.limit)
	}
	return l.Buffer.Write(p)
}
