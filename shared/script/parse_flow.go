package script

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

func defaultSettings() Settings {
	return Settings{
		Interruptible: true,
		GreetingDelay: 300 * time.Millisecond,
		LongestCall:   5 * time.Minute,
		Silence:       Limit{After: 4 * time.Second, Max: 3},
		Unmatched:     Limit{Max: 3},
		Endpoint:      Endpoint{Matched: 300 * time.Millisecond, Default: 650 * time.Millisecond, Open: time.Second},
	}
}

func (r *reader) flow(root *yaml.Node) *Flow {
	f := &Flow{Language: "zh", Settings: defaultSettings(), Voice: Voice{Speed: 1, BackgroundLevel: -30}, Nodes: map[NodeID]*Node{}}
	var nodes *yaml.Node
	version := 0
	r.fields(root, "the script",
		field{"script", func(n *yaml.Node) { r.number(n, "script (the version of the format)", 1, 1, &version) }},
		field{"name", func(n *yaml.Node) { r.text(n, "name", &f.Name) }},
		field{"trade", func(n *yaml.Node) { r.short(n, "trade", &f.Trade) }},
		field{"description", func(n *yaml.Node) { r.text(n, "description", &f.Description) }},
		field{"language", func(n *yaml.Node) { r.name(n, "language", &f.Language) }},
		field{"voice", func(n *yaml.Node) { r.voice(n, &f.Voice) }},
		field{"settings", func(n *yaml.Node) { r.settings(n, &f.Settings) }},
		field{"variables", func(n *yaml.Node) { f.Variables = r.variables(n) }},
		field{"corrections", func(n *yaml.Node) { f.Corrections = r.corrections(n) }},
		field{"start", func(n *yaml.Node) { r.target(n, "start", &f.Start) }},
		field{"nodes", func(n *yaml.Node) { nodes = n }},
		field{"anywhere", func(n *yaml.Node) { f.Anywhere = r.branches(n, "anywhere") }},
		field{"questions", func(n *yaml.Node) { f.Questions = r.questions(n) }},
		field{"intents", func(n *yaml.Node) { f.Intents = r.intents(n) }},
		field{"grades", func(n *yaml.Node) { f.Grades = r.grades(n) }},
		field{"tests", func(n *yaml.Node) { f.Tests = r.tests(n) }},
		field{"layout", func(n *yaml.Node) { f.Layout = r.layout(n) }},
	)
	if version == 0 && r.errors == 0 {
		r.bad(root, "the first line must say which format this is: script: 1")
	}
	if f.Name == "" && r.errors == 0 {
		r.bad(root, "the script has no name")
	}
	if nodes == nil {
		r.bad(root, "the script has no nodes")
		return f
	}
	// Nodes take the settings' default, so they are read after the settings wherever they stand in the file.
	r.pairs(nodes, "nodes", MaxNodes, func(k, v *yaml.Node) {
		var id string
		if r.name(k, "node name", &id); id == "" {
			return
		}
		r.node = NodeID(id)
		outer := r.path
		r.path = nil
		f.Nodes[r.node] = r.readNode(r.node, k.Line, v, f.Settings.Interruptible)
		r.path = outer
		f.Order = append(f.Order, r.node)
		r.node = ""
	})
	if f.Start == "" && len(f.Order) > 0 {
		f.Start = f.Order[0]
	}
	return f
}

func (r *reader) settings(n *yaml.Node, s *Settings) {
	r.fields(n, "settings",
		field{"interruptible", func(n *yaml.Node) { r.truth(n, "interruptible", &s.Interruptible) }},
		field{"greeting_delay", func(n *yaml.Node) { r.duration(n, "greeting_delay", 0, 10*time.Second, &s.GreetingDelay) }},
		field{"longest_call", func(n *yaml.Node) { r.duration(n, "longest_call", 5*time.Second, 2*time.Hour, &s.LongestCall) }},
		field{"silence", func(n *yaml.Node) { r.limit(n, "silence", &s.Silence, true) }},
		field{"unmatched", func(n *yaml.Node) { r.limit(n, "unmatched", &s.Unmatched, false) }},
		field{"rounds", func(n *yaml.Node) {
			r.fields(n, "rounds",
				field{"max", func(n *yaml.Node) { r.number(n, "max", 1, 1000, &s.Rounds.Max) }},
				field{"then", func(n *yaml.Node) { r.target(n, "then", &s.Rounds.Then) }})
			if s.Rounds.Max == 0 {
				r.bad(n, "rounds needs max")
			}
		}},
		field{"endpoint", func(n *yaml.Node) {
			low, high := 100*time.Millisecond, 5*time.Second
			r.fields(n, "endpoint",
				field{"matched", func(n *yaml.Node) { r.duration(n, "matched", low, high, &s.Endpoint.Matched) }},
				field{"default", func(n *yaml.Node) { r.duration(n, "default", low, high, &s.Endpoint.Default) }},
				field{"open", func(n *yaml.Node) { r.duration(n, "open", low, high, &s.Endpoint.Open) }})
		}},
	)
}

func (r *reader) limit(n *yaml.Node, what string, l *Limit, timed bool) {
	known := []field{
		{"max", func(n *yaml.Node) { r.number(n, "max", 1, 20, &l.Max) }},
		{"then", func(n *yaml.Node) { r.target(n, "then", &l.Then) }},
		{"say", func(n *yaml.Node) {
			if n.Kind != yaml.SequenceNode || len(n.Content) > 20 {
				r.bad(n, "say of %s must be a list of at most 20 texts", what)
				return
			}
			for i, c := range n.Content {
				t := Text{Key: fmt.Sprintf("%s-%d", what, i+1)}
				if c.Kind == yaml.MappingNode {
					r.fields(c, "a text",
						field{"say", func(n *yaml.Node) { r.text(n, "say", &t.Text) }},
						field{"prompt", func(n *yaml.Node) { r.name(n, "prompt", &t.Key) }})
				} else {
					r.text(c, "say", &t.Text)
				}
				if t.Text == "" {
					r.bad(c, "text %d of %s is empty", i+1, what)
				}
				l.Say = append(l.Say, t)
			}
		}},
	}
	if timed {
		known = append(known, field{"after", func(n *yaml.Node) { r.duration(n, "after", time.Second, time.Minute, &l.After) }})
	}
	r.fields(n, what, known...)
}

func (r *reader) branches(n *yaml.Node, what string) []Branch {
	var out []Branch
	r.pairs(n, what, maxBranches, func(k, v *yaml.Node) {
		b := Branch{Line: k.Line}
		if !r.trigger(k, &b.On) {
			return
		}
		if v.Kind == yaml.MappingNode {
			r.fields(v, "branch "+clip(k.Value),
				field{"to", func(n *yaml.Node) { r.target(n, "to", &b.To) }},
				field{"label", func(n *yaml.Node) { r.text(n, "label", &b.Label) }})
			if b.To == "" {
				r.bad(v, "branch %s leads nowhere: it needs to: <node>", clip(k.Value))
			}
		} else {
			r.target(v, "branch "+clip(k.Value), &b.To)
		}
		out = append(out, b)
	})
	return out
}

func (r *reader) trigger(k *yaml.Node, t *Trigger) bool {
	head, value, colon := strings.Cut(k.Value, ":")
	value = strings.TrimSpace(value)
	switch head {
	case "keyword":
		if !speakable(value) || len([]rune(value)) > maxNameRunes {
			r.bad(k, "branch %q: write keyword:<word>", clip(k.Value))
			return false
		}
		if r.keywords++; r.keywords > maxKeywords {
			r.bad(k, "the script has more than %d keywords", maxKeywords)
			return false
		}
		*t = Trigger{OnKeyword, value}
	case "regex":
		pattern := strings.TrimPrefix(k.Value, "regex:")
		if !colon || !r.pattern(k, pattern) {
			return false
		}
		*t = Trigger{OnRegex, pattern}
	case "model":
		if !speakable(value) || len([]rune(value)) > maxMeaning {
			r.bad(k, "branch %q: write model:<what the callee means>, in at most %d characters", clip(k.Value), maxMeaning)
			return false
		}
		*t = Trigger{OnModel, value}
	case "digits":
		if colon {
			if err := checkDigits(value); err != nil {
				r.bad(k, "branch %q: %v", clip(k.Value), err)
				return false
			}
		}
		*t = Trigger{OnDigits, value}
	case "unmatched", "silence", "default", "value":
		if colon {
			r.bad(k, "branch %q: %s takes no value", clip(k.Value), head)
			return false
		}
		*t = Trigger{Kind: TriggerKind(head)}
	default:
		var name string
		if r.name(k, "branch", &name); name == "" {
			return false
		}
		*t = Trigger{OnIntent, name}
	}
	return true
}

func (r *reader) questions(n *yaml.Node) []Question {
	var out []Question
	r.pairs(n, "questions", maxQuestions, func(k, v *yaml.Node) {
		q := Question{Line: k.Line, Repeat: true}
		r.name(k, "question", &q.ID)
		r.fields(v, "question "+clip(k.Value),
			field{"intent", func(n *yaml.Node) { r.name(n, "intent", &q.Intent) }},
			field{"variants", func(n *yaml.Node) { r.words(n, "variants", &q.Variants) }},
			field{"answer", func(n *yaml.Node) { r.text(n, "answer", &q.Answer.Text) }},
			field{"prompt", func(n *yaml.Node) { r.name(n, "prompt", &q.Answer.Key) }},
			field{"then", func(n *yaml.Node) { r.target(n, "then", &q.Then) }},
			field{"repeat", func(n *yaml.Node) { r.truth(n, "repeat", &q.Repeat) }},
			field{"label", func(n *yaml.Node) { r.text(n, "label", &q.Label) }})
		if q.Answer.Text == "" {
			r.bad(k, "question %s has no answer", clip(k.Value))
		}
		if q.Intent == "" && len(q.Variants) == 0 {
			r.bad(k, "question %s needs variants or an intent", clip(k.Value))
		}
		if q.Answer.Key == "" {
			q.Answer.Key = "answer-" + q.ID
		}
		out = append(out, q)
	})
	return out
}

func (r *reader) intents(n *yaml.Node) []Intent {
	var out []Intent
	r.pairs(n, "intents", maxIntents, func(k, v *yaml.Node) {
		i := Intent{Line: k.Line}
		if r.name(k, "intent", &i.Name); i.Name == "" {
			return
		}
		if slices.Contains(reservedIntents, i.Name) {
			r.bad(k, "intent %q: the name is taken by branches of another kind", i.Name)
			return
		}
		if v.Kind == yaml.SequenceNode {
			r.words(v, "keywords of "+i.Name, &i.Keywords)
		} else {
			r.fields(v, "intent "+i.Name,
				field{"keywords", func(n *yaml.Node) { r.words(n, "keywords", &i.Keywords) }},
				field{"whole", func(n *yaml.Node) { r.words(n, "whole", &i.Whole) }})
		}
		if len(i.Keywords)+len(i.Whole) == 0 {
			r.bad(k, "intent %s has no keywords", i.Name)
		}
		out = append(out, i)
	})
	return out
}

var reservedIntents = []string{"keyword", "regex", "model", "value", "digits", "unmatched", "silence", "default", "other", "question"}
