package softswitch

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/audio"
)

// originateTimeout is how long a leg may ring when the call does not say (switch_ivr_originate.c).
const originateTimeout = 60 * time.Second

// call is one leg that is wanted.
type call struct {
	dial   string // {variables}endpoint
	origin *leg   // the leg it is wanted for, nil for an originate command
	stop   <-chan struct{}
	caller party         // when the variables name none
	limit  time.Duration // when the variables name none
}

// originate calls one leg and waits until it has media, or is answered where early media is to be ignored. The leg is then
// the caller's to use; when there is none, the cause says why.
func (sw *Switch) originate(c call) (*leg, cause) {
	vars, endpoint, err := wire.ParseVars(c.dial)
	if err != nil || endpoint == "" {
		return nil, causeDestinationOutOfOrder
	}
	v := sw.legVars(vars, c.origin)
	t, why := sw.route(endpoint)
	if why != causeNone {
		return nil, why
	}
	id := v.get("origination_uuid")
	if id == "" {
		id = uuid.NewString()
	}
	caller := sw.callerOf(v, c)
	laws := sw.lawsOf(v, c.origin)
	l, err := sw.newLeg(birth{id: id, profile: t.profile, name: t.name, dest: t.dest, caller: caller, vars: v, origin: c.origin})
	if err != nil {
		return nil, causeDestinationOutOfOrder
	}
	sw.mu.Lock()
	l.setVars("sip_destination_url", t.uri.String(), "originate_endpoint", "sofia", "sofia_profile_name", t.profile.name,
		"sip_gateway_name", t.gatewayName())
	l.state = csNone
	l.fire(evOutgoing)
	l.state = csInit
	l.fire(evState)
	l.fire(evCreate)
	l.fire(evOriginate)
	l.state = csRouting
	l.fire(evState)
	l.state = csConsumeMedia
	l.fire(evState)
	sw.mu.Unlock()
	u := &uac{sw: sw, leg: l, target: t, laws: laws}
	if !sw.spawn(u.run) {
		sw.hangup(l, causeSystemShutdown)
		sw.finish(l)
		return nil, causeSystemShutdown
	}
	return sw.await(l, v, c)
}

// await waits for the leg to become usable.
func (sw *Switch) await(l *leg, v variables, c call) (*leg, cause) {
	limit := c.limit
	if d := secondsVar(v.get("originate_timeout")); d > 0 {
		limit = d
	} else if d := secondsVar(v.get("call_timeout")); d > 0 && c.origin != nil {
		limit = d
	}
	if limit <= 0 {
		limit = originateTimeout
	}
	t := sw.clock.NewTimer(limit)
	defer t.Stop()
	ready := l.up
	if ignoresEarlyMedia(v) {
		ready = l.talked
	}
	var originGone <-chan struct{}
	if c.origin != nil {
		originGone = c.origin.done
	}
	why := causeNone
	select {
	case <-ready:
		sw.mu.Lock()
		l.vars.set("originate_disposition", "SUCCESS")
		sw.mu.Unlock()
		return l, causeNone
	case <-l.done:
	case <-t.Chan():
		why = causeNoAnswer
	case <-originGone:
		why = causeOriginatorCancel
	case <-c.stop:
		why = causeOriginatorCancel
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if why != causeNone {
		l.hangupLocked(why)
	}
	return nil, l.cause
}

func ignoresEarlyMedia(v variables) bool {
	switch s := v.get("ignore_early_media"); s {
	case "ring_ready", "consume":
		return true
	default:
		return isTrue(s)
	}
}

// legVars are the variables a new leg starts with: its own, and the SIP headers of the leg it is called for, which
// FreeSWITCH hands on too (mod_sofia.c, sofia_outgoing_channel).
func (sw *Switch) legVars(own []wire.Var, origin *leg) variables {
	v := make(variables, 0, len(own)+40)
	if origin != nil {
		sw.mu.Lock()
		for _, o := range origin.vars {
			if strings.HasPrefix(o.Name, "sip_h_") {
				v.set(o.Name, o.Value)
			}
		}
		v.set("originating_leg_uuid", origin.id)
		sw.mu.Unlock()
	}
	for _, o := range own {
		v.set(o.Name, o.Value)
	}
	return v
}

// callerOf is the caller ID that the peer is shown.
func (sw *Switch) callerOf(v variables, c call) party {
	p := c.caller
	if c.origin != nil {
		sw.mu.Lock()
		if p = c.origin.caller; !c.origin.inbound {
			// The leg that is called for a called party is called by that party (switch_ivr_originate.c).
			p = party{"Outbound Call", c.origin.dest}
		}
		sw.mu.Unlock()
	}
	if n := v.get("origination_caller_id_number"); n != "" {
		p.number = n
	}
	if n := v.get("origination_caller_id_name"); n != "" {
		p.name = n
	}
	if p.number == "" {
		p.number = "0000000000"
	}
	return p
}

// lawsOf are the codecs to offer: what a variable says, else the origin's first, so that no transcoding is needed.
func (sw *Switch) lawsOf(v variables, origin *leg) []audio.Law {
	list := v.get("absolute_codec_string")
	if list == "" {
		list = v.get("codec_string")
	}
	var out []audio.Law
	for name := range strings.SplitSeq(list, ",") {
		name, _, _ = strings.Cut(strings.TrimSpace(name), "@")
		for _, law := range bothLaws {
			if strings.EqualFold(name, law.String()) {
				out = append(out, law)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	if origin != nil {
		if law := origin.media.law.Load(); law != noCodec {
			return preferred(audio.Law(law), bothLaws)
		}
	}
	return bothLaws
}

// target is where a leg is sent.
type target struct {
	profile *profile
	name    string // of the channel
	dest    string // the user part
	uri     sip.Uri
	address string // host:port when it is not the URI's
	gateway *gateway
}

func (t target) gatewayName() string {
	if t.gateway == nil {
		return ""
	}
	return t.gateway.Name
}

// route finds the way to an endpoint: sofia/<profile>/<user>@<host>, sofia/gateway/<name>/<number> or user/<extension>.
func (sw *Switch) route(endpoint string) (target, cause) {
	kind, rest, _ := strings.Cut(endpoint, "/")
	switch strings.ToLower(kind) {
	case "user":
		return sw.routeUser(rest)
	case "sofia":
	default:
		return target{}, causeChannelNotImplemented
	}
	where, rest, ok := strings.Cut(rest, "/")
	if !ok || rest == "" {
		return target{}, causeInvalidURL
	}
	if strings.EqualFold(where, "gateway") {
		name, number, ok := strings.Cut(rest, "/")
		sw.mu.Lock()
		gw := sw.gateways[strings.ToLower(name)]
		sw.mu.Unlock()
		switch {
		case gw == nil:
			return target{}, causeInvalidGateway
		case !ok || number == "":
			return target{}, causeInvalidURL
		case gw.isDown():
			return target{}, causeGatewayDown
		}
		uri, err := parseTarget(number + "@" + gw.Proxy)
		if err != nil {
			return target{}, causeInvalidURL
		}
		return target{profile: sw.carriers, name: "sofia/carriers/" + number, dest: number, uri: uri, gateway: gw}, causeNone
	}
	p := sw.profileNamed(where)
	if p == nil {
		return target{}, causeInvalidProfile
	}
	uri, err := parseTarget(rest)
	if err != nil || uri.User == "" {
		return target{}, causeInvalidURL
	}
	return target{profile: p, name: "sofia/" + p.name + "/" + strings.TrimPrefix(rest, "sip:"), dest: uri.User, uri: uri}, causeNone
}

func (sw *Switch) routeUser(user string) (target, cause) {
	user, _, _ = strings.Cut(user, "@")
	c, ok := sw.regs.contact(user)
	if !ok {
		if _, exists := sw.cfg.User(user); exists {
			return target{}, causeUserNotRegistered
		}
		return target{}, causeSubscriberAbsent
	}
	return target{profile: sw.extensions, name: "sofia/extensions/" + user, dest: user, uri: c.uri, address: c.source}, causeNone
}

func (sw *Switch) profileNamed(name string) *profile {
	switch {
	case strings.EqualFold(name, profileCarriers), strings.EqualFold(name, "external"):
		return sw.carriers
	case strings.EqualFold(name, profileExtensions), strings.EqualFold(name, "internal"):
		return sw.extensions
	}
	return nil
}

// parseTarget reads user@host[:port] with an optional scheme. What cannot stand in a request line is refused.
func parseTarget(s string) (sip.Uri, error) {
	var u sip.Uri
	if len(s) > 512 || strings.ContainsAny(s, " \t\r\n<>\"") {
		return u, fmt.Errorf("%.80q is no SIP address", s)
	}
	if !strings.HasPrefix(strings.ToLower(s), "sip:") {
		s = "sip:" + s
	}
	if err := sip.ParseUri(s, &u); err != nil {
		return u, fmt.Errorf("%.80q is no SIP address: %w", s, err)
	}
	if u.Scheme != "sip" || u.Host == "" || u.Port < 0 || u.Port > 65535 {
		return u, fmt.Errorf("%.80q is no SIP address", s)
	}
	return u, nil
}

// hostPort is where a URI leads when nothing else is known.
func hostPort(u sip.Uri) string {
	port := u.Port
	if port == 0 {
		port = 5060
	}
	return net.JoinHostPort(strings.Trim(u.Host, "[]"), strconv.Itoa(port))
}
