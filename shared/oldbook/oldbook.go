// Package oldbook reads and writes the cells of .xls workbooks (Excel 97-2003 and later: BIFF8 records in an OLE2 container). It
// owns the container's bounds, the records and the table of texts; what the cells mean, and what of a workbook is refused, is
// the caller's. Formats, styles, drawings and the values that formulas had when the file was saved are not read, and texts alone
// are written.
package oldbook

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/outdial/outdial/shared/errs"
)

// Limits of what is read of a file. They hold before anything is allocated for it.
const (
	maxFile   = 5 << 20
	maxSheets = 100
	// maxSteps bounds the records and cells of all sheets together: sheets may begin within one another.
	maxSteps = 1 << 20
)

// Limits of a sheet. Cells beyond a limit of rows or columns are kept in the first row or column after it, so that the caller
// sees that there is something.
type Limits struct {
	Rows, Columns, Cells int
	// Bytes bounds the file, Steps its records and cells, and Texts its table of texts; 0 are the limits of a file that is
	// written by hand: 5 MB, a million and 262,144.
	Bytes, Steps, Texts int
}

func (l Limits) withDefaults() Limits {
	for v, d := range map[*int]int{&l.Bytes: maxFile, &l.Steps: maxSteps, &l.Texts: maxTexts} {
		if *v <= 0 {
			*v = d
		}
	}
	return l
}

// IsLocked tells whether a file was refused because a password protects it.
func IsLocked(err error) bool { return errors.Is(err, errLocked) }

// IsTooLarge tells whether a file was refused because it is over a limit.
func IsTooLarge(err error) bool { return errors.Is(err, errTooLarge) }

var errLocked, errTooLarge = errors.New("locked"), errors.New("too large")

// Book is a workbook as far as it is read.
type Book struct {
	Sheets []Sheet
	// Macros, Linked: it holds macros; it holds links to other workbooks or embedded files.
	Macros, Linked bool
}

// Sheet is a sheet with its cells, as they were written and not as they are shown. Empty rows are nil.
type Sheet struct {
	Name string
	Rows [][]string
	// Formula is the place of the first cell with a formula.
	Formula string
	// Full tells that the sheet has more cells than its limit, or needs room for twice as many because they lie far from
	// each other; the others are not read.
	Full bool
}

// Is tells whether a file is an OLE2 container, as are old workbooks and locked ones of either kind.
func Is(file []byte) bool { return bytes.HasPrefix(file, []byte("\xd0\xcf\x11\xe0")) }

// Read reads a workbook. All sheets are searched for formulas; the cells of those that nobody keeps are dropped.
func Read(file []byte, l Limits, keep func(sheet string) bool) (book Book, err error) {
	// The container's reader is made for files that are well meant.
	defer func() {
		if r := recover(); r != nil {
			book, err = Book{}, broken(fmt.Errorf("reading it failed: %v", r))
		}
	}()
	l = l.withDefaults()
	if len(file) > l.Bytes {
		return Book{}, errs.Wrap(errs.Invalid, errTooLarge, "workbooks of the old kind (.xls) have at most %d MB; save it as .xlsx", l.Bytes>>20)
	}
	c, err := open(file)
	if err != nil {
		return Book{}, err
	}
	return readStream(c, l, keep)
}

func readStream(c container, l Limits, keep func(sheet string) bool) (Book, error) {
	r := &reader{stream: c.stream, limits: l.withDefaults()}
	if err := r.globals(); err != nil {
		return Book{}, err
	}
	book := Book{Macros: c.macros || r.macros, Linked: c.embedded || r.linked}
	for _, s := range r.sheets {
		sheet, err := r.sheet(s, keep(s.name))
		if err != nil {
			return Book{}, err
		}
		book.Sheets = append(book.Sheets, sheet)
	}
	return book, nil
}

func broken(err error) error {
	return errs.Wrap(errs.Invalid, err, "the file is no .xls workbook that can be read; save it as .xlsx")
}
