package export

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/export"
	"github.com/outdial/outdial/shared/tenant"
)

// TestAFullDisk writes each kind of file to a device that never has room.
func TestAFullDisk(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("there is no device that is always full")
	}
	for _, kind := range []export.Kind{export.CallsXLSX, export.RecordingsZIP, export.RecordingsLinks, export.TextZIP} {
		in := input(t, aShelf(t), kind, false)
		in.Store = &endless{shelf: aShelf(t), n: 3000} // more than any buffer holds
		if err := errors.Join(os.MkdirAll(in.RecordingsDir, 0o750), os.WriteFile(filepath.Join(in.RecordingsDir, "a.wav"), []byte("RIFFx"), 0o600),
			os.MkdirAll(in.Dir, 0o750), os.Symlink("/dev/full", filepath.Join(in.Dir, "export-7.part"))); err != nil {
			t.Fatal(err)
		}
		r, err := Run(t.Context(), in)
		var refused *Refusal
		if !errors.As(err, &refused) || !strings.Contains(refused.Reason, "disk") {
			t.Errorf("%s: %v, %+v", kind, err, r)
		}
		if left, _ := os.ReadDir(in.Dir); len(left) != 0 {
			t.Errorf("%s leaves %v", kind, left)
		}
		if _, err := os.Stat("/dev/full"); errors.Is(err, fs.ErrNotExist) {
			t.Fatal("the device was removed in place of the part")
		}
	}
}

// endless is a shelf of so many calls that nobody keeps: each page is made when it is asked for.
type endless struct {
	*shelf
	n int
}

func (e *endless) CountCalls(_ context.Context, _ tenant.Scope, _ contact.CampaignID, _ call.Filter, most int) (int, error) {
	return min(e.n, most), nil
}

func (e *endless) Calls(_ context.Context, _ tenant.Scope, _ contact.CampaignID, _ call.Filter, p call.Page) ([]call.Call, error) {
	at := e.n
	if p.Before != "" {
		at = digits(string(p.Before))
	}
	var out []call.Call
	for i := at - 1; i >= 0 && len(out) < p.Limit; i-- {
		c := e.calls[i%len(e.calls)]
		c.UUID, c.Contact, c.Recording = uuidOf(i), contact.ID(i+1), "a.wav"
		c.Name = "李雷" + decimal(i)
		out = append(out, c)
	}
	return out, nil
}

// digits is the number that uuidOf made an id of.
func digits(id string) int {
	n := 0
	for _, r := range id[len(id)-12:] {
		n = n*10 + int(r-'0')
	}
	return n
}

func (e *endless) ContactsByID(_ context.Context, _ tenant.Scope, ids []contact.ID) (map[contact.ID]contact.Contact, error) {
	out := make(map[contact.ID]contact.Contact, len(ids))
	for _, id := range ids {
		out[id] = contact.Contact{Vars: map[string]string{"city": "上海", "amount": decimal(int(id))}}
	}
	return out, nil
}

// held is the most memory that was in use while a workbook of n calls was made, up to the first half of them and in all. It
// looks at every tenth.
func held(tb testing.TB, in Input, n int) (half, whole uint64) {
	tb.Helper()
	in.Store = &endless{shelf: in.Store.(*shelf), n: n}
	next := 0
	in.Progress = func(_ context.Context, done, total int) error {
		if done < next && done < total {
			return nil
		}
		next = done + total/10
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if whole = max(whole, m.HeapAlloc); done <= total/2 {
			half = whole
		}
		return nil
	}
	r, err := Run(tb.Context(), in)
	if err != nil || r.Rows != n {
		tb.Fatal(r, err)
	}
	return half, whole
}

// TestAWorkbookIsNotHeldInMemory compares what half a workbook takes with what all of it takes. The half is already beyond what
// a sheet may keep in memory; 400 bytes that stayed of each row of the other half would show.
func TestAWorkbookIsNotHeldInMemory(t *testing.T) {
	half, whole := held(t, input(t, aShelf(t), export.CallsXLSX, false), 32_000)
	if half < 16<<20 {
		t.Errorf("16,000 rows hold %d bytes: a sheet may still have all of them in memory", half)
	}
	if whole > half+6<<20 {
		t.Errorf("32,000 rows hold %d bytes, half of them hold %d", whole, half)
	}
}

// BenchmarkWorkbook makes the largest workbook that may be asked for.
func BenchmarkWorkbook(b *testing.B) {
	for b.Loop() {
		in := input(b, aShelf(b), export.CallsXLSX, false)
		over, peak := make(chan struct{}), make(chan uint64)
		go func() { // the highest mark, garbage included, the end of the file too
			tick, most := time.NewTicker(20*time.Millisecond), uint64(0)
			defer tick.Stop()
			for {
				select {
				case <-over:
					peak <- most
					return
				case <-tick.C:
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most = max(most, m.HeapAlloc)
				}
			}
		}()
		_, live := held(b, in, export.MostRows)
		close(over)
		b.ReportMetric(float64(<-peak)/(1<<20), "peak-MB")
		b.ReportMetric(float64(live)/(1<<20), "live-MB")
	}
}
