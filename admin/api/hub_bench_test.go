//go:build unix

package api_test

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// BenchmarkHub measures what live events cost: from the bus to sockets that are read. 300 calls at once make about 200
// events in a second, mostly turns; they are published ten at a time, as they come in a twentieth of a second. The
// figure beside the time is the share of a core that one console takes then, reading client included.
func BenchmarkHub(b *testing.B) {
	for _, consoles := range []int{1, 20} {
		for _, kind := range []string{"plain", "masked", "narrowed"} {
			b.Run(fmt.Sprintf("%d %s", consoles, kind), func(b *testing.B) { benchHub(b, consoles, kind) })
		}
	}
}

func benchHub(b *testing.B, consoles int, kind string) {
	w := newWorld(b)
	m := w.company(0, tenant.Merchant, "shop")
	role := access.Role{Permissions: everything, DataScope: access.ScopeTenant}
	if kind == "narrowed" {
		role.DataScope = access.ScopeOwn
	}
	reader, id := m.member("reader", role, func(u *access.User) { u.MaskNumbers = kind == "masked" })
	camp := m.running(id)
	heard := make(chan struct{}, consoles)
	for range consoles {
		l := reader.listen("")
		b.Cleanup(l.close)
		go func() {
			for {
				got := l.next()
				if got == "end" {
					return
				}
				if strings.Contains(got, `"seq":9,`) {
					heard <- struct{}{}
				}
			}
		}()
	}
	batch := make([]event.Message, 0, 10)
	for i := range 10 {
		if i%3 == 0 && i < 9 {
			batch = append(batch, event.CallChanged{Tenant: m.id, Campaign: camp, Call: someCall, State: call.AnsweredState, At: noon})
			continue
		}
		batch = append(batch, benchTurn(m, camp, i))
	}
	began := processor(b)
	b.ResetTimer()
	for i := 0; i < b.N; i += len(batch) {
		for _, e := range batch {
			w.publish(e)
		}
		for range consoles {
			<-heard
		}
	}
	b.StopTimer()
	spent := processor(b) - began
	b.ReportMetric(float64(spent.Microseconds())/float64(b.N), "cpu-µs/event")
	b.ReportMetric(spent.Seconds()/float64(b.N)*200/float64(consoles)*100, "%core/console")
}

func benchTurn(m merchant, c campaign.ID, seq int) event.Message {
	return event.TurnAdded{Tenant: m.id, Campaign: c, Call: someCall, Seq: seq, Speaker: transcript.Callee, Text: "我现在有点忙，请晚一点再打13800138000，谢谢", Grade: "B"}
}

// processor is the processor time that this process has taken.
func processor(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
