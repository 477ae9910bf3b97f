package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

func (m merchant) notices(query string) []api.Notification {
	m.w.t.Helper()
	return as[api.Page[api.Notification]](m.get(path("/notifications") + query).want(200)).Items
}

func TestNotificationIsLiveForItsUserOnly(t *testing.T) {
	w := newWorld(t)
	m := w.company(w.company(0, tenant.Operator, "operator").id, tenant.Merchant, "shop")
	reader, id := m.member("reader", access.Role{DataScope: access.ScopeOwn})
	mine, others := reader.listen("?campaign_id=9"), m.listen("")
	defer mine.close()
	defer others.close()
	send := notify.Service{Store: w.db, Bus: w.bus}
	list := func(once string) notify.Notification {
		return notify.Notification{User: id, Kind: notify.Alarm, Title: "接通率过低", Body: "b", Link: "/campaigns/9", Once: once, CreatedAt: noon,
			Data: notify.Facts{Campaign: "春季", Rule: "answer_rate", Value: 0.125, Reason: "the file is empty"}}
	}
	must(t, send.Send(t.Context(), m.scope, list("a"), list("a"), list("b")))
	must(t, send.Send(t.Context(), m.scope, list("a")))
	must(t, send.Send(t.Context(), m.scope))
	have := reader.notices("")
	if len(have) != 2 {
		t.Fatalf("told %+v", have)
	}
	if d := have[0].Data; d.Rule != "answer_rate" || d.Value != 0.125 || d.Campaign != "春季" || d.Reason != "the file is empty" {
		t.Errorf("data: %+v", d)
	}
	r := w.request("GET", path("/notifications"), nil)
	r.Header.Set("Accept-Language", chinese)
	r.AddCookie(reader.cookie)
	if d := as[api.Page[api.Notification]](w.send(r).want(200)).Items[0].Data; d.Reason != "文件为空" {
		t.Errorf("data in Chinese: %+v", d)
	}
	for _, n := range []api.Notification{have[1], have[0]} {
		want := fmt.Sprintf(`notification.added {"id":%d,"kind":"alarm","title":"接通率过低","link":"/campaigns/9","unread":2}`, n.ID)
		if got := mine.next(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	left := as[struct{ Unread int }](reader.do("POST", path("/notifications/read"), map[string]any{"ids": []int64{have[0].ID}}).want(200))
	if left.Unread != 1 || len(reader.notices("?unread=true")) != 1 {
		t.Errorf("%d unread after one of two was read", left.Unread)
	}
	// Others can neither read them nor mark them.
	m.do("POST", path("/notifications/read"), map[string]any{"all": true}).want(200)
	if len(m.notices("")) != 0 || len(reader.notices("?unread=true")) != 1 {
		t.Error("another member reached them")
	}
	reader.do("POST", path("/notifications/read"), map[string]any{"all": true}).want(200)
	if len(reader.notices("?unread=true")) != 0 {
		t.Error("some are left unread")
	}
	for _, body := range []any{map[string]any{}, map[string]any{"all": true, "ids": []int64{1}}} {
		m.do("POST", path("/notifications/read"), body).problem(422)
	}
	m.w.publish(bye(m))
	if got := others.next(); !strings.HasPrefix(got, "campaign.changed") {
		t.Errorf("another member's stream got %s", got)
	}
}

func TestAnnouncementReachesEverybody(t *testing.T) {
	w := newWorld(t)
	operator := w.company(0, tenant.Operator, "operator")
	m := w.company(w.company(operator.id, tenant.Reseller, "reseller").id, tenant.Merchant, "shop")
	gone, _ := m.member("gone", access.Role{DataScope: access.ScopeOwn}, func(u *access.User) { u.DisabledAt = noon })
	live := m.listen("")
	defer live.close()
	form := map[string]string{"title": "维护", "body": "今晚两点\n请留意", "level": "warning"}
	m.do("POST", path("/announcements"), form).problem(403)
	made := as[api.Announcement](operator.do("POST", path("/announcements"), form).want(201))
	if made.Author != "User operator" || made.Level != "warning" {
		t.Errorf("published %+v", made)
	}
	have := m.notices("")
	if len(have) != 1 || have[0].Kind != "announcement" || have[0].Title != "维护" || have[0].Body != form["body"] || have[0].ReadAt != nil {
		t.Fatalf("a member was told %+v", have)
	}
	want := fmt.Sprintf(`notification.added {"id":%d,"kind":"announcement","title":"维护","link":"/notifications","unread":1}`, have[0].ID)
	if got := live.next(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	list := as[api.Page[api.Announcement]](m.get(path("/announcements")).want(200)).Items
	if !slices.Equal(list, []api.Announcement{made}) {
		t.Errorf("announcements %+v", list)
	}
	gone.get(path("/me")).problem(401)
	for field, bad := range map[string]map[string]string{
		"body.title": {"title": " ", "body": "b", "level": "info"},
		"body.body":  {"title": "t", "body": strings.Repeat("字", 20_001), "level": "info"},
		"body.level": {"title": "t", "body": "b", "level": "loud"},
	} {
		if p := operator.do("POST", path("/announcements"), bad).problem(422); len(p.Errors) != 1 || p.Errors[0].Location != field {
			t.Errorf("%s: %+v", field, p.Errors)
		}
	}
	m.do("DELETE", path("/announcements/%d", made.ID), nil).problem(403)
	operator.do("DELETE", path("/announcements/%d", made.ID), nil).want(204)
	operator.do("DELETE", path("/announcements/%d", made.ID), nil).problem(404)
	if len(m.notices("")) != 0 {
		t.Error("what was taken back is still told")
	}
	if got := operator.entries(); !slices.Equal(got, []string{"announcements.create", "announcements.delete"}) {
		t.Errorf("logged %v", got)
	}
}
