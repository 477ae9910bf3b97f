package script

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"iter"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oldbook"
)

// Limits of a workbook, which a small file can exceed by far.
const (
	maxParts     = 200
	maxUnpacked  = 40 << 20
	maxSheetRows = 5000
	maxColumns   = 16
	maxCells     = 60_000
)

// opened is a workbook as far as it is one of a script: the sheets that it has, by what they hold.
type opened struct {
	layout layout
	tables map[string]table
}

// table is a sheet without its head.
type table struct {
	rows []line
}

// has tells whether a part of documents has a sheet here.
func (o opened) has(part string) bool { _, ok := o.tables[part]; return ok }

// openWorkbook reads the sheets that it knows and refuses what is no plain table: macros, formulas, bombs.
func openWorkbook(file []byte) (opened, error) {
	if oldbook.Is(file) {
		return openOld(file)
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return opened{}, errs.Wrap(errs.Invalid, err, "the file is no .xlsx workbook")
	}
	if err := inspectParts(z); err != nil {
		return opened{}, err
	}
	book, err := excelize.OpenReader(bytes.NewReader(file), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked / 2})
	if err != nil {
		return opened{}, errs.Wrap(errs.Invalid, err, "the file is no .xlsx workbook")
	}
	defer book.Close() //nolint:errcheck // it is only read
	return readSheets(book.GetSheetList(), func(name string) iter.Seq2[[]string, error] { return rowsOf(book, name) })
}

// openOld reads a workbook of the old kind. What is refused in an .xlsx file is refused here too.
func openOld(file []byte) (opened, error) {
	book, err := oldbook.Read(file, oldbook.Limits{Rows: maxSheetRows, Columns: maxColumns, Cells: maxCells}, known)
	switch {
	case err != nil:
		return opened{}, err
	case book.Macros:
		return opened{}, errMacros()
	case book.Linked:
		return opened{}, errLinks()
	}
	var names []string
	rows := map[string][][]string{}
	for _, s := range book.Sheets {
		if s.Formula != "" {
			return opened{}, errFormula(s.Formula)
		}
		if s.Full {
			return opened{}, errCells()
		}
		names = append(names, s.Name)
		rows[s.Name] = s.Rows
	}
	return readSheets(names, func(name string) iter.Seq2[[]string, error] {
		return func(yield func([]string, error) bool) {
			for _, cells := range rows[name] {
				if !yield(cells, nil) {
					return
				}
			}
		}
	})
}

func errMacros() error {
	return errs.New(errs.Invalid, "the workbook holds macros; save it as .xlsx without them")
}

func errLinks() error {
	return errs.New(errs.Invalid, "the workbook holds links to other files or embedded ones; remove them")
}

func errCells() error {
	return errs.New(errs.Invalid, "a sheet of the workbook has more than %d cells", maxCells)
}

func errFormula(at string) error {
	return refusedCell(at, "the cell holds a formula; write its value")
}

// readSheets reads those that it knows of the ones that a workbook has, of either kind.
func readSheets(names []string, rows func(name string) iter.Seq2[[]string, error]) (opened, error) {
	out := opened{layout: layoutOf(names), tables: map[string]table{}}
	for _, s := range out.layout.sheets() {
		if !slices.Contains(names, s.name) {
			continue
		}
		t, err := readSheet(s, rows(s.name))
		if err != nil {
			return opened{}, err
		}
		out.tables[s.part] = t
	}
	return out, nil
}

// inspectParts looks into the archive before anybody unpacks it.
func inspectParts(z *zip.Reader) error {
	if len(z.File) > maxParts {
		return errs.New(errs.Invalid, "the workbook has %d parts; at most %d are taken", len(z.File), maxParts)
	}
	var size uint64
	for _, f := range z.File {
		size += f.UncompressedSize64
		name := strings.ToLower(f.Name)
		switch {
		case f.UncompressedSize64 > maxUnpacked || size > maxUnpacked:
			return errs.New(errs.Invalid, "the workbook is too large once it is unpacked")
		case strings.Contains(name, "vbaproject") || strings.Contains(name, "/macrosheets/"):
			return errMacros()
		case strings.Contains(name, "/externallinks/") || strings.Contains(name, "/embeddings/"):
			return errLinks()
		}
	}
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "xl/worksheets/") && path.Ext(f.Name) == ".xml" {
			if err := inspectSheet(z, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// inspectSheet counts cells and finds formulas; the size that an archive declares may be a lie, so what is read is bounded.
func inspectSheet(z *zip.Reader, f *zip.File) error {
	broken := func(err error) error {
		return errs.Wrap(errs.Invalid, err, "the file is no .xlsx workbook")
	}
	r, err := f.Open()
	if err != nil {
		return broken(err)
	}
	defer r.Close() //nolint:errcheck // it is only read
	bounded := &io.LimitedReader{R: r, N: maxUnpacked}
	d := xml.NewDecoder(bounded)
	cells, at := 0, ""
	for {
		t, err := d.RawToken()
		switch {
		case bounded.N == 0:
			return errs.New(errs.Invalid, "the workbook is too large once it is unpacked")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return broken(err)
		}
		e, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
		case "c":
			at = ""
			for _, a := range e.Attr {
				if a.Name.Local == "r" {
					at = a.Value
				}
			}
			if cells++; cells > maxCells {
				return errCells()
			}
		case "f":
			return errFormula(sheetName(z, f.Name) + "!" + clip(at))
		}
	}
}

// sheetName is what people call a part of the archive.
func sheetName(z *zip.Reader, part string) string {
	var book struct {
		Sheets []struct {
			Name string     `xml:"name,attr"`
			Attr []xml.Attr `xml:",any,attr"`
		} `xml:"sheets>sheet"`
	}
	var links struct {
		Links []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if readPart(z, "xl/workbook.xml", &book) && readPart(z, "xl/_rels/workbook.xml.rels", &links) {
		for _, l := range links.Links {
			if path.Base(l.Target) != path.Base(part) {
				continue
			}
			for _, s := range book.Sheets {
				for _, a := range s.Attr {
					if a.Name.Local == "id" && a.Value == l.ID {
						return s.Name
					}
				}
			}
		}
	}
	return path.Base(part)
}

func readPart(z *zip.Reader, name string, into any) bool {
	f, err := z.Open(name)
	if err != nil {
		return false
	}
	defer f.Close() //nolint:errcheck // it is only read
	return xml.NewDecoder(io.LimitReader(f, 1<<20)).Decode(into) == nil
}

// rowsOf are the rows of an .xlsx sheet, from the first on.
func rowsOf(book *excelize.File, name string) iter.Seq2[[]string, error] {
	return func(yield func([]string, error) bool) {
		rows, err := book.Rows(name)
		if err != nil {
			yield(nil, err)
			return
		}
		defer rows.Close() //nolint:errcheck // it is only read
		for rows.Next() {
			if cells, err := rows.Columns(excelize.Options{RawCellValue: true}); !yield(cells, err) || err != nil {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(nil, err)
		}
	}
}

func readSheet(s sheet, rows iter.Seq2[[]string, error]) (table, error) {
	var t table
	n := 0
	for cells, err := range rows {
		if err != nil {
			return t, errs.Wrap(errs.Invalid, err, "the file is no .xlsx workbook")
		}
		if n++; n > maxSheetRows {
			return t, refusedCell(s.name+"!A"+strconv.Itoa(n), "a sheet has at most %d rows", maxSheetRows)
		}
		if n == 1 {
			for i, want := range s.columns {
				if i >= len(cells) || strings.TrimSpace(cells[i]) != want {
					return t, refusedCell(s.name+"!"+columnName(i)+"1", "the column must be called %s", want)
				}
			}
			continue
		}
		l := line{sheet: s.name, number: n, cells: cells}
		for i, c := range cells {
			if strings.TrimSpace(c) != "" && i >= len(s.columns) {
				return t, refusedCell(s.name+"!"+columnName(min(i, maxColumns))+strconv.Itoa(n), "there is no such column; write notes elsewhere")
			}
		}
		if strings.TrimSpace(strings.Join(cells, "")) != "" {
			t.rows = append(t.rows, l)
		}
	}
	return t, nil
}

func refusedCell(at, format string, args ...any) error {
	var k errs.Check
	k.Require(false, at, format, args...)
	return k.Err("workbook")
}
