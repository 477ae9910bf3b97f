package api

import (
	"context"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client is the other end of a request, as far as it can be believed. It is found once, in observe; whatever counts, limits or writes
// down where requests come from asks clientOf.
type client struct {
	addr    netip.Addr // not valid for a connection without an address
	address string     // under which it is counted and written down
	secure  bool       // it was asked over TLS
}

type clientKey struct{}

func clientOf(ctx context.Context) client {
	c, _ := ctx.Value(clientKey{}).(client)
	return c
}

// client reads headers only of requests that a trusted proxy brings: others may write into them what they like.
func (a *API) client(r *http.Request) client {
	peer, ok := addressIn(r.RemoteAddr)
	c := client{addr: peer, address: r.RemoteAddr, secure: a.SecureCookies || r.TLS != nil}
	if !ok {
		return c
	}
	if a.trusts(peer) {
		c.addr = a.forwardedFor(peer, r.Header["X-Forwarded-For"])
		c.secure = c.secure || forwardedOverTLS(r.Header["X-Forwarded-Proto"])
	}
	c.address = counted(c.addr)
	return c
}

func (a *API) trusts(addr netip.Addr) bool {
	return slices.ContainsFunc(a.TrustedProxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// forwardedFor walks from the right, where each proxy writes who asked it, as long as whoever wrote is trusted. It ends at the
// first address that is no proxy's. At an entry that is no address it ends at the proxy that wrote it: what stands further left is
// not that proxy's word, and those whom a proxy does not name count together.
func (a *API) forwardedFor(peer netip.Addr, lines []string) netip.Addr {
	for _, line := range slices.Backward(lines) {
		for more := true; more; {
			at := strings.LastIndexByte(line, ',')
			next, ok := addressIn(line[at+1:])
			if !ok {
				return peer
			}
			if peer = next; !a.trusts(peer) {
				return peer
			}
			if more = at >= 0; more {
				line = line[:at]
			}
		}
	}
	return peer
}

// forwardedOverTLS goes by what the last proxy wrote, which may be behind what it was told.
func forwardedOverTLS(lines []string) bool {
	if len(lines) == 0 {
		return false
	}
	last := lines[len(lines)-1]
	last = strings.TrimSpace(last[strings.LastIndexByte(last, ',')+1:])
	return strings.EqualFold(last, "https") || strings.EqualFold(last, "wss")
}

// longestHop bounds an entry: an address with brackets, a zone and a port.
const longestHop = 80

// addressIn reads an address with or without a port; IPv6 may stand in brackets. IPv4 written as IPv6 is IPv4, and a zone says
// nothing beyond its own machine.
func addressIn(s string) (netip.Addr, bool) {
	if s = strings.Trim(s, " \t"); len(s) > longestHop {
		return netip.Addr{}, false
	}
	if bare, ok := strings.CutPrefix(s, "["); ok && strings.HasSuffix(bare, "]") {
		s = strings.TrimSuffix(bare, "]")
	}
	addr, err := netip.ParseAddr(s)
	if err != nil {
		port, err := netip.ParseAddrPort(s)
		if err != nil {
			return netip.Addr{}, false
		}
		addr = port.Addr()
	}
	addr = addr.WithZone("").Unmap()
	return addr, !addr.IsUnspecified()
}

// counted is the text of an address; an IPv6 network of one customer counts as one address.
func counted(addr netip.Addr) string {
	if addr.Is6() {
		if p, err := addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return addr.String()
}
