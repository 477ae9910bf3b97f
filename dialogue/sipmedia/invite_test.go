package sipmedia

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

const someCall = "018f3a2b-7c00-7abc-8def-0123456789ab"

func TestParseInvite(t *testing.T) {
	good := func() http.Header {
		return http.Header{HeaderCall: {" " + strings.ToUpper(someCall) + " "}, HeaderTenant: {"7"}, HeaderScript: {"42"}, HeaderCampaign: {"0"}}
	}
	get := func(h http.Header) func(string) []string { return func(name string) []string { return h[name] } }
	inv, err := ParseInvite(get(good()))
	if err != nil || inv.CallID != someCall || inv.TenantID != 7 || inv.ScriptVersionID != 42 || inv.CampaignID != 0 {
		t.Fatalf("%+v, %v", inv, err)
	}
	for _, c := range []struct {
		header string
		values []string
		want   string // the error's text, empty for none
	}{
		{HeaderCampaign, nil, ""},
		{HeaderCampaign, []string{"9223372036854775807"}, ""},
		{HeaderCampaign, []string{""}, "Empty X-Outdial-Campaign"},
		{HeaderCampaign, []string{"1", "2"}, "Repeated X-Outdial-Campaign"},
		{HeaderCall, nil, "Missing X-Outdial-Call"},
		{HeaderCall, []string{"{" + someCall + "}"}, "Bad X-Outdial-Call"},
		{HeaderCall, []string{strings.ReplaceAll(someCall, "-", "")}, "Bad X-Outdial-Call"},
		{HeaderCall, []string{"1"}, "Bad X-Outdial-Call"},
		{HeaderTenant, []string{"0"}, "Bad X-Outdial-Tenant"},
		{HeaderTenant, []string{"-1"}, "Bad X-Outdial-Tenant"},
		{HeaderTenant, []string{"+1"}, "Bad X-Outdial-Tenant"},
		{HeaderTenant, []string{"007"}, "Bad X-Outdial-Tenant"},
		{HeaderTenant, []string{"9223372036854775808"}, "Bad X-Outdial-Tenant"},
		{HeaderScript, []string{" "}, "Empty X-Outdial-Script"},
		{HeaderScript, []string{"1.5"}, "Bad X-Outdial-Script"},
	} {
		h := good()
		h[c.header] = c.values
		_, err := ParseInvite(get(h))
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want || !errors.Is(err, ErrBadInvite)) {
			t.Errorf("%s %q: %v, want %q", c.header, c.values, err, c.want)
		}
	}
}

func FuzzParseInvite(f *testing.F) {
	f.Add(someCall, "7", "42", "5")
	f.Add("", "-1", "0x10", "\r\n")
	f.Fuzz(func(t *testing.T, call, tenant, script, campaign string) {
		h := map[string][]string{HeaderCall: {call}, HeaderTenant: {tenant}, HeaderScript: {script}, HeaderCampaign: {campaign}}
		inv, err := ParseInvite(func(name string) []string { return h[name] })
		if err != nil {
			if !errors.Is(err, ErrBadInvite) || strings.ContainsAny(err.Error(), "\r\n") {
				t.Fatalf("%q", err)
			}
			return
		}
		if len(inv.CallID) != 36 || inv.CallID != strings.ToLower(inv.CallID) || inv.TenantID <= 0 || inv.ScriptVersionID <= 0 || inv.CampaignID < 0 {
			t.Fatalf("%+v", inv)
		}
	})
}

func FuzzInfoDigits(f *testing.F) {
	f.Add("application/dtmf-relay", []byte("Signal=5\r\nDuration=160"))
	f.Add("application/dtmf", []byte("#"))
	f.Fuzz(func(t *testing.T, kind string, body []byte) {
		digit, ok := infoDigits(kind, body)
		if ok && (len(digit) != 1 || !strings.Contains("0123456789*#ABCD", digit)) {
			t.Fatalf("%q", digit)
		}
	})
}

func TestParseReason(t *testing.T) {
	for text, want := range map[string]Cause{
		"":                                   0,
		"SIP;cause=200":                      0,
		"Q.850;cause=16":                     16,
		"q.850 ; cause = 17 ;text=\"busy\"":  17,
		"SIP;cause=486, Q.850;cause=17":      17,
		"Q.850;cause=1000":                   0,
		"Q.850;cause=-1":                     0,
		"Q.850;text=\"Terminated\";cause=31": 31,
	} {
		if got := parseReason([]string{text}); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}
