package robot

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/script"
)

// hum is a voice that says every text as the same tone and notes what it was asked for.
type hum struct{ said []string }

func (h *hum) Speak(_ context.Context, text string, _ tts.Options) ([]int16, error) {
	h.said = append(h.said, text)
	if text == "坏" {
		return nil, errors.New("no voice")
	}
	return audio.Tone(440, 0.3, 200*time.Millisecond), nil
}

func TestRecordingsComeFirst(t *testing.T) {
	f, err := script.Parse([]byte(`script: 1
name: a
start: hello
variables: {name: 王芳, amount: "39"}
nodes:
  hello: {say: "您好，欢迎来电。", next: bill}
  bill: {say: "$(name)，您本月的账单是$(amount)元，请确认。", next: other}
  other: {say: "$(name)，再见。", next: bye}
  bye: {say: "感谢您。", hangup: true}
`))
	if err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	write := func(name string, ms int) string {
		t.Helper()
		quiet := make([]int16, audio.Samples(300*time.Millisecond))
		sound := append(append(slices.Clone(quiet), audio.Tone(1000, 0.3, time.Duration(ms)*time.Millisecond)...), quiet...)
		if err := writeWAV(filepath.Join(root, name), sound); err != nil {
			t.Fatal(err)
		}
		return name
	}
	list := []script.Recording{
		{Key: "hello", Text: "您好，欢迎来电。", Path: write("hello.wav", 1000)},
		{Key: "bill#1", Text: "，您本月的账单是", Path: write("one.wav", 500)},
		{Key: "bill#2", Text: "元，请确认。", Path: write("two.wav", 400)},
		{Key: "bye", Text: "谢谢您。", Path: write("old.wav", 1000)},
	}
	var keys []string
	for _, s := range script.Sentences(f) {
		for _, p := range s.Parts {
			keys = append(keys, p.Key+" "+p.Text)
		}
	}
	if want := []string{"bill#1 ，您本月的账单是", "bill#2 元，请确认。", "other#1 ，再见。"}; !slices.Equal(keys, want) {
		t.Fatalf("fixed parts are %q, want %q", keys, want)
	}
	for _, c := range []struct {
		name, key, text string
		ms              int // about how long it takes
		said            []string
	}{
		{"recorded", "hello", "您好，欢迎来电。", 1300, nil},
		{"the same words elsewhere", "greeting", "您好，欢迎来电。", 1300, nil},
		{"fixed parts around variables", "bill", "李雷，您本月的账单是四十二元，请确认。", 200 + 40 + 500 + 40 + 200 + 40 + 400, []string{"李雷", "四十二"}},
		{"a variable without a value", "bill", "，您本月的账单是四十二元，请确认。", 500 + 40 + 200 + 40 + 400, []string{"四十二"}},
		{"a part that is not recorded", "other", "李雷，再见。", 200, []string{"李雷，再见。"}},
		{"words that have changed since", "bye", "感谢您。", 200, []string{"感谢您。"}},
		{"what is no sentence of the script", "x", "好", 200, []string{"好"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := &hum{}
			v := newVoice(h, newRecorded(root, list, f, slog.New(slog.DiscardHandler)), "", root, 1, slog.New(slog.DiscardHandler))
			p, err := v.speak(t.Context(), c.key, c.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := int(audio.Duration(len(p.PCM)).Milliseconds()); got < c.ms-30 || got > c.ms+30 {
				t.Errorf("it takes %d ms, want about %d", got, c.ms)
			}
			if !slices.Equal(h.said, c.said) {
				t.Errorf("synthesised %q, want %q", h.said, c.said)
			}
		})
	}
	// A recording that is gone, or would lead elsewhere, is synthesised.
	if err := os.Remove(filepath.Join(root, "hello.wav")); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"hello.wav", "../../etc/passwd", "/etc/passwd", ""} {
		list[0].Path = path
		h := &hum{}
		v := newVoice(h, newRecorded(root, list, f, slog.New(slog.DiscardHandler)), "", root, 1, slog.New(slog.DiscardHandler))
		if p, err := v.speak(t.Context(), "hello", "您好，欢迎来电。"); err != nil || len(p.PCM) == 0 || len(h.said) != 1 {
			t.Errorf("with the file %q: %v, synthesised %q", path, err, h.said)
		}
	}
	h := &hum{}
	v := newVoice(h, newRecorded(root, list, f, slog.New(slog.DiscardHandler)), "", root, 1, slog.New(slog.DiscardHandler))
	if _, err := v.speak(t.Context(), "bill", "坏，您本月的账单是四十二元，请确认。"); err == nil {
		t.Error("a voice that fails was passed over")
	}
}
