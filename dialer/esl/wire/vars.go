package wire

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// Var is a channel variable in a dial string.
type Var struct{ Name, Value string }

// RefusedError is a value that cannot be sent to the switch: it would be read as something else than one value.
type RefusedError struct {
	What   string // the kind of value, such as "variable outdial_call"
	Value  string
	Reason string
}

func (e *RefusedError) Error() string {
	return fmt.Sprintf("%s %.80q was refused: it %s", e.What, e.Value, e.Reason)
}

func refuse(what, value, reason string) error {
	return &RefusedError{What: what, Value: value, Reason: reason}
}

// CheckText refuses what no part of a command may hold: line breaks, NUL and other control characters, and bytes that
// are not UTF-8.
func CheckText(what, s string) error {
	for i := 0; i < len(s); i++ {
		if s[i] < ' ' || s[i] == 0x7f {
			return refuse(what, s, "holds a control character")
		}
	}
	if !utf8.ValidString(s) {
		return refuse(what, s, "is not UTF-8")
	}
	return nil
}

// syntax are the characters that mean something to one of the parsers a value passes on its way: argument splitting
// (quotes, backslash), dial-string brackets, application arguments (parentheses), expansion ($) and the delimiter
// switch (^^). None is needed in what Outdial sends, and each parser unescapes a different number of times, so they
// are refused and not escaped. A double quote is among them because it is unescaped, though it does not quote.
const syntax = `'"\{}[]()<>|$^` + "`"

// argSyntax is the same for an argument of an api command, which is never inside the parentheses of an application.
var argSyntax = strings.NewReplacer("(", "", ")", "").Replace(syntax)

// CheckValue refuses text that is not plain: controls, and characters with a meaning in any of the switch's little languages.
func CheckValue(what, s string) error { return check(what, s, syntax) }

func check(what, s, syntax string) error {
	if err := CheckText(what, s); err != nil {
		return err
	}
	if i := strings.IndexAny(s, syntax); i >= 0 {
		return refuse(what, s, fmt.Sprintf("holds %q, which is syntax of the switch", s[i]))
	}
	return nil
}

// CheckName refuses what is not the name of a channel variable.
func CheckName(name string) error {
	for i := 0; i < len(name); i++ {
		c := name[i]
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
		if !letter && (i == 0 || !(c >= '0' && c <= '9' || c == '-' || c == '.')) {
			return refuse("variable name", name, "may hold letters, digits, dash, dot and underscore only")
		}
	}
	if name == "" || len(name) > 128 {
		return refuse("variable name", name, "must have 1 to 128 bytes")
	}
	return nil
}

// AppendArg appends one argument of an api command: blanks inside it are escaped, syntax is refused.
func AppendArg(dst []byte, what, s string) ([]byte, error) {
	if s == "" || strings.EqualFold(s, "undef") {
		return nil, refuse(what, s, "must not be empty")
	}
	if strings.Trim(s, " ") != s {
		return nil, refuse(what, s, "begins or ends with a blank")
	}
	if err := check(what, s, argSyntax); err != nil {
		return nil, err
	}
	for i := 0; i < len(s); i++ {
		if s[i] == ' ' {
			dst = append(dst, `\s`...)
			continue
		}
		dst = append(dst, s[i])
	}
	return dst, nil
}

// AppendVars appends {name=value,...} for use inside an originate command, where the text is split at blanks first and
// at commas after that: a blank is written \s and a comma \\, for that reason. Variables with an empty value are left
// out, because the switch drops them as well. A name that occurs twice is refused.
func AppendVars(dst []byte, vars []Var) ([]byte, error) {
	start := len(dst)
	seen := make(map[string]struct{}, len(vars))
	for _, v := range vars {
		if err := CheckName(v.Name); err != nil {
			return nil, err
		}
		key := strings.ToLower(v.Name)
		if _, twice := seen[key]; twice {
			return nil, refuse("variable name", v.Name, "is given twice")
		}
		seen[key] = struct{}{}
		if v.Value == "" {
			continue
		}
		var err error
		if dst, err = appendVar(dst, start, v); err != nil {
			return nil, err
		}
	}
	if len(dst) > start {
		dst = append(dst, '}')
	}
	return dst, nil
}

func appendVar(dst []byte, start int, v Var) ([]byte, error) {
	what := "variable " + v.Name
	if err := CheckValue(what, v.Value); err != nil {
		return nil, err
	}
	if strings.Trim(v.Value, " ") != v.Value {
		return nil, refuse(what, v.Value, "begins or ends with a blank")
	}
	if len(dst) == start {
		dst = append(dst, '{')
	} else {
		dst = append(dst, ',')
	}
	dst = append(dst, v.Name...)
	dst = append(dst, '=')
	for i := 0; i < len(v.Value); i++ {
		switch c := v.Value[i]; c {
		case ' ':
			dst = append(dst, `\s`...)
		case ',':
			dst = append(dst, `\\,`...)
		default:
			dst = append(dst, c)
		}
	}
	return dst, nil
}

// ParseVars reads the {name=value,...} groups that a dial string begins with, after the split at blanks, and returns
// what follows them (switch_event.c, switch_event_create_brackets). The last value of a name wins.
func ParseVars(s string) (vars []Var, rest string, err error) {
	s = strings.TrimLeft(s, " ")
	for strings.HasPrefix(s, "{") {
		end := closing(s, '{', '}')
		if end < 0 {
			return nil, "", protocolError("variables of %.60q are not closed", s)
		}
		vars = appendPairs(vars, s[1:end])
		s = strings.TrimLeft(s[end+1:], " ")
	}
	return vars, s, nil
}

func appendPairs(vars []Var, list string) []Var {
	delim := byte(',')
	if strings.HasPrefix(list, "^^") && len(list) > 2 {
		delim, list = list[2], list[3:]
	}
	for _, pair := range split(list, delim, 1024) {
		kv := split(pair, '=', 2)
		if len(kv) != 2 {
			continue
		}
		at := -1
		for i := range vars {
			if strings.EqualFold(vars[i].Name, kv[0]) {
				at = i
			}
		}
		if at >= 0 {
			vars[at].Value = kv[1]
			continue
		}
		vars = append(vars, Var{kv[0], kv[1]})
	}
	return vars
}

// closing finds the bracket that closes the one s begins with, or -1.
func closing(s string, open, end byte) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case open:
			depth++
		case end:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
