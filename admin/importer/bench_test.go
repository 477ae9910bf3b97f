package importer_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/admin/importer"
	"github.com/outdial/outdial/shared/contact"
)

// benchRows is what one round imports; OUTDIAL_BENCH_ROWS changes it.
func benchRows(b *testing.B) int {
	if n, err := strconv.Atoi(os.Getenv("OUTDIAL_BENCH_ROWS")); err == nil {
		return n
	}
	return 100_000
}

func perSecond(b *testing.B, rows int) {
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(0, "ns/op")
}

// BenchmarkRawInsert stores the same contacts without reading or checking anything.
func BenchmarkRawInsert(b *testing.B) {
	rows := benchRows(b)
	for b.Loop() {
		b.StopTimer()
		y := newBench(b)
		in := y.queue("none")
		batch := make([]contact.Contact, 0, 2000)
		b.StartTimer()
		for i := range rows {
			n, err := contact.NumberFromStore(fmt.Sprintf("138%08d", i))
			must(b, err)
			batch = append(batch, contact.Contact{Tenant: y.tenant, Campaign: y.campaign, Number: n, Name: "张三", State: contact.Waiting,
				Import: in.Import.ID, ImportRow: i + 1})
			if len(batch) == cap(batch) || i == rows-1 {
				_, err := y.store.AddImported(b.Context(), y.scope, batch)
				must(b, err)
				batch = batch[:0]
			}
		}
	}
	perSecond(b, rows)
}

func BenchmarkImportCSV(b *testing.B) {
	rows := benchRows(b)
	path := filepath.Join(b.TempDir(), "list.csv")
	f, err := os.Create(path)
	must(b, err)
	_, _ = f.WriteString("号码,姓名\n")
	for i := range rows {
		_, _ = fmt.Fprintf(f, "138%08d,张三\n", i)
	}
	must(b, f.Close())
	importFile(b, path, rows)
}

func BenchmarkImportWorkbook(b *testing.B) {
	rows := benchRows(b)
	path := filepath.Join(b.TempDir(), "list.xlsx")
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	must(b, err)
	must(b, w.SetRow("A1", []any{"号码", "姓名"}))
	for i := range rows {
		must(b, w.SetRow("A"+strconv.Itoa(i+2), []any{fmt.Sprintf("138%08d", i), "张三"}))
	}
	must(b, w.Flush())
	must(b, f.SaveAs(path))
	must(b, f.Close())
	importFile(b, path, rows)
}

func importFile(b *testing.B, path string, rows int) {
	b.Helper()
	for b.Loop() {
		b.StopTimer()
		y := newBench(b)
		in := y.queue(path)
		peak := watch(b)
		b.StartTimer()
		got, err := importer.Run(b.Context(), in)
		b.StopTimer()
		must(b, err)
		if got.Accepted != rows || got.State != contact.ImportFinished {
			b.Fatalf("import: %+v", got)
		}
		b.ReportMetric(float64(peak())/(1<<20), "MB-heap")
		b.StartTimer()
	}
	perSecond(b, rows)
}

// watch samples the heap while an import runs.
func watch(b *testing.B) func() uint64 {
	b.Helper()
	runtime.GC()
	stop, top := make(chan struct{}), make(chan uint64)
	go func() {
		var highest uint64
		tick := time.NewTicker(50 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			highest = max(highest, m.HeapInuse)
			select {
			case <-stop:
				top <- highest
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 { close(stop); return <-top }
}

// BenchmarkImportSharedStrings reads a workbook as Excel saves it: every text stands once in a part of its own.
func BenchmarkImportSharedStrings(b *testing.B) {
	rows := benchRows(b)
	var texts, sheet strings.Builder
	texts.WriteString(`<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>张三</t></si>`)
	sheet.WriteString(sheetHead)
	for i := range rows {
		fmt.Fprintf(&texts, "<si><t>138%08d</t></si>", i)
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%d" t="s"><v>%d</v></c><c r="B%d" t="s"><v>0</v></c></row>`, i+1, i+1, i+1, i+1)
	}
	texts.WriteString("</sst>")
	sheet.WriteString(sheetTail)
	path := file(b, "list.xlsx", string(book(sheet.String()).with("xl/sharedStrings.xml", texts.String()).pack(b)))
	importFile(b, path, rows)
}
