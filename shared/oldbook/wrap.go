package oldbook

import (
	"unicode/utf16"

	"github.com/outdial/outdial/shared/errs"
)

// The sectors of an OLE2 container.
const (
	sectorSize  = 512
	entrySize   = 128
	smallest    = 4096 // shorter streams would stand in a container within the container
	perTable    = sectorSize / 4
	mostTables  = 109 // that the header names by itself
	endOfChain  = 0xfffffffe
	freeSector  = 0xffffffff
	tableSector = 0xfffffffd
	noEntry     = 0xffffffff
)

// wrap puts a workbook's stream into a container: the table of sectors, the directory, and the stream in one piece.
func wrap(stream []byte) ([]byte, error) {
	size := max(len(stream), smallest)
	content := (size + sectorSize - 1) / sectorSize
	tables := 1
	for tables*perTable < tables+1+content {
		tables++
	}
	if tables > mostTables {
		return nil, errs.New(errs.Conflict, "the workbook is too large for an .xls file; save it as .xlsx")
	}
	directory, first := uint32(tables), uint32(tables+1) //nolint:gosec // at most 109
	out := header(tables, directory)
	next := make([]uint32, tables*perTable)
	for i := range next {
		n := uint32(i) //nolint:gosec // at most 14,000
		switch {
		case i < tables:
			next[i] = tableSector
		case n == directory, i == tables+content:
			next[i] = endOfChain
		case i < tables+content:
			next[i] = n + 1
		default:
			next[i] = freeSector
		}
	}
	for _, n := range next {
		out = le.AppendUint32(out, n)
	}
	out = append(out, entry("Root Entry", 5, 1, endOfChain, 0)...)
	out = append(out, entry("Workbook", 2, noEntry, first, size)...)
	out = append(out, entry("", 0, noEntry, 0, 0)...)
	out = append(out, entry("", 0, noEntry, 0, 0)...)
	out = append(out, stream...)
	return append(out, make([]byte, (content*sectorSize)-len(stream))...), nil
}

// header is the container's first sector, which names the sectors of the table.
func header(tables int, directory uint32) []byte {
	out := join([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 16), u16(0x003e), u16(0x0003), u16(0xfffe), u16(9), u16(6), make([]byte, 6),
		u32(0), u32(uint32(tables)), u32(directory), u32(0), u32(smallest), u32(endOfChain), u32(0), u32(endOfChain), u32(0)) //nolint:gosec // at most 109
	for i := range uint32(mostTables) {
		if i < uint32(tables) { //nolint:gosec // at most 109
			out = le.AppendUint32(out, i)
		} else {
			out = le.AppendUint32(out, freeSector)
		}
	}
	return out
}

// entry is one entry of the directory; its siblings do not exist.
func entry(name string, kind byte, child, first uint32, size int) []byte {
	out := letters(utf16.Encode([]rune(name)))
	length := 0
	if name != "" {
		length = len(out) + 2
	}
	out = append(out, make([]byte, 64-len(out))...)
	out = join(out, u16(length), []byte{kind, 1}, u32(noEntry), u32(noEntry), u32(child), make([]byte, 36), u32(first), u32(uint32(size)), u32(0)) //nolint:gosec // below 7 MB
	return append(out, make([]byte, entrySize-len(out))...)
}
