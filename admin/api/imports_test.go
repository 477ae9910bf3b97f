package api_test

import (
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/contact"
)

func TestUploadWaitsForTheWorker(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	i := as[api.Import](w.one.upload(address("/campaigns/%d/imports", camp), `C:\fake\..\名单.csv`, "13800138000\n").want(202))
	if i.Order != 1 || i.State != "queued" || i.FileName != "名单.csv" || i.CampaignID != camp || i.Source != "upload" {
		t.Errorf("import: %+v", i)
	}
	if len(w.queue.ids) != 1 || int64(w.queue.ids[0]) != i.ID {
		t.Errorf("enqueued: %v", w.queue.ids)
	}
	stored, err := w.db.Import(t.Context(), w.one.scope, contact.ImportID(i.ID))
	must(t, err)
	content, err := os.ReadFile(filepath.Join(w.uploads, stored.FilePath))
	must(t, err)
	if string(content) != "13800138000\n" || filepath.Base(stored.FilePath) != stored.FilePath {
		t.Errorf("kept as %s: %q", stored.FilePath, content)
	}
	w.queue.err = errors.New("redis is gone")
	second := as[api.Import](w.one.upload(address("/campaigns/%d/imports", camp), "../../../etc/passwd", "1\n").want(202))
	if second.Order != 2 || second.FileName != "passwd" {
		t.Errorf("second import: %+v", second)
	}
	list := as[struct{ Items []api.Import }](w.one.get(address("/campaigns/%d/imports", camp)).want(200))
	if len(list.Items) != 2 || list.Items[0].ID != i.ID {
		t.Errorf("imports: %+v", list)
	}
	if got := as[api.Import](w.one.get(address("/imports/%d", i.ID)).want(200)); got.ID != i.ID {
		t.Errorf("import: %+v", got)
	}
}

func TestBadUploadsAreRefusedAndLeaveNothingBehind(t *testing.T) {
	w := newWorld(t, func(d *api.Deps) { d.Limits.Upload = 1000 })
	path := address("/campaigns/%d/imports", w.one.campaign())
	w.one.upload(path, "empty.csv", "").problem(422)
	if p := w.one.upload(path, "large.csv", strings.Repeat("1", 1001)).problem(413); p.Code != "limited" {
		t.Errorf("problem: %+v", p)
	}
	w.one.upload(path, "larger.csv", strings.Repeat("1", 200_000)).problem(413)
	w.one.do("POST", path, "13800138000").problem(415)
	for _, form := range []string{"", "--x\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n1\r\n--x--\r\n", "--x\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n1380"} {
		r := w.request("POST", path, form)
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.AddCookie(w.one.cookie)
		w.send(r).problem(422)
	}
	kept, err := os.ReadDir(w.uploads)
	must(t, err)
	if len(kept) != 0 || len(w.queue.ids) != 0 {
		t.Errorf("left behind: %v, enqueued: %v", kept, w.queue.ids)
	}
}

func TestRejectionsAreStreamedWithoutFormulas(t *testing.T) {
	w := newWorld(t)
	i := as[api.Import](w.one.upload(address("/campaigns/%d/imports", w.one.campaign()), "a.csv", "x\n").want(202))
	rows := []contact.Rejection{
		{Row: 2, Number: `=HYPERLINK("http://evil.example","x")`, Reason: "bad"}, {Row: 3, Number: "+1-1", Reason: "@sum"}, {Row: 4, Number: "-1", Reason: "a \"b\", c"},
		{Row: 5, Number: "＝1", Reason: "x"},
	}
	for n := range 2500 {
		rows = append(rows, contact.Rejection{Row: 10 + n, Number: fmt.Sprint(n), Reason: "bad"})
	}
	must(t, w.db.AddRejections(t.Context(), w.one.scope, contact.ImportID(i.ID), rows))
	got := w.one.get(address("/imports/%d/rejections?lang=en", i.ID)).want(200)
	if ct := got.header.Get("Content-Disposition"); !strings.HasPrefix(ct, "attachment; ") {
		t.Errorf("Content-Disposition %q", ct)
	}
	table, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(got.body), "\ufeff"))).ReadAll()
	must(t, err)
	if len(table) != len(rows)+1 || table[len(table)-1][0] != "2509" {
		t.Fatalf("%d rows, last %v", len(table), table[len(table)-1])
	}
	for i, want := range []string{"row|number|reason", `2|'=HYPERLINK("http://evil.example","x")|bad`, "3|'+1-1|'@sum", `4|'-1|a "b", c`, "5|'＝1|x"} {
		if got := strings.Join(table[i], "|"); got != want {
			t.Errorf("row %d: %s, want %s", i, got, want)
		}
	}
}
