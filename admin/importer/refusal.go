package importer

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// Why names what is wrong with a file as a whole.
type Why string

const (
	Empty        Why = "empty"         // no bytes, or no row with anything in it
	Unknown      Why = "unknown"       // neither a workbook nor text
	Encrypted    Why = "encrypted"     // protected with a password
	OldWorkbook  Why = "old_workbook"  // .xls of Excel 97-2003 with what is not read of them
	Broken       Why = "broken"        // a workbook that is damaged or cut off
	TooLarge     Why = "too_large"     // larger than allowed, packed or unpacked
	TooManyRows  Why = "too_many_rows" // more rows than one import takes
	BadColumns   Why = "bad_columns"   // columns that cannot become variables
	Missing      Why = "missing"       // the upload is not there any more
	Gone         Why = "gone"          // what it was to fill was deleted
	ReaderFailed Why = "reader_failed" // the reading library gave up on it
)

// FileError says why a file was refused, in words for the user who sent it.
type FileError struct {
	Why   Why
	Text  string
	Cause error
}

func (e *FileError) Error() string { return e.Text }
func (e *FileError) Unwrap() error { return e.Cause }

func refuse(why Why, cause error, format string, args ...any) error {
	return &FileError{Why: why, Text: fmt.Sprintf(format, args...), Cause: cause}
}

func isFileError(err error) bool {
	var f *FileError
	return errors.As(err, &f)
}

const (
	maxShownNumber = 40
	maxReason      = 200
)

// printable makes foreign text fit to be stored and shown: valid, without control characters, of bounded length.
func printable(s string, limit int) string {
	plain := true
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] >= 0x7f {
			plain = false
			break
		}
	}
	if plain && len(s) <= limit {
		return s
	}
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
	if r := []rune(s); len(r) > limit {
		return string(r[:limit-1]) + "…"
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
