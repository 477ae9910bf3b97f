package softswitch

import (
	"net"
	"regexp"
	"strings"

	"github.com/emiago/sipgo/sip"
)

// dialable is what an extension may call.
var dialable = regexp.MustCompile(`^\+?[A-Za-z0-9_.*#-]{1,64}$`)

// admitCall decides who may call in, and what becomes of the call. It has answered the request when it returns false.
//
// Extensions prove who they are and reach other extensions, and everything else through the default gateway. Trunks are
// known by the address of a gateway's proxy; their calls are parked, for the dialer to take. Nobody else is served.
func (p *profile) admitCall(req *sip.Request, tx sip.ServerTransaction) ([]app, string, bool) {
	if p == p.sw.carriers {
		if !p.sw.isTrunk(req.Source()) {
			p.respond(req, tx, 403, "Forbidden")
			return nil, "", false
		}
		return []app{{name: "park"}}, req.From().Address.User, true
	}
	user, ok := p.authenticate(req, tx, 407)
	if !ok {
		return nil, "", false
	}
	apps, ok := p.sw.dialplan(req.Recipient.User)
	if !ok {
		p.respond(req, tx, 404, "Not Found")
		return nil, "", false
	}
	return apps, user, true
}

// dialplan is the whole of it: an extension, the word park, or a number through the default gateway.
func (sw *Switch) dialplan(number string) ([]app, bool) {
	if !dialable.MatchString(number) {
		return nil, false
	}
	if number == "park" {
		return []app{{name: "park"}}, true
	}
	if _, ok := sw.cfg.User(number); ok {
		return []app{{name: "bridge", arg: "user/" + number}}, true
	}
	if sw.cfg.DefaultGateway != "" {
		return []app{{name: "bridge", arg: "sofia/gateway/" + sw.cfg.DefaultGateway + "/" + number}}, true
	}
	return nil, false
}

// isTrunk tells whether an address is the proxy of a gateway.
func (sw *Switch) isTrunk(source string) bool {
	sw.mu.Lock()
	proxies := make([]string, 0, len(sw.gateways))
	for _, g := range sw.gateways {
		proxies = append(proxies, g.Proxy)
	}
	sw.mu.Unlock()
	for _, proxy := range proxies {
		u, err := parseTarget(proxy)
		if err != nil {
			continue
		}
		if hostPort(u) == source {
			return true
		}
		if net.ParseIP(u.Host) == nil && strings.EqualFold(u.Host, hostOf(source)) {
			return true
		}
	}
	return false
}
