package api

import (
	"crypto/tls"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func trusting(networks ...string) *API {
	a := &API{}
	for _, n := range networks {
		a.TrustedProxies = append(a.TrustedProxies, netip.MustParsePrefix(n))
	}
	return a
}

func asked(peer string, header http.Header) *http.Request {
	if header == nil {
		header = http.Header{}
	}
	return &http.Request{RemoteAddr: peer, Header: header}
}

func TestWhoAsks(t *testing.T) {
	proxies := []string{"10.0.0.0/8", "::1/128", "2001:db8:ffff::/48"}
	long := strings.Repeat("203.0.113.66, ", 100<<10/14)
	for name, c := range map[string]struct {
		peer      string
		forwarded []string
		want      string
	}{
		"nothing is forwarded":                  {"10.0.0.1:5000", nil, "10.0.0.1"},
		"a stranger writes the header":          {"203.0.113.9:5000", []string{"198.51.100.1"}, "203.0.113.9"},
		"one proxy":                             {"10.0.0.1:5000", []string{"203.0.113.9"}, "203.0.113.9"},
		"a chain of proxies":                    {"10.0.0.1:5000", []string{"203.0.113.9, 10.9.9.9,10.0.0.2"}, "203.0.113.9"},
		"a chain on several lines":              {"10.0.0.1:5000", []string{"198.51.100.1, 203.0.113.9", "10.9.9.9", "10.0.0.2"}, "203.0.113.9"},
		"what the client wrote stands left":     {"10.0.0.1:5000", []string{"127.0.0.1, 10.0.0.3, 203.0.113.9"}, "203.0.113.9"},
		"the client wrote nonsense":             {"10.0.0.1:5000", []string{"' OR 1=1 --, \x00, 203.0.113.9"}, "203.0.113.9"},
		"the client wrote 100 kB":               {"10.0.0.1:5000", []string{long + "203.0.113.9"}, "203.0.113.9"},
		"the client wrote commas":               {"10.0.0.1:5000", []string{strings.Repeat(",", 100<<10) + "203.0.113.9"}, "203.0.113.9"},
		"a client among the proxies":            {"10.0.0.1:5000", []string{"10.7.7.7, 10.0.0.2"}, "10.7.7.7"},
		"the proxy does not know":               {"10.0.0.1:5000", []string{"198.51.100.1, unknown"}, "10.0.0.1"},
		"the proxy says nothing":                {"10.0.0.1:5000", []string{"198.51.100.1, "}, "10.0.0.1"},
		"the proxy sends an empty header":       {"10.0.0.1:5000", []string{""}, "10.0.0.1"},
		"the outer proxy does not know":         {"10.0.0.1:5000", []string{"198.51.100.1, _hidden, 10.0.0.2"}, "10.0.0.2"},
		"100 kB without a comma":                {"10.0.0.1:5000", []string{strings.Repeat("1", 100<<10)}, "10.0.0.1"},
		"an address that is none":               {"10.0.0.1:5000", []string{"0.0.0.0"}, "10.0.0.1"},
		"a number that is no address":           {"10.0.0.1:5000", []string{"203.0.113.999"}, "10.0.0.1"},
		"a network":                             {"10.0.0.1:5000", []string{"203.0.113.0/24"}, "10.0.0.1"},
		"with a port":                           {"10.0.0.1:5000", []string{"203.0.113.9:4711"}, "203.0.113.9"},
		"IPv6":                                  {"[::1]:5000", []string{"2001:db8:1:2:3::4"}, "2001:db8:1:2::/64"},
		"IPv6 in brackets":                      {"[::1]:5000", []string{"[2001:db8:1:2:3::4]"}, "2001:db8:1:2::/64"},
		"IPv6 with a port":                      {"[::1]:5000", []string{"[2001:db8:1:2:3::4]:443"}, "2001:db8:1:2::/64"},
		"IPv6 with a zone":                      {"[::1]:5000", []string{"fe80::1%eth0"}, "fe80::/64"},
		"IPv6 with a zone and a port":           {"[::1]:5000", []string{"[fe80::1%eth0]:443"}, "fe80::/64"},
		"IPv6 with half a bracket":              {"[::1]:5000", []string{"[2001:db8:1::4"}, "::/64"},
		"a zone of 100 kB":                      {"[::1]:5000", []string{"fe80::1%" + strings.Repeat("x", 100<<10)}, "::/64"},
		"IPv4 written as IPv6":                  {"[::1]:5000", []string{"::ffff:203.0.113.9"}, "203.0.113.9"},
		"a proxy over IPv4 written as IPv6":     {"[::ffff:10.0.0.1]:5000", []string{"203.0.113.9, ::ffff:10.0.0.2"}, "203.0.113.9"},
		"a proxy over IPv6":                     {"[2001:db8:ffff::1]:5000", []string{"203.0.113.9, [2001:db8:ffff:1::2%eth1]:80"}, "203.0.113.9"},
		"the network of a proxy, and not it":    {"[2001:db8:fffe::1]:5000", []string{"203.0.113.9"}, "2001:db8:fffe::/64"},
		"a connection that has no such address": {"@", []string{"203.0.113.9"}, "@"},
	} {
		t.Run(name, func(t *testing.T) {
			r := asked(c.peer, http.Header{"X-Forwarded-For": c.forwarded, "Forwarded": {"for=198.51.100.77"}, "X-Real-Ip": {"198.51.100.78"}})
			if got := trusting(proxies...).client(r).address; got != c.want {
				t.Errorf("%s asks, not %s", got, c.want)
			}
			r.Header.Del("X-Forwarded-For")
			direct := trusting().client(r).address
			if r = asked(c.peer, http.Header{"X-Forwarded-For": c.forwarded}); trusting().client(r).address != direct {
				t.Error("the header counts though no proxy is trusted")
			}
		})
	}
}

func TestWhetherTheClientAskedOverTLS(t *testing.T) {
	for name, c := range map[string]struct {
		peer   string
		proto  []string
		always bool
		tls    bool
		want   bool
	}{
		"nothing says so":                   {peer: "10.0.0.1:1"},
		"the proxy says so":                 {peer: "10.0.0.1:1", proto: []string{"https"}, want: true},
		"in capitals":                       {peer: "10.0.0.1:1", proto: []string{" HTTPS "}, want: true},
		"of a WebSocket":                    {peer: "10.0.0.1:1", proto: []string{"wss"}, want: true},
		"the proxy says no":                 {peer: "10.0.0.1:1", proto: []string{"http"}},
		"the client said so, the proxy not": {peer: "10.0.0.1:1", proto: []string{"https, http"}},
		"on a line of its own":              {peer: "10.0.0.1:1", proto: []string{"https", "http"}},
		"nonsense":                          {peer: "10.0.0.1:1", proto: []string{"https://x", strings.Repeat("https", 20<<10)}},
		"a stranger says so":                {peer: "203.0.113.9:1", proto: []string{"https"}},
		"everybody comes over TLS":          {peer: "10.0.0.1:1", proto: []string{"http"}, always: true, want: true},
		"the connection itself":             {peer: "203.0.113.9:1", tls: true, want: true},
	} {
		t.Run(name, func(t *testing.T) {
			a, r := trusting("10.0.0.0/8"), asked(c.peer, http.Header{"X-Forwarded-Proto": c.proto})
			if a.SecureCookies = c.always; c.tls {
				r.TLS = &tls.ConnectionState{}
			}
			if got := a.client(r).secure; got != c.want {
				t.Errorf("over TLS: %v", got)
			}
		})
	}
}

// FuzzClient: whatever stands left of the entry that a trusted proxy wrote changes nothing, and no header makes an address of
// anything but an address.
func FuzzClient(f *testing.F) {
	for _, s := range []string{"", "203.0.113.9", "unknown", "[::1]:80", "fe80::1%eth0", ",,", "10.0.0.1", "\x00", "::ffff:1.2.3.4", "1.2.3.4, 10.0.0.1"} {
		f.Add(s, "203.0.113.7")
		f.Add("198.51.100.1", s)
	}
	f.Fuzz(func(t *testing.T, left, right string) {
		a := trusting("10.0.0.0/8", "fd00::/8")
		with := func(values ...string) string {
			return a.client(asked("10.0.0.1:80", http.Header{"X-Forwarded-For": values})).address
		}
		alone := with(right)
		if p, err := netip.ParsePrefix(alone); err != nil || p.Bits() != 64 || !p.Addr().Is6() {
			addr, err := netip.ParseAddr(alone)
			if err != nil || addr.IsUnspecified() || addr.Zone() != "" || addr.Is4In6() {
				t.Fatalf("%q is asked by %q", right, alone)
			}
		}
		for _, one := range []string{left + ",203.0.113.7", left + "\t, 203.0.113.7:1 ", left + ",[::ffff:203.0.113.7]:1,10.3.3.3"} {
			if got := with(one); got != "203.0.113.7" {
				t.Fatalf("%q is asked by %s", one, got)
			}
		}
		if got := with(left, "203.0.113.7", "10.0.0.2"); got != "203.0.113.7" {
			t.Fatalf("%q on another line is asked by %s", left, got)
		}
		if strangers := a.client(asked("203.0.113.7:80", http.Header{"X-Forwarded-For": {left, right}})); strangers.address != "203.0.113.7" {
			t.Fatalf("a stranger is %s", strangers.address)
		}
	})
}

// BenchmarkClient reads the longest header that costs the most: one of trusted addresses alone.
func BenchmarkClient(b *testing.B) {
	a := trusting("10.0.0.0/8")
	r := asked("10.0.0.1:80", http.Header{"X-Forwarded-For": {strings.Repeat("10.0.0.1,", 32<<10/9) + "10.0.0.1"}})
	for b.Loop() {
		a.client(r)
	}
}
