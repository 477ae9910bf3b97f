package carriersim

import (
	"context"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// BenchmarkMedia holds 500 legs that speak and listen to each other for three seconds. It tells what a call costs the
// machine that also runs the robots under test, and how even the clock is.
func BenchmarkMedia(b *testing.B) {
	const legs = 500
	const span = 3 * time.Second
	lib, err := loadLibrary()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		p := newPacer(4)
		ports := rtpio.NewPorts("127.0.0.1", 0, 0)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		all := make([]*leg, legs)
		for i := range all {
			conn, err := ports.Listen()
			if err != nil {
				b.Fatal(err)
			}
			all[i] = newLeg(conn, lib)
		}
		for i, l := range all {
			peer := all[i^1].conn.LocalPort()
			if err := l.connect(sdp.Session{Host: "127.0.0.1", Port: peer}, audio.PCMA); err != nil {
				b.Fatal(err)
			}
			l.play(lib.say("f2", "meitingqing"), true)
			p.add(l)
		}
		p.start(ctx)
		start := cpuTime(b)
		time.Sleep(span)
		used := cpuTime(b) - start
		runtime.ReadMemStats(&after)
		cancel()
		p.wait()
		var gaps Gaps
		for _, l := range all {
			l.close()
			gaps.Add(&l.gaps)
		}
		b.ReportMetric(float64(used)/float64(span)/legs*1e6, "core-ppm/leg")
		b.ReportMetric(float64(gaps.Percentile(99))/1e6, "p99-gap-ms")
		b.ReportMetric(float64(after.HeapAlloc+after.StackInuse-before.HeapAlloc-before.StackInuse)/legs/1024, "kB/leg")
		b.ReportMetric(float64(p.late.Load()), "late")
	}
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
