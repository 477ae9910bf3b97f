package script

import (
	"slices"
	"strconv"
)

// Change is what became of something between two documents.
type Change string

const (
	Added   Change = "added"
	Removed Change = "removed"
	Changed Change = "changed"
)

// Difference is what became of one node, or of one thing beside the nodes.
type Difference struct {
	Part   string // empty for a node
	ID     string
	Change Change
	Fields []FieldDifference
}

// FieldDifference is one value that differs.
type FieldDifference struct{ Path, Before, After string }

// Diff finds what differs between two documents: the nodes in the order of the later document, then those that are gone,
// then the other parts. Where nodes stand on the editor's sheet is no difference.
func Diff(before, after []byte) (nodes, parts []Difference, err error) {
	var one, two value
	if len(before) > 0 {
		if one, err = read(before); err != nil {
			return nil, nil, err
		}
	}
	if len(after) > 0 {
		if two, err = read(after); err != nil {
			return nil, nil, err
		}
	}
	nodes = named("", one.fields["nodes"], two.fields["nodes"])
	for _, part := range []string{"variables", "questions", "intents", "anywhere", "corrections"} {
		parts = append(parts, named(part, one.fields[part], two.fields[part])...)
	}
	for _, part := range []string{"settings", "voice"} {
		parts = append(parts, compare(part, "", one.fields[part], two.fields[part], has(one, part), has(two, part))...)
	}
	parts = append(parts, named("grades", numbered(one.fields["grades"], "grade"), numbered(two.fields["grades"], "grade"))...)
	parts = append(parts, named("tests", numbered(one.fields["tests"], "name"), numbered(two.fields["tests"], "name"))...)
	for _, key := range union(one, two) {
		if !slices.Contains(partKeys, key) {
			parts = append(parts, compare("script", key, one.fields[key], two.fields[key], has(one, key), has(two, key))...)
		}
	}
	return nodes, parts, nil
}

// partKeys are those of a document that are compared by themselves, and the layout, which is not.
var partKeys = []string{"nodes", "variables", "questions", "intents", "anywhere", "corrections", "settings", "voice", "grades", "tests", "layout"}

func has(v value, key string) bool {
	_, ok := v.fields[key]
	return ok
}

// union are the keys of both, the later document's first.
func union(before, after value) []string {
	out := slices.Clone(after.keys)
	for _, k := range before.keys {
		if !has(after, k) {
			out = append(out, k)
		}
	}
	return out
}

func named(part string, before, after value) []Difference {
	var out []Difference
	for _, k := range union(before, after) {
		out = append(out, compare(part, k, before.fields[k], after.fields[k], has(before, k), has(after, k))...)
	}
	return out
}

// numbered makes a mapping of a list: by the name that each thing has, with a number where that is taken or missing.
func numbered(v value, name string) value {
	out := value{fields: map[string]value{}}
	for i, one := range v.list {
		key, err := one.fields[name].text()
		if _, taken := out.fields[key]; err != nil || key == "" || taken {
			key += "#" + strconv.Itoa(i+1)
		}
		out.keys = append(out.keys, key)
		out.fields[key] = one
	}
	return out
}

func compare(part, id string, before, after value, was, is bool) []Difference {
	d := Difference{Part: part, ID: id, Change: Changed}
	switch {
	case !was && !is, was && is && before.equal(after):
		return nil
	case !was:
		d.Change = Added
	case !is:
		d.Change = Removed
	}
	d.Fields = fields(nil, "", before, after, was, is)
	return []Difference{d}
}

// fields descends where both sides, or the only one, are mappings.
func fields(out []FieldDifference, path string, before, after value, was, is bool) []FieldDifference {
	if was && is && before.equal(after) {
		return out
	}
	if (!was || before.fields != nil) && (!is || after.fields != nil) && len(before.keys)+len(after.keys) > 0 {
		for _, k := range union(before, after) {
			below := k
			if path != "" {
				below = path + "." + k
			}
			out = fields(out, below, before.fields[k], after.fields[k], has(before, k), has(after, k))
		}
		return out
	}
	d := FieldDifference{Path: path}
	if was {
		d.Before = before.shown()
	}
	if is {
		d.After = after.shown()
	}
	return append(out, d)
}
