package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/scripttest"
	"github.com/outdial/outdial/shared/tenant"
)

const written = `script: 1
name: %
start: hello
nodes:
  hello: {say: "您好，我是%，您有兴趣吗？", branches: {affirm: bye, negate: bye, default: bye}}
  bye: {say: "感谢您，再见。", hangup: true}
tests: [{name: 来, says: [可以], expect: {end: bye}}]
`

// sine is a second of a tone as a WAV file.
func sine(t testing.TB, amp float64, d time.Duration) string {
	t.Helper()
	var b bytes.Buffer
	must(t, audio.WriteWAV(&b, 1, audio.Tone(440, amp, d)))
	return b.String()
}

// form sends a file with texts beside it.
func (m merchant) form(path, name, content string, texts map[string]string) answer {
	m.w.t.Helper()
	var body bytes.Buffer
	f := multipart.NewWriter(&body)
	for k, v := range texts {
		must(m.w.t, f.WriteField(k, v))
	}
	part, err := f.CreateFormFile("file", name)
	must(m.w.t, err)
	_, err = io.WriteString(part, content)
	must(m.w.t, err)
	must(m.w.t, f.Close())
	r := m.w.request("POST", path, body.String())
	r.Header.Set("Content-Type", f.FormDataContentType())
	r.AddCookie(m.cookie)
	return m.w.send(r)
}

// writes gives a merchant a script with the word in every text: recorded, submitted, approved and deployed.
func (m merchant) writes(word string) (script.ID, script.VersionID) {
	m.w.t.Helper()
	s := as[api.Script](m.form("/api/v1/scripts/import", word+".yaml", strings.ReplaceAll(written, "%", word), nil).want(201))
	m.form(address("/scripts/%d/recordings", s.ID), word+".wav", sine(m.w.t, 0.2, time.Second), map[string]string{"key": "bye"}).want(201)
	v := as[api.ScriptVersion](m.do("POST", address("/scripts/%d/submit", s.ID), map[string]any{"note": word}).want(201))
	_, err := m.w.db.MoveVersion(m.w.t.Context(), m.scope, script.VersionID(v.ID), script.Approve, script.Decision{By: word, Remark: word, At: noon})
	must(m.w.t, err)
	m.do("POST", address("/script-versions/%d/deploy", v.ID), nil).want(200)
	return script.ID(s.ID), script.VersionID(v.ID)
}

func TestScriptFromDraftToDeployment(t *testing.T) {
	w := newWorld(t)
	top := w.company(0, tenant.Operator, "top")
	shop := w.company(top.id, tenant.Merchant, "shop")
	s := as[api.Script](shop.do("POST", "/api/v1/scripts", map[string]any{"name": "邀请", "trade": "education"}).want(201))
	if s.State != "draft" || !s.Editing || s.Problems != 0 || s.Key == "" || s.Language != "zh" {
		t.Errorf("a new script is %+v", s)
	}
	one := address("/scripts/%d", s.ID)
	d := as[api.ScriptDraft](shop.get(one + "/draft").want(200))
	if len(d.Problems) != 2 || d.Problems[0].At != "voice" || d.Problems[1].At != "tests" || !json.Valid([]byte(d.Document)) {
		t.Errorf("it begins with %+v", d)
	}
	save := func(document string) answer {
		return shop.do("PUT", one+"/draft", map[string]any{"revision": d.Revision, "document": document})
	}
	// What is no document is refused; what is wrong inside one is kept and told.
	for _, bad := range []string{"", "x", "[]", "a: [", "a: &x {}\nb: *x", strings.Repeat("x", 1<<20+1)} {
		if p := save(bad).problem(422); len(p.Errors) == 0 {
			t.Errorf("%.20q is refused with %+v", bad, p)
		}
	}
	save(strings.Repeat("x", 4<<20)).problem(413)
	kept := as[api.ScriptDraft](save("script: 1\nname: x\nstart: a\nnodes: {a: {say: x, next: nowhere}}\n").want(200))
	if kept.Revision != d.Revision+1 || len(kept.Problems) != 1 || kept.Problems[0].Node != "a" || kept.Problems[0].Severity != "error" {
		t.Errorf("kept as %+v", kept)
	}
	if p := save("name: y").problem(409); p.Code != "stale_draft" {
		t.Errorf("an old revision is refused with %+v", p)
	}
	if got := as[api.Script](shop.get(one).want(200)); got.Problems != 1 {
		t.Errorf("the script has %d problems", got.Problems)
	}
	submit := func() answer { return shop.do("POST", one+"/submit", map[string]any{"note": "第一版"}) }
	if p := submit().problem(422); len(p.Errors) != 1 {
		t.Errorf("a script with errors is refused with %+v", p)
	}
	d.Revision = kept.Revision
	failing := strings.ReplaceAll(strings.ReplaceAll(written, "%", "邀请"), "end: bye", "end: hello")
	d = as[api.ScriptDraft](save(failing).want(200))
	if p := submit().problem(422); len(p.Errors) != 1 || p.Errors[0].Location != "body.tests.来" {
		t.Errorf("a script whose test fails is refused with %+v", p)
	}
	d = as[api.ScriptDraft](save(strings.ReplaceAll(written, "%", "邀请")).want(200))
	shop.do("POST", one+"/submit", map[string]any{"note": strings.Repeat("x", 501)}).problem(422)
	v := as[api.ScriptVersion](submit().want(201))
	if v.Number != 1 || v.State != "in_review" || v.Note != "第一版" || v.SubmittedBy != "User shop" {
		t.Errorf("submitted as %+v", v)
	}
	submit().problem(409)
	version := address("/script-versions/%d", v.ID)
	shop.do("POST", version+"/deploy", nil).problem(409)
	shop.do("POST", version+"/approve", map[string]any{}).problem(403)
	shop.get("/api/v1/script-reviews").problem(403)

	// A campaign cannot name it yet.
	line := as[api.Trunk](shop.do("POST", "/api/v1/trunks", map[string]any{"name": "L", "address": "127.0.0.1:5070", "concurrency": 1, "cps": 1}).want(201))
	form := map[string]any{"name": "c", "script_id": s.ID, "trunk_id": line.ID}
	if p := shop.do("POST", "/api/v1/campaigns", form).problem(422); p.Errors[0].Location != "body.script_id" {
		t.Errorf("refused with %+v", p)
	}

	// The platform refuses it, with a remark that the author reads.
	list := as[api.Page[api.ScriptReview]](top.get("/api/v1/script-reviews?state=in_review").want(200))
	if len(list.Items) != 1 || list.Items[0].Company.Name != "Merchant shop" || list.Items[0].Script.Name != "邀请" {
		t.Errorf("reviews: %+v", list)
	}
	if n := as[api.Page[api.Notification]](top.get("/api/v1/notifications").want(200)); len(n.Items) != 1 || n.Items[0].Kind != "script_submitted" || n.Items[0].Data.Script != "邀请" {
		t.Errorf("the reviewer is told %+v", n)
	}
	r := as[api.ScriptReviewDetail](top.get(address("/script-reviews/%d", v.ID)).want(200))
	// Whoever decides may talk to it; whose script it is stays theirs.
	talk := map[string]any{"version_id": v.ID, "inputs": []any{}}
	if got := as[scripttest.Talk](top.do("POST", address("/scripts/%d/talk", s.ID), talk).want(200)); len(got.Steps) != 1 {
		t.Errorf("a reviewer's talk has %d steps, want the greeting", len(got.Steps))
	}
	top.do("POST", address("/scripts/%d/talk", s.ID), map[string]any{"inputs": []any{}}).problem(404)
	top.do("POST", address("/scripts/%d/talk", s.ID+1), talk).problem(404)
	if r.Report == nil || len(r.Report.Cases) != 1 || !r.Report.Cases[0].Passed || r.Report.Simulation.Conversations == 0 || len(r.Diff.Nodes) != 2 || r.Base != 0 {
		t.Errorf("the review is %+v", r)
	}
	top.do("POST", version+"/refuse", map[string]any{"remark": " "}).problem(422)
	top.do("POST", version+"/refuse", map[string]any{"remark": "请说明来意"}).want(200)
	top.do("POST", version+"/approve", map[string]any{}).problem(409)
	if n := as[api.Page[api.Notification]](shop.get("/api/v1/notifications").want(200)); len(n.Items) != 1 || n.Items[0].Kind != "script_refused" || n.Items[0].Body != "请说明来意" {
		t.Errorf("the author is told %+v", n)
	}
	if got := as[api.Script](shop.get(one).want(200)); got.State != "refused" || got.Editing || got.Remark != "请说明来意" || got.Deployment != "none" {
		t.Errorf("the script is %+v", got)
	}

	// Taken back, submitted again, approved, deployed.
	second := as[api.ScriptVersion](submit().want(201))
	shop.do("POST", address("/script-versions/%d/withdraw", second.ID), nil).want(200)
	third := as[api.ScriptVersion](submit().want(201))
	top.do("POST", address("/script-versions/%d/approve", third.ID), map[string]any{"remark": "好"}).want(200)
	got := as[api.ScriptVersion](shop.do("POST", address("/script-versions/%d/deploy", third.ID), nil).want(200))
	if got.State != "deployed" || got.Remark != "好" || got.ReviewedBy != "User top" || got.DeployedAt == nil {
		t.Errorf("deployed as %+v", got)
	}
	c := as[api.Campaign](shop.do("POST", "/api/v1/campaigns", form).want(201))
	if c.ScriptID != s.ID || c.VersionID != third.ID || c.Version != 3 || c.ScriptName != "邀请" {
		t.Errorf("the campaign is %+v", c)
	}
	shop.do("DELETE", one, nil).problem(409)

	// The next version moves it.
	d.Revision = as[api.ScriptDraft](shop.get(one + "/draft").want(200)).Revision
	as[api.ScriptDraft](save(strings.ReplaceAll(written, "%", "第二")).want(200))
	fourth := as[api.ScriptVersion](submit().want(201))
	// Its list tells of the version that waits, though an earlier one is deployed; each of the two states finds it.
	finds := func(query string) int {
		return len(as[api.Page[api.Script]](shop.get("/api/v1/scripts?" + query).want(200)).Items)
	}
	if s := as[api.Script](shop.get(one).want(200)); s.State != "in_review" || s.Version != 4 || s.VersionID != fourth.ID || s.Deployment != "earlier" || s.DeployedVersion != 3 {
		t.Errorf("with the next version in review the script is %+v", s)
	}
	for query, want := range map[string]int{"state=in_review": 1, "deployment=any": 1, "deployment=earlier": 1, "state=in_review&deployment=earlier": 1, "state=live": 0, "deployment=newest": 0, "deployment=none": 0} {
		if got := finds(query); got != want {
			t.Errorf("%s finds %d scripts, want %d", query, got, want)
		}
	}
	shop.get("/api/v1/scripts?state=deployed").problem(422)
	review := as[api.ScriptReviewDetail](top.get(address("/script-reviews/%d", fourth.ID)).want(200))
	if review.Base != 3 || len(review.Diff.Nodes) != 1 || review.Diff.Nodes[0].Fields[0].Path != "say" {
		t.Errorf("it is compared with %d: %+v", review.Base, review.Diff)
	}
	top.do("POST", address("/script-versions/%d/approve", fourth.ID), map[string]any{}).want(200)
	if finds("state=live&deployment=earlier") != 1 {
		t.Error("an approved version that waits to be deployed is not found")
	}
	shop.do("POST", address("/script-versions/%d/deploy", fourth.ID), nil).want(200)
	if finds("state=live&deployment=newest") != 1 {
		t.Error("the deployed script is not found")
	}
	if c = as[api.Campaign](shop.get(address("/campaigns/%d", c.ID)).want(200)); c.VersionID != fourth.ID || c.Version != 4 {
		t.Errorf("after the deployment the campaign is %+v", c)
	}
	var deployed, moved bool
	for _, m := range w.bus.published() {
		switch m := m.(type) {
		case event.ScriptDeployed:
			deployed = deployed || m == event.ScriptDeployed{Tenant: shop.id, Script: script.ID(s.ID), Version: script.VersionID(fourth.ID)}
		case event.CampaignChanged:
			moved = moved || m.Tenant == shop.id && m.Campaign == campaign.ID(c.ID)
		}
	}
	if !deployed || !moved {
		t.Errorf("published deployment %v, campaign %v", deployed, moved)
	}
	versions := as[struct{ Items []api.ScriptVersion }](shop.get(one + "/versions").want(200))
	var states []string
	for _, v := range versions.Items {
		states = append(states, v.State)
	}
	if strings.Join(states, " ") != "deployed live withdrawn refused" {
		t.Errorf("versions are %v", states)
	}
	detail := as[api.ScriptVersionDetail](shop.get(address("/script-versions/%d", fourth.ID)).want(200))
	if detail.Report == nil || !strings.Contains(detail.Document, "第二") || len(detail.Problems) != 0 && detail.Problems[0].Severity == "error" {
		t.Errorf("the version is %+v", detail)
	}
	diff := as[api.ScriptDiff](shop.get(one + "/diff?from=" + decimal(third.ID)).want(200))
	if len(diff.Nodes) != 1 || diff.Nodes[0].ID != "hello" || len(diff.Parts) != 1 || diff.Parts[0].ID != "name" {
		t.Errorf("the difference is %+v", diff)
	}
	shop.get(one + "/diff?from=" + decimal(int64(w.one.version))).problem(404)
	// Both logs tell of the review.
	for _, m := range []merchant{top, shop} {
		log := as[api.Page[api.Operation]](m.get("/api/v1/operations?module=scripts&action=refuse").want(200))
		if len(log.Items) != 1 {
			t.Errorf("the log of %s tells of %d refusals", m.account, len(log.Items))
		}
	}
}

func TestMarket(t *testing.T) {
	w := newWorld(t)
	up := w.company(0, tenant.Reseller, "up")
	low, aside := w.company(up.id, tenant.Merchant, "low"), w.company(0, tenant.Merchant, "aside")
	id, _ := up.writes("共享")
	s := as[api.Script](up.do("PATCH", address("/scripts/%d", id), map[string]any{"shared": true, "trade": "loan", "description": "给下级用"}).want(200))
	own, _ := low.writes("自用")
	low.do("PATCH", address("/scripts/%d", own), map[string]any{"shared": true}).problem(409)
	offers := func(m merchant, query string) map[string]api.ScriptOffer {
		out := map[string]api.ScriptOffer{}
		for _, o := range as[struct{ Items []api.ScriptOffer }](m.get("/api/v1/script-market" + query).want(200)).Items {
			out[o.Key] = o
		}
		return out
	}
	if o := offers(low, "")[s.Key]; o.From != "Company up" || o.Nodes != 2 || o.Trade != "loan" || o.Description != "给下级用" {
		t.Errorf("the company below finds %+v", o)
	}
	if _, there := offers(aside, "")[s.Key]; there {
		t.Error("a neighbour finds what is not shared with it")
	}
	if _, there := offers(low, "?trade=nothing")[s.Key]; there {
		t.Error("the filter lets it through")
	}
	aside.get("/api/v1/script-market/" + s.Key).problem(404)
	aside.do("POST", "/api/v1/script-market/"+s.Key+"/adopt", map[string]any{}).problem(404)
	adopted := as[api.Script](low.do("POST", "/api/v1/script-market/"+s.Key+"/adopt", map[string]any{"name": "我的"}).want(201))
	if adopted.State != "draft" || adopted.Name != "我的" || adopted.Problems != 0 || adopted.Key == s.Key {
		t.Errorf("adopted as %+v", adopted)
	}
	if list := as[struct{ Items []api.ScriptSentence }](low.get(address("/scripts/%d/recordings", adopted.ID)).want(200)); list.Items[1].State != "recorded" {
		t.Errorf("its recordings are %+v", list)
	}
	if len(script.Templates()) < 5 {
		t.Errorf("%d templates come with the product", len(script.Templates()))
	}
	for _, o := range script.Templates() {
		if got := offers(aside, "")[o.Key]; got.From != "builtin" || got.Nodes == 0 {
			t.Errorf("%s is offered as %+v", o.Key, got)
		}
		shown := as[struct{ Document string }](aside.get("/api/v1/script-market/" + o.Key).want(200))
		mine := as[api.Script](aside.do("POST", "/api/v1/script-market/"+o.Key+"/adopt", map[string]any{}).want(201))
		if mine.Problems != 0 || mine.Name != o.Head.Name || !json.Valid([]byte(shown.Document)) {
			t.Errorf("%s is adopted as %+v", o.Key, mine)
		}
	}
	for query, want := range map[string]int{"?name=" + url.QueryEscape("贷款"): 1, "?name=" + url.QueryEscape(" 贷款 ") + "&trade=loan": 1, "?name=" + url.QueryEscape("贷款") + "&trade=survey": 0,
		"?name=" + url.QueryEscape("享") + "&trade=loan": 1, "?name=APPOINT": 1, "?name=nothing": 0} {
		if got := offers(low, query); len(got) != want {
			t.Errorf("%s finds %d offers, want %d: %v", query, len(got), want, got)
		}
	}
	copied := as[api.Script](low.do("POST", address("/scripts/%d/copy", own), map[string]any{"name": "副本"}).want(201))
	if copied.Name != "副本" || copied.ID == int64(own) {
		t.Errorf("copied as %+v", copied)
	}
	low.do("POST", address("/scripts/%d/copy", own), map[string]any{"name": ""}).problem(422)
	low.do("DELETE", address("/scripts/%d", copied.ID), nil).want(204)
	low.get(address("/scripts/%d", copied.ID)).problem(404)
}

func TestScriptFiles(t *testing.T) {
	w := newWorld(t)
	id, version := w.one.writes("文件")
	for _, format := range []string{"json", "yaml", "xlsx", "xls"} {
		for _, v := range []string{"", "&version=" + decimal(version)} {
			got := w.one.get(address("/scripts/%d/export?format=", id) + format + v).want(200)
			if d := got.header.Get("Content-Disposition"); !strings.Contains(d, format) {
				t.Errorf("%s is sent as %s", format, d)
			}
			again := as[api.Script](w.one.form("/api/v1/scripts/import", "x."+format, string(got.body), nil).want(201))
			diff := as[api.ScriptDiff](w.one.get(address("/scripts/%d/diff", again.ID)).want(200))
			if again.Name != "文件" || again.Problems != 0 || len(diff.Nodes) != 2 {
				t.Errorf("%s comes back as %+v with %+v", format, again, diff)
			}
		}
	}
	w.one.get(address("/scripts/%d/export?format=docx", id)).problem(422)
	for _, language := range []string{"zh", "en"} {
		for _, format := range []string{"xlsx", "xls"} {
			got := w.one.get("/api/v1/scripts/template?format=" + format + "&lang=" + language).want(200)
			s := as[api.Script](w.one.form("/api/v1/scripts/import", "template."+format, string(got.body), nil).want(201))
			d := as[api.ScriptDraft](w.one.get(address("/scripts/%d/draft", s.ID)).want(200))
			if s.Language != language || s.Problems != 0 || len(d.Problems) != 1 || d.Problems[0].At != "voice" {
				t.Errorf("the %s template in %s is imported as %+v with %+v", format, language, s, d.Problems)
			}
			as[api.ScriptSubmission](w.one.do("POST", address("/scripts/%d/submit", s.ID), map[string]any{}).want(201))
		}
	}
	w.one.get("/api/v1/scripts/template?format=yaml").problem(422)
	named := as[api.Script](w.one.form("/api/v1/scripts/import", "催收.yaml", "\xef\xbb\xbfscript: 1\nnodes: {a: {say: x, next: b}}\n", nil).want(201))
	if named.Name != "催收" || named.Problems == 0 {
		t.Errorf("without a name and with errors it is taken as %+v", named)
	}
	workbook, err := os.ReadFile(filepath.FromSlash("../../shared/script/testdata/loan-follow-up.xls"))
	if err != nil {
		t.Fatal(err)
	}
	if saved := as[api.Script](w.one.form("/api/v1/scripts/import", "x.xls", string(workbook), nil).want(201)); saved.Name == "" || saved.Problems != 0 {
		t.Errorf("an old workbook is taken as %+v", saved)
	}
	for name, c := range map[string]struct {
		content string
		status  int
	}{
		"empty": {"", 422}, "a list": {"[1]", 422}, "a broken old workbook": {"\xd0\xcf\x11\xe0 x", 422}, "an archive": {"PK\x03\x04 x", 422}, "a picture": {"\x89PNG\r\n\x1a\n", 422}, "too large": {strings.Repeat("x", 6<<20), 413},
	} {
		if p := w.one.form("/api/v1/scripts/import", "x.xlsx", c.content, nil).problem(c.status); c.status == 422 && len(p.Errors) == 0 && p.Detail == "" {
			t.Errorf("%s is refused with %+v", name, p)
		}
	}
}

func TestSentencesAreRecorded(t *testing.T) {
	w := newWorld(t)
	s := as[api.Script](w.one.form("/api/v1/scripts/import", "x.yaml", `script: 1
name: 录音
start: hello
variables: {name: 您}
nodes:
  hello: {say: "您好，欢迎。", next: bill}
  bill: {say: "$(name)，账单已出，请查收。", next: bye}
  bye: {say: "再见。", hangup: true}
`, nil).want(201))
	all := address("/scripts/%d/recordings", s.ID)
	list := func() map[string]api.ScriptSentence {
		out := map[string]api.ScriptSentence{}
		for _, one := range as[struct{ Items []api.ScriptSentence }](w.one.get(all).want(200)).Items {
			out[one.Key] = one
		}
		return out
	}
	if got := list(); len(got) != 3 || got["bill"].State != "synthesised" || !got["bill"].Variable || got["bill"].Parts[0].Key != "bill#1" || got["bill"].Parts[0].Text != "，账单已出，请查收。" {
		t.Fatalf("sentences are %+v", got)
	}
	record := func(key, content string) answer {
		return w.one.form(all, "x.wav", content, map[string]string{"key": key})
	}
	got := as[api.ScriptSentence](record("hello", sine(t, 0.05, 2*time.Second)).want(201))
	if got.State != "recorded" || got.DurationMS != 2000 || got.LevelDB < -20.5 || got.LevelDB > -19.5 {
		t.Errorf("recorded as %+v", got)
	}
	if got := as[api.ScriptSentence](record("bill#1", sine(t, 0.2, time.Second)).want(201)); got.Key != "bill" || got.State != "recorded" {
		t.Errorf("with its part recorded the sentence is %+v", got)
	}
	heard := w.one.get(all + "/" + url.PathEscape("bill#1") + "/audio").want(200)
	if pcm, err := audio.ReadWAV(bytes.NewReader(heard.body)); err != nil || len(pcm) != audio.Rate {
		t.Errorf("%d samples come back (%v)", len(pcm), err)
	}
	for name, c := range map[string]struct {
		key, content string
		status       int
	}{
		"no such sentence":   {"nothing", sine(t, 0.2, time.Second), 422},
		"one with variables": {"bill", sine(t, 0.2, time.Second), 422},
		"no sound":           {"bye", "hello", 422},
		"silence":            {"bye", sine(t, 0, time.Second), 422},
		"a browser's file":   {"bye", "\x1a\x45\xdf\xa3 webm", 422},
		"an Ogg file":        {"bye", "OggS and so on", 422},
		"a broken MP3":       {"bye", "ID3\x03\x00\x00\x00\x00\x00\x00" + strings.Repeat("\xff\xfb\x90\x00", 100), 422},
		"eleven minutes":     {"bye", sine(t, 0.2, 11*time.Minute), 422},
		"too large":          {"bye", strings.Repeat("x", 21<<20), 413},
	} {
		if p := record(c.key, c.content).problem(c.status); p.Detail == "" || c.status == 422 && len(p.Errors) == 0 {
			t.Errorf("%s is refused with %+v", name, p)
		}
	}
	// The same sound is kept once; what a version has keeps its own when the draft's changes.
	files, err := filepath.Glob(filepath.Join(w.recordings, "scripts", "*", "*"))
	must(t, err)
	record("bye", sine(t, 0.05, 2*time.Second)).want(201)
	again, err := filepath.Glob(filepath.Join(w.recordings, "scripts", "*", "*"))
	must(t, err)
	if len(files) != 2 || len(again) != 2 {
		t.Errorf("%d files, then %d", len(files), len(again))
	}
	d := as[api.ScriptDraft](w.one.get(address("/scripts/%d/draft", s.ID)).want(200))
	as[api.ScriptDraft](w.one.do("PUT", address("/scripts/%d/draft", s.ID), map[string]any{"revision": d.Revision, "document": strings.Replace(d.Document, "再见。", "下次见。", 1)}).want(200))
	if got := list()["bye"]; got.State != "stale" {
		t.Errorf("after its text has changed the recording is %+v", got)
	}
	v := as[api.ScriptVersion](w.one.do("POST", address("/scripts/%d/submit", s.ID), map[string]any{}).want(201))
	w.one.do("DELETE", all+"/hello", nil).want(204)
	w.one.do("DELETE", all+"/hello", nil).problem(404)
	w.one.get(all + "/hello/audio").problem(404)
	frozen, err := w.db.Recordings(t.Context(), w.one.scope, script.ID(s.ID), script.VersionID(v.ID))
	must(t, err)
	if len(frozen) != 3 {
		t.Errorf("the version has %d recordings", len(frozen))
	}
	for _, r := range frozen {
		if _, err := os.Stat(filepath.Join(w.recordings, filepath.FromSlash(r.Path))); err != nil {
			t.Error(err)
		}
	}
	broken := strings.Replace(d.Document, `"start": "hello"`, `"start": "nothing"`, 1)
	now := as[api.ScriptDraft](w.one.get(address("/scripts/%d/draft", s.ID)).want(200))
	w.one.do("PUT", address("/scripts/%d/draft", s.ID), map[string]any{"revision": now.Revision, "document": broken}).want(200)
	w.one.get(all).problem(409)
}

func TestWhoMayDoWhatWithScripts(t *testing.T) {
	w := newWorld(t)
	id, version := w.one.writes("权限")
	d := as[api.ScriptDraft](w.one.get(address("/scripts/%d/draft", id)).want(200))
	for _, template := range []access.Template{access.Supervisor, access.Member, access.Auditor} {
		m, _ := w.one.agent("x-"+string(template), template)
		m.get(address("/scripts/%d", id)).want(200)
		m.do("PUT", address("/scripts/%d/draft", id), map[string]any{"revision": d.Revision, "document": "a: 1"}).problem(403)
		m.do("POST", address("/scripts/%d/submit", id), map[string]any{}).problem(403)
		m.do("POST", address("/script-versions/%d/deploy", version), nil).problem(403)
	}
}
