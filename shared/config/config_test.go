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
