package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
)

func TestMaskedMembersNeverSeeNumbers(t *testing.T) {
	w := newWorld(t)
	m := w.one
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	camp := as[api.Campaign](m.do("POST", "/api/v1/campaigns", body{"name": "c", "script_version_id": m.script, "trunk_id": m.trunk, "robots": 1}).want(201))
	at := "/api/v1/campaigns/" + jsonNumber(camp.ID)
	contact := body{"number": "13800138000", "name": "王 138 0013 8000", "vars": map[string]string{"二": "13800138000", "三": "+86-138-0013-8000", "级别": "金卡"}}
	got := masked.do("POST", at+"/contacts", contact).want(201)
	if strings.Contains(string(got.body), "0013") || !strings.Contains(string(got.body), "138****8000") || !strings.Contains(string(got.body), "金卡") {
		t.Errorf("masked: %s", got.body)
	}
	whole := m.do("POST", at+"/contacts", body{"number": "13900139000", "vars": map[string]string{"二": "13900139000"}}).want(201)
	if strings.Count(string(whole.body), "13900139000") != 2 {
		t.Errorf("whole: %s", whole.body)
	}
}

func jsonNumber(n int64) string {
	b, _ := json.Marshal(n)
	return string(b)
}
