package tts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/prompts"
	"github.com/outdial/outdial/shared/audio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var quiet = slog.New(slog.DiscardHandler)

func wav(t *testing.T, pcm []int16) *fstest.MapFile {
	var b bytes.Buffer
	if err := audio.WriteWAV(&b, 1, pcm); err != nil {
		t.Fatal(err)
	}
	return &fstest.MapFile{Data: b.Bytes()}
}

func folder(t *testing.T) fstest.MapFS {
	return fstest.MapFS{
		IndexFile:     {Data: []byte("# prompts\n\nopening\t您好，我是小王。\r\nbye\t再见\ngone\t文件没了\nbad\t坏文件\n")},
		"opening.wav": wav(t, audio.Tone(300, 0.01, 300*time.Millisecond)),
		"bye.wav":     wav(t, audio.Tone(300, 0.9, 300*time.Millisecond)),
		"bad.wav":     {Data: []byte("not a sound")},
	}
}

func TestRecorded(t *testing.T) {
	r, err := NewRecorded(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, key, text string
		want            error
	}{
		{"by key", "opening", "", nil},
		{"by key and text", "opening", "您好，我是小王。", nil},
		{"by text alone", "", "您好 我是小王", nil},
		{"key of an edited sentence", "opening", "您好，我是小李。", ErrMissing},
		{"text under another key", "other", "再见！", nil},
		{"unknown", "none", "没有录过", ErrMissing},
		{"file is gone", "gone", "", ErrMissing},
		{"file is broken", "bad", "", ErrRecording},
		{"empty", "", "", ErrRefused},
	} {
		t.Run(c.name, func(t *testing.T) {
			for range 2 { // from the file, then from memory
				pcm, err := r.Speak(context.Background(), c.text, Options{Key: c.key})
				if !errors.Is(err, c.want) || (len(pcm) > 0) != (c.want == nil) {
					t.Fatalf("%d samples, %v; want %v", len(pcm), err, c.want)
				}
				var named *SentenceError
				if err != nil && !errors.As(err, &named) {
					t.Errorf("%v does not name the sentence", err)
				}
			}
		})
	}
}

func TestIndexRefuses(t *testing.T) {
	for name, index := range map[string]string{
		"no tab": "opening 您好\n", "no text": "opening\t \n", "twice": "a\tx\na\ty\n", "path in key": "../a\tx\n", "empty key": "\tx\n",
		"endless line": strings.Repeat("x", 1<<20),
	} {
		if _, err := NewRecorded(fstest.MapFS{IndexFile: {Data: []byte(index)}}); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := NewRecorded(fstest.MapFS{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no index: %v", err)
	}
}

// However loud a recording is, it is played at one level, without clipping.
func TestLevel(t *testing.T) {
	r, err := NewRecorded(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"opening", "bye"} {
		pcm, err := r.Speak(context.Background(), "", Options{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		if db := audio.LevelDB(pcm); math.Abs(db-TargetDB) > 0.5 {
			t.Errorf("%s plays at %.1f dB, want %.1f", key, db, TargetDB)
		}
	}
	silence := make([]int16, 800)
	normalize(silence)
	normalize(nil)
	if audio.LevelDB(silence) > -90 {
		t.Error("silence was made loud")
	}
}

// The recordings that come with the product are complete, short and at the house level.
func TestDemoPrompts(t *testing.T) {
	dir := prompts.Demo()
	r, err := NewRecorded(dir)
	if err != nil {
		t.Fatal(err)
	}
	size := 0
	for key, text := range r.byKey {
		pcm, err := r.Speak(context.Background(), text, Options{Key: key})
		if err != nil {
			t.Fatal(err)
		}
		d := audio.Duration(len(pcm))
		if d < time.Second || d > 6*time.Second {
			t.Errorf("%s lasts %v", key, d)
		}
		size += len(pcm)
	}
	if size > 1500<<10 {
		t.Errorf("%d bytes of recordings in the program", size)
	}
	files, err := fs.Glob(dir, "*.wav")
	if err != nil || len(files) != len(r.byKey) {
		t.Errorf("%d sound files for %d sentences; run go generate ./dialogue/prompts", len(files), len(r.byKey))
	}
}

// fake speaks a tone whose length is that of the text.
type fake struct {
	calls atomic.Int32
	speak func(ctx context.Context, text string) error
}

func (f *fake) Speak(ctx context.Context, text string, _ Options) ([]int16, error) {
	f.calls.Add(1)
	if f.speak != nil {
		if err := f.speak(ctx, text); err != nil {
			return nil, err
		}
	}
	return audio.Tone(300, 0.3, time.Duration(len(text))*10*time.Millisecond), nil
}

func TestChain(t *testing.T) {
	r, err := NewRecorded(folder(t))
	if err != nil {
		t.Fatal(err)
	}
	v := &fake{}
	both := Chain(r, v)
	for _, c := range []struct {
		voice Voice
		key   string
		text  string
		want  error
		calls int32
	}{
		{both, "bye", "再见", nil, 0},
		{both, "new", "新的句子", nil, 1},
		{both, "bad", "坏文件", ErrRecording, 0},
		{Chain(r), "new", "新的句子", ErrMissing, 0},
		{Chain(), "new", "新的句子", ErrMissing, 0},
		{both, "", strings.Repeat("长", MaxRunes+1), ErrRefused, 0},
		{both, "", "\xff", ErrRefused, 0},
	} {
		v.calls.Store(0)
		_, err := c.voice.Speak(context.Background(), c.text, Options{Key: c.key})
		if !errors.Is(err, c.want) || v.calls.Load() != c.calls {
			t.Errorf("%s %.12s: %v after %d calls, want %v after %d", c.key, c.text, err, v.calls.Load(), c.want, c.calls)
		}
		if errors.Is(err, ErrMissing) && !strings.Contains(err.Error(), "new (新的句子)") {
			t.Errorf("the error does not name the sentence: %v", err)
		}
	}
	for name, o := range map[string]Options{"slow": {Speed: 0.1}, "fast": {Speed: 9}, "no number": {Speed: math.NaN()}, "option": {Voice: "-x"}, "path": {Voice: "../x"}} {
		if _, err := both.Speak(context.Background(), "句子", o); !errors.Is(err, ErrRefused) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCacheSpeaksOnce(t *testing.T) {
	gate := make(chan struct{})
	v := &fake{speak: func(context.Context, string) error { <-gate; return nil }}
	c, err := NewCache(v, CacheConfig{Dir: t.TempDir()}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if pcm, err := c.Speak(context.Background(), "一句话", Options{}); err != nil || len(pcm) == 0 {
				t.Errorf("%d samples, %v", len(pcm), err)
			}
		})
	}
	close(gate)
	wg.Wait()
	if n := v.calls.Load(); n != 1 {
		t.Errorf("spoken %d times", n)
	}
	if _, err := c.Speak(context.Background(), "一句话", Options{Speed: 1.2}); err != nil || v.calls.Load() != 2 {
		t.Errorf("another speed is another sound: %v, %d calls", err, v.calls.Load())
	}
}

// Who waits for a sentence is not harmed by the one who hung up while it was spoken.
func TestCacheSurvivesTheFirstCaller(t *testing.T) {
	started := make(chan struct{}, 1)
	v := &fake{}
	v.speak = func(ctx context.Context, _ string) error {
		if v.calls.Load() == 1 {
			started <- struct{}{}
			<-ctx.Done()
			return ctx.Err()
		}
		return nil
	}
	c, err := NewCache(v, CacheConfig{}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	first, hangUp := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := c.Speak(first, "一句话", Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("the first caller got %v", err)
		}
	})
	<-started
	wg.Go(func() {
		if _, err := c.Speak(context.Background(), "一句话", Options{}); err != nil {
			t.Errorf("the second caller got %v", err)
		}
	})
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := c.Speak(gone, "一句话", Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("a caller that is gone got %v", err)
	}
	hangUp()
	wg.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	v := &fake{}
	dir := t.TempDir()
	text := func(i int) string { return fmt.Sprintf("sentence %02d", i) } // 11 bytes: 880 samples, 1,760 bytes
	c, err := NewCache(v, CacheConfig{Dir: dir, MemoryBytes: 4000, DiskBytes: 9000}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20 {
		if _, err := c.Speak(context.Background(), text(i), Options{}); err != nil {
			t.Fatal(err)
		}
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	if len(files) != 4 || c.recent.Len() != 2 || c.size > 4000 {
		t.Errorf("%d files, %d in memory with %d bytes", len(files), c.recent.Len(), c.size)
	}
	// After a restart what is on disk needs no voice; a damaged file and a half-written one are done with.
	if err := os.WriteFile(c.disk.path(c.key(text(19), Options{})), []byte("RIFF"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, ".new-1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := NewCache(v, CacheConfig{Dir: dir, DiskBytes: 9000}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	for i, calls := range map[int]int32{18: 20, 17: 20} {
		if _, err := again.Speak(context.Background(), text(i), Options{}); err != nil || v.calls.Load() != calls {
			t.Errorf("sentence %d: %v after %d calls", i, err, v.calls.Load())
		}
	}
	if pcm, err := again.Speak(context.Background(), text(19), Options{}); err != nil || len(pcm) != 880 || v.calls.Load() != 21 {
		t.Errorf("damaged file: %d samples, %v, %d calls", len(pcm), err, v.calls.Load())
	}
	if _, err := os.Stat(filepath.Join(dir, ".new-1")); !errors.Is(err, fs.ErrNotExist) {
		t.Error("a half-written file is still there")
	}
}

// script makes a program that stands in for espeak-ng.
func script(t *testing.T, body string) string {
	path := filepath.Join(t.TempDir(), "espeak-ng")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEspeakFaults(t *testing.T) {
	for name, body := range map[string]string{
		"fails":      "echo no such voice >&2; exit 1",
		"hangs":      "exec sleep 30",
		"is silent":  "exit 0",
		"is garbage": "cat /dev/null; echo hello",
		"is endless": "exec cat /dev/zero",
	} {
		t.Run(name, func(t *testing.T) {
			e, err := NewEspeak(EspeakConfig{Program: script(t, body), Timeout: 500 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			_, err = e.Speak(context.Background(), "句子", Options{Key: "k"})
			var named *SentenceError
			if !errors.Is(err, ErrSynthesis) || !errors.As(err, &named) || named.Key != "k" {
				t.Errorf("error %v", err)
			}
			if took := time.Since(began); took > 4*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
	if _, err := NewEspeak(EspeakConfig{Program: "/nowhere/espeak-ng"}); !errors.Is(err, ErrNotInstalled) {
		t.Errorf("not installed: %v", err)
	}
	v, err := New(Config{Espeak: EspeakConfig{Program: "/nowhere/espeak-ng"}}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Speak(context.Background(), "句子", Options{}); !errors.Is(err, ErrMissing) {
		t.Errorf("without any voice: %v", err)
	}
}

// The text reaches the program as text: no shell, no options, no markup.
func TestEspeakTextIsText(t *testing.T) {
	out := filepath.Join(t.TempDir(), "said")
	e, err := NewEspeak(EspeakConfig{Program: script(t, `echo "$@" >`+out+`.args; cat >`+out+`; exit 1`)})
	if err != nil {
		t.Fatal(err)
	}
	_, _ = e.Speak(context.Background(), "-w /tmp/x $(id) `id`\x00\n<b>[[h@l'oU]]</b>", Options{Voice: "en+f1", Speed: 1.5})
	said, _ := os.ReadFile(out)
	args, _ := os.ReadFile(out + ".args")
	if got := string(said); got != "-w /tmp/x $(id) `id` b[h@l'oU]]/b" {
		t.Errorf("said %q", got)
	}
	if got := strings.TrimSpace(string(args)); got != "-b 1 -v en+f1 -s 263 --stdin --stdout" {
		t.Errorf("arguments %q", got)
	}
}

func TestEspeakSpeaks(t *testing.T) {
	v, err := NewEspeak(EspeakConfig{})
	if errors.Is(err, ErrNotInstalled) {
		t.Skip("espeak-ng is not installed")
	}
	if err != nil {
		t.Fatal(err)
	}
	slow, err := v.Speak(context.Background(), "您好，王先生", Options{Speed: 0.8})
	if err != nil {
		t.Fatal(err)
	}
	fast, err := v.Speak(context.Background(), "您好，王先生", Options{Speed: 1.6})
	if err != nil {
		t.Fatal(err)
	}
	if len(fast) >= len(slow) || math.Abs(audio.LevelDB(slow)-TargetDB) > 4 {
		t.Errorf("%d samples slow, %d fast, level %.1f", len(slow), len(fast), audio.LevelDB(slow))
	}
}

func FuzzReadIndex(f *testing.F) {
	for _, s := range []string{"a\tb\n", "# x\n\na\tb", "\ufeffa\tb\r\n", "a\tb\na\tc", "\t\t\t"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		index, err := ReadIndex(bytes.NewReader(raw))
		seen := map[string]bool{}
		for _, s := range index {
			if err != nil || s.Text == "" || seen[s.Key] || strings.ContainsAny(s.Key, "/\\.\t") {
				t.Errorf("%q: %+v, %v", raw, s, err)
			}
			seen[s.Key] = true
		}
	})
}
