package oldbook

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"

	"github.com/outdial/outdial/shared/errs"
)

// maxIndex bounds what is read of a container to find its streams. Directories of workbooks are a few kB; one of a thousand
// entries, each within the other, would make the container's reader keep half a million names. The table of sectors comes on top, a 128th of a large file.
const maxIndex = 128 << 10

// container is what an OLE2 file holds of a workbook.
type container struct {
	stream           []byte
	macros, embedded bool
}

// metered is a file of which only so many bytes may be read.
type metered struct {
	file *bytes.Reader
	left int
}

var errIndex = errors.New("its directory is too large")

func (m *metered) ReadAt(p []byte, at int64) (int, error) {
	if m.left -= len(p); m.left < 0 {
		return 0, errIndex
	}
	return m.file.ReadAt(p, at)
}

func open(file []byte) (container, error) {
	if err := inspectHeader(file); err != nil {
		return container{}, broken(err)
	}
	source := &metered{file: bytes.NewReader(file), left: maxIndex + len(file)/100}
	doc, err := mscfb.New(source)
	if err != nil {
		return container{}, broken(err)
	}
	source.left = 2 * len(file) // a stream of chained sectors, and the chain itself
	var c container
	var book *mscfb.File
	old := false
	for _, f := range doc.File {
		switch {
		case strings.HasPrefix(f.Name, "_VBA_PROJECT"):
			c.macros = true
		case strings.HasPrefix(f.Name, "MBD"), f.Name == "Ole10Native":
			c.embedded = true
		case f.Name == "EncryptedPackage":
			return container{}, locked()
		case f.Name == "Workbook" && len(f.Path) == 0 && book == nil:
			book = f
		case f.Name == "Book":
			old = true
		}
	}
	switch {
	case book == nil && old:
		return container{}, errs.New(errs.Invalid, "workbooks of Excel 5 and 95 are not read; open it in Excel or WPS and save it as .xlsx")
	case book == nil:
		return container{}, broken(errors.New("it holds no workbook"))
	case book.Size < 0 || book.Size > int64(len(file)):
		return container{}, broken(errors.New("its workbook is longer than the file"))
	}
	c.stream = make([]byte, book.Size)
	if _, err := io.ReadFull(book, c.stream); err != nil {
		return container{}, broken(err)
	}
	return c, nil
}

func locked() error {
	return errs.Wrap(errs.Invalid, errLocked, "locked workbooks are not read; open it in Excel or WPS and save it without a password")
}

// inspectHeader refuses counts of sectors that the file has no room for, before memory is taken for them.
func inspectHeader(file []byte) error {
	const header = 512
	if len(file) < header {
		return io.ErrUnexpectedEOF
	}
	shift := binary.LittleEndian.Uint16(file[30:])
	if shift != 9 && shift != 12 {
		return errors.New("its sectors are of no known size")
	}
	room := uint32(len(file)>>shift) + 1 //nolint:gosec // maxFile bounds it
	for _, at := range []int{40, 44, 64, 72} {
		if n := binary.LittleEndian.Uint32(file[at:]); n > room {
			return errors.New("it counts more sectors than it has")
		}
	}
	return nil
}
