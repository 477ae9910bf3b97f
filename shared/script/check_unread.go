package script

import "strings"

// unread is what could not be read of a script, so that nothing is concluded from its absence.
type unread struct {
	any       bool
	parts     map[string]bool // of the file
	nodes     map[NodeID]bool // where anything is wrong
	ways      map[NodeID]bool // where a way out may be among it
	shared    bool            // ways that hold for every node, the start, or a whole node may be among it
	variables bool            // a variable's definition may be among it
}

// unreadOf goes by the places of the errors that the reader found.
func unreadOf(found []Problem) unread {
	u := unread{parts: map[string]bool{}, nodes: map[NodeID]bool{}, ways: map[NodeID]bool{}}
	for _, p := range found {
		if p.Severity != Error {
			continue
		}
		u.any = true
		key, _, _ := strings.Cut(p.At, ".")
		if p.Node == "" {
			u.parts[key] = true
			continue
		}
		u.nodes[p.Node] = true
		switch key {
		case "say", "prompt", "again", "again_prompt", "label", "sms", "interruptible":
		case "collect":
			u.variables = true
		case "":
			u.variables = true // one key may be meant for another
			u.ways[p.Node] = true
		default:
			u.ways[p.Node] = true
		}
	}
	for _, key := range []string{"", "start", "nodes", "anywhere", "questions", "settings"} {
		u.shared = u.shared || u.parts[key]
	}
	u.variables = u.variables || u.parts[""] || u.parts["nodes"] || u.parts["variables"]
	return u
}
