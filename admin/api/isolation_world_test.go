package api_test

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/org"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// route is one operation of the contract.
type route struct {
	Method     string
	Path       string
	ID         string
	Permission access.Permission
	Body       string   // its content type; empty for none
	Texts      []string // parameters of the query that are text
}

func (r route) named() bool { return strings.Contains(r.Path, "{") }

// routesOf reads the contract.
func routesOf(t *testing.T) []route {
	t.Helper()
	doc, err := api.New(api.Deps{}).Contract()
	must(t, err)
	var contract struct {
		Paths map[string]map[string]struct {
			ID         string `json:"operationId"`
			Permission string `json:"x-permission"`
			Parameters []struct {
				Name, In string
				Schema   struct{ Type any }
			}
			Body struct {
				Content map[string]any `json:"content"`
			} `json:"requestBody"`
		} `json:"paths"`
	}
	must(t, json.Unmarshal(doc, &contract))
	var out []route
	for path, methods := range contract.Paths {
		for method, o := range methods {
			r := route{Method: strings.ToUpper(method), Path: path, ID: o.ID, Permission: access.Permission(o.Permission)}
			for _, p := range o.Parameters {
				if p.In == "query" && p.Schema.Type == "string" {
					r.Texts = append(r.Texts, p.Name)
				}
			}
			for kind := range o.Body.Content {
				r.Body = kind
			}
			out = append(out, r)
		}
	}
	return out
}

// secret is in every text that the neighbour has written; whoever else reads it has found a leak.
const secret = "geheim"

// estate is what one company has: something for every address of the contract.
type estate struct {
	merchant
	ids map[string]string // by the part of a path that ends in the placeholder
}

// absent are names that nobody has.
var absent = estate{ids: map[string]string{
	"/wechat-robots/{id}": "99999913", "/campaigns/{id}": "99999901", "/calls/{id}": "01900000-0000-7000-8000-0000000000ff", "/turns/{seq}": "1", "/imports/{id}": "99999902", "/dnc/groups/{id}": "99999903",
	"/numbers/{number_id}": "99999904", "/units/{id}": "99999905", "/roles/{id}": "99999906", "/members/{id}": "99999907", "/exports/{id}": "99999908",
	"/sessions/{id}": "01900000-0000-7000-8000-0000000000fe", "/companies/{id}": "99999909", "/announcements/{id}": "99999910",
	"/scripts/{id}": "99999911", "/script-versions/{id}": "99999912", "/script-reviews/{id}": "99999912", "/recordings/{key}": "nothing", "/script-market/{key}": "nothing", "/agent-groups/{id}": "99999913",
}}

// address fills a path's placeholders.
func (e estate) address(t *testing.T, path string) string {
	t.Helper()
	for part, id := range e.ids {
		path = strings.Replace(path, part, part[:strings.Index(part, "{")]+id, 1)
	}
	if strings.Contains(path, "{") {
		t.Fatalf("%s names something that this proof has no example of: add it to estate", path)
	}
	return path
}

func (e estate) number(part string) int64 {
	n, _ := strconv.ParseInt(e.ids[part], 10, 64)
	return n
}

func decimal[N ~int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// settle gives a merchant one of everything, with the word in every text. The company below is one of its reseller.
func (w *world) settle(m merchant, word string, below tenant.ID) estate {
	w.t.Helper()
	ctx := w.t.Context()
	camp := as[api.Campaign](m.do("POST", "/api/v1/campaigns", m.campaignForm(map[string]any{"name": word})).want(201)).ID
	m.do("POST", address("/campaigns/%d/contacts", camp), map[string]any{"number": "13911112222", "name": word}).want(201)
	talked := m.call(camp)
	imported := as[api.Import](m.upload(address("/campaigns/%d/imports", camp), word+".csv", "13900000001\n").want(202))
	m.do("PUT", address("/campaigns/%d/alarm", camp), map[string]any{"enabled": true, "on_finished": true}).want(200)
	group := m.group(word + " group")
	listed := m.forbid(group, "13955556666")
	unit := m.unit(word + " unit")
	desk := m.desk(word + " desk")
	role := as[api.Role](m.do("POST", "/api/v1/roles", map[string]any{"name": word, "data_scope": "own", "permissions": []string{"home.view"}}).want(201))
	_, user := m.agent(word+"-agent", access.Member, func(u *access.User) { u.Name, u.Unit = word, unit })
	asked := as[api.Export](m.do("POST", address("/campaigns/%d/exports", camp), map[string]any{"kind": "calls_xlsx", "filter": map[string]any{}}).want(201))
	admin, err := w.db.UserByAccount(ctx, m.scope, m.account)
	must(w.t, err)
	live := m.talking(camp, "13911113333")
	must(w.t, w.db.AskListening(ctx, m.scope, &listening.Listening{ID: listening.ID(uuid.NewString()), Call: live.UUID, User: admin.ID, Name: word, Extension: word, Wish: listening.Listen, AskedAt: noon}))
	must(w.t, w.db.Notify(ctx, m.scope, []notify.Notification{{Tenant: m.id, User: admin.ID, Kind: notify.Alarm, Title: word, CreatedAt: noon}}))
	talk, version := m.writes(word)
	robot := m.wechatRobot(word+" robot", word+"-key-of-the-webhook")
	var sessions struct {
		Items []struct{ ID string }
	}
	must(w.t, json.Unmarshal(m.get("/api/v1/me/sessions").want(200).body, &sessions))
	return estate{m, map[string]string{
		"/campaigns/{id}": decimal(camp), "/calls/{id}": talked, "/turns/{seq}": "1", "/imports/{id}": decimal(imported.ID), "/dnc/groups/{id}": decimal(group),
		"/numbers/{number_id}": decimal(listed.ID), "/units/{id}": decimal(unit), "/roles/{id}": decimal(role.ID), "/members/{id}": decimal(user),
		"/exports/{id}": decimal(asked.ID), "/sessions/{id}": sessions.Items[0].ID, "/companies/{id}": decimal(below), "/announcements/{id}": "99999910",
		"/scripts/{id}": decimal(talk), "/script-versions/{id}": decimal(version), "/script-reviews/{id}": decimal(version), "/recordings/{key}": "bye",
		"/script-market/{key}": script.Templates()[0].Key, "/wechat-robots/{id}": decimal(robot), "/agent-groups/{id}": decimal(desk),
	}}
}

// bodies are what each operation that takes a body is sent: accepted but for what it names of the estate.
var bodies = map[string]func(e estate) any{
	"signIn":         func(estate) any { return map[string]any{"account": "nobody", "password": "nothing at all"} },
	"changeMe":       func(estate) any { return map[string]any{"name": "Same"} },
	"changePassword": func(estate) any { return map[string]any{"current": "wrong", "new": "another long password"} },
	"createCampaign": func(e estate) any { return e.campaignForm(map[string]any{"name": "borrowed"}) },
	"updateCampaign": func(estate) any { return map[string]any{"name": "taken over"} },
	"putAlarm":       func(estate) any { return map[string]any{"enabled": false} },
	"addContact":     func(estate) any { return map[string]any{"number": "13700000001"} },
	"addCallsToCampaign": func(e estate) any {
		return map[string]any{"ids": []string{e.ids["/calls/{id}"]}, "campaign_id": e.number("/campaigns/{id}")}
	},
	"deleteCalls":  func(e estate) any { return map[string]any{"ids": []string{e.ids["/calls/{id}"]}} },
	"readCalls":    func(e estate) any { return map[string]any{"ids": []string{e.ids["/calls/{id}"]}} },
	"createExport": func(estate) any { return map[string]any{"kind": "calls_xlsx", "filter": map[string]any{}} },
	"createCompany": func(e estate) any {
		return map[string]any{"parent_id": e.number("/companies/{id}"), "kind": "merchant", "name": "Below", "code": "below", "zone": "Asia/Shanghai", "contact_name": "x",
			"contact_phone": "13800000000", "admin_account": "below-admin"}
	},
	"updateCompany":        func(estate) any { return map[string]any{"name": "taken over"} },
	"allotRobots":          func(estate) any { return map[string]any{"robots": 7} },
	"banCompany":           func(estate) any { return map[string]any{"reason": "rivalry"} },
	"checkDncNumber":       func(estate) any { return map[string]any{"number": "13955556666"} },
	"createDncGroup":       func(estate) any { return map[string]any{"name": "mine"} },
	"updateDncGroup":       func(estate) any { return map[string]any{"name": "taken over"} },
	"addDncNumber":         func(estate) any { return map[string]any{"number": "13700000002"} },
	"deleteDncNumbers":     func(e estate) any { return map[string]any{"ids": []int64{e.number("/numbers/{number_id}")}} },
	"createAgentGroup":     func(estate) any { return map[string]any{"name": "mine"} },
	"updateAgentGroup":     func(estate) any { return map[string]any{"name": "taken over"} },
	"setAgentGroupMembers": func(estate) any { return map[string]any{"member_ids": []int64{}} },
	"createMember": func(e estate) any {
		return map[string]any{"account": "spy", "name": "Spy", "unit_id": e.number("/units/{id}"), "role_id": e.number("/roles/{id}")}
	},
	"changeMember":      func(estate) any { return map[string]any{"disabled": true} },
	"readNotifications": func(estate) any { return map[string]any{"ids": []int64{1, 2, 3, 4, 5, 6, 7, 8, 9}} },
	"createRole": func(estate) any {
		return map[string]any{"name": "mine", "data_scope": "own", "permissions": []string{}}
	},
	"changeRole":        func(estate) any { return map[string]any{"name": "taken over"} },
	"createUnit":        func(e estate) any { return map[string]any{"parent_id": e.number("/units/{id}"), "name": "below"} },
	"changeUnit":        func(estate) any { return map[string]any{"name": "taken over"} },
	"askForVoiceTalk":   func(estate) any { return map[string]any{} },
	"createWeChatRobot": func(estate) any { return map[string]any{"name": "mine", "key": "a-key-of-a-webhook-of-mine"} },
	"updateWeChatRobot": func(estate) any { return map[string]any{"name": "taken over"} },
	"createTrunk": func(estate) any {
		return map[string]any{"name": "mine", "address": "127.0.0.1:5070", "concurrency": 1, "cps": 1}
	},
	"createScript":    func(estate) any { return map[string]any{"name": "mine", "trade": "loan", "description": "x"} },
	"checkScript":     func(estate) any { return map[string]any{"document": "name: x"} },
	"updateScript":    func(estate) any { return map[string]any{"name": "taken over", "trade": "x", "description": "y"} },
	"copyScript":      func(estate) any { return map[string]any{"name": "taken"} },
	"saveScriptDraft": func(estate) any { return map[string]any{"revision": 2, "document": "name: taken over"} },
	"submitScript":    func(estate) any { return map[string]any{"note": "taken over"} },
	"approveScriptVersion": func(estate) any {
		return map[string]any{"remark": "taken over"}
	},
	"refuseScriptVersion": func(estate) any { return map[string]any{"remark": "taken over"} },
	"adoptScript":         func(estate) any { return map[string]any{"name": "adopted"} },
	"talkToScript":        func(estate) any { return map[string]any{"inputs": []any{}, "document": "name: x"} },
	"testScript":          func(estate) any { return map[string]any{"conversations": 1, "document": "name: x"} },
	"replayScript":        func(e estate) any { return map[string]any{"from": e.number("/script-versions/{id}"), "calls": 1} },
	"addUnmatched":        func(estate) any { return map[string]any{"group": "x", "question": "price"} },
	"ignoreUnmatched":     func(estate) any { return map[string]any{"group": "x"} },
	"createAnnouncement":  func(estate) any { return map[string]any{"title": "all of you", "body": "x", "level": "info"} },
}

// try sends an operation as somebody: the address names what is of, and so does the body.
func (w *world) try(t *testing.T, who merchant, r route, of estate, named estate) answer {
	t.Helper()
	path := named.address(t, r.Path)
	switch r.Body {
	case "":
		return who.do(r.Method, path, nil)
	case "multipart/form-data":
		return who.upload(path, "list.csv", "13700000003\n")
	case "application/yaml":
		req := w.request(r.Method, path, "name: nothing")
		req.Header.Set("Content-Type", r.Body)
		req.AddCookie(who.cookie)
		return w.send(req)
	}
	body := bodies[r.ID]
	if body == nil {
		t.Fatalf("%s is missing from the proof: say in bodies what it is sent", r.ID)
	}
	return who.do(r.Method, path, body(of))
}

// allOf is a role that may do all that the kind of company may.
func allOf(kind tenant.Kind, scope access.DataScope) access.Role {
	r := access.Role{DataScope: scope, Permissions: []access.Permission{}}
	for _, e := range access.For(kind) {
		r.Permissions = append(r.Permissions, e.Key)
	}
	return r
}

// callers are the kinds of people who might look over the wall: the template roles, and somebody who may do everything, in
// each data scope.
func (m merchant) callers(kind tenant.Kind, unit org.UnitID) map[string]merchant {
	out := map[string]merchant{"administrator": m}
	for _, template := range []access.Template{access.Supervisor, access.Member, access.Auditor} {
		out[string(template)], _ = m.agent(m.account+"-"+string(template), template)
	}
	for _, scope := range access.DataScopes() {
		out["everything, "+string(scope)], _ = m.member(m.account+"-"+string(scope), allOf(kind, scope), func(u *access.User) { u.Unit = unit })
	}
	return out
}

// named matches what a request asked for by its name.
var named = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+`)

// plain tells routes that this walk leaves to other tests, with the reason.
var plain = map[string]string{
	"voiceTalk":          "it names nothing but a ticket, which TestVoiceTalk tries as somebody else",
	"events":             "a stream does not end; TestStreamShowsWhatTheDataScopeShows and its neighbours walk it",
	"signOut":            "it ends the caller's own session and names nothing",
	"signOutEverywhere":  "it ends the caller's own sessions and names nothing",
	"getScriptOffer":     "templates are for everybody; TestMarket walks what companies share",
	"adoptScript":        "templates are for everybody; TestMarket walks what companies share",
	"createAnnouncement": "it is meant for every tenant; TestPermissionsAreAskedFor walks it",
}
