package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/agent"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// listRounds is how often each filter is asked for; each time opens the list, turns the page, and reads one from the middle.
const listRounds = 12

// list measures the list of a campaign's finished calls through the API's own handlers: every filter alone, pairs of them,
// and what matches once or never.
func (b *bench) list(ctx context.Context) error {
	s, stop, err := b.stack()
	if err != nil {
		return err
	}
	defer stop()
	if err := s.startAll(ctx, s.startStore); err != nil {
		return err
	}
	d, err := s.seedDemo(ctx, simulatedTrunk("127.0.0.1:5070", 1, 1))
	if err != nil {
		return err
	}
	l := &listBench{bench: b, stack: s, seed: d, rng: rand.New(rand.NewPCG(1, 7))} //nolint:gosec // the same rows in every run
	if err := l.fill(ctx); err != nil {
		return err
	}
	if err := l.signIn(ctx); err != nil {
		return err
	}
	return l.measure(ctx)
}

type listBench struct {
	*bench
	stack   *stack
	seed    demoSeed
	rng     *rand.Rand
	camp    campaign.Campaign
	begin   time.Time
	span    time.Duration
	handler http.Handler
	cookie  *http.Cookie
	pages   [][]string // of ids, for reading by primary key
}

// fill makes the calls: three weeks of them, in the order of their numbers, a third answered.
func (l *listBench) fill(ctx context.Context) error {
	now := l.stack.clock.Now().Truncate(time.Second)
	l.span = 21 * 24 * time.Hour
	l.begin = now.Add(-l.span)
	scope := tenant.Of(l.seed.tenant.ID)
	l.camp = campaign.Campaign{Tenant: l.seed.tenant.ID, Name: "list", Script: l.seed.script.Script, Trunk: l.seed.trunk.ID, Robots: 1, StartMode: campaign.Manual,
		State: campaign.NotStarted, CreatedAt: l.begin, UpdatedAt: l.begin,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 3}}
	if err := l.stack.store.CreateCampaign(ctx, scope, &l.camp); err != nil {
		return err
	}
	const batch = 5000
	from := time.Now()
	for at := 0; at < l.Rows; at += batch {
		calls := make([]call.Call, 0, batch)
		for i := at; i < min(at+batch, l.Rows); i++ {
			c, err := l.call(i)
			if err != nil {
				return err
			}
			calls = append(calls, c)
			if i%(l.Rows/40+1) == 0 {
				l.pages = append(l.pages, nil)
			}
			if n := len(l.pages); n > 0 && len(l.pages[n-1]) < 50 {
				l.pages[n-1] = append(l.pages[n-1], string(c.UUID))
			}
		}
		if err := l.stack.store.RawInsertCalls(ctx, scope, calls); err != nil {
			return err
		}
	}
	l.add("list", "finished calls made", float64(l.Rows), "rows")
	l.add("list", "bulk insert", float64(l.Rows)/time.Since(from).Seconds(), "rows/s")
	return l.stack.store.ReadyCalls(ctx, scope)
}

var surnames = strings.Split("王李张刘陈杨黄赵吴周徐孙马朱胡林郭何高罗", "")
var givenNames = strings.Split("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华", "")

// call makes the i-th call. One in the middle is unlike all others.
func (l *listBench) call(i int) (call.Call, error) {
	r := l.rng
	at := l.begin.Add(time.Duration(float64(l.span) * float64(i) / float64(l.Rows)))
	number, err := contact.ParseNumber(strconv.Itoa(13_000_000_000+i*37), "CN")
	if err != nil {
		return call.Call{}, err
	}
	c := call.Call{UUID: idAt(at, i), Tenant: l.seed.tenant.ID, Campaign: l.camp.ID, Contact: contact.ID(i + 1), Ordinal: 1 + min(int(r.ExpFloat64()*0.6), 2),
		Script: l.seed.script.ID, Trunk: l.seed.trunk.ID, RobotLeg: idAt(at, i), Number: number, CallerID: l.seed.trunk.CallerID, State: call.Ended,
		Name:  surnames[int(float64(len(surnames))*r.Float64()*r.Float64())] + givenNames[r.IntN(len(givenNames))] + givenNames[r.IntN(len(givenNames))],
		Times: call.Times{Created: at.Add(time.Duration(r.IntN(250)) * time.Millisecond)}}
	switch n := r.IntN(1000); {
	case i == l.Rows/2:
		c.Name, c.Ordinal = "独孤求败", 9
		l.answer(&c, 3605*time.Second, 47, "B", call.PartyCarrier)
	case n < 330:
		talk := time.Duration(r.ExpFloat64() * float64(35*time.Second))
		l.answer(&c, talk, int(talk/(6*time.Second)), []string{"A", "B", "C", "D", "D"}[r.IntN(5)], []call.Party{call.PartyCallee, call.PartyCallee, call.PartyRobot}[r.IntN(3)])
	default:
		c.Outcome = call.Conclude([]call.Evidence{{SIPCode: 480, Cause: "NO_ANSWER"}, {SIPCode: 480, Cause: "NO_ANSWER"}, {SIPCode: 486, Cause: "USER_BUSY"},
			{Cause: "SUBSCRIBER_ABSENT"}, {Cause: "UNALLOCATED_NUMBER"}, {SIPCode: 503, Cause: "NORMAL_CIRCUIT_CONGESTION"}, {Forced: call.EndRingTimeout}}[n%7])
		c.Times.Ended = c.Times.Created.Add(time.Duration(5+r.IntN(40)) * time.Second)
		c.Grade = []string{"E", "F"}[min(c.Ordinal-1, 1)]
	}
	if float64(i) < 0.6*float64(l.Rows) && n3(r) {
		c.ReadAt = at.Add(time.Hour)
	}
	return c, nil
}

func n3(r *rand.Rand) bool { return r.IntN(3) == 0 }

func (l *listBench) answer(c *call.Call, talk time.Duration, turns int, grade string, by call.Party) {
	c.Times.Answered = c.Times.Created.Add(8 * time.Second)
	c.Times.Ended = c.Times.Answered.Add(talk)
	c.Outcome = call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: by, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}
	switch n := l.rng.IntN(1000); { // what agents and supervisors had to do with it
	case n < 60:
		c.Transfer = call.TransferConnected
		c.Agent = call.Agent{Extension: "1001", Group: agent.GroupID(1 + n%3), GroupName: "客服", Asked: c.Times.Answered, Connected: c.Times.Answered.Add(5 * time.Second)}
	case n < 80:
		c.Attended = call.Attended{Since: c.Times.Answered, For: talk / 2, TakenOver: n < 62}
	}
	c.Push = []call.Push{call.PushNone, call.PushNone, call.PushNone, call.PushSent, call.PushFailed}[l.rng.IntN(5)]
	c.Grade, c.Turns, c.Recording, c.RecordingFrom, c.ReplyP50 = grade, turns, "2026/01/"+string(c.UUID)+".wav", c.Times.Answered, 340*time.Millisecond
}

// idAt makes an id of a moment; i keeps those of one millisecond apart and in order.
func idAt(at time.Time, i int) call.UUID {
	var u uuid.UUID
	ms := at.UnixMilli()
	for n := range 6 {
		u[n] = byte(ms >> (40 - 8*n))
	}
	u[6], u[7] = 0x70|byte(i>>8)&0x0f, byte(i)
	u[8] = 0x80
	for n := range 4 {
		u[12+n] = byte(i >> (24 - 8*n))
	}
	return call.UUID(u.String())
}

// silentBus carries nothing: nobody listens.
type silentBus struct{}

func (silentBus) Publish(context.Context, event.Message) error { return nil }
func (silentBus) Subscribe(context.Context, ...event.Kind) (<-chan event.Message, error) {
	return make(chan event.Message), nil
}

func (l *listBench) signIn(ctx context.Context) error {
	u, err := l.stack.store.UserByAccount(ctx, tenant.Platform(), demoAccount)
	if err != nil {
		return err
	}
	now, token := l.stack.clock.Now(), access.NewToken()
	if err := l.stack.store.CreateSession(ctx, tenant.Of(u.Tenant), access.Session{TokenHash: access.HashToken(token), User: u.ID, Tenant: u.Tenant,
		CreatedAt: now, ExpiresAt: now.Add(time.Hour)}); err != nil {
		return err
	}
	l.cookie = &http.Cookie{Name: "outdial_session", Value: token}
	l.handler = api.New(api.Deps{Store: l.stack.store, Bus: silentBus{}, Clock: l.stack.clock, Logger: l.stack.log,
		RecordingsDir: l.stack.cfg.RecordingsDir(), UploadsDir: l.stack.cfg.UploadsDir()})
	return nil
}

// listFilters are query strings; the pairs are made of those that are alone.
func (l *listBench) filters() []string {
	day := func(n float64) string {
		return url.QueryEscape(l.begin.Add(time.Duration(n * float64(l.span))).UTC().Format(time.RFC3339))
	}
	alone := []string{
		"", "state=ended", "state=live", "disposition=answered", "disposition=vacant", "disposition=busy&disposition=no_answer", "class=line_fault", "grade=A", "grade=A&grade=B",
		"number=130", "number=1300001", "number=13018500000", "name=" + url.QueryEscape("王"), "name=" + url.QueryEscape("罗娟"), "name=" + url.QueryEscape("独孤"),
		"talk_min_s=30", "talk_min_s=45&talk_max_s=47", "talk_min_s=3600", "talk_max_s=5", "turns_min=5", "turns_min=40", "turns_max=0",
		"read=true", "read=false", "hung_up_by=callee", "hung_up_by=carrier", "ordinal=2", "ordinal=9", "disposition=suspended",
		"agent_group_id=2", "push=failed", "listened=true", "listened=false", "taken_over=true",
		"dialled_from=" + day(0.9), "dialled_to=" + day(0.1), "dialled_from=" + day(0.3) + "&dialled_to=" + day(0.300001),
	}
	out := slices.Clone(alone)
	for i, a := range alone[1:] {
		for _, c := range alone[1+i+1:] {
			if key(a) != key(c) {
				out = append(out, a+"&"+c)
			}
		}
	}
	return out
}

// key is what a filter is about.
func key(filter string) string {
	k, _, _ := strings.Cut(filter, "=")
	return strings.Split(k, "_")[0]
}

func (l *listBench) measure(ctx context.Context) error {
	var base []float64
	for range listRounds {
		for _, ids := range l.pages {
			began := time.Now()
			if _, err := l.stack.store.CallsByID(ctx, tenant.Of(l.seed.tenant.ID), l.camp.ID, words(ids)); err != nil {
				return err
			}
			base = append(base, ms(time.Since(began)))
		}
	}
	page := percentile(base, 0.5)
	l.add("list", "a page of 50 by primary key, p50", page, "ms")
	var all []float64
	worst, worstFilter := 0.0, ""
	for i, f := range l.filters() {
		rounds := listRounds
		if strings.Count(f, "=") > 1 && i > 40 {
			rounds = 3
		}
		var took []float64
		found := 0
		for range rounds {
			got, n, err := l.turn(ctx, f)
			if err != nil {
				return fmt.Errorf("filter %q: %w", f, err)
			}
			took, found = append(took, got...), n
		}
		all = append(all, took...)
		if p := percentile(took, 0.95); p > worst {
			worst, worstFilter = p, f
		}
		if i < 40 || percentile(took, 0.95) > 100 {
			name, _ := url.QueryUnescape(f)
			l.add("list", fmt.Sprintf("%s (%d on 3 pages): p50 %.1f, p95 %.1f ms", name, found, percentile(took, 0.5), percentile(took, 0.95)),
				percentile(took, 0.95)/page, "x a page by key")
		}
	}
	l.add("list", "all filters and pairs, p50", percentile(all, 0.5), "ms")
	l.add("list", "all filters and pairs, p95 (aim <= 300)", percentile(all, 0.95), "ms")
	l.add("list", "slowest filter, p95: "+worstFilter, worst, "ms")
	return nil
}

// turn opens the list, reads the next page, and then one from the middle of all calls.
func (l *listBench) turn(ctx context.Context, filter string) (took []float64, found int, err error) {
	cursor := ""
	for n := range 3 {
		if n == 2 {
			cursor = string(idAt(l.begin.Add(l.span/2), l.Rows))
		}
		address := "/api/v1/campaigns/" + strconv.FormatInt(int64(l.camp.ID), 10) + "/calls?" + filter
		if cursor != "" {
			address += "&cursor=" + cursor
		}
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, address, nil)
		r.AddCookie(l.cookie)
		w := httptest.NewRecorder()
		began := time.Now()
		l.handler.ServeHTTP(w, r)
		took = append(took, ms(time.Since(began)))
		if w.Code != http.StatusOK {
			return nil, 0, fmt.Errorf("%d %s", w.Code, w.Body)
		}
		var page struct {
			Items []struct{}
			Next  string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &page); err != nil {
			return nil, 0, err
		}
		found += len(page.Items)
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	return took, found, nil
}

func words(ids []string) []call.UUID {
	out := make([]call.UUID, len(ids))
	for i, id := range ids {
		out[i] = call.UUID(id)
	}
	return out
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func percentile(v []float64, p float64) float64 {
	if len(v) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(v))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}
