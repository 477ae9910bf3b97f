package softswitch

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func (sw *Switch) apiSetVar(_ context.Context, args string) string {
	argv := wire.Fields(args, 3)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <var> [value]\n"
	}
	value := ""
	if len(argv) == 3 {
		value = argv[2]
	}
	if sw.leg(argv[0]) == nil {
		return noChannel
	}
	if wire.CheckName(argv[1]) != nil {
		return "-ERR No variable specified\n"
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[argv[0]]
	if l == nil {
		return noChannel
	}
	l.vars.set(argv[1], value)
	return okay
}

func (sw *Switch) apiSetVars(_ context.Context, args string) string {
	const usage = "-USAGE: <uuid> <var>=<value>;<var>=<value>...\n"
	id, list, ok := strings.Cut(args, " ")
	if !ok {
		return usage
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[id]
	if l == nil {
		return noChannel + usage
	}
	for one := range strings.SplitSeq(list, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(one), "=")
		if wire.CheckName(name) == nil {
			l.vars.set(name, value)
		}
	}
	return okay
}

func (sw *Switch) apiGetVar(_ context.Context, args string) string {
	argv := wire.Fields(args, 2)
	if len(argv) != 2 {
		return "-USAGE: <uuid> <var>\n"
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[argv[0]]
	if l == nil {
		return noChannel
	}
	if v, ok := l.vars.lookup(argv[1]); ok {
		return v
	}
	return "_undef_"
}

func (sw *Switch) apiExists(_ context.Context, args string) string {
	if args != "" && sw.leg(args) != nil {
		return "true"
	}
	return "false"
}

// apiDump prints what CHANNEL_DATA would carry.
func (sw *Switch) apiDump(_ context.Context, args string) string {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[args]
	if l == nil {
		return noChannel
	}
	h := l.appendOther(l.appendProfile(l.appendChannel(nil)))
	var b strings.Builder
	for _, one := range h {
		b.WriteString(one.Name + ": " + one.Value + "\n")
	}
	for _, v := range l.vars {
		b.WriteString("variable_" + v.Name + ": " + v.Value + "\n")
	}
	return b.String()
}

func (sw *Switch) apiGlobalVar(_ context.Context, args string) string {
	switch args {
	case "hostname", "switchname":
		return sw.host
	case "core_uuid":
		return sw.core
	case "local_ip_v4":
		return sw.cfg.RTPHost
	case "domain":
		return sw.cfg.Realm
	case "rtp_start_port":
		return ""
	case "":
		return "hostname=" + sw.host + "\ncore_uuid=" + sw.core + "\nlocal_ip_v4=" + sw.cfg.RTPHost + "\ndomain=" + sw.cfg.Realm + "\n"
	}
	return ""
}

func (sw *Switch) apiCreateUUID(context.Context, string) string { return uuid.NewString() }

func (sw *Switch) apiTime(context.Context, string) string {
	return sw.clock.Now().Format(time.DateTime)
}
