package provider

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/shared/audio"
)

func TestNew(t *testing.T) {
	folder := t.TempDir()
	w, err := audio.CreateWAV(filepath.Join(folder, "a.wav"), 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(audio.Tone(300, 0.4, 600*time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, "index.tsv"), []byte("a.wav\t嘟\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		line, name string
		kind       asr.Kind
	}{
		{"phrase", "phrase", 0},
		{" phrase:" + folder, "phrase", 0},
		{"phrase:" + folder + "/none", "", asr.Config},
		{"vosk:ws://127.0.0.1:2700", "vosk", 0},
		{"funasr:wss://asr.example:10095", "funasr", 0},
		{"funasr:http://asr.example", "", asr.Config},
		{"vosk", "", asr.Config},
		{"", "", asr.Config},
		{"whisper:x", "", asr.Config},
	} {
		p, err := New(c.line)
		if asr.KindOf(err) != c.kind || (p == nil) != (err != nil) {
			t.Errorf("%q: %v, %v", c.line, p, err)
		}
		if p != nil && p.Name() != c.name {
			t.Errorf("%q: name %q", c.line, p.Name())
		}
	}
}
