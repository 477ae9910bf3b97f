package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/transcript"
)

func TestMaskedMembersNeverSeeNumbers(t *testing.T) {
	w := newWorld(t)
	m := w.one
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	camp := as[api.Campaign](m.do("POST", "/api/v1/campaigns", body{"name": "c", "script_id": m.script, "trunk_id": m.trunk, "robots": 1}).want(201))
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

func TestMaskedMembersHearOfCallsWithoutNumbers(t *testing.T) {
	w := newWorld(t)
	m := w.one
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	camp := m.campaign()
	m.do("POST", address("/campaigns/%d/contacts", camp), body{"number": "13800138000", "name": "王13800138000", "vars": map[string]string{"二": "13800138000", "公司": "东方 13800138000"}}).want(201)
	c := m.dial(camp)
	for seq, said := range []string{"我的号码是一三八 零零幺三 八零零零", "13800138000，对吗"} {
		must(t, w.db.AddTurn(t.Context(), m.scope, transcript.Turn{Call: c.UUID, Tenant: m.id, Seq: seq + 1, Speaker: transcript.Callee, Text: said,
			Matched: transcript.Match{Kind: transcript.MatchDigits, Rule: "13800138000"}}))
	}
	for _, path := range []string{address("/campaigns/%d/calls", camp), address("/campaigns/%d/calls?state=live", camp), address("/calls/%s", c.UUID)} {
		if got := m.get(path).want(200); !strings.Contains(string(got.body), "13800138000") {
			t.Errorf("%s does not show the number to who may see it: %s", path, got.body)
		}
		got := masked.get(path).want(200)
		if s := string(got.body); strings.Contains(s, "0013") || strings.Contains(s, "零零幺三") || !strings.Contains(s, "138****8000") {
			t.Errorf("%s shows %s", path, s)
		}
	}
}

func TestNumbersAreMaskedOnce(t *testing.T) {
	w := newWorld(t)
	masked, _ := w.one.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	camp := w.one.campaign()
	w.one.do("POST", address("/campaigns/%d/contacts", camp), body{"number": "13800138000", "name": "王 13800138000", "vars": map[string]string{"二": "13800138000"}}).want(201)
	id := w.one.call(camp)
	d := as[api.CallDetail](masked.get(address("/calls/%s", id)).want(200))
	if d.Number != "138****8000" || d.Name != "王 138****8000" || d.Vars["二"] != "138****8000" {
		t.Errorf("shown: %q, %q, %v", d.Number, d.Name, d.Vars)
	}
	if text := string(masked.get(address("/calls/%s/export?kind=text", id)).want(200).body); strings.Contains(text, "0013") || !strings.Contains(text, "138****8000") {
		t.Errorf("as text: %s", text)
	}
}

func TestMaskedMembersReadRejectionsWithoutNumbers(t *testing.T) {
	w := newWorld(t)
	m := w.one
	masked, _ := m.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	i := contact.Import{Campaign: contact.CampaignID(m.campaign()), State: contact.ImportFinished, Rejected: 1, CreatedAt: noon}
	must(t, w.db.CreateImport(t.Context(), m.scope, &i))
	must(t, w.db.AddRejections(t.Context(), m.scope, i.ID, []contact.Rejection{{Row: 1, Number: "13800138000", Reason: "13800138000 is there already"}, {Row: 2, Number: "1380013800x", Reason: "x"}}))
	path := address("/imports/%d/rejections", i.ID)
	if s := string(m.get(path).want(200).body); strings.Count(s, "13800138000") != 2 {
		t.Errorf("whole: %s", s)
	}
	if s := string(masked.get(path).want(200).body); strings.Contains(s, "0013") || strings.Count(s, "138****8000") != 2 {
		t.Errorf("masked: %s", s)
	}
}

// What a call was marked for is words of a script, but a variable in them may have been a number.
func TestMaskedMembersReadSMSMarksWithoutNumbers(t *testing.T) {
	w := newWorld(t)
	masked, _ := w.one.agent("masked", access.Administrator, func(u *access.User) { u.MaskNumbers = true })
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	id := w.one.call(camp)
	if d := as[api.CallDetail](masked.get(address("/calls/%s", id)).want(200)); strings.Join(d.SMS, ",") != "链接,138****8000 回访" {
		t.Errorf("%v", d.SMS)
	}
}
