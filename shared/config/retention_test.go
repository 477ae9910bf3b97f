package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/retention"
)

func TestRetention(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.yaml")
	if err := os.WriteFile(path, []byte("retention: {operations: 0, notifications: 36h}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := config.Load(path, []string{"OUTDIAL_RETENTION_UNMATCHED=7d"})
	if err != nil {
		t.Fatal(err)
	}
	p, usual := c.Retention.Periods(), config.Default().Retention.Periods()
	if p[retention.Operations] != 0 || p[retention.Notifications] != 36*time.Hour || p[retention.Unmatched] != 7*24*time.Hour {
		t.Errorf("%v", p)
	}
	for _, k := range retention.Kinds() {
		if usual[k] < 90*24*time.Hour {
			t.Errorf("%s are kept for %v by default", k, usual[k])
		}
	}
}

func TestRetentionThatIsRefusedSaysWhatToWrite(t *testing.T) {
	for value, said := range map[string]string{"90": "90d", "1h": "at least 1d", "-5d": "90d", "-48h": "at least 1d", "d": "90d", "ever": "90d", "1.5d": "90d", "99999d": "90d"} {
		_, err := config.Load("", []string{"OUTDIAL_RETENTION_OPERATIONS=" + value})
		if !errs.Is(err, errs.Invalid) || !strings.Contains(strings.ToLower(err.Error()), "operations") || !strings.Contains(err.Error(), said) {
			t.Errorf("%s: %v", value, err)
		}
	}
	path := filepath.Join(t.TempDir(), "outdial.yaml")
	if err := os.WriteFile(path, []byte("retention: {unmatched: 180}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := config.Load(path, nil); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "retention.unmatched: must be at least 1d") {
		t.Errorf("a number of days without a unit: %v", err)
	}
}
