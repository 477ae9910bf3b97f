package softswitch

import (
	"fmt"
	"strconv"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// versionText names this switch wherever FreeSWITCH names itself.
const versionText = "1.10.12-outdial-softswitch"

// heartbeatEvent tells the load (switch_core.c, send_heartbeat).
func (sw *Switch) heartbeatEvent() wire.Event {
	n := sw.admit.load()
	up := uptime(sw.started, sw.clock.Now())
	var e wire.Event
	e.Add("Event-Info", "System Ready")
	e.Add("Up-Time", uptimeText(up))
	e.Add("FreeSWITCH-Version", versionText)
	e.Add("Uptime-msec", strconv.FormatInt(up.Milliseconds(), 10))
	e.Add("Session-Count", strconv.Itoa(n.live))
	e.Add("Max-Sessions", strconv.Itoa(n.max))
	e.Add("Session-Per-Sec", strconv.Itoa(n.perSecLimit))
	e.Add("Session-Per-Sec-Last", strconv.Itoa(n.perSecLast))
	e.Add("Session-Per-Sec-Max", strconv.Itoa(n.perSecPeak))
	e.Add("Session-Per-Sec-FiveMin", strconv.Itoa(n.perSecPeak))
	e.Add("Session-Since-Startup", strconv.FormatUint(n.total, 10))
	e.Add("Session-Peak-Max", strconv.Itoa(n.peak))
	e.Add("Session-Peak-FiveMin", strconv.Itoa(n.peak))
	e.Add("Idle-CPU", "100.000000")
	return e
}

func shutdownEvent() wire.Event {
	return wire.Event{Headers: wire.Headers{{Name: "Event-Info", Value: "System Shutting Down"}}}
}

// registered reports a softphone that came or went.
func (p *profile) registered(user, subclass string, c contact, d time.Duration) {
	p.sw.bus.fire(evCustom, wire.Event{Headers: wire.Headers{
		{Name: wire.HeaderEventSubclass, Value: subclass}, {Name: "profile-name", Value: p.name},
		{Name: "from-user", Value: user}, {Name: "username", Value: user}, {Name: "realm", Value: p.sw.cfg.Realm},
		{Name: "contact", Value: c.uri.String()}, {Name: "call-id", Value: c.callID}, {Name: "user-agent", Value: c.agent},
		{Name: "network-ip", Value: hostOf(c.source)}, {Name: "expires", Value: strconv.Itoa(int(d / time.Second))},
	}})
}

// uptimeText is the long form that status and HEARTBEAT share; years are of 365 days there.
func uptimeText(d time.Duration) string {
	unit := func(n int64, name string) string {
		if n == 1 {
			return fmt.Sprintf("1 %s", name)
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	us := d.Microseconds()
	s := us / 1_000_000
	return unit(s/31_536_000, "year") + ", " + unit(s/86_400%365, "day") + ", " + unit(s/3600%24, "hour") + ", " +
		unit(s/60%60, "minute") + ", " + unit(s%60, "second") + ", " + unit(us/1000%1000, "millisecond") + ", " +
		unit(us%1000, "microsecond")
}
