package softswitch

import (
	"strings"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// variables are a leg's channel variables, in the order they were set. Names are found without regard to case, as
// FreeSWITCH does; legs carry a few dozen, so a list is cheaper than a map.
type variables []wire.Var

func (v variables) find(name string) int {
	for i := range v {
		if len(v[i].Name) == len(name) && strings.EqualFold(v[i].Name, name) {
			return i
		}
	}
	return -1
}

func (v variables) lookup(name string) (string, bool) {
	if i := v.find(name); i >= 0 {
		return v[i].Value, true
	}
	return "", false
}

func (v variables) get(name string) string {
	s, _ := v.lookup(name)
	return s
}

// set replaces or adds; an empty value takes the variable away, as FreeSWITCH does.
func (v *variables) set(name, value string) {
	i := v.find(name)
	switch {
	case i >= 0 && value == "":
		*v = append((*v)[:i:i], (*v)[i+1:]...)
	case i >= 0:
		(*v)[i].Value = value
	case value != "":
		*v = append(*v, wire.Var{Name: name, Value: value})
	}
}

func (v variables) isTrue(name string) bool { return isTrue(v.get(name)) }

// isTrue knows the words of FreeSWITCH (switch_utils.h, switch_true).
func isTrue(s string) bool {
	switch strings.ToLower(s) {
	case "yes", "on", "true", "t", "enabled", "active", "allow":
		return true
	}
	return s != "" && s != "0" && strings.Trim(s, "0123456789") == ""
}
