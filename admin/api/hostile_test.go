package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/tenant"
)

// hostile is what a text field may be sent by somebody who means harm, or by an unlucky paste.
var hostile = []string{
	`'; DROP TABLE calls; --`, `" OR "1"="1`, `%' UNION SELECT password_hash FROM users --`, `<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `=HYPERLINK("http://example.com","x")`,
	"\x00", "line\r\nX-Injected: 1", "\u202egnp.exe", "{{7*7}}${7*7}", "../../../../etc/passwd", strings.Repeat("长", 70_000), "\ufeff", "😀\ufffd",
}

// TestHostileTextHarmsNothing sends it in every text of every body and of every filter, as somebody who may do everything:
// it is refused with a reason or kept as it is, and all that was there is there afterwards.
func TestHostileTextHarmsNothing(t *testing.T) {
	w, _ := exportsWorld(t)
	upper := w.company(0, tenant.Operator, "upper")
	lower := w.company(upper.id, tenant.Merchant, "lower")
	e := w.settle(w.one, "own", lower.id)
	sent := 0
	check := func(what string, got answer) {
		t.Helper()
		sent++
		switch {
		case got.status >= 500:
			t.Errorf("%s: %d %.300s", what, got.status, got.body)
		case got.status >= 400:
			var p api.Problem
			if err := json.Unmarshal(got.body, &p); err != nil || p.Detail == "" {
				t.Errorf("%s is refused without a reason: %d %.300s", what, got.status, got.body)
			}
		}
		if got.header.Get("X-Injected") != "" {
			t.Errorf("%s wrote a header", what)
		}
	}
	skip := []string{"signIn", "changePassword", "banCompany", "events", "signOut", "signOutEverywhere", "endSession", "deleteCampaign", "terminateCampaign"}
	for _, r := range routesOf(t) {
		if slices.Contains(skip, r.ID) {
			continue
		}
		who := e.merchant
		if strings.HasPrefix(r.Path, "/api/v1/companies") || strings.HasPrefix(r.Path, "/api/v1/announcements") {
			who = upper
		}
		path := e.address(t, r.Path)
		for _, name := range r.Texts {
			for _, text := range hostile {
				if len(text) > 4096 {
					text = text[:4096] // longer ones are the server's to refuse before anybody reads them
				}
				check(fmt.Sprintf("%s?%s=%.30q", r.ID, name, text), who.do(r.Method, path+"?"+url.Values{name: {text}}.Encode(), nil))
			}
		}
		if r.Body != "application/json" {
			continue
		}
		good, ok := bodies[r.ID](e).(map[string]any)
		if !ok {
			t.Fatalf("the body of %s is no object", r.ID)
		}
		for field, value := range good {
			if _, ok := value.(string); !ok {
				continue
			}
			for _, text := range hostile {
				bad := maps.Clone(good)
				bad[field] = text
				check(fmt.Sprintf("%s with %s=%.30q", r.ID, field, text), who.do(r.Method, path, bad))
			}
		}
		check(r.ID+" with ten megabytes", who.do(r.Method, path, `{"name":"`+strings.Repeat("x", 10<<20)+`"}`).want(http.StatusRequestEntityTooLarge))
		check(r.ID+" with what it does not know", who.do(r.Method, path, with(good, "tenant_id", 1, "owner_id", 1, "is_admin", true)).want(http.StatusUnprocessableEntity))
	}
	if sent < 500 {
		t.Errorf("only %d requests were sent", sent)
	}
	for _, path := range []string{e.address(t, "/api/v1/campaigns/{id}"), e.address(t, "/api/v1/calls/{id}"), e.address(t, "/api/v1/dnc/groups/{id}")} {
		e.get(path).want(http.StatusOK)
	}
}

// with adds fields that a client has no business sending.
func with(body map[string]any, pairs ...any) map[string]any {
	out := maps.Clone(body)
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i].(string)] = pairs[i+1]
	}
	return out
}
