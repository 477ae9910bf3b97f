package export

import "strings"

// mostCell is how many characters a cell of a workbook may hold.
const mostCell = 32_767

// Neutral is a text that no spreadsheet takes for a formula, neither where it stands nor after somebody has saved the
// table as CSV and opened it again: what could begin one, full-width forms included, gets an apostrophe before it.
func Neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(s)[0]) {
		s = "'" + s
	}
	if r := []rune(s); len(r) > mostCell {
		s = string(r[:mostCell])
	}
	return s
}
