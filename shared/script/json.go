package script

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// asYAML rewrites what JSON may hold and a YAML reader does not take: the escapes \/ and those of pairs of surrogates. Lines
// stay where they are. What is not JSON comes back as it is.
func asYAML(source []byte) []byte {
	if !bytes.HasPrefix(bytes.TrimLeft(source, " \t\r\n"), []byte("{")) || !bytes.ContainsRune(source, '\\') || !json.Valid(source) {
		return source
	}
	out := make([]byte, 0, len(source))
	for i := 0; i < len(source); i++ {
		if source[i] != '\\' { // stands in strings only
			out = append(out, source[i])
			continue
		}
		i++
		if source[i] == '/' {
			out = append(out, '/')
			continue
		}
		high := codeOf(source[i:])
		if !utf16.IsSurrogate(high) {
			out = append(out, '\\', source[i])
			continue
		}
		low := rune(-1)
		if i+6 < len(source) && source[i+5] == '\\' {
			low = codeOf(source[i+6:])
		}
		r := utf16.DecodeRune(high, low)
		out = utf8.AppendRune(out, r)
		if i += 4; r != utf8.RuneError {
			i += 6
		}
	}
	return out
}

// codeOf is the code of u1234, -1 when none stands there.
func codeOf(s []byte) rune {
	if len(s) < 5 || s[0] != 'u' {
		return -1
	}
	n, err := strconv.ParseUint(string(s[1:5]), 16, 32)
	if err != nil {
		return -1
	}
	return rune(n)
}
