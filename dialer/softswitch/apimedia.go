package softswitch

import (
	"context"
	"fmt"
	"strings"

	"github.com/outdial/outdial/dialer/esl/wire"
)

func (sw *Switch) apiRecord(_ context.Context, args string) string {
	argv := wire.Fields(args, 5)
	if len(argv) < 3 {
		return "-USAGE: <uuid> [start|stop|mask|unmask] <path> [<limit>] [<recording_vars>]\n"
	}
	l := sw.leg(argv[0])
	if l == nil {
		return "-ERR Cannot locate session!\n"
	}
	switch strings.ToLower(argv[1]) {
	case "start":
		if err := sw.startRecording(l, argv[2]); err != nil {
			sw.log.Error("switch: recording cannot start; check the folder and the room on its disk", "leg", l.id, "path", argv[2], "error", err)
			return "-ERR Cannot record session!\n"
		}
		if len(argv) > 3 {
			if d := secondsVar(argv[3]); d > 0 {
				sw.mu.Lock()
				path := argv[2]
				l.after(d, func() { sw.spawn(func() { sw.stopRecording(l, path, nil) }) })
				sw.mu.Unlock()
			}
		}
	case "stop":
		if strings.EqualFold(argv[2], "all") {
			sw.closeRecordings(l)
		} else if !sw.stopRecording(l, argv[2], nil) {
			return "-ERR Cannot stop record session!\n"
		}
	default:
		return "-ERR only start and stop are available in the embedded switch\n"
	}
	return "+OK Success\n"
}

func (sw *Switch) apiBroadcast(_ context.Context, args string) string {
	argv := wire.Fields(args, 3)
	if len(argv) < 2 {
		return "-USAGE: <uuid> <path> [aleg|bleg|holdb|both]\n"
	}
	l := sw.leg(argv[0])
	if l == nil || l.isDone() {
		return "-ERR invalid uuid\n"
	}
	a := app{name: "playback", arg: argv[1]}
	if name, arg, ok := strings.Cut(argv[1], "::"); ok {
		a = app{name: name, arg: arg}
		if !knownApp(a.name) {
			return fmt.Sprintf("-ERR application [%s] is not available in the embedded switch\n", a.name)
		}
	}
	legs := []*leg{l}
	if len(argv) == 3 {
		sw.mu.Lock()
		if l.bridge != nil {
			switch strings.ToLower(argv[2]) {
			case "bleg":
				legs[0] = l.bridge.peer(l)
			case "both":
				legs = append(legs, l.bridge.peer(l))
			}
		}
		sw.mu.Unlock()
	}
	for _, one := range legs {
		sw.execute(one, a)
	}
	return "+OK Message sent\n"
}

// apiBreak stops what is being played.
func (sw *Switch) apiBreak(_ context.Context, args string) string {
	id, _, _ := strings.Cut(args, " ")
	l := sw.leg(id)
	if l == nil {
		return noChannel
	}
	l.media.playing.Store(nil)
	return okay
}
