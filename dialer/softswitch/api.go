package softswitch

import (
	"context"
	"fmt"
	"strings"

	"github.com/outdial/outdial/dialer/esl/wire"
)

const (
	noChannel = "-ERR No such channel!\n"
	okay      = "+OK\n"
)

// commands of the api, by name. What is not here is answered as FreeSWITCH answers an unknown command. The list is filled
// at start-up because bgapi runs commands itself.
var commands map[string]func(sw *Switch, ctx context.Context, args string) string

func init() {
	commands = map[string]func(sw *Switch, ctx context.Context, args string) string{
		"originate":         (*Switch).apiOriginate,
		"uuid_bridge":       (*Switch).apiBridge,
		"uuid_transfer":     (*Switch).apiTransfer,
		"uuid_kill":         (*Switch).apiKill,
		"uuid_record":       (*Switch).apiRecord,
		"uuid_setvar":       (*Switch).apiSetVar,
		"uuid_setvar_multi": (*Switch).apiSetVars,
		"uuid_getvar":       (*Switch).apiGetVar,
		"uuid_exists":       (*Switch).apiExists,
		"uuid_broadcast":    (*Switch).apiBroadcast,
		"uuid_break":        (*Switch).apiBreak,
		"uuid_park":         (*Switch).apiPark,
		"uuid_answer":       (*Switch).apiAnswer,
		"uuid_dump":         (*Switch).apiDump,
		"sched_hangup":      (*Switch).apiSchedHangup,
		"hupall":            (*Switch).apiHupAll,
		"show":              (*Switch).apiShow,
		"status":            (*Switch).apiStatus,
		"sofia":             (*Switch).apiSofia,
		"version":           (*Switch).apiVersion,
		"uptime":            (*Switch).apiUptime,
		"global_getvar":     (*Switch).apiGlobalVar,
		"fsctl":             (*Switch).apiControl,
		"reloadxml":         func(*Switch, context.Context, string) string { return "+OK [Success]\n" },
		"create_uuid":       (*Switch).apiCreateUUID,
		"strftime":          (*Switch).apiTime,
	}
}

// api runs one command and returns what it prints.
func (sw *Switch) api(ctx context.Context, name, args string) string {
	do, ok := commands[strings.ToLower(name)]
	if !ok {
		return fmt.Sprintf("-ERR %s Command not found!\n", name)
	}
	return do(sw, ctx, strings.TrimSpace(args))
}

func (sw *Switch) apiOriginate(_ context.Context, args string) string {
	o, err := wire.ParseOriginate(args)
	if err != nil {
		// Unbalanced braces are an endpoint that cannot be read, the rest is a wrong number of arguments.
		if fields := wire.Fields(args, 10); len(fields) >= 2 && len(fields) <= 7 {
			return "-ERR " + causeDestinationOutOfOrder.String() + "\n"
		}
		return wire.OriginateUsage
	}
	argv := wire.Fields(args, 10)
	c := call{dial: argv[0]}
	if len(argv) > 4 {
		c.caller.name = defined(argv[4])
	}
	if len(argv) > 5 {
		c.caller.number = defined(argv[5])
	}
	if len(argv) > 6 {
		c.limit = secondsVar(argv[6])
	}
	apps, ok := sw.appsOf(o)
	if !ok {
		return "-ERR " + causeNoRoute.String() + "\n"
	}
	l, why := sw.originate(c)
	if l == nil {
		return "-ERR " + why.String() + "\n"
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	if l.isDone() {
		return "-ERR " + l.cause.String() + "\n"
	}
	l.startLocked(apps)
	return "+OK " + l.id + "\n"
}

func defined(s string) string {
	if strings.EqualFold(s, "undef") {
		return ""
	}
	return s
}

// appsOf is what the called leg meets.
func (sw *Switch) appsOf(o wire.Originate) ([]app, bool) {
	if o.Application != "" {
		return []app{{name: o.Application, arg: o.Argument}}, knownApp(o.Application)
	}
	return sw.dialplan(o.Extension)
}
