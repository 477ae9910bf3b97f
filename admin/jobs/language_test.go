package jobs_test

import (
	"path/filepath"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/export"
)

// TestAnExportKeepsTheLanguageThatItWasAskedForIn: the worker knows nothing of the request, and the row says it.
func TestAnExportKeepsTheLanguageThatItWasAskedForIn(t *testing.T) {
	t.Parallel()
	y := newExportYard(t)
	want := map[export.ID]string{y.ask(export.CallsXLSX, export.Request{Language: words.English}).ID: "Calls", y.ask(export.CallsXLSX, export.Request{Language: words.Chinese}).ID: "通话",
		y.ask(export.CallsXLSX, export.Request{}).ID: "通话"}
	y.work(3)
	for id, sheet := range want {
		book, err := excelize.OpenFile(filepath.Join(y.exports, y.read(export.Export{ID: id}).FilePath))
		must(t, err)
		if got := book.GetSheetList(); got[0] != sheet {
			t.Errorf("a sheet is called %s, not %s", got[0], sheet)
		}
		must(t, book.Close())
	}
}
