package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/coder/websocket"
	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/webtalk"
)

const (
	voiceTalkPath = "/api/v1/voice-talk"
	// ticketLife is how soon a talk must begin once it was asked for.
	ticketLife = 30 * time.Second
	// mostTickets bounds the memory that talks take which are asked for and not begun.
	mostTickets = 50
	// robotsWait is how long robots that take talks are waited for: each says once a second where it is.
	robotsWait = 3 * time.Second
	// robotsDial bounds the connection to them.
	robotsDial = 5 * time.Second
)

// ticket is a talk that was asked for.
type ticket struct {
	user  access.UserID
	at    string // host:port of the robots
	ask   webtalk.Ask
	until time.Time
}

// tickets are taken once each.
type tickets struct {
	mu   sync.Mutex
	open map[string]ticket
}

func (t *tickets) add(now time.Time, k ticket) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for token, old := range t.open {
		if now.After(old.until) {
			delete(t.open, token)
		}
	}
	if len(t.open) >= mostTickets {
		return "", errs.New(errs.Limited, "too many talks are waiting to begin; try again in a minute")
	}
	if t.open == nil {
		t.open = map[string]ticket{}
	}
	token := access.NewToken()
	t.open[token] = k
	return token, nil
}

func (t *tickets) take(now time.Time, token string, user access.UserID) (ticket, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	k, ok := t.open[token]
	if !ok || k.user != user || now.After(k.until) {
		return ticket{}, errs.New(errs.NotFound, "this talk has begun already, or waited too long; ask for another")
	}
	delete(t.open, token)
	return k, nil
}

type voiceTalkInput struct {
	ScriptPath
	Body struct {
		Trial
		Variables map[string]string `json:"variables,omitempty" doc:"The contact's"`
	}
}

type voiceTalkOutput struct {
	Body struct {
		URL string `json:"url" doc:"Where a WebSocket of the subprotocol outdial-talk begins the talk, once and within half a minute"`
	}
}

func (a *API) voiceTalkRoutes(tag, one string) {
	add(a, upTo(documentBody, unlogged("it tries a script out and changes nothing", needs(access.ScriptsView,
		op("POST", one+"/voice-talk", "askForVoiceTalk", tag, "Ask for a talk with the script in the browser, by voice")))), a.askForVoiceTalk)
	add(a, needs(access.ScriptsView, op("GET", voiceTalkPath, "voiceTalk", tag,
		"The talk, as a WebSocket: 20 ms frames of 16 bit samples at 8 kHz both ways, turns and states as JSON texts")), a.voiceTalk)
}

// askForVoiceTalk checks what is to be talked and finds robots for it.
func (a *API) askForVoiceTalk(ctx context.Context, in *voiceTalkInput) (*voiceTalkOutput, error) {
	if _, err := a.trial(ctx, in.id(), in.Body.Trial); err != nil {
		return nil, err
	}
	who := callerOf(ctx)
	ask := webtalk.Ask{Tenant: int64(who.Tenant.ID), Script: int64(in.id()), Variables: in.Body.Variables, Zone: who.Tenant.Zone}
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	ask.Tenant = int64(s.Tenant)
	switch {
	case in.Body.Document != "":
		ask.Document = []byte(in.Body.Document)
	case in.Body.VersionID != 0:
		ask.Version = in.Body.VersionID
	default:
		d, err := a.Store.Draft(ctx, scopeOf(ctx), in.id())
		if err != nil {
			return nil, err
		}
		ask.Document = d.Document
	}
	at, err := a.talkingRobots(ctx)
	if err != nil {
		return nil, err
	}
	now := a.Clock.Now()
	token, err := a.tickets.add(now, ticket{user: who.User.ID, at: at, ask: ask, until: now.Add(ticketLife)})
	if err != nil {
		return nil, err
	}
	out := &voiceTalkOutput{}
	out.Body.URL = voiceTalkPath + "?ticket=" + url.QueryEscape(token)
	return out, nil
}

// talkingRobots waits for the next process of robots that says it takes talks.
func (a *API) talkingRobots(ctx context.Context) (string, error) {
	none := errs.New(errs.Conflict, "no robots take talks in the browser; start a dialogue process, and give it and this one the same dialogue.talksecret")
	if a.TalkSecret == "" {
		return "", none
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	alive, err := a.Bus.Subscribe(ctx, event.KindRobotsAlive)
	if err != nil {
		return "", errs.Wrap(errs.Unavailable, err, "the robots cannot be asked now")
	}
	enough := a.Clock.NewTimer(robotsWait)
	defer enough.Stop()
	for {
		select {
		case m, ok := <-alive:
			if !ok {
				return "", none
			}
			if r, ok := m.(event.RobotsAlive); ok && r.Talks != "" {
				return r.Talks, nil
			}
		case <-enough.Chan():
			return "", none
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
}

type voiceTalkStart struct {
	Ticket string `query:"ticket" maxLength:"200" doc:"From askForVoiceTalk"`
	Raw
}

// voiceTalk carries a talk between the browser and the robots until either leaves, or the session ends.
func (a *API) voiceTalk(ctx context.Context, in *voiceTalkStart) (*huma.StreamResponse, error) {
	k, err := a.tickets.take(a.Clock.Now(), in.Ticket, callerOf(ctx).User.ID)
	if err != nil {
		return nil, err
	}
	robots, err := a.dialRobots(ctx, k)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		defer func() { _ = robots.CloseNow() }()
		browser, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{webtalk.Subprotocol}})
		if err != nil {
			return // it has been answered
		}
		defer func() { _ = browser.CloseNow() }()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), webtalk.Longest)
		defer cancel()
		browser.SetReadLimit(webtalk.MostText)
		robots.SetReadLimit(64 << 10)
		var both sync.WaitGroup
		both.Go(func() { defer cancel(); pass(ctx, robots, browser) })
		both.Go(func() { defer cancel(); pass(ctx, browser, robots) })
		a.whileSignedIn(ctx, r)
		cancel()
		_ = browser.Close(websocket.StatusNormalClosure, "")
		_ = robots.Close(websocket.StatusNormalClosure, "")
		both.Wait()
	}), nil
}

// dialRobots brings the talk to the robots.
func (a *API) dialRobots(ctx context.Context, k ticket) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, robotsDial)
	defer cancel()
	c, _, err := websocket.Dial(ctx, "ws://"+k.at+webtalk.Path, &websocket.DialOptions{Subprotocols: []string{webtalk.Subprotocol},
		HTTPHeader: http.Header{"Authorization": {"Bearer " + a.TalkSecret}}})
	if err != nil {
		return nil, errs.Wrap(errs.Unavailable, err, "the robots do not take the talk now; try again in a moment")
	}
	text, err := json.Marshal(k.ask)
	if err == nil {
		err = c.Write(ctx, websocket.MessageText, text)
	}
	if err != nil {
		return nil, errors.Join(errs.Wrap(errs.Unavailable, err, "the robots do not take the talk now; try again in a moment"), c.CloseNow())
	}
	return c, nil
}

// pass carries messages one way until a side ends.
func pass(ctx context.Context, to, from *websocket.Conn) {
	for {
		kind, data, err := from.Read(ctx)
		if err != nil {
			return
		}
		wait, done := context.WithTimeout(ctx, writeTime)
		err = to.Write(wait, kind, data)
		done()
		if err != nil {
			return
		}
	}
}

// whileSignedIn returns when ctx ends, or the request's session has.
func (a *API) whileSignedIn(ctx context.Context, r *http.Request) {
	tick := a.Clock.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.Chan():
			if _, err := a.principal(r.WithContext(ctx)); errs.Is(err, errs.Unauthenticated) || errs.Is(err, errs.NotFound) {
				return
			}
		}
	}
}
