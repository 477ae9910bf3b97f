package oplog

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestDiff(t *testing.T) {
	type inner struct {
		From string `json:"from"`
		To   string `json:"to"`
	}
	type thing struct {
		ID     int64    `json:"id"`
		Name   string   `json:"name"`
		Window inner    `json:"window"`
		Tags   []string `json:"tags,omitempty"`
	}
	was := thing{1 << 60, "a", inner{"09:00", "20:00"}, nil}
	renamed, moved, tagged := was, was, was
	renamed.Name = "b"
	moved.Window.To = "18:00"
	tagged.Tags = []string{"x"}
	for name, c := range map[string]struct {
		before, after any
		b, a, fields  string
	}{
		"nothing":          {nil, nil, "", "", ""},
		"created":          {nil, inner{"1", "2"}, "", `{"from":"1","to":"2"}`, ""},
		"deleted":          {inner{"1", "2"}, nil, `{"from":"1","to":"2"}`, "", ""},
		"one field":        {was, renamed, `{"name":"a"}`, `{"name":"b"}`, "name"},
		"inside a field":   {was, moved, `{"window":{"to":"20:00"}}`, `{"window":{"to":"18:00"}}`, "window"},
		"a field appears":  {was, tagged, `{}`, `{"tags":["x"]}`, "tags"},
		"a field is gone":  {tagged, was, `{"tags":["x"]}`, `{}`, "tags"},
		"nothing differs":  {was, was, "", "", ""},
		"large numbers":    {map[string]int64{"n": 1<<60 + 1}, map[string]int64{"n": 1 << 60}, `{"n":1152921504606846977}`, `{"n":1152921504606846976}`, "n"},
		"no objects":       {"a", []int{1}, `"a"`, `[1]`, ""},
		"a typed nil":      {(*thing)(nil), inner{"1", "2"}, "", `{"from":"1","to":"2"}`, ""},
		"becomes nothing":  {map[string]any{"a": 1}, map[string]any{"a": nil}, `{"a":1}`, `{"a":null}`, "a"},
		"both, in order":   {map[string]int{"b": 1, "a": 1}, map[string]int{"b": 2, "a": 2}, `{"a":1,"b":1}`, `{"a":2,"b":2}`, "a,b"},
		"values of a list": {map[string][]int{"a": {1, 2}}, map[string][]int{"a": {1, 3}}, `{"a":[1,2]}`, `{"a":[1,3]}`, "a"},
	} {
		b, a, fields, err := Diff(c.before, c.after)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if string(b) != c.b || string(a) != c.a || strings.Join(fields, ",") != c.fields {
			t.Errorf("%s: %s -> %s (%v), want %s -> %s (%s)", name, b, a, fields, c.b, c.a, c.fields)
		}
	}
	if _, _, _, err := Diff(nil, func() {}); err == nil {
		t.Error("what is no JSON was taken")
	}
}

func TestDiffIsBounded(t *testing.T) {
	many := map[string]any{}
	for i := range 3000 {
		many[fmt.Sprintf("field%04d", i)] = i
	}
	large := map[string]any{"small": 1, "list": strings.Split(strings.Repeat("word ", 10_000), " ")}
	for name, c := range map[string]struct {
		v     any
		holds []string
	}{
		"a long text":    {map[string]string{"text": strings.Repeat("字", 20_000), "name": "n"}, []string{`"name":"n"`, "字… (cut: 60000 bytes)"}},
		"a long list":    {large, []string{`"small":1`, `"list":"(cut: `}},
		"many fields":    {many, []string{`"field0000":0`, "more fields)"}},
		"no object":      {strings.Split(strings.Repeat("word ", 10_000), " "), []string{`"(cut: `}},
		"one long name":  {map[string]int{strings.Repeat("k", 20_000): 1}, []string{"(cut: 1 more fields)"}},
		"a deep message": {map[string]any{"a": map[string]any{"b": strings.Repeat("x", 20_000)}}, []string{"x… (cut: 20000 bytes)"}},
	} {
		_, a, _, err := Diff(nil, c.v)
		if err != nil || len(a) > MostBytes || !json.Valid(a) {
			t.Errorf("%s: %d bytes, %v", name, len(a), err)
		}
		for _, h := range c.holds {
			if !strings.Contains(string(a), h) {
				t.Errorf("%s: %.300s does not hold %s", name, a, h)
			}
		}
	}
}

func TestDiffAlwaysFits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.MapOf(rapid.StringN(0, 3000, -1), rapid.StringN(0, 3000, -1))
		b, a, _, err := Diff(value.Draw(t, "before"), value.Draw(t, "after"))
		for _, side := range []json.RawMessage{b, a} {
			if err != nil || len(side) > MostBytes || side != nil && !json.Valid(side) {
				t.Fatalf("%d bytes, %v", len(side), err)
			}
		}
	})
}
