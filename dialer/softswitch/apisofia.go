package softswitch

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/outdial/outdial/dialer/esl/wire"
)

const (
	ruler      = "=================================================================================================\n"
	sofiaUsage = "USAGE:\nsofia profile <name> rescan\n                     killgw <gateway name>\nsofia status\nsofia status profile <name> [reg]\nsofia status gateway [<name>]\n"
)

func (sw *Switch) apiSofia(ctx context.Context, args string) string {
	argv := wire.Fields(args, 5)
	if len(argv) == 0 {
		return sofiaUsage
	}
	switch strings.ToLower(argv[0]) {
	case "status":
		return sw.sofiaStatus(argv[1:])
	case "profile":
		return sw.sofiaProfile(ctx, argv[1:])
	}
	return "Unknown Command!\n"
}

func (sw *Switch) sofiaProfile(ctx context.Context, argv []string) string {
	if len(argv) < 2 {
		return sofiaUsage
	}
	p := sw.profileNamed(argv[0])
	if p == nil {
		return fmt.Sprintf("Invalid Profile [%s]", argv[0])
	}
	switch strings.ToLower(argv[1]) {
	case "rescan", "restart":
		if p == sw.carriers && sw.cfg.LoadGateways != nil {
			list, err := sw.cfg.LoadGateways(ctx)
			if err == nil {
				err = sw.SetGateways(list)
			}
			if err != nil {
				sw.log.Error("switch: gateways were not reloaded, the old ones stay", "error", err)
				return fmt.Sprintf("-ERR %v\n", err)
			}
		}
		return "Reload XML [Success]\n+OK scan complete\n"
	case "killgw":
		if len(argv) < 3 || !sw.killGateway(argv[2]) {
			return "-ERR no such gateway.\n"
		}
		return "+OK gateway marked for deletion.\n"
	}
	return "-ERR Unknown command!\n"
}

func (sw *Switch) sofiaStatus(argv []string) string {
	gateways := sw.gatewayList()
	if len(argv) == 0 {
		var b strings.Builder
		fmt.Fprintf(&b, "%25s\t%s\t  %40s\t%s\n%s", "Name", "   Type", "Data", "State", ruler)
		for _, p := range []*profile{sw.carriers, sw.extensions} {
			fmt.Fprintf(&b, "%25s\t%s\t  %40s\tRUNNING (%d)\n", p.name, "profile", p.url(), sw.legsOf(p))
			if p == sw.carriers {
				for _, g := range gateways {
					fmt.Fprintf(&b, "%25s\t%s\t  %40s\t%s\n", p.name+"::"+g.Name, "gateway", "sip:"+g.Username+"@"+g.Proxy, g.status())
				}
			}
		}
		fmt.Fprintf(&b, "%s2 profiles 0 aliases\n", ruler)
		return b.String()
	}
	switch strings.ToLower(argv[0]) {
	case "profile":
		if len(argv) < 2 || sw.profileNamed(argv[1]) == nil {
			return "Invalid Profile!\n"
		}
		return sw.profileStatus(sw.profileNamed(argv[1]))
	case "gateway", "gateways":
		if len(argv) < 2 {
			return gatewayTable(gateways)
		}
		for _, g := range gateways {
			if strings.EqualFold(g.Name, strings.TrimPrefix(argv[1], profileCarriers+"::")) {
				return gatewayStatus(g)
			}
		}
		return "Invalid Gateway!\n"
	}
	return "Invalid Syntax!\n"
}

func (sw *Switch) gatewayList() []*gateway {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	out := make([]*gateway, 0, len(sw.gateways))
	for _, g := range sw.gateways {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b *gateway) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (sw *Switch) legsOf(p *profile) int {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	n := 0
	for _, l := range sw.legs {
		if l.profile == p {
			n++
		}
	}
	return n
}

func (sw *Switch) profileStatus(p *profile) string {
	var b strings.Builder
	b.WriteString(ruler)
	row := func(name, value string) { fmt.Fprintf(&b, "%-17s\t%s\n", name, value) }
	row("Name", p.name)
	row("Domain Name", sw.cfg.Realm)
	row("Challenge Realm", sw.cfg.Realm)
	row("RTP-IP", sw.cfg.RTPHost)
	row("SIP-IP", p.host)
	row("URL", p.url())
	row("BIND-URL", p.url()+";transport=udp")
	row("CODECS IN", "PCMA,PCMU")
	row("CODECS OUT", "PCMA,PCMU")
	row("TEL-EVENT", fmt.Sprint(eventPT))
	row("DTMF-MODE", "rfc2833")
	row("CALLS-IN", fmt.Sprint(p.callsIn.Load()))
	row("FAILED-CALLS-IN", fmt.Sprint(p.failedIn.Load()))
	row("CALLS-OUT", fmt.Sprint(p.callsOut.Load()))
	row("FAILED-CALLS-OUT", fmt.Sprint(p.failedOut.Load()))
	n := 0
	if p == sw.extensions {
		n = sw.regs.count()
	}
	row("REGISTRATIONS", fmt.Sprint(n))
	return b.String()
}

func gatewayTable(list []*gateway) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%25s\t%28s\t%s\t%s\t%s\t%s\n%s", "Profile::Gateway-Name", "    Data    ", "State", "Ping Time", "IB Calls(F/T)", "OB Calls(F/T)", ruler)
	for _, g := range list {
		fmt.Fprintf(&b, "%25s\t%28s\t%s\t0.00\t0/0\t0/0\n", profileCarriers+"::"+g.Name, "sip:"+g.Username+"@"+g.Proxy, g.status())
	}
	fmt.Fprintf(&b, "%s%d gateways: Inbound(Failed/Total): 0/0,Outbound(Failed/Total):0/0\n", ruler, len(list))
	return b.String()
}

func gatewayStatus(g *gateway) string {
	var b strings.Builder
	b.WriteString(ruler)
	row := func(name, value string) { fmt.Fprintf(&b, "%-8s\t%s\n", name, value) }
	row("Name", g.Name)
	row("Profile", profileCarriers)
	row("Scheme", "Digest")
	row("Realm", g.domain())
	row("Username", g.Username)
	row("Password", "yes")
	row("From", "<sip:"+g.Username+"@"+g.domain()+">")
	row("Proxy", "sip:"+g.Proxy)
	row("State", g.status())
	status := "UP"
	if g.isDown() {
		status = "DOWN"
	}
	row("Status", status)
	b.WriteString(ruler)
	return b.String()
}
