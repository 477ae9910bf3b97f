package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
)

func (m merchant) group(name string) int64 {
	m.w.t.Helper()
	return as[api.DNCGroup](m.do("POST", "/api/v1/dnc/groups", map[string]any{"name": name}).want(201)).ID
}

func (m merchant) forbid(group int64, number string) api.DNCNumber {
	m.w.t.Helper()
	return as[api.DNCNumber](m.do("POST", address("/dnc/groups/%d/numbers", group), map[string]any{"number": number, "remark": "要求"}).want(201))
}

func TestGroupsAreKept(t *testing.T) {
	w := newWorld(t)
	const html = "<b>\"'; DROP TABLE dnc_groups; --"
	g := as[api.DNCGroup](w.one.do("POST", "/api/v1/dnc/groups", map[string]any{"name": html, "remark": html, "expires_at": noon.Add(time.Hour)}).want(201))
	if g.Name != html || g.Remark != html || g.Expired || g.ExpiresAt == nil || g.Numbers != 0 || g.CreatedBy != "User one" || !g.CreatedAt.Equal(noon) {
		t.Errorf("group %+v", g)
	}
	w.one.do("POST", "/api/v1/dnc/groups", map[string]any{"name": html}).problem(409)
	w.two.group(html) // another company's names are its own
	for _, c := range []struct {
		body  map[string]any
		where string
	}{
		{map[string]any{"name": ""}, "body.name"}, {map[string]any{"name": strings.Repeat("长", 61)}, "body.name"}, {map[string]any{"name": "a\nb"}, "body.name"},
		{map[string]any{"name": "a", "remark": strings.Repeat("x", 501)}, "body.remark"}, {map[string]any{"name": "a", "tenant": 1}, "body.tenant"},
	} {
		if p := w.one.do("POST", "/api/v1/dnc/groups", c.body).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != c.where {
			t.Errorf("%v: %+v", c.body, p)
		}
	}
	w.clock.Advance(time.Hour)
	if got := as[api.DNCGroup](w.one.get(address("/dnc/groups/%d", g.ID)).want(200)); !got.Expired {
		t.Errorf("an hour later: %+v", got)
	}
	got := as[api.DNCGroup](w.one.do("PATCH", address("/dnc/groups/%d", g.ID), map[string]any{"name": "新名", "never_expires": true}).want(200))
	if got.Name != "新名" || got.Remark != html || got.ExpiresAt != nil || got.Expired {
		t.Errorf("changed to %+v", got)
	}
	second := w.one.group("第二")
	page := as[api.Page[api.DNCGroup]](w.one.get("/api/v1/dnc/groups?limit=1").want(200))
	rest := as[api.Page[api.DNCGroup]](w.one.get("/api/v1/dnc/groups?limit=1&cursor=" + page.Next).want(200))
	if len(page.Items) != 1 || page.Items[0].ID != second || len(rest.Items) != 1 || rest.Items[0].ID != g.ID || rest.Next != "" {
		t.Errorf("pages %+v, %+v", page, rest)
	}
	for _, request := range [][2]string{{"GET", ""}, {"PATCH", ""}, {"DELETE", ""}, {"GET", "/numbers"}, {"GET", "/imports"}} {
		var body any
		if request[0] == "PATCH" {
			body = map[string]any{"name": "x"}
		}
		w.two.do(request[0], address("/dnc/groups/%d%s", g.ID, request[1]), body).problem(404)
	}
	id := w.one.campaign()
	w.one.patch(id, map[string]any{"dnc": map[string]any{"enabled": true, "group_ids": []int64{g.ID}}}).want(200)
	w.one.do("DELETE", address("/dnc/groups/%d", g.ID), nil).problem(409)
	w.one.patch(id, map[string]any{"dnc": map[string]any{"enabled": true}}).want(200)
	w.one.do("DELETE", address("/dnc/groups/%d", g.ID), nil).want(204)
	w.one.get(address("/dnc/groups/%d", g.ID)).problem(404)
}

func TestNumbersAreKept(t *testing.T) {
	w := newWorld(t)
	g, theirs := w.one.group("投诉"), w.two.group("投诉")
	a := w.one.forbid(g, "+86 138-0013-8000")
	b, c := w.one.forbid(g, "13800138001"), w.one.forbid(g, "13900139000")
	if a.Number != "13800138000" || a.Remark != "要求" {
		t.Errorf("number %+v", a)
	}
	numbers := address("/dnc/groups/%d/numbers", g)
	w.one.do("POST", numbers, map[string]any{"number": "13800138000"}).problem(409)
	for _, bad := range []struct {
		body  map[string]any
		where string
	}{
		{map[string]any{"number": "12"}, "body.number"}, {map[string]any{"number": "'; --"}, "body.number"},
		{map[string]any{"number": "13800138009", "remark": strings.Repeat("长", 201)}, "body.remark"},
	} {
		if p := w.one.do("POST", numbers, bad.body).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != bad.where {
			t.Errorf("%v: %+v", bad.body, p)
		}
	}
	list := func(query string) api.Page[api.DNCNumber] {
		t.Helper()
		return as[api.Page[api.DNCNumber]](w.one.get(numbers + query).want(200))
	}
	page := list("?limit=2")
	rest := list("?limit=2&cursor=" + page.Next)
	if len(page.Items) != 2 || page.Items[0] != a || page.Items[1] != b || len(rest.Items) != 1 || rest.Items[0] != c || rest.Next != "" {
		t.Errorf("pages %+v, %+v", page, rest)
	}
	for query, want := range map[string]int{"?number=138": 2, "?number=13900139000": 1, "?number=%25": 0, "?number=150": 0} {
		if got := list(query); len(got.Items) != want {
			t.Errorf("%s: %d numbers, want %d", query, len(got.Items), want)
		}
	}
	w.one.get(numbers + "?cursor=99999").problem(422)
	check := func(m merchant, number string) (listed bool, groups int) {
		t.Helper()
		got := as[struct {
			Listed bool
			Groups []api.Named
		}](m.do("POST", "/api/v1/dnc/check", map[string]any{"number": number}).want(200))
		return got.Listed, len(got.Groups)
	}
	if listed, n := check(w.one, "138 0013 8000"); !listed || n != 1 {
		t.Errorf("listed %v in %d groups", listed, n)
	}
	if listed, n := check(w.two, "13800138000"); listed || n != 0 {
		t.Errorf("another company's list counts: %v, %d", listed, n)
	}
	w.one.do("POST", "/api/v1/dnc/check", map[string]any{"number": "x"}).problem(422)
	w.two.do("DELETE", address("/dnc/groups/%d/numbers/%d", g, a.ID), nil).problem(404)
	w.two.do("DELETE", address("/dnc/groups/%d/numbers/%d", theirs, a.ID), nil).problem(404)
	w.one.do("DELETE", address("/dnc/groups/%d/numbers/%d", g, a.ID), nil).want(204)
	w.one.do("DELETE", address("/dnc/groups/%d/numbers/%d", g, a.ID), nil).problem(404)
	gone := as[struct{ Deleted int }](w.one.do("POST", numbers+"/delete", map[string]any{"ids": []int64{a.ID, b.ID, c.ID}}).want(200))
	if left := as[api.DNCGroup](w.one.get(address("/dnc/groups/%d", g)).want(200)); gone.Deleted != 2 || left.Numbers != 0 {
		t.Errorf("%d deleted, %d left", gone.Deleted, left.Numbers)
	}
	w.one.do("POST", numbers+"/delete", map[string]any{"ids": []int64{}}).problem(422)
}
