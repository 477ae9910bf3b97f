package importer

import (
	"errors"
	"io"
	"os"

	"github.com/xuri/excelize/v2"
)

// workbookTable streams the first sheet of a workbook. The library that reads it ends quietly at the first damage, so
// the sheet is looked through before and the number of the last row compared at the end.
type workbookTable struct {
	f    *os.File
	tmp  string // where the library unpacks large parts; it forgets some of them when it fails
	book *excelize.File
	rows *excelize.Rows
	row  int
	last int // the highest row that the sheet's text names
}

func openWorkbook(f *os.File, size int64, limits Limits) (table, error) {
	parts, err := inspect(f, size, limits)
	if err != nil {
		return nil, err
	}
	t := &workbookTable{f: f}
	err = guarded(func() error { return t.open(parts, limits) })
	if err != nil {
		_ = t.release()
		return nil, err
	}
	return t, nil
}

func (t *workbookTable) open(parts inspected, limits Limits) error {
	var err error
	if t.tmp, err = os.MkdirTemp("", "outdial-import-"); err != nil {
		return err
	}
	book, err := excelize.OpenFile(t.f.Name(), excelize.Options{UnzipSizeLimit: limits.UnpackedBytes, UnzipXMLSizeLimit: limits.PartBytes, TmpDir: t.tmp})
	if err != nil {
		return damaged(err)
	}
	t.book = book
	sheets := book.GetSheetList()
	if len(sheets) == 0 {
		return refuse(Broken, nil, "the workbook has no sheet")
	}
	if t.rows, err = book.Rows(sheets[0]); err != nil {
		return damaged(err)
	}
	t.last = parts.lastRow
	return nil
}

func (t *workbookTable) next() (int, []string, error) {
	if !t.rows.Next() {
		if err := t.rows.Error(); err != nil {
			return 0, nil, damaged(err)
		}
		if t.row < t.last {
			return 0, nil, refuse(Broken, nil, "the sheet is damaged after row %d; open it in a spreadsheet program and save it again", t.row)
		}
		return 0, nil, io.EOF
	}
	t.row++
	cells, err := t.rows.Columns()
	if err != nil {
		return 0, nil, damaged(err)
	}
	return t.row, cells, nil
}

func (t *workbookTable) close() error { return errors.Join(t.release(), t.f.Close()) }

// release closes the library's files and removes them.
func (t *workbookTable) release() error {
	var err error
	if t.rows != nil {
		err = t.rows.Close()
	}
	if t.book != nil {
		err = errors.Join(err, t.book.Close())
	}
	if t.tmp != "" {
		err = errors.Join(err, os.RemoveAll(t.tmp))
	}
	return err
}

func damaged(cause error) error {
	return refuse(Broken, cause, "the workbook is damaged or cut off; open it in a spreadsheet program and save it again")
}
