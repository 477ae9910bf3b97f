package contact

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"github.com/outdial/outdial/shared/errs"
)

// Number is a telephone number that may stand in a dial string: digits, with a leading + when it is international.
// The only way to make one is ParseNumber, or NumberFromStore for a value that ParseNumber once made.
type Number struct{ digits string }

// String is the number as it is stored and shown.
func (n Number) String() string { return n.digits }

// IsZero tells whether there is no number.
func (n Number) IsZero() bool { return n.digits == "" }

// maxRawNumber bounds what is looked at: the longest number anyone writes, with spaces and punctuation.
const maxRawNumber = 40

// ParseNumber is the one parser every number passes before it can be dialled. The region is an ISO 3166 code such as
// CN, in which a number without a country code is read. Numbers of the region come out in national form (13800138000),
// others in E.164 (+447911123456). Control characters and anything that means something in a dial string are refused.
func ParseNumber(raw, region string) (Number, error) {
	s := trimBlanks(raw)
	if s == "" {
		return Number{}, refuse("the number is empty")
	}
	if len(s) > maxRawNumber {
		return Number{}, refuse("the number is longer than %d characters", maxRawNumber)
	}
	if region == "CN" && isChineseMobile(s) {
		return Number{digits: s}, nil
	}
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9', r == '+', r == '-', r == ' ', r == '(', r == ')', r == '.':
		case r < ' ' || r == 0x7f:
			return Number{}, refuse("the number holds a control character")
		default:
			return Number{}, refuse("the number holds %q; only digits, spaces, + - ( ) and . may stand in it", r)
		}
	}
	if strings.LastIndexByte(s, '+') > 0 {
		return Number{}, refuse("a + may only stand first")
	}
	p, err := phonenumbers.Parse(s, region)
	if err != nil {
		return Number{}, refuse("%q is not a telephone number of %s", s, region)
	}
	if !phonenumbers.IsPossibleNumber(p) {
		return Number{}, refuse("%q has too few or too many digits", s)
	}
	if !phonenumbers.IsValidNumber(p) {
		return Number{}, refuse("%q is not a number in use", s)
	}
	if int(p.GetCountryCode()) != phonenumbers.GetCountryCodeForRegion(region) {
		return Number{digits: phonenumbers.Format(p, phonenumbers.E164)}, nil
	}
	national := phonenumbers.GetNationalSignificantNumber(p)
	if region == "CN" && !isChineseMobile(national) && !strings.HasPrefix(national, "400") && !strings.HasPrefix(national, "800") {
		national = "0" + national // fixed lines are dialled with their trunk prefix
	}
	return Number{digits: national}, nil
}

// trimBlanks takes the blanks off that typists and spreadsheets leave around a value: space, no-break space and the
// ideographic space. Line ends and tabs are control characters and stay, to be refused.
func trimBlanks(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r == ' ' || r == '\u00a0' || r == '\u3000' })
}

// isChineseMobile is the fast path of an import: eleven digits that begin with 13 to 19 need no metadata.
func isChineseMobile(s string) bool {
	if len(s) != 11 || s[0] != '1' || s[1] < '3' || s[1] > '9' {
		return false
	}
	for i := 2; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// NumberFromStore takes back a number that ParseNumber made; a row that was changed by hand into something that
// cannot be dialled comes back as an error, never as a dial string.
func NumberFromStore(s string) (Number, error) {
	digits := strings.TrimPrefix(s, "+")
	if len(digits) < 2 || len(digits) > 31 {
		return Number{}, refuse("stored number %q cannot be dialled", s)
	}
	for i := 0; i < len(digits); i++ {
		if digits[i] < '0' || digits[i] > '9' {
			return Number{}, refuse("stored number %q cannot be dialled", s)
		}
	}
	return Number{digits: s}, nil
}

func refuse(format string, args ...any) error { return errs.New(errs.Invalid, format, args...) }
