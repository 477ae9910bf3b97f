package importer

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

const (
	maxSheetRows = 1 << 20
	maxParts     = 5000
	maxIndex     = 1 << 20 // of the parts that say which sheet is the first
)

// inspected is what a look through a workbook's parts told.
type inspected struct {
	lastRow int
}

// inspect looks through the parts before the reading library unpacks them: sizes are bounded, checksums hold, and the
// first sheet is there to its end. A part that unpacks to more than its entry says is an error of archive/zip itself.
func inspect(r io.ReaderAt, size int64, limits Limits) (inspected, error) {
	var out inspected
	z, err := zip.NewReader(r, size)
	if err != nil {
		return out, damaged(err)
	}
	if len(z.File) > maxParts {
		return out, refuse(TooLarge, nil, "the workbook has %d parts; save the list alone in a new workbook", len(z.File))
	}
	files := make(map[string]*zip.File, len(z.File))
	var total, side uint64
	for _, f := range z.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if files[name] != nil {
			return out, refuse(Broken, nil, "the workbook holds the part %s twice", printable(f.Name, maxShownNumber))
		}
		files[name] = f
		if f.Flags&1 != 0 {
			return out, refuse(Encrypted, nil, "the file is protected with a password; save it without one and upload it again")
		}
		if f.UncompressedSize64 > uint64(limits.UnpackedBytes) {
			total = f.UncompressedSize64
		} else {
			total += f.UncompressedSize64
		}
		if total > uint64(limits.UnpackedBytes) {
			return out, refuse(TooLarge, nil, "the workbook unpacks to more than %d MB; split it", limits.UnpackedBytes>>20)
		}
		if !streamed(name) || f.UncompressedSize64 <= uint64(limits.PartBytes) {
			if side += f.UncompressedSize64; side > uint64(limits.SideBytes) {
				return out, refuse(TooLarge, nil, "the workbook holds more than %d MB beside its lists; save the list alone in a new workbook", limits.SideBytes>>20)
			}
		}
	}
	first, err := firstSheet(files)
	if err != nil {
		return out, err
	}
	if s := files["xl/sharedstrings.xml"]; s != nil {
		if err := readThrough(s, io.Discard); err != nil {
			return out, err
		}
	}
	rows := rowScanner{}
	if err := readThrough(first, &rows); err != nil {
		return out, err
	}
	if !rows.complete() {
		return out, refuse(Broken, nil, "the sheet is cut off; open it in a spreadsheet program and save it again")
	}
	if rows.last > maxSheetRows {
		return out, refuse(Broken, nil, "the sheet names row %d, and no spreadsheet has one; open it in a spreadsheet program and save it again", rows.last)
	}
	out.lastRow = rows.last
	return out, nil
}

// streamed are the parts that the reading library puts into temporary files when they are large.
func streamed(name string) bool {
	return name == "xl/sharedstrings.xml" || strings.HasPrefix(name, "xl/worksheets/sheet")
}

func readThrough(f *zip.File, to io.Writer) error {
	r, err := f.Open()
	if err != nil {
		return damaged(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := io.Copy(to, r); err != nil {
		return damaged(err)
	}
	return nil
}

// firstSheet follows the package to its workbook and on to the part of its first sheet (ECMA-376 part 1, 18.2.19 and
// part 2, 6.5).
func firstSheet(files map[string]*zip.File) (*zip.File, error) {
	notOne := func(cause error) error {
		return refuse(Unknown, cause, "the file is packed but is no workbook; save the list as .xlsx or .csv")
	}
	book, err := related(files, "", func(id, kind string) bool { return strings.HasSuffix(kind, "/officeDocument") })
	if err != nil {
		return nil, notOne(err)
	}
	var id string
	err = eachElement(files[book], "sheet", func(e xml.StartElement) bool {
		for _, a := range e.Attr {
			if a.Name.Local == "id" && a.Name.Space != "" {
				id = a.Value
			}
		}
		return id == ""
	})
	if err != nil || id == "" {
		return nil, notOne(err)
	}
	sheet, err := related(files, book, func(at, _ string) bool { return at == id })
	if err != nil {
		return nil, notOne(err)
	}
	f := files[sheet]
	if f == nil {
		return nil, refuse(Broken, nil, "the workbook has no sheet")
	}
	return f, nil
}

// related is the part that the first fitting relationship of a part leads to; the package itself is the part "".
func related(files map[string]*zip.File, part string, fits func(id, kind string) bool) (string, error) {
	folder, name := path.Split(part)
	var target string
	err := eachElement(files[folder+"_rels/"+name+".rels"], "Relationship", func(e xml.StartElement) bool {
		var id, kind, to string
		for _, a := range e.Attr {
			switch a.Name.Local {
			case "Id":
				id = a.Value
			case "Type":
				kind = a.Value
			case "Target":
				to = a.Value
			}
		}
		if fits(id, kind) {
			target = to
		}
		return target == ""
	})
	if err != nil {
		return "", err
	}
	target = strings.ToLower(strings.ReplaceAll(target, `\`, "/"))
	if rooted, ok := strings.CutPrefix(target, "/"); ok {
		return path.Clean(rooted), nil
	}
	return path.Join(folder, target), nil
}

func eachElement(f *zip.File, local string, visit func(xml.StartElement) bool) error {
	if f == nil {
		return io.ErrUnexpectedEOF
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	d := xml.NewDecoder(io.LimitReader(r, maxIndex))
	d.Strict = false
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if e, ok := t.(xml.StartElement); ok && e.Name.Local == local && !visit(e) {
			return nil
		}
	}
}
