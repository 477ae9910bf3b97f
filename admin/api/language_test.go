package api_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/script"
)

const chinese = "zh-CN,zh;q=0.9"

// inChinese sends a request as the Chinese console does.
func (w *world) inChinese(method, path string, body any) answer {
	r := w.request(method, path, body)
	r.Header.Set("Accept-Language", chinese)
	r.AddCookie(w.one.cookie)
	return w.send(r)
}

func TestRefusalsAreSaidInTheLanguageOfTheRequest(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		method, path string
		body         any
		status       int
		english, han string
	}{
		{"GET", "/api/v1/campaigns/999", nil, 404, "campaign 999 does not exist", "任务 999 不存在，可能已被删除"},
		{"GET", "/api/v1/nothing", nil, 404, "there is nothing at this address", "该地址不存在"},
		{"GET", "/api/v1/campaigns/0", nil, 422, "the request was refused|must be at least 1", "提交的内容未通过检查，请按提示修改|不能小于 1"},
		{"GET", "/api/v1/campaigns?cursor=x", nil, 422, "the cursor is not one that this list gave out|must be the next of a page", "分页标记无效，请回到第一页|应为上一页返回的 next"},
		{"POST", "/api/v1/notifications/read", map[string]any{}, 422, "request was refused|name the notifications, or send all", "提交的内容未通过检查，请按提示修改|请选择通知，或选择全部"},
		{"POST", "/api/v1/me/password", map[string]any{"current": "x"}, 422, "the request was refused|is needed", "提交的内容未通过检查，请按提示修改|请填写"},
	} {
		for header, want := range map[string]string{"": c.english, "en-GB,zh;q=0.5": c.english, chinese: c.han} {
			r := w.request(c.method, c.path, c.body)
			if header != "" {
				r.Header.Set("Accept-Language", header)
			}
			r.AddCookie(w.one.cookie)
			p := w.send(r).problem(c.status)
			got := p.Detail
			for _, e := range p.Errors {
				got += "|" + e.Message
			}
			if got != want {
				t.Errorf("%s %s for %q: %q, want %q", c.method, c.path, header, got, want)
			}
		}
	}
}

func TestRefusalsOutsideOfOperationsAreTranslatedToo(t *testing.T) {
	w := newWorld(t)
	r := w.request("GET", "/api/v1/campaigns", nil)
	r.Header.Set("Accept-Language", "zh")
	if p := w.send(r).problem(401); p.Detail != "请先登录" {
		t.Errorf("without a session: %q", p.Detail)
	}
	r = w.request("POST", "/api/v1/campaigns", map[string]any{})
	r.Header.Set("Accept-Language", "zh")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if p := w.send(r).problem(http.StatusForbidden); p.Detail != "请求来自其他网站的页面，已被拒绝" {
		t.Errorf("from another site: %q", p.Detail)
	}
}

func TestFailuresKeepTheirIDInChinese(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.Store = brokenTrunks{d.Store, nil} })
	got := w.inChinese("GET", "/api/v1/trunks", nil)
	if p := got.problem(500); !strings.Contains(p.Detail, got.header.Get("X-Request-Id")) || !strings.HasPrefix(p.Detail, "平台内部出错") {
		t.Errorf("%q", p.Detail)
	}
}

func TestStoredReasonsAreSaidInTheLanguageOfTheRequest(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	i := as[api.Import](w.one.upload(address("/campaigns/%d/imports", camp), "a.csv", "x\n").want(202))
	stored, err := w.db.Import(t.Context(), w.one.scope, contact.ImportID(i.ID))
	must(t, err)
	stored.State, stored.Reason, stored.Rejected = contact.ImportFailed, "the file has 30 columns; at most 20 are taken", 1
	must(t, w.db.UpdateImport(t.Context(), w.one.scope, stored, contact.ImportQueued))
	must(t, w.db.AddRejections(t.Context(), w.one.scope, stored.ID, []contact.Rejection{{Row: 2, Number: "12", Reason: `"12" has too few or too many digits`}}))
	must(t, w.db.MoveCampaign(t.Context(), w.one.scope, campaign.ID(camp), campaign.States()[:4], campaign.Finished, "terminated", w.clock.Now()))

	const han = "文件有 30 列，最多 20 列"
	for path, reason := range map[string]func(answer) string{
		address("/imports/%d", i.ID):           func(a answer) string { return as[api.Import](a).Reason },
		address("/campaigns/%d/imports", camp): func(a answer) string { return as[struct{ Items []api.Import }](a).Items[0].Reason },
	} {
		if got := reason(w.inChinese("GET", path, nil).want(200)); got != han {
			t.Errorf("%s: %q", path, got)
		}
		if got := reason(w.one.get(path).want(200)); got != stored.Reason {
			t.Errorf("%s in English: %q", path, got)
		}
	}
	if got := as[api.CampaignDetail](w.inChinese("GET", address("/campaigns/%d", camp), nil).want(200)); got.Reason != "任务被终止" || got.Idle == nil || got.Idle.Detail != "terminated" {
		t.Errorf("campaign: %q, %+v", got.Reason, got.Idle)
	}
	if got := as[api.Page[api.Campaign]](w.inChinese("GET", "/api/v1/campaigns", nil).want(200)); got.Items[0].Reason != "任务被终止" {
		t.Errorf("campaigns: %q", got.Items[0].Reason)
	}
	for path, want := range map[string]string{"/imports/%d/rejections": "行号|号码|原因 2|12|\"12\" 位数过少或过多", "/imports/%d/rejections?lang=en": "row|number|reason 2|12|\"12\" has too few or too many digits"} {
		got := w.inChinese("GET", address(path, i.ID), nil).want(200)
		table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.body), "\ufeff"))).ReadAll()
		must(t, err)
		if len(table) != 2 || strings.Join(table[0], "|")+" "+strings.Join(table[1], "|") != want {
			t.Errorf("%s: %q", path, table)
		}
	}
}

// askedFor is how a language is asked for: by a header, by the address, or not at all.
func askedFor(w *world, method, path string, body any, header, lang string) answer {
	if lang != "" && strings.Contains(path, "?") {
		path += "&lang=" + lang
	} else if lang != "" {
		path += "?lang=" + lang
	}
	r := w.request(method, path, body)
	if header != "" {
		r.Header.Set("Accept-Language", header)
	}
	r.AddCookie(w.one.cookie)
	return w.send(r)
}

func TestFilesAreInTheLanguageThatTheyAreAskedForIn(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	call := w.one.call(camp)
	id, _ := w.one.scriptOf(string(script.Demo()))
	i := as[api.Import](w.one.upload(address("/campaigns/%d/imports", camp), "a.csv", "x\n").want(202))
	must(t, w.db.AddRejections(t.Context(), w.one.scope, contact.ImportID(i.ID), []contact.Rejection{{Row: 2, Number: "12", Reason: `"12" has too few or too many digits`}}))
	for _, c := range []struct {
		header, lang string
		want         words.Language
	}{
		{"", "", words.Chinese}, {"fr", "", words.Chinese}, {chinese, "", words.Chinese}, {"en-GB,zh;q=0.5", "", words.English},
		{"", "en", words.English}, {chinese, "en", words.English}, {"en", "zh", words.Chinese},
	} {
		english := c.want == words.English
		if text := string(askedFor(w, "GET", address("/calls/%s/export", call), nil, c.header, c.lang).want(200).body); strings.Contains(text, "Disposition: answered") != english || strings.Contains(text, "通话状态: 已接听") == english {
			t.Errorf("%+v: transcript %s", c, text)
		}
		if text := string(askedFor(w, "GET", address("/imports/%d/rejections", i.ID), nil, c.header, c.lang).want(200).body); strings.Contains(text, "row,number,reason") != english || strings.Contains(text, "位数过少") == english {
			t.Errorf("%+v: rejected rows %s", c, text)
		}
		for _, format := range []string{"xlsx", "xls"} {
			file := askedFor(w, "GET", address("/scripts/%d/export?format=%s", id, format), nil, c.header, c.lang).want(200).body
			if _, err := script.FromWorkbook(file); err != nil {
				t.Errorf("%+v: the %s workbook is refused: %v", c, format, err)
			}
			if format == "xls" {
				continue
			}
			book, err := excelize.OpenReader(bytes.NewReader(file))
			must(t, err)
			if got := book.GetSheetList()[0]; (got == "Flow") != english || (got == "流程") == english {
				t.Errorf("%+v: the first sheet is %s", c, got)
			}
			must(t, book.Close())
		}
		if c.lang != "" {
			continue // what a worker makes is asked for with a header
		}
		for path, body := range map[string]any{
			"/campaigns/%d/exports":      map[string]any{"kind": "calls_xlsx", "filter": map[string]any{}},
			"/campaigns/%d/calls/delete": map[string]any{"ids": []string{someCall}},
		} {
			e := as[api.Export](askedFor(w, "POST", address(path, camp), body, c.header, "").want(201))
			kept, err := w.db.Export(t.Context(), w.one.scope, export.ID(e.ID))
			must(t, err)
			if kept.Request.Language != c.want || english == strings.ContainsAny(kept.Title, "清单删除") {
				t.Errorf("%+v: %s is kept as %s in %q", c, path, kept.Title, kept.Request.Language)
			}
		}
	}
	askedFor(w, "GET", address("/calls/%s/export", call), nil, "", "fr").problem(422)
}
