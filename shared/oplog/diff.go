package oplog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

const (
	// MostBytes is what one entry keeps of a value before the change, and as much of the one after it.
	MostBytes = 16 << 10
	// longText is how many characters of a text are kept once a value is too large.
	longText = 200
)

// Diff turns a value before and after a change into what the log keeps: of two objects only the fields that differ, at
// any depth, and of each at most MostBytes; what was cut says so. A side that was nothing, or that holds no difference,
// is nil. The names of the changed fields come in their order.
func Diff(before, after any) (b, a json.RawMessage, fields []string, err error) {
	was, err := plain(before)
	if err != nil {
		return nil, nil, nil, err
	}
	is, err := plain(after)
	if err != nil {
		return nil, nil, nil, err
	}
	if was != nil && is != nil {
		was, is = differing(was, is)
		fields = names(was, is)
	}
	if b, err = bounded(was); err != nil {
		return nil, nil, nil, err
	}
	a, err = bounded(is)
	return b, a, fields, err
}

// plain is a value as JSON knows it.
func plain(v any) (any, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // null is a value of JSON
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("a value for the operation log: %w", err)
	}
	var out any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber() // ids are longer than a float is exact
	if err := d.Decode(&out); err != nil {
		return nil, fmt.Errorf("a value for the operation log: %w", err)
	}
	return out, nil
}

// differing keeps what differs of two values; nil where nothing does.
func differing(was, is any) (any, any) {
	if reflect.DeepEqual(was, is) {
		return nil, nil
	}
	old, ok := was.(map[string]any)
	now, also := is.(map[string]any)
	if !ok || !also {
		return was, is
	}
	left, right := map[string]any{}, map[string]any{}
	for k, v := range old {
		w, there := now[k]
		switch {
		case !there:
			left[k] = v
		case !reflect.DeepEqual(v, w):
			left[k], right[k] = differing(v, w)
		}
	}
	for k, w := range now {
		if _, there := old[k]; !there {
			right[k] = w
		}
	}
	return left, right
}

func names(was, is any) []string {
	var out []string
	for _, v := range []any{was, is} {
		fields, _ := v.(map[string]any)
		for k := range fields {
			out = append(out, k)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// bounded writes a value in at most MostBytes: long texts are cut first, then the largest fields left out.
func bounded(v any) (json.RawMessage, error) {
	if v == nil {
		return nil, nil //nolint:nilnil // null is a value of JSON
	}
	raw, err := marshal(v)
	if err != nil || len(raw) <= MostBytes {
		return raw, err
	}
	v = shorter(v)
	raw, err = marshal(v)
	if err != nil || len(raw) <= MostBytes {
		return raw, err
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return marshal(omitted(len(raw)))
	}
	return fitting(fields)
}

func marshal(v any) (json.RawMessage, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("a value for the operation log: %w", err)
	}
	return raw, nil
}

func omitted(size int) string { return fmt.Sprintf("(cut: %d bytes)", size) }

// shorter cuts the long texts of a value.
func shorter(v any) any {
	switch v := v.(type) {
	case string:
		if r := []rune(v); len(r) > longText {
			return string(r[:longText]) + "… " + omitted(len(v))
		}
		return v
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = shorter(v[i])
		}
		return out
	case map[string]any:
		out := make(map[string]any, len(v))
		for k := range v {
			out[k] = shorter(v[k])
		}
		return out
	default:
		return v
	}
}

// fitting keeps the smallest fields of an object whole and says of the others only how large they were, or, when even
// that is too much, how many there were.
func fitting(fields map[string]any) (json.RawMessage, error) {
	type field struct {
		name string
		size int
	}
	order := make([]field, 0, len(fields))
	for k, v := range fields {
		raw, err := marshal(v)
		if err != nil {
			return nil, err
		}
		order = append(order, field{k, len(raw)})
	}
	slices.SortFunc(order, func(a, b field) int {
		if a.size != b.size {
			return a.size - b.size
		}
		return strings.Compare(a.name, b.name)
	})
	const reserve = 100 // for the note on what is left out
	out, room, left := map[string]any{}, MostBytes-reserve, 0
	for _, f := range order {
		name, err := marshal(f.name)
		if err != nil {
			return nil, err
		}
		note := omitted(f.size)
		switch whole, noted := len(name)+f.size+2, len(name)+len(note)+4; {
		case whole <= room:
			out[f.name] = fields[f.name]
			room -= whole
		case noted <= room:
			out[f.name] = note
			room -= noted
		default:
			left++
		}
	}
	if left > 0 {
		out["…"] = fmt.Sprintf("(cut: %d more fields)", left)
	}
	return marshal(out)
}
