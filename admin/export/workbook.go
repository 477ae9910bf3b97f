package export

import (
	"archive/zip"
	"context"
	"io"
	"os"

	"github.com/xuri/excelize/v2"

	"github.com/outdial/outdial/shared/call"
)

// sheetRows is how many rows a sheet may have, its header among them.
var sheetRows = excelize.TotalRows

// workbook streams rows: excelize keeps some megabytes of a sheet in memory and the rest in a temporary file.
func (j *job) workbook(ctx context.Context, f *os.File) error {
	book := excelize.NewFile(excelize.Options{TmpDir: j.Dir})
	defer func() { _ = book.Close() }()
	bold, err := book.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	if err != nil {
		return err
	}
	s := &sheets{book: book, name: j.say(sheetName)}
	for _, c := range columns {
		s.heads = append(s.heads, excelize.Cell{StyleID: bold, Value: j.say(c.head)})
	}
	if err := s.next(); err != nil {
		return err
	}
	err = j.each(ctx, func(calls []call.Call) error {
		people, err := j.contacts(ctx, calls)
		if err != nil {
			return err
		}
		for _, c := range calls {
			row, err := j.cells(ctx, c, people[c.Contact])
			if err != nil {
				return err
			}
			if err := s.add(row); err != nil {
				return err
			}
			j.rows++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.rows == 0 {
		return refuse("no call matches")
	}
	if err := s.stream.Flush(); err != nil {
		return err
	}
	// Left alone, excelize would hold the whole archive in memory before it writes it.
	book.SetZipWriter(func(io.Writer) excelize.ZipWriter { return zip.NewWriter(f) })
	_, err = book.WriteToBuffer()
	return err
}

// sheets writes rows, and begins another sheet when one is full.
type sheets struct {
	book   *excelize.File
	name   string
	heads  []any
	stream *excelize.StreamWriter
	count  int
	row    int
}

func (s *sheets) next() error {
	s.count++
	name := s.name
	if s.count > 1 {
		name += decimal(s.count)
		if err := s.stream.Flush(); err != nil {
			return err
		}
		if _, err := s.book.NewSheet(name); err != nil {
			return err
		}
	} else if err := s.book.SetSheetName("Sheet1", name); err != nil {
		return err
	}
	var err error
	if s.stream, err = s.book.NewStreamWriter(name); err != nil {
		return err
	}
	for i, c := range columns {
		if err := s.stream.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
	}
	if err := s.stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	s.row = 1
	return s.stream.SetRow("A1", s.heads)
}

func (s *sheets) add(row []any) error {
	if s.row == sheetRows {
		if err := s.next(); err != nil {
			return err
		}
	}
	s.row++
	for i, v := range row {
		if t, ok := v.(string); ok {
			row[i] = Neutral(t)
		}
	}
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, row)
}
