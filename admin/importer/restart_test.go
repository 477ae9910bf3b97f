package importer_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
)

// farFuture is after every contact's turn has come.
var farFuture = time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)

// failing is a store that breaks down after some batches, before or after the batch was stored.
type failing struct {
	importer.Store
	left  int
	after bool
}

var errGone = errors.New("the database is gone")

func (f *failing) AddImported(ctx context.Context, scope tenant.Scope, batch []contact.Contact) ([]bool, error) {
	if f.left == 0 && !f.after {
		return nil, errGone
	}
	taken, err := f.Store.AddImported(ctx, scope, batch)
	if f.left--; f.left < 0 {
		return nil, errGone
	}
	return taken, err
}

// list has every fifth row bad and every seventh a duplicate of the row before.
func list(rows int) (text string, accepted, rejected int) {
	var b strings.Builder
	b.WriteString("number,name\n")
	for i := range rows {
		switch {
		case i%5 == 4:
			b.WriteString("12,bad\n")
			rejected++
		case i%7 == 6 && (i-1)%5 != 4:
			fmt.Fprintf(&b, "138%08d,again\n", i-1)
			rejected++
		default:
			fmt.Fprintf(&b, "138%08d,n\n", i)
			accepted++
		}
	}
	return b.String(), accepted, rejected
}

func TestImportThatWasCutOffComesToTheSameTotals(t *testing.T) {
	t.Parallel()
	text, accepted, rejected := list(450)
	for _, after := range []bool{false, true} {
		for left := range 4 {
			t.Run(fmt.Sprintf("%d batches, stored %v", left, after), func(t *testing.T) {
				b := newBench(t)
				in := b.queue(file(t, "list.csv", text))
				in.Store, in.Batch = &failing{b.store, left, after}, 100
				if _, err := importer.Run(t.Context(), in); !errors.Is(err, errGone) {
					t.Fatalf("run: %v", err)
				}
				unfinished, err := b.store.UnfinishedImports(t.Context(), b.scope)
				must(t, err)
				if len(unfinished) != 1 || unfinished[0].State != contact.ImportRunning {
					t.Fatalf("unfinished: %+v", unfinished)
				}
				in.Import, in.Store = unfinished[0], b.store
				got, err := importer.Run(t.Context(), in)
				must(t, err)
				if got.State != contact.ImportFinished || got.Total != 450 || got.Accepted != accepted || got.Rejected != rejected {
					t.Errorf("import: %+v, want %d accepted, %d rejected", got, accepted, rejected)
				}
				counts, err := b.store.CountContacts(t.Context(), b.scope, b.campaign)
				must(t, err)
				if counts[contact.Waiting] != accepted {
					t.Errorf("contacts: %v", counts)
				}
				n := 0
				for row := 0; ; {
					page, err := b.store.Rejections(t.Context(), b.scope, got.ID, row, 1000)
					must(t, err)
					if len(page) == 0 {
						break
					}
					n, row = n+len(page), page[len(page)-1].Row
				}
				if n != rejected {
					t.Errorf("%d rejections are stored, want %d", n, rejected)
				}
			})
		}
	}
}

func TestImportEndsWithItsContext(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	text, _, _ := list(20_000)
	in := b.queue(file(t, "list.csv", text))
	ctx, cancel := context.WithCancel(t.Context())
	in.Store = &cancelling{b.store, cancel}
	if _, err := importer.Run(ctx, in); !errors.Is(err, context.Canceled) {
		t.Fatalf("run: %v", err)
	}
}

type cancelling struct {
	importer.Store
	cancel context.CancelFunc
}

func (c *cancelling) AddImported(ctx context.Context, scope tenant.Scope, batch []contact.Contact) ([]bool, error) {
	defer c.cancel()
	return c.Store.AddImported(ctx, scope, batch)
}

func TestMissingUploadFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if got := b.run("/nowhere/list.csv"); got.State != contact.ImportFailed || !strings.Contains(got.Reason, "upload it again") {
		t.Errorf("import: %+v", got)
	}
}
