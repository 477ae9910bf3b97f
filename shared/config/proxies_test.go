package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
)

func TestTrustedProxies(t *testing.T) {
	path := filepath.Join(t.TempDir(), "outdial.yaml")
	text := "admin:\n  trustedproxies: [10.0.0.5, 192.168.0.0/16, '::1', '2001:db8::/32', '::ffff:10.1.0.0/112', '::ffff:10.2.0.1']\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, load := range map[string]func() (config.Config, error){
		"file": func() (config.Config, error) { return config.Load(path, nil) },
		"environment": func() (config.Config, error) {
			return config.Load("", []string{"OUTDIAL_ADMIN_TRUSTEDPROXIES=10.0.0.5, 192.168.0.0/16,::1,2001:db8::/32,::ffff:10.1.0.0/112,::ffff:10.2.0.1,"})
		},
	} {
		c, err := load()
		if err != nil {
			t.Fatal(err)
		}
		got, err := c.Admin.Proxies()
		if want := "[10.0.0.5/32 192.168.0.0/16 ::1/128 2001:db8::/32 10.1.0.0/16 10.2.0.1/32]"; err != nil || fmt.Sprint(got) != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := config.Default().Admin.Proxies(); err != nil || len(got) != 0 {
		t.Errorf("default: %v, %v", got, err)
	}
}

func TestTrustedProxiesThatAreRefusedSayWhatToWrite(t *testing.T) {
	for value, said := range map[string]string{
		"proxy.example":      `such as 10.0.0.5 or 10.0.0.0/8, not "proxy.example"`,
		"10.0.0.0/33":        `not "10.0.0.0/33"`,
		"10.0.0.5:8080":      `not "10.0.0.5:8080"`,
		"10.0.0.5/8":         "write 10.0.0.5 for the address, or 10.0.0.0/8 for the network",
		"0.0.0.0/0":          "name the proxies alone",
		"::/0":               "name the proxies alone",
		"::ffff:0.0.0.0/96":  "name the proxies alone",
		"127.0.0.1,nonsense": `not "nonsense"`,
	} {
		_, err := config.Load("", []string{"OUTDIAL_ADMIN_TRUSTEDPROXIES=" + value})
		if !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "admin.trustedproxies") || !strings.Contains(err.Error(), said) {
			t.Errorf("%s: %v", value, err)
		}
	}
}
