package config

import (
	"net/netip"
	"strings"

	"github.com/outdial/outdial/shared/errs"
)

// Proxies are the networks whose word on who asked is believed. An entry may hold several with commas between them, as a
// list in the environment does.
func (a Admin) Proxies() ([]netip.Prefix, error) {
	var k errs.Check
	return a.proxies(&k), k.Err("configuration")
}

func (a Admin) proxies(k *errs.Check) []netip.Prefix {
	var out []netip.Prefix
	for _, entry := range a.TrustedProxies {
		for text := range strings.SplitSeq(entry, ",") {
			if text = strings.TrimSpace(text); text == "" {
				continue
			}
			p, err := network(text)
			switch {
			case err != nil:
				k.Require(false, "admin.trustedproxies", "must be addresses and networks, such as 10.0.0.5 or 10.0.0.0/8, not %q", text)
			case p != p.Masked():
				k.Require(false, "admin.trustedproxies", "%s names one address and a network: write %s for the address, or %s for the network", text, p.Addr(), p.Masked())
			case p.Bits() == 0:
				k.Require(false, "admin.trustedproxies", "%s would let everybody choose the address that they are known by; name the proxies alone", text)
			}
			out = append(out, p)
		}
	}
	return out
}

// network reads an address as the network of it alone; IPv4 written as IPv6 is IPv4, as it is in requests.
func network(text string) (netip.Prefix, error) {
	if !strings.Contains(text, "/") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return netip.Prefix{}, err
		}
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(text)
	if err == nil && p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p, err
}
