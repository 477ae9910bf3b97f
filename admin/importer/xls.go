package importer

import (
	"io"
	"os"

	"github.com/outdial/outdial/shared/oldbook"
)

// Limits of workbooks of Excel 97-2003, which are read as a whole: what a list needs, and no more than some 100 MB of memory.
const (
	maxOldBytes = 16 << 20
	maxOldRows  = 1 << 16 // of the format
	maxOldCells = 2 << 20
	maxOldTexts = 1 << 20
)

// oldTable gives the rows of the first sheet of an .xls workbook.
type oldTable struct {
	rows [][]string
	row  int
}

// openOldWorkbook reads the whole file and closes it.
func openOldWorkbook(f *os.File, size int64) (table, error) {
	if size > maxOldBytes {
		return nil, refuse(TooLarge, nil, "a workbook of Excel 97-2003 may have at most %d MB; save it as .xlsx or .csv and upload it again", maxOldBytes>>20)
	}
	file := make([]byte, size)
	if _, err := f.ReadAt(file, 0); err != nil {
		return nil, err
	}
	first := true
	book, err := oldbook.Read(file, oldbook.Limits{Rows: maxOldRows, Columns: maxColumns, Cells: maxOldCells, Bytes: maxOldBytes, Steps: 2 * maxOldCells, Texts: maxOldTexts},
		func(string) bool { was := first; first = false; return was })
	switch {
	case oldbook.IsLocked(err):
		return nil, refuse(Encrypted, err, "the workbook is protected with a password; save it without one and upload it again")
	case oldbook.IsTooLarge(err):
		return nil, refuse(TooLarge, err, "the workbook of Excel 97-2003 holds too much; save the list alone as .xlsx or .csv and upload it again")
	case err != nil:
		return nil, damaged(err)
	case len(book.Sheets) == 0:
		return nil, refuse(Broken, nil, "the workbook has no sheet")
	}
	sheet := book.Sheets[0]
	if sheet.Full {
		return nil, refuse(TooLarge, nil, "the workbook of Excel 97-2003 holds too much; save the list alone as .xlsx or .csv and upload it again")
	}
	if sheet.Formula != "" {
		return nil, refuse(OldWorkbook, nil, "the cell %s holds a formula, and those of Excel 97-2003 are not read; save the list as .xlsx or .csv and upload it again", printable(sheet.Formula, maxShownNumber))
	}
	return &oldTable{rows: sheet.Rows}, f.Close()
}

func (t *oldTable) next() (int, []string, error) {
	if t.row == len(t.rows) {
		return 0, nil, io.EOF
	}
	cells := t.rows[t.row]
	t.rows[t.row] = nil // what was read is not kept
	t.row++
	return t.row, cells, nil
}

func (t *oldTable) close() error { return nil }
