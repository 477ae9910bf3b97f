package oldbook

import (
	"encoding/binary"
	"strings"
	"testing"

	"github.com/outdial/outdial/shared/errs"
)

// nested is a container whose directory has many entries, each within the one before.
func nested(entries int) []byte {
	const sector = 512
	directory := entries / 4
	fat := directory/128 + 1
	file := make([]byte, (1+fat+directory)*sector)
	copy(file, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	binary.LittleEndian.PutUint16(file[26:], 3)
	binary.LittleEndian.PutUint16(file[30:], 9)
	put := func(at int, v int) { binary.LittleEndian.PutUint32(file[at:], uint32(v)) } //nolint:gosec // sectors are few
	put(44, fat)
	put(48, fat) // the directory's first sector
	put(60, 0xfffffffe)
	put(68, 0xfffffffe)
	for i := range fat {
		put(76+4*i, i)
	}
	for i := range directory {
		next := fat + i + 1
		if i == directory-1 {
			next = 0xfffffffe
		}
		put(sector+4*(fat+i), next)
	}
	for i := range entries {
		at := (1+fat)*sector + 128*i
		file[at], file[at+64], file[at+66] = 'x', 4, 1
		put(at+68, 0xffffffff)
		put(at+72, 0xffffffff)
		put(at+76, i+1)
		if i == entries-1 {
			put(at+76, 0xffffffff)
		}
	}
	return file
}

func TestDirectoriesAreBounded(t *testing.T) {
	if _, err := open(nested(100)); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), "no workbook") {
		t.Errorf("a small directory is refused with %v", err)
	}
	if _, err := open(nested(20_000)); !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), errIndex.Error()) {
		t.Errorf("a large directory is refused with %v", err)
	}
}
