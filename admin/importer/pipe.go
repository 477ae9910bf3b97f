package importer

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
)

// parsers is how many goroutines check rows while one reads the file and one stores.
const parsers = 2

// piece is a stretch of the file on its way: read, then parsed, then stored in the order of the file.
type piece struct {
	lines  []line
	cells  []string // what lines point into
	parsed []parsed
	err    error
	done   chan struct{}
}

// pipe moves the table through reading, parsing and storing at the same time. At most a handful of pieces exist at once,
// so memory does not grow with the file. Rows that were read before a damage in the file are stored all the same.
func (r *run) pipe(ctx context.Context, t table) error {
	reading, stop := context.WithCancel(ctx)
	defer stop()
	ordered := make(chan *piece, parsers+1)
	work := make(chan *piece, parsers+1)
	free := make(chan *piece, 3*(parsers+1))
	var cols columns
	var readErr error

	var owned sync.WaitGroup
	owned.Go(func() {
		defer close(ordered)
		defer close(work)
		readErr = guarded(func() error { return r.split(reading, t, &cols, ordered, work, free) })
		if err := t.close(); readErr == nil {
			readErr = err
		}
	})
	for range parsers {
		owned.Go(func() {
			for p := range work {
				p.parse(&cols, r.Region)
			}
		})
	}
	var storeErr error
	for p := range ordered {
		<-p.done
		if storeErr == nil {
			if storeErr = p.err; storeErr == nil {
				storeErr = r.store(ctx, p.parsed)
			}
			if storeErr != nil {
				stop() // and drain, so that the reader can end
			}
		}
		p.lines, p.cells, p.parsed = p.lines[:0], p.cells[:0], p.parsed[:0]
		select {
		case free <- p:
		default:
		}
	}
	owned.Wait()
	if storeErr != nil {
		return storeErr
	}
	return readErr
}

// parse checks a piece's lines. The columns were written before the first piece was sent, and never again.
func (p *piece) parse(cols *columns, region string) {
	defer close(p.done)
	p.err = guarded(func() error {
		for _, l := range p.lines {
			p.parsed = append(p.parsed, parse(l, *cols, region))
		}
		return nil
	})
}

// split reads the table and hands out pieces.
func (r *run) split(ctx context.Context, t table, cols *columns, ordered, work chan<- *piece, free <-chan *piece) error {
	p := nextPiece(free)
	send := func() error {
		if len(p.lines) == 0 {
			return nil
		}
		p.done = make(chan struct{})
		// The place in the order is taken first: whoever waits for it knows that the work will be done.
		for _, to := range []chan<- *piece{work, ordered} {
			select {
			case to <- p:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		p = nextPiece(free)
		return nil
	}
	rows, known := 0, false
	for {
		row, cells, err := t.next()
		if errors.Is(err, io.EOF) {
			if !known {
				return refuse(Empty, nil, "the file holds no row")
			}
			return send()
		}
		if err != nil {
			return firstOf(send(), err)
		}
		if !known {
			if blank(cells) {
				continue
			}
			read := readHeader
			if r.i.DNCGroup != 0 {
				read = readListHeader
			}
			if *cols, err = read(cells, r.Region); err != nil {
				return err
			}
			known = true
			if cols.header {
				continue
			}
		}
		if rows++; rows > r.Limits.Rows {
			return firstOf(send(), refuse(TooManyRows, nil, "the file has more than %d rows; those up to row %d were imported, send the rest as another file", r.Limits.Rows, row-1))
		}
		p.add(row, cells)
		if len(p.lines) >= r.Batch {
			if err := send(); err != nil {
				return err
			}
		}
	}
}

// add copies the cells, which the table may reuse. A sheet may name its last column, the 16,384th, in every row; what
// lies beyond the last column that a header may name is not kept.
func (p *piece) add(row int, cells []string) {
	wide := len(cells) > maxColumns && !blank(cells[maxColumns:])
	from := len(p.cells)
	p.cells = append(p.cells, cells[:min(len(cells), maxColumns)]...)
	p.lines = append(p.lines, line{row: row, cells: slices.Clip(p.cells[from:]), wide: wide})
}

func nextPiece(free <-chan *piece) *piece {
	select {
	case p := <-free:
		return p
	default:
		return &piece{} // it grows with the first rows, and is used again
	}
}

// guarded turns a panic of a reading library into the file's refusal: a hostile workbook must not end the worker.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = refuse(ReaderFailed, errors.New("panic while reading"), "the file cannot be read; open it in a spreadsheet program, save it again and upload that")
		}
	}()
	return f()
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
