package softswitch

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func (sw *Switch) apiBridge(_ context.Context, args string) string {
	ids := wire.Fields(args, 2)
	if len(ids) != 2 {
		return "-USAGE: <uuid> <other_uuid>\n"
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	a, b := sw.legs[ids[0]], sw.legs[ids[1]]
	if a == nil || b == nil || a.isDone() || b.isDone() || a == b {
		return "-ERR Invalid uuid\n"
	}
	if a.progress < early || b.progress < early {
		return "-ERR Channel not ready\n"
	}
	if a.bridge != nil && a.bridge == b.bridge {
		return "+OK " + b.id + "\n"
	}
	// The second leg is set free first and belongs to the first one's application from then on.
	b.takeLocked()
	a.startLocked([]app{{name: "uuid_bridge", arg: b.id}})
	return "+OK " + b.id + "\n"
}

func (sw *Switch) apiTransfer(_ context.Context, args string) string {
	const usage = "-USAGE: <uuid> [-bleg|-both] <dest-exten> [<dialplan>] [<context>]\n"
	argv := wire.Fields(args, 5)
	if len(argv) < 2 {
		return usage
	}
	id, which, rest := argv[0], "", argv[1:]
	if rest[0] == "-bleg" || rest[0] == "-both" {
		which, rest = rest[0], rest[1:]
	}
	if len(rest) == 0 {
		return usage
	}
	var apps []app
	ok := true
	if len(rest) > 1 && strings.EqualFold(rest[1], "inline") {
		apps = parseApps(strings.Trim(rest[0], "'"))
		for _, a := range apps {
			ok = ok && knownApp(a.name)
		}
		ok = ok && len(apps) > 0
	} else {
		apps, ok = sw.dialplan(rest[0])
	}
	if !ok {
		return fmt.Sprintf("-ERR %.80s is no destination of the embedded switch\n", rest[0])
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[id]
	if l == nil || l.isDone() {
		return noChannel
	}
	legs := []*leg{l}
	if which != "" {
		if l.bridge == nil {
			if which == "-bleg" {
				return "-ERR No such channel!\n"
			}
		} else if other := l.bridge.peer(l); which == "-bleg" {
			legs = []*leg{other}
		} else {
			legs = append(legs, other)
		}
	}
	if len(legs) == 2 {
		// Both are taken before either is given away, so that the one which loses its bridge is not hung up.
		legs[1].takeLocked()
		legs[0].takeLocked()
		hold := legs[1]
		hold.startLocked(apps)
		legs[0].startLocked(apps)
		return okay
	}
	legs[0].startLocked(apps)
	return okay
}

func (sw *Switch) apiKill(_ context.Context, args string) string {
	argv := wire.Fields(args, 2)
	if len(argv) == 0 {
		return "-USAGE: <uuid> [cause]\n"
	}
	c := causeNormal
	if len(argv) == 2 {
		c = parseCause(argv[1], causeNormal)
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[argv[0]]
	if l == nil || l.isDone() {
		return noChannel
	}
	l.hangupLocked(c)
	return okay
}

func (sw *Switch) apiPark(_ context.Context, args string) string {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[args]
	if l == nil || l.isDone() {
		return noChannel
	}
	l.startLocked([]app{{name: "park"}})
	return okay
}

func (sw *Switch) apiAnswer(_ context.Context, args string) string {
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[args]
	switch {
	case l == nil || l.isDone():
		return noChannel
	case l.uas != nil && l.progress < active:
		l.uas.answer()
	}
	return okay
}

func (sw *Switch) apiSchedHangup(_ context.Context, args string) string {
	argv := wire.Fields(args, 3)
	if len(argv) < 2 {
		return "-USAGE: [+]<time> <uuid> [<cause>]\n"
	}
	c := causeAllottedTimeout
	if len(argv) == 3 {
		c = parseCause(argv[2], c)
	}
	text, relative := strings.CutPrefix(argv[0], "+")
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 || n > 1<<40 {
		return "-USAGE: [+]<time> <uuid> [<cause>]\n"
	}
	d := time.Duration(min(n, 1<<31)) * time.Second
	if !relative {
		d = time.Unix(n, 0).Sub(sw.clock.Now())
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	l := sw.legs[argv[1]]
	if l == nil || l.isDone() {
		return noChannel
	}
	if d <= 0 {
		l.hangupLocked(c)
		return okay
	}
	l.after(d, func() { l.hangupLocked(c) })
	return okay
}

// apiHupAll ends all legs, or those with a variable of a value.
func (sw *Switch) apiHupAll(_ context.Context, args string) string {
	argv := wire.Fields(args, 3)
	c := causeManagerRequest
	if len(argv) > 0 {
		c = parseCause(argv[0], c)
	}
	sw.mu.Lock()
	defer sw.mu.Unlock()
	for _, l := range sw.legs {
		if len(argv) == 3 && l.vars.get(argv[1]) != argv[2] {
			continue
		}
		l.hangupLocked(c)
	}
	if len(argv) == 3 {
		return fmt.Sprintf("+OK hangup all channels matching [%s]=[%s] with cause: %s\n", argv[1], argv[2], c)
	}
	return fmt.Sprintf("+OK hangup all channels with cause %s\n", c)
}
