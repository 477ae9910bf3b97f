package softswitch

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"
)

// Commands in any order and at any moment leave no leg behind, and no command without an answer.
func TestAnythingInAnyOrder(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain CHANNEL_CREATE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY")
	rnd := rand.New(rand.NewPCG(7, 11))
	kinds := []string{"2%03d", "early%03d", "drop%03d", "486%03d", "ring%03d", "announce%03d", "mute%03d"}
	const legs = 60
	var wg sync.WaitGroup
	number := func(n int) string { return c.dialString(fmt.Sprintf(kinds[rnd.IntN(len(kinds))], n)) }
	folder := t.TempDir()
	for n := 0; n < legs; n += 2 {
		a, b := uuidOf(n), uuidOf(n+1)
		vars := []string{"", ",park_after_bridge=true", ",hangup_after_bridge=true,continue_on_fail=true"}[rnd.IntN(3)]
		call := fmt.Sprintf("{origination_uuid=%s,originate_timeout=1%s}%s ", a, vars, number(n))
		switch rnd.IntN(5) {
		case 0:
			call += "&park()"
		case 1:
			call += "&eavesdrop(" + uuidOf(rnd.IntN(legs)) + ")"
		default:
			call += fmt.Sprintf("&bridge({origination_uuid=%s%s}%s)", b, vars, number(n+1))
		}
		wg.Go(func() { sw.api(sw.ctx, "originate", call) })
		r := rand.New(rand.NewPCG(uint64(n), 3))
		wg.Go(func() {
			for i := range 12 {
				one, other := uuidOf(r.IntN(legs)), uuidOf(r.IntN(legs))
				cmd := []string{
					"uuid_bridge " + one + " " + other, "uuid_transfer " + one + " park inline", "uuid_transfer " + one + " -both park inline",
					"uuid_transfer " + one + " -bleg park inline", "uuid_kill " + one, "uuid_record " + one + fmt.Sprintf(" start %s/%d-%d.wav", folder, n, i),
					"uuid_record " + one + " stop all", "uuid_setvar " + one + " park_after_bridge true", "uuid_transfer " + one + " echo inline",
					"show channels as json", "uuid_dump " + one, "sched_hangup +1 " + one,
					"uuid_transfer " + one + " eavesdrop:" + other + " inline", "uuid_transfer " + one + " eavesdrop:" + other + ",park inline",
				}[r.IntN(14)]
				name, args, _ := strings.Cut(cmd, " ")
				if out := sw.api(sw.ctx, name, args); out == "" {
					t.Errorf("%s: no answer", cmd)
				}
				time.Sleep(time.Duration(r.IntN(15)) * time.Millisecond)
			}
		})
	}
	wg.Wait()
	sw.api(sw.ctx, "hupall", "")
	deadline := time.Now().Add(patience)
	for sw.legCount() > 0 {
		if time.Now().After(deadline) {
			t.Fatalf("legs left: %s", sw.api(sw.ctx, "show", "channels"))
		}
		time.Sleep(5 * time.Millisecond)
	}
	if n := sw.ports.InUse(); n != 0 {
		t.Errorf("%d RTP ports left", n)
	}
	if n := sw.admit.load().live; n != 0 {
		t.Errorf("%d sessions left", n)
	}
	sw.mu.Lock()
	dialogs := len(sw.dialogs)
	sw.mu.Unlock()
	if dialogs != 0 {
		t.Errorf("%d dialogs left", dialogs)
	}
	// Every leg that was created ended once.
	es.until("the ends of all legs", func() bool {
		made, over := 0, 0
		for _, e := range es.events {
			switch e.Name() {
			case "CHANNEL_CREATE":
				made++
			case "CHANNEL_DESTROY":
				over++
			}
		}
		return made == over && made > 0
	})
	for n := range legs {
		for _, name := range []string{"CHANNEL_HANGUP", "CHANNEL_HANGUP_COMPLETE", "CHANNEL_DESTROY"} {
			if made, got := es.count("CHANNEL_CREATE", uuidOf(n)), es.count(name, uuidOf(n)); got != made {
				t.Errorf("leg %d: %s %d times, created %d times", n, name, got, made)
			}
		}
	}
}
