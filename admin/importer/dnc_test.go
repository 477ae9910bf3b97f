package importer_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/tenant"
)

func (b *bench) group() dnc.Group {
	b.t.Helper()
	g := dnc.Group{Tenant: b.tenant, Name: "投诉", CreatedAt: time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)}
	must(b.t, b.store.CreateGroup(b.t.Context(), b.scope, &g))
	return g
}

// fill is an import of the text into the group.
func (b *bench) fill(g dnc.Group, text string) importer.Input {
	b.t.Helper()
	file := filepath.Join(b.t.TempDir(), "list.csv")
	must(b.t, os.WriteFile(file, []byte(text), 0o600))
	in := b.queue(file)
	in.Import = contact.Import{Tenant: b.tenant, DNCGroup: g.ID, Source: "upload", FileName: "list.csv", CreatedAt: g.CreatedAt}
	must(b.t, b.store.CreateImport(b.t.Context(), b.scope, &in.Import))
	return in
}

func TestNumbersNotToCallAreImported(t *testing.T) {
	for name, c := range map[string]struct {
		text    string
		remarks map[string]string
		reasons map[int]string
	}{
		"with a header": {"编号,手机号,备注,!!\n1,13800138000,投诉,x\n2,138 0013 8001,,y\n3,12,太短,\n4,13800138000,again,\n",
			map[string]string{"13800138000": "投诉", "13800138001": ""}, map[int]string{4: "", 5: "row 2"}},
		"without one":     {"13800138000,不再拨打\n13800138001\n", map[string]string{"13800138000": "不再拨打", "13800138001": ""}, nil},
		"nothing else":    {"13800138002\n", map[string]string{"13800138002": ""}, nil},
		"a long remark":   {"13800138003," + strings.Repeat("长", 201) + "\n13800138004,ok\n", map[string]string{"13800138004": "ok"}, map[int]string{1: "remark"}},
		"in the group":    {"号码\n13900139000\n13800138005\n", map[string]string{"13800138005": ""}, map[int]string{2: "already"}},
		"spelled as text": {"phone,reason\n+86 138-0013-8006,\"=HYPERLINK(\"\"x\"\")\"\n", map[string]string{"13800138006": `=HYPERLINK("x")`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			g := b.group()
			known, err := contact.ParseNumber("13900139000", "CN")
			must(t, err)
			must(t, b.store.AddNumber(t.Context(), b.scope, &dnc.Number{Group: g.ID, Number: known}))
			in := b.fill(g, c.text)
			done, err := importer.Run(t.Context(), in)
			must(t, err)
			if done.State != contact.ImportFinished || done.Accepted != len(c.remarks) || done.Rejected != len(c.reasons) || done.Total != len(c.remarks)+len(c.reasons) {
				t.Errorf("import %+v", done)
			}
			list, err := b.store.Numbers(t.Context(), b.scope, g.ID, "", "", 100)
			must(t, err)
			if len(list) != len(c.remarks)+1 {
				t.Errorf("the group holds %+v", list)
			}
			for _, n := range list {
				if want, ok := c.remarks[n.Number.String()]; n.Number != known && (!ok || n.Remark != want || n.Import != in.Import.ID) {
					t.Errorf("number %+v, want the remark %q", n, want)
				}
			}
			for _, r := range b.rejections(in.Import.ID) {
				if want, ok := c.reasons[r.Row]; !ok || !strings.Contains(r.Reason, want) {
					t.Errorf("row %d was rejected: %s", r.Row, r.Reason)
				}
			}
			now, err := b.store.Group(t.Context(), b.scope, g.ID)
			must(t, err)
			if now.Numbers != len(list) {
				t.Errorf("the group counts %d numbers and holds %d", now.Numbers, len(list))
			}
			if counts, err := b.store.CountContacts(t.Context(), b.scope, b.campaign); err != nil || len(counts) != 0 {
				t.Errorf("contacts were made: %v (%v)", counts, err)
			}
			// Run again, as after a crash before its end was written down: the same totals.
			again := in
			again.Import, err = b.store.Import(t.Context(), b.scope, in.Import.ID)
			must(t, err)
			second, err := importer.Run(t.Context(), again)
			must(t, err)
			if second.Accepted != done.Accepted || second.Rejected != done.Rejected {
				t.Errorf("the second run came to %+v, the first to %+v", second, done)
			}
		})
	}
}

// vanishing deletes the group as soon as the file is being read.
type vanishing struct {
	importer.Store
	delete func()
}

func (v vanishing) AddNumbers(ctx context.Context, scope tenant.Scope, batch []dnc.Number) ([]bool, error) {
	v.delete()
	return v.Store.AddNumbers(ctx, scope, batch)
}

func TestGroupDeletedUnderItsImport(t *testing.T) {
	b := newBench(t)
	g := b.group()
	in := b.fill(g, "13800138000\n")
	in.Store = vanishing{Store: b.store, delete: func() { must(t, b.store.DeleteGroup(t.Context(), b.scope, g.ID)) }}
	done, err := importer.Run(t.Context(), in)
	must(t, err)
	if done.State != contact.ImportFailed || !strings.Contains(done.Reason, "deleted") {
		t.Errorf("import %+v", done)
	}
}
