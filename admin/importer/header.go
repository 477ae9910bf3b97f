package importer

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/contact"
)

// columns says what the cells of a row mean.
type columns struct {
	number int
	name   int // -1 when the file has none
	vars   []column
	remark bool // the name is a remark: the rows are numbers not to call
	header bool // the row they were read from is no contact
}

type column struct {
	at   int
	name string
}

// Headings that are known, in lower case and without blanks. The manual calls the columns 联系方式 and 联系人 (A4.4.3).
var (
	numberHeadings = headings("号码 电话 手机 联系方式 手机号 手机号码 电话号码 联系电话 联系号码 被叫 被叫号码 客户电话 客户号码 客户手机 移动电话 number phone mobile tel telephone phonenumber mobilenumber cellphone callee")
	nameHeadings   = headings("姓名 联系人 名称 名字 客户姓名 联系人姓名 称呼 name fullname contact contactname")
	// customerHeadings may be those of people or of whom they belong to: they name the contact where nothing else does.
	customerHeadings = headings("客户名称 客户 customer customername")
)

// remarkHeadings are those of what stands beside a number that is not to be called.
var remarkHeadings = headings("备注 说明 原因 理由 姓名 remark remarks reason note notes comment name")

const (
	maxColumns = 200
	maxVars    = 30
	maxVarName = 40
)

func headings(list string) map[string]bool {
	m := map[string]bool{}
	for _, h := range strings.Fields(list) {
		m[h] = true
	}
	return m
}

// readHeader decides what the first row that holds anything is. A row with a telephone number in it is a contact, and
// the number's column is that cell's; a row that names a number column is a header; any other row is a contact of a
// file whose first column is the number, and will be rejected with its reason.
func readHeader(cells []string, region string) (columns, error) {
	if len(cells) > maxColumns {
		return columns{}, refuse(BadColumns, nil, "the file has %d columns; at most %d are taken", len(cells), maxColumns)
	}
	number := -1
	for i, c := range cells {
		if _, err := contact.ParseNumber(c, region); err == nil {
			number = i
			break
		}
	}
	if number >= 0 {
		return headerless(number, len(cells)), nil
	}
	name, customer := -1, -1
	for i, c := range cells {
		h := heading(c)
		if number < 0 && numberHeadings[h] {
			number = i
		} else if name < 0 && nameHeadings[h] {
			name = i
		} else if customer < 0 && customerHeadings[h] {
			customer = i
		}
	}
	if number < 0 {
		return headerless(0, len(cells)), nil
	}
	if name < 0 {
		name = customer
	}
	c := columns{number: number, name: name, header: true}
	used := map[string]bool{}
	for i, cell := range cells {
		if i == number || i == name || blank([]string{cell}) {
			continue
		}
		v := varName(cell)
		if v == "" {
			return columns{}, refuse(BadColumns, nil, "the heading of column %d, %q, holds no letter or digit; rename or empty it", i+1, printable(cell, maxShownNumber))
		}
		v = unique(v, used)
		c.vars = append(c.vars, column{at: i, name: v})
	}
	if len(c.vars) > maxVars {
		return columns{}, refuse(BadColumns, nil, "the file has %d columns for variables; a contact may have at most %d", len(c.vars), maxVars)
	}
	return c, nil
}

// readListHeader does the same for a list of numbers not to call: a number column, and maybe one for a remark. What else
// stands in the file is nobody's business here and is passed over, its headings too.
func readListHeader(cells []string, region string) (columns, error) {
	if len(cells) > maxColumns {
		return columns{}, refuse(BadColumns, nil, "the file has %d columns; at most %d are taken", len(cells), maxColumns)
	}
	for i, c := range cells {
		if _, err := contact.ParseNumber(c, region); err == nil {
			return columns{number: i, name: nextTo(i, len(cells)), remark: true}, nil
		}
	}
	number, remark := -1, -1
	for i, c := range cells {
		switch h := heading(c); {
		case number < 0 && numberHeadings[h]:
			number = i
		case remark < 0 && remarkHeadings[h]:
			remark = i
		}
	}
	if number < 0 {
		return columns{number: 0, name: nextTo(0, len(cells)), remark: true}, nil
	}
	return columns{number: number, name: remark, remark: true, header: true}, nil
}

// nextTo is the column after the number's, -1 when there is none.
func nextTo(number, cells int) int {
	if number+1 < cells {
		return number + 1
	}
	return -1
}

// headerless takes the first column beside the number for the name.
func headerless(number, cells int) columns {
	c := columns{number: number, name: -1}
	switch {
	case number > 0:
		c.name = 0
	case cells > 1:
		c.name = 1
	}
	return c
}

// heading is a cell as it is looked up: "Phone number " and "手机号码：" are known too.
func heading(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return unicode.ToLower(r)
	}, clipRunes(s, maxVarName))
}

// varName makes a heading into a variable's name: letters, digits and _, not beginning with a digit.
func varName(s string) string {
	var b strings.Builder
	gap := false
	for _, r := range strings.ToValidUTF8(s, "") {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' {
			gap = b.Len() > 0
			continue
		}
		if gap || b.Len() == 0 && unicode.IsDigit(r) {
			b.WriteByte('_')
		}
		gap = false
		b.WriteRune(r)
	}
	return clipRunes(b.String(), maxVarName)
}

func unique(name string, used map[string]bool) string {
	v := name
	for n := 2; used[v]; n++ {
		suffix := "_" + itoa(n)
		v = clipRunes(name, maxVarName-len(suffix)) + suffix
	}
	used[v] = true
	return v
}

func clipRunes(s string, n int) string {
	if len(s) <= n || utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// trimMark takes off what nobody sees and a spreadsheet leaves around a value. Line ends and tabs stay: control characters
// are refused with their row and not repaired.
func trimMark(s string) string { return strings.Trim(s, "\ufeff\u200b\u00a0 ") }

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.Trim(c, "\ufeff\u200b\u00a0 \t\r\n") != "" {
			return false
		}
	}
	return true
}
