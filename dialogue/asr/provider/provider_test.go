package provider

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/asr/iflytek"
	"github.com/outdial/outdial/dialogue/asr/tencent"
	"github.com/outdial/outdial/dialogue/nls"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/clock"
)

func TestNew(t *testing.T) {
	tokens, err := nls.NewTokens(nls.Config{AppKey: "a", Token: "t"}, clock.Real())
	if err != nil {
		t.Fatal(err)
	}
	accounts := Accounts{AliyunTokens: tokens, Tencent: tencent.Config{AppID: "1", SecretID: "i", SecretKey: "k"}, IFlytek: iflytek.Config{AppID: "1", APIKey: "k"}}
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
		{"sherpa:ws://127.0.0.1:6006", "sherpa", 0},
		{"aliyun", "aliyun", 0},
		{"aliyun:wss://gateway.example/ws/v1", "aliyun", 0},
		{"tencent", "tencent", 0},
		{"iflytek", "iflytek", 0},
		{"sherpa", "", asr.Config},
		{"iflytek:http://x", "", asr.Config},
		{"funasr:http://asr.example", "", asr.Config},
		{"vosk", "", asr.Config},
		{"", "", asr.Config},
		{"whisper:x", "", asr.Config},
	} {
		p, err := New(c.line, accounts)
		if asr.KindOf(err) != c.kind || (p == nil) != (err != nil) {
			t.Errorf("%q: %v, %v", c.line, p, err)
		}
		if p != nil && p.Name() != c.name {
			t.Errorf("%q: name %q", c.line, p.Name())
		}
	}
}

func TestAll(t *testing.T) {
	ps, err := All("funasr:ws://127.0.0.1:10095 , phrase", Accounts{})
	if err != nil || len(ps) != 2 || ps[0].Name() != "funasr" || ps[1].Name() != "phrase" {
		t.Errorf("%v, %v", ps, err)
	}
	for _, line := range []string{"", "phrase,", "phrase, aliyun", "tencent", "iflytek"} {
		if ps, err := All(line, Accounts{}); asr.KindOf(err) != asr.Config || ps != nil {
			t.Errorf("%q: %v, %v", line, ps, err)
		}
	}
}
