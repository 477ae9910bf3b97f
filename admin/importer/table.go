package importer

import (
	"bytes"
	"errors"
	"io"
	"os"
)

// Limits bound what one file may cost.
type Limits struct {
	FileBytes     int64 // of the upload
	UnpackedBytes int64 // of all parts of a workbook together
	PartBytes     int64 // of a part that is kept in memory; larger ones go through a temporary file
	SideBytes     int64 // of the parts in memory together: styles, pictures and the like
	Rows          int
	RecordBytes   int64 // of one CSV record
}

func (l Limits) withDefaults() Limits {
	set := func(v *int64, d int64) {
		if *v <= 0 {
			*v = d
		}
	}
	set(&l.FileBytes, 100<<20)
	set(&l.UnpackedBytes, 1<<30)
	set(&l.PartBytes, 4<<20)
	set(&l.SideBytes, 64<<20)
	set(&l.RecordBytes, 256<<10)
	if l.Rows <= 0 {
		l.Rows = 2_000_000
	}
	return l
}

// table yields the rows of a file. The cells of a row may be reused by the next call.
type table interface {
	// next returns io.EOF after the last row. Row numbers are those that a spreadsheet shows, from 1.
	next() (row int, cells []string, err error)
	close() error
}

// openTable tells by the first bytes what the file is; its name is not asked.
func openTable(path string, limits Limits) (table, error) {
	f, err := os.Open(path)
	if err != nil {
		if errors.Is(err, os.ErrNotExist) {
			return nil, refuse(Missing, err, "the uploaded file is not there any more; upload it again")
		}
		return nil, err
	}
	t, err := openFile(f, limits)
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return t, nil
}

var (
	zipMagic = []byte("PK\x03\x04")
	oleMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	// encryptedStream is the name of the stream that holds an encrypted workbook inside an OLE file (MS-OFFCRYPTO 2.3.4.4).
	encryptedStream = utf16("EncryptedPackage")
)

func openFile(f *os.File, limits Limits) (table, error) {
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if st.Size() == 0 {
		return nil, refuse(Empty, nil, "the file is empty")
	}
	if st.Size() > limits.FileBytes {
		return nil, refuse(TooLarge, nil, "the file has %d MB; at most %d MB are taken: split it", st.Size()>>20, limits.FileBytes>>20)
	}
	head := make([]byte, 64<<10)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, zipMagic):
		return openWorkbook(f, st.Size(), limits)
	case bytes.HasPrefix(head, oleMagic):
		if encrypted(f, st.Size()) {
			return nil, refuse(Encrypted, nil, "the workbook is protected with a password; save it without one and upload it again")
		}
		return openOldWorkbook(f, st.Size())
	case bytes.HasPrefix(head, []byte("PK")):
		return nil, refuse(Broken, nil, "the workbook is damaged or empty; open it in a spreadsheet program and save it again")
	default:
		return openCSV(f, head, limits)
	}
}

// encrypted looks for the stream's name in the whole file in pieces: its directory may stand anywhere.
func encrypted(r io.ReaderAt, size int64) bool {
	const piece = 1 << 20
	buf := make([]byte, piece)
	for at := int64(0); at < size; at += piece - int64(len(encryptedStream)) {
		n, err := r.ReadAt(buf, at)
		if bytes.Contains(buf[:n], encryptedStream) {
			return true
		}
		if err != nil {
			return false
		}
	}
	return false
}

func utf16(ascii string) []byte {
	b := make([]byte, 0, 2*len(ascii))
	for i := 0; i < len(ascii); i++ {
		b = append(b, ascii[i], 0)
	}
	return b
}
