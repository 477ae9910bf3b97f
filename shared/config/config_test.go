package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
)

func TestDefaultsAreValid(t *testing.T) {
	if err := config.Default().Validate(); err != nil {
		t.Fatal(err)
	}
}

func TestEnvironmentWinsOverFileWinsOverDefaults(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.yaml")
	text := "switch:\n  esl: 10.0.0.1:8021\n  password: from-file\ndialer:\n  lease: 30s\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, []string{"OUTDIAL_SWITCH_PASSWORD=from-env", "OUTDIAL_TEST_MYSQL=x", "HOME=/"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Switch.ESL != "10.0.0.1:8021" || c.Switch.Password != "from-env" || c.Dialer.Lease != 30*time.Second || c.Admin.Listen != "127.0.0.1:8080" {
		t.Fatalf("got %+v", c)
	}
}

func TestBadSettingsNameTheirPlace(t *testing.T) {
	_, err := config.Load("", []string{"OUTDIAL_ADMIN_LISTEN=nonsense"})
	if !errs.Is(err, errs.Invalid) {
		t.Fatalf("got %v", err)
	}
	if _, err := config.Load("/does/not/exist.yaml", nil); !errs.Is(err, errs.Invalid) {
		t.Fatalf("got %v", err)
	}
}

// Keys of services come from the environment, so that no file need hold them.
func TestServicesHaveTheirKeysFromTheEnvironment(t *testing.T) {
	c, err := config.Load("", []string{"OUTDIAL_DIALOGUE_RECOGNISER=aliyun, phrase", "OUTDIAL_DIALOGUE_ALIYUN_APPKEY=a", "OUTDIAL_DIALOGUE_ALIYUN_KEYSECRET=s",
		"OUTDIAL_DIALOGUE_TENCENT_SECRETKEY=t", "OUTDIAL_DIALOGUE_IFLYTEK_APIKEY=i", "OUTDIAL_DIALOGUE_OPENAI_KEY=o", "OUTDIAL_DIALOGUE_CHAT_KEY=c", "OUTDIAL_DIALOGUE_CHAT_FIRSTSENTENCE=2s"})
	if err != nil {
		t.Fatal(err)
	}
	d := c.Dialogue
	if d.Recogniser != "aliyun, phrase" || d.Aliyun.AppKey != "a" || d.Aliyun.KeySecret != "s" || d.Tencent.SecretKey != "t" || d.IFlytek.APIKey != "i" || d.OpenAI.Key != "o" ||
		d.Chat.Key != "c" || d.Chat.FirstSentence != 2*time.Second {
		t.Errorf("%+v", d)
	}
}

func TestBadAddressesOfServices(t *testing.T) {
	for env, place := range map[string]string{
		"OUTDIAL_DIALOGUE_CHAT_URL=127.0.0.1:8000":           "dialogue.chat.url",
		"OUTDIAL_DIALOGUE_CHAT_URL=http://x/v1?key=hidden":   "dialogue.chat.url",
		"OUTDIAL_DIALOGUE_OPENAI_URL=https://me:hidden@x/v1": "dialogue.openai.url",
		"OUTDIAL_DIALOGUE_CHAT_URL=http://127.0.0.1:8000/v1": "dialogue.chat.model",
		"OUTDIAL_DIALOGUE_OPENAI_RATE=5":                     "dialogue.openai.rate",
		"OUTDIAL_DIALOGUE_CHAT_FIRSTSENTENCE=2h":             "dialogue.chat.firstsentence",
	} {
		if _, err := config.Load("", []string{env}); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), place) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%s: %v", env, err)
		}
	}
}

func TestMisspeltSettingsAreRefused(t *testing.T) {
	for text, bad := range map[string]string{
		"admn: {listen: x}":                       "admn",
		"switch: {pasword: x}":                    "switch.pasword",
		"data: {dir: x}":                          "data.dir",
		"switch: 5":                               "switch",
		"switch: {rtp: {low: 1}}":                 "switch.rtp.low",
		"dialer: {lease: abc}":                    "dialer.lease",
		"switch: {users: {anna: x, b.c: y}}":      "",
		"switch: {users: {}}\nadmin: {}\nlog: {}": "",
		"switch: {users: {1001: 2002}}":           "",
		"":                                        "",
	} {
		path := filepath.Join(t.TempDir(), "outdial.yaml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := config.Load(path, nil)
		if bad == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), bad) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%q: got %v, want one line that names %s", text, err, bad)
		}
	}
}
