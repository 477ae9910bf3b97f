package robot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// shelf is a store that holds one document under every version.
type shelf struct {
	Store
	source []byte
}

func (s shelf) ScriptVersion(_ context.Context, _ tenant.Scope, id script.VersionID) (script.Version, error) {
	return script.Version{ID: id, Source: s.source}, nil
}

func (shelf) Recordings(context.Context, tenant.Scope, script.ID, script.VersionID) ([]script.Recording, error) {
	return nil, nil
}

// sick is a synthesiser that may be out of order, and takes half a second where it is not.
type sick struct {
	mu    sync.Mutex
	with  func(text string, asked int) error // nil is healthy
	hangs bool
	asked []string
}

func (s *sick) Speak(ctx context.Context, text string, _ tts.Options) ([]int16, error) {
	s.mu.Lock()
	s.asked = append(s.asked, text)
	with, hangs, times := s.with, s.hangs, 0
	for _, a := range s.asked {
		if a == text {
			times++
		}
	}
	s.mu.Unlock()
	takes := 500 * time.Millisecond
	if hangs {
		takes = time.Hour
	}
	bounded, cancel := context.WithTimeout(ctx, tts.SynthesisTimeout)
	defer cancel()
	if err := clock.Sleep(bounded, clock.Real(), takes); err != nil {
		return nil, fmt.Errorf("%w: %w", tts.ErrSynthesis, err)
	}
	if with != nil {
		if err := with(text, times); err != nil {
			return nil, err
		}
	}
	return audio.Tone(440, 0.3, 200*time.Millisecond), nil
}

func (s *sick) heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.with, s.hangs = nil, false
}

func (s *sick) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.asked)
}

func (s *sick) times(text string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.asked {
		if a == text {
			n++
		}
	}
	return n
}

// twelve sentences, more than are spoken at once; the greeting is the last of them.
func twelve() []byte {
	doc := "script: 1\nname: a\nstart: greeting\nnodes:\n"
	for i := range 11 {
		doc += fmt.Sprintf("  n%d: {say: 第%d句。, next: n%d}\n", i, i, i+1)
	}
	return []byte(doc + "  n11: {hangup: true}\n  greeting: {say: 您好。, next: n0}\n")
}

// library runs scripts whose work beside calls ends with the test.
func library(t *testing.T, v tts.Voice) *scripts {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	t.Cleanup(func() { cancel(); wg.Wait() })
	return newScripts(shelf{source: twelve()}, v, t.TempDir(), clock.Real(), func(f func(context.Context)) { wg.Go(func() { f(ctx) }) }, slog.New(slog.DiscardHandler))
}

func (s *scripts) ready(t *testing.T, id script.VersionID) (ready []string) {
	t.Helper()
	began := time.Now()
	v, err := s.get(context.Background(), tenant.Of(1), id)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 0 {
		t.Errorf("a call was held up for %v", took)
	}
	for _, p := range v.program.Texts() {
		if v.voice.Ready(p.Key, p.Text) != nil {
			ready = append(ready, p.Text)
		}
	}
	slices.Sort(ready)
	return ready
}

// TestACallWaitsForNoSynthesiser: a version is there as soon as its document is, and its sentences as soon as they can be had,
// the greeting among the first.
func TestACallWaitsForNoSynthesiser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &sick{}
		s := library(t, v)
		if got := s.ready(t, 1); len(got) != 0 {
			t.Errorf("%q are ready before anybody could speak them", got)
		}
		synctest.Wait()
		if v.times("您好。") == 0 {
			t.Errorf("%d are spoken before the greeting", v.count())
		}
		time.Sleep(600 * time.Millisecond)
		if got := s.ready(t, 1); len(got) != atOnce || !slices.Contains(got, "您好。") {
			t.Errorf("after half a second %q are ready", got)
		}
		time.Sleep(500 * time.Millisecond)
		if got := s.ready(t, 1); len(got) != 12 || v.count() != 12 {
			t.Errorf("after a second %q are ready, of %d that were asked for", got, v.count())
		}
	})
}

// TestASynthesiserThatComesBack: what was spoken of a version is kept, the rest is asked for again until it is there, and one
// that hangs is not asked for everything each time.
func TestASynthesiserThatComesBack(t *testing.T) {
	for name, with := range map[string]*sick{
		"hangs":   {hangs: true},
		"refuses": {with: func(string, int) error { return tts.ErrSynthesis }},
		"refuses some": {with: func(text string, _ int) error {
			if text > "第5" {
				return tts.ErrSynthesis
			}
			return nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := library(t, with)
				s.ready(t, 1)
				time.Sleep(5 * time.Minute)
				before, asked := s.ready(t, 1), with.count()
				if asked > 12+6 {
					t.Errorf("asked %d times in five minutes", asked)
				}
				with.heal()
				time.Sleep(3 * time.Minute)
				if got := s.ready(t, 1); len(got) != 12 {
					t.Errorf("%q are ready three minutes after it came back", got)
				}
				for _, text := range before {
					if with.times(text) != 1 {
						t.Errorf("%q was spoken %d times", text, with.times(text))
					}
				}
			})
		})
	}
}

// TestSentencesThatNobodyHas are asked for once: neither a text that is refused nor one that no voice has gets better by waiting.
func TestSentencesThatNobodyHas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v := &sick{with: func(text string, _ int) error {
			switch text {
			case "第1句。":
				return tts.ErrMissing
			case "第2句。":
				return tts.ErrRefused
			}
			return nil
		}}
		s := library(t, v)
		s.ready(t, 1)
		time.Sleep(time.Hour)
		if got := s.ready(t, 1); len(got) != 10 || v.count() != 12 {
			t.Errorf("%d are ready, %d were asked for", len(got), v.count())
		}
	})
}

// TestForgottenVersionsAreNotSpoken: a version that made room for others asks for nothing any more.
func TestForgottenVersionsAreNotSpoken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := errors.New("broken")
		v := &sick{with: func(string, int) error { return broken }}
		s := library(t, v)
		s.ready(t, 1)
		time.Sleep(time.Minute)
		v.heal()
		for id := range maxVersions + 1 {
			s.ready(t, script.VersionID(id+2))
		}
		time.Sleep(time.Hour)
		if n := v.count() - 12*(maxVersions+1); n > 12+6 {
			t.Errorf("asked %d times for the version that is gone", n)
		}
		if one := s.loaded[1]; one != nil {
			t.Error("it is still there")
		}
	})
}

// twoVoices has a stand-in for who is in a hurry and takes four seconds for who is not.
type twoVoices struct{}

func (twoVoices) Speak(ctx context.Context, _ string, _ tts.Options) ([]int16, error) {
	if _, hurry := ctx.Deadline(); hurry {
		return audio.Tone(300, 0.3, 200*time.Millisecond), nil
	}
	if err := clock.Sleep(ctx, clock.Real(), 4*time.Second); err != nil {
		return nil, err
	}
	return audio.Tone(440, 0.3, 200*time.Millisecond), nil
}

// TestAStandInIsReplaced: a call that could not wait has another voice for its sentence; the calls after it have the script's
// own, and each turn names the sound that was heard.
func TestAStandInIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := library(t, twoVoices{})
		s.ready(t, 1)
		v := s.loaded[1].v
		greeting := wanted(v.program)[0]
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := v.voice.Render(ctx, greeting.Key, greeting.Text); err != nil {
			t.Fatal(err)
		}
		first := v.voice.Ready(greeting.Key, greeting.Text)
		time.Sleep(10 * time.Second)
		later := v.voice.Ready(greeting.Key, greeting.Text)
		if first == nil || later == nil || slices.Equal(first.PCM, later.PCM) {
			t.Fatal("the stand-in stayed")
		}
		for _, p := range []*session.Prompt{first, later} {
			f, err := os.Open(filepath.Join(s.folder, p.File))
			if err != nil {
				t.Fatal(err)
			}
			pcm, err := audio.ReadWAV(f)
			if err != nil || !slices.Equal(pcm, p.PCM) {
				t.Errorf("%s holds another sound, %v", p.File, err)
			}
			if err := f.Close(); err != nil {
				t.Error(err)
			}
		}
	})
}
