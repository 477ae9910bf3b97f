package softswitch

import (
	"context"
	"fmt"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// registration states (sofia_glue.c, sofia_state_names); those in between are not told apart.
const (
	gwNoReg      = "NOREG"
	gwTrying     = "TRYING"
	gwRegistered = "REGED"
	gwFailed     = "FAIL_WAIT"
)

// registerRetry is how long a failed registration waits, doubled up to its maximum.
const (
	registerRetry    = 5 * time.Second
	maxRegisterRetry = 5 * time.Minute
)

// gateway is a configured account with the state of its registration.
type gateway struct {
	Gateway
	cancel context.CancelFunc // ends its registration
	ended  chan struct{}

	mu    sync.Mutex
	state string
}

var gatewayName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,64}$`)

// gatewaySet checks a list of gateways and keys it by name.
func gatewaySet(list []Gateway) (map[string]Gateway, error) {
	out := make(map[string]Gateway, len(list))
	for _, g := range list {
		key := strings.ToLower(g.Name)
		if !gatewayName.MatchString(g.Name) {
			return nil, fmt.Errorf("%w: gateway name %q may hold letters, digits, dot, dash and underscore only", ErrConfig, g.Name)
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("%w: gateway %s is listed twice", ErrConfig, g.Name)
		}
		if u, err := parseTarget(g.Proxy); err != nil || u.User != "" {
			return nil, fmt.Errorf("%w: proxy %q of gateway %s is not host or host:port", ErrConfig, g.Proxy, g.Name)
		}
		if g.Register && g.Username == "" {
			return nil, fmt.Errorf("%w: gateway %s registers and needs a user name", ErrConfig, g.Name)
		}
		out[key] = g
	}
	return out, nil
}

func (g *gateway) domain() string {
	if g.Realm != "" {
		return g.Realm
	}
	host, _, err := net.SplitHostPort(g.Proxy)
	if err != nil {
		return g.Proxy
	}
	return host
}

func (g *gateway) status() string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.state
}

// isDown tells whether calls cannot go out: a registration that is wanted and failed.
func (g *gateway) isDown() bool { return g.status() == gwFailed }

// SetGateways puts a new list into force: gateways that are gone or changed end their registration, new ones begin.
func (sw *Switch) SetGateways(list []Gateway) error {
	set, err := gatewaySet(list)
	if err != nil {
		return err
	}
	sw.setGateways(set)
	return nil
}

func (sw *Switch) setGateways(want map[string]Gateway) {
	sw.mu.Lock()
	var old []*gateway
	for key, g := range sw.gateways {
		if w, ok := want[key]; !ok || w != g.Gateway {
			old = append(old, g)
			delete(sw.gateways, key)
		}
	}
	for key, w := range want {
		if sw.gateways[key] == nil {
			sw.gateways[key] = sw.newGateway(w)
		}
	}
	sw.mu.Unlock()
	for _, g := range old {
		g.cancel()
		<-g.ended
	}
}

// killGateway takes one away until the next rescan.
func (sw *Switch) killGateway(name string) bool {
	sw.mu.Lock()
	g := sw.gateways[strings.ToLower(name)]
	delete(sw.gateways, strings.ToLower(name))
	sw.mu.Unlock()
	if g == nil {
		return false
	}
	g.cancel()
	<-g.ended
	return true
}

func (sw *Switch) newGateway(c Gateway) *gateway {
	ctx, cancel := context.WithCancel(sw.ctx)
	g := &gateway{Gateway: c, cancel: cancel, ended: make(chan struct{}), state: gwNoReg}
	if !c.Register {
		close(g.ended)
		return g
	}
	g.state = gwTrying
	if !sw.spawn(func() {
		defer close(g.ended)
		sw.keepRegistered(ctx, g)
	}) {
		close(g.ended)
	}
	return g
}

// keepRegistered registers, renews in time, and signs off at the end.
func (sw *Switch) keepRegistered(ctx context.Context, g *gateway) {
	r := &registration{sw: sw, gw: g, callID: uuid.NewString(), tag: sip.GenerateTagN(12), cseq: 1}
	retry := registerRetry
	for ctx.Err() == nil {
		granted, err := r.register(ctx, g.expires())
		wait := granted * 4 / 5
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			sw.log.Warn("switch: gateway does not register; check its proxy, user and password", "gateway", g.Name, "retry", retry, "error", err)
			wait, retry = retry, min(2*retry, maxRegisterRetry)
			sw.gatewayState(g, gwFailed, err.Error())
		} else {
			retry = registerRetry
			sw.gatewayState(g, gwRegistered, "OK")
		}
		t := sw.clock.NewTimer(max(wait, time.Second))
		select {
		case <-ctx.Done():
			t.Stop()
		case <-t.Chan():
		}
	}
	if g.status() == gwRegistered && sw.ctx.Err() == nil {
		_, _ = r.register(sw.ctx, 0)
	}
	sw.gatewayState(g, gwNoReg, "unregistered")
}

func (g *gateway) expires() time.Duration {
	if g.Expires <= 0 {
		return 10 * time.Minute
	}
	return g.Expires
}

func (sw *Switch) gatewayState(g *gateway, state, phrase string) {
	g.mu.Lock()
	same := g.state == state
	g.state = state
	g.mu.Unlock()
	if same {
		return
	}
	sw.bus.fire(evCustom, wire.Event{Headers: wire.Headers{
		{Name: wire.HeaderEventSubclass, Value: "sofia::gateway_state"}, {Name: "Gateway", Value: g.Name},
		{Name: "State", Value: state}, {Name: "Phrase", Value: phrase},
	}})
}

// registration is the one dialog-like thing that REGISTER requests of a gateway share.
type registration struct {
	sw     *Switch
	gw     *gateway
	callID string
	tag    string
	cseq   uint32
}

// register asks for expires, zero to sign off, and returns what was granted.
func (r *registration) register(ctx context.Context, expires time.Duration) (time.Duration, error) {
	uri, err := parseTarget(r.gw.Proxy)
	if err != nil {
		return 0, err
	}
	var auth sip.Header
	for range maxChallenges + 1 {
		res, err := r.send(ctx, uri, expires, auth)
		if err != nil {
			return 0, err
		}
		switch {
		case res.IsSuccess():
			return granted(res, expires), nil
		case res.StatusCode == 401 || res.StatusCode == 407:
			if auth, err = credentials(res, r.gw, sip.REGISTER, uri.String()); err != nil {
				return 0, err
			}
		default:
			return 0, fmt.Errorf("REGISTER was answered %d %s", res.StatusCode, res.Reason)
		}
	}
	return 0, fmt.Errorf("REGISTER was challenged again and again")
}

func (r *registration) send(ctx context.Context, uri sip.Uri, expires time.Duration, auth sip.Header) (*sip.Response, error) {
	p := r.sw.carriers
	r.cseq++
	who := sip.Uri{Scheme: "sip", User: r.gw.Username, Host: r.gw.domain()}
	from := &sip.FromHeader{Address: who}
	from.Params.Add("tag", r.tag)
	callID := sip.CallIDHeader(r.callID)
	req := sip.NewRequest(sip.REGISTER, uri)
	req.AppendHeader(from)
	req.AppendHeader(&sip.ToHeader{Address: who})
	req.AppendHeader(&callID)
	req.AppendHeader(&sip.CSeqHeader{SeqNo: r.cseq, MethodName: sip.REGISTER})
	req.AppendHeader(sip.NewHeader("Contact", "<sip:"+r.gw.Username+"@"+p.addr()+">"))
	req.AppendHeader(sip.NewHeader("Expires", strconv.Itoa(int(expires/time.Second))))
	req.AppendHeader(sip.NewHeader("User-Agent", userAgent))
	if auth != nil {
		req.AppendHeader(auth)
	}
	req.SetTransport("UDP")
	return p.client.Do(ctx, req)
}

// granted reads how long the peer keeps the registration.
func granted(res *sip.Response, asked time.Duration) time.Duration {
	s := ""
	if h := res.GetHeader("Expires"); h != nil {
		s = h.Value()
	}
	if h := res.Contact(); h != nil {
		if v, ok := h.Params.Get("expires"); ok {
			s = v
		}
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil || n == 0 {
		return asked
	}
	return time.Duration(n) * time.Second
}
