package script

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/script/spoken"
)

// check finds what no single key shows: targets that do not exist, intents and variables that nobody defined, ways that
// are never taken, and what is hardly meant as it stands. What could not be read is looked past: no complaint is told that
// only follows from another.
func check(f *Flow, p *problems, not unread) {
	if len(f.Nodes) == 0 {
		if !not.any {
			p.add(0, "", "nodes", "the script has no nodes")
		}
		return
	}
	checkTargets(f, p)
	if !not.parts["intents"] {
		checkIntents(f, p)
	}
	checkVariables(f, p, not)
	checkNeverTaken(f, p, not)
	if !not.any {
		checkTests(f, p)
		checkGrades(f, p)
	}
	checkGraph(f, p, not)
	checkWords(f, p)
	checkTexts(f, p, not)
}

type edge struct {
	to   NodeID
	line int
	at   string
	what string
}

// edges are all ways out of a node of its own; those of the settings, anywhere and questions hold for every listener.
func edges(n *Node) []edge {
	out := make([]edge, 0, len(n.Branches)+2)
	add := func(to NodeID, at, what string) {
		if to != "" {
			out = append(out, edge{to, n.Line, at, what})
		}
	}
	switch n.Kind {
	case Say:
		add(n.Next, "next", "next")
	case Jump:
		add(n.Next, "jump", "jump")
	}
	for _, b := range n.Branches {
		if b.To != "" {
			out = append(out, edge{b.To, b.Line, branchAt(b), "branch " + clip(b.On.String())})
		}
	}
	add(n.IgnoreUnmatched, "ignore_unmatched", "ignore_unmatched")
	add(n.IgnoreNegative, "ignore_negative", "ignore_negative")
	add(n.Visits.Then, "visits.then", "visits")
	for _, c := range n.Compare.Cases {
		add(c.To, "condition.is."+clip(c.Value), "condition "+clip(c.Value))
	}
	add(n.Compare.Else, "condition.else", "else")
	add(n.Transfer.Failed, "transfer.failed", "failed")
	add(n.Model.Failed, "model.failed", "failed")
	return out
}

func shared(f *Flow) []edge {
	var out []edge
	for _, b := range f.Anywhere {
		if b.To != "" {
			out = append(out, edge{b.To, b.Line, "anywhere." + clip(b.On.String()), "anywhere " + clip(b.On.String())})
		}
	}
	for _, q := range f.Questions {
		if q.Then != "" {
			out = append(out, edge{q.Then, q.Line, "questions." + q.ID + ".then", "question " + q.ID})
		}
	}
	for _, s := range []struct {
		to       NodeID
		at, what string
	}{
		{f.Settings.Silence.Then, "settings.silence.then", "settings silence"},
		{f.Settings.Unmatched.Then, "settings.unmatched.then", "settings unmatched"},
		{f.Settings.Rounds.Then, "settings.rounds.then", "settings rounds"},
	} {
		if s.to != "" {
			out = append(out, edge{s.to, 0, s.at, s.what})
		}
	}
	return out
}

func checkTargets(f *Flow, p *problems) {
	if f.Start != "" && f.Nodes[f.Start] == nil {
		p.add(0, "", "start", "start: there is no node %q", string(f.Start))
	}
	for _, id := range f.Order {
		for _, e := range edges(f.Nodes[id]) {
			if f.Nodes[e.to] == nil {
				p.add(e.line, id, e.at, "%s leads to %q, which does not exist", e.what, string(e.to))
			}
		}
	}
	for _, e := range shared(f) {
		if f.Nodes[e.to] == nil {
			p.add(e.line, "", e.at, "%s leads to %q, which does not exist", e.what, string(e.to))
		}
	}
}

func checkIntents(f *Flow, p *problems) {
	known := map[string]bool{}
	for _, n := range BuiltinIntents() {
		known[n] = true
	}
	for _, i := range f.Intents {
		known[i.Name] = true
	}
	branch := func(b Branch, node NodeID, at string) {
		if b.On.Kind == OnIntent && !known[b.On.Value] {
			p.add(b.Line, node, at, "branch %q is no intent; define it under intents, or use one of %s", b.On.Value, strings.Join(BuiltinIntents(), ", "))
		}
	}
	for _, id := range f.Order {
		for _, b := range f.Nodes[id].Branches {
			branch(b, id, branchAt(b))
		}
	}
	for _, b := range f.Anywhere {
		at := "anywhere." + clip(b.On.String())
		branch(b, "", at)
		switch b.On.Kind {
		case OnIntent, OnKeyword, OnRegex, OnDigits:
		default:
			p.add(b.Line, "", at, "anywhere knows intents, keyword:<word>, regex:<pattern> and digits, not %s", clip(b.On.String()))
		}
	}
	for _, q := range f.Questions {
		if q.Intent != "" && !known[q.Intent] {
			p.add(q.Line, "", "questions."+q.ID+".intent", "question %s: there is no intent %q", q.ID, q.Intent)
		}
	}
}

// PredefinedVariables have a value in every call.
var PredefinedVariables = []string{"name", "number"}

func checkVariables(f *Flow, p *problems, not unread) {
	known, used := map[string]bool{}, map[string]bool{}
	for _, v := range PredefinedVariables {
		known[v] = true
	}
	for _, v := range f.Variables {
		known[v.Name] = true
	}
	for _, n := range f.Nodes {
		if n.Digits.Into != "" {
			known[n.Digits.Into], used[n.Digits.Into] = true, true
		}
	}
	for _, one := range Texts(f) {
		for _, v := range References(one.Text.Text) {
			if used[v] = true; !known[v] && !not.variables {
				p.add(one.Line, one.Node, one.At, "$(%s) is not defined; give it a default under variables", clip(v))
			}
		}
	}
	for _, id := range f.Order {
		n := f.Nodes[id]
		for _, v := range References(n.Model.Instructions) {
			if used[v] = true; !known[v] && !not.variables {
				p.add(n.Line, id, "model.instructions", "$(%s) is not defined; give it a default under variables", clip(v))
			}
		}
		if n.Kind != Condition {
			continue
		}
		if used[n.Compare.Variable] = true; n.Compare.Variable != "" && !known[n.Compare.Variable] && !not.variables {
			p.add(n.Line, id, "condition.variable", "condition on %q, which is not defined under variables", n.Compare.Variable)
		}
	}
	for _, v := range f.Variables {
		if v.Default != "" && !spoken.Fits(v.Format, v.Default) {
			p.warn(v.Line, "", "variables."+v.Name+".default", "the default %q is no %s, so that it is read as it stands", clip(v.Default), string(v.Format))
		}
		if !used[v.Name] && !not.any {
			p.warn(v.Line, "", "variables."+v.Name, "the variable %s is used nowhere", v.Name)
		}
	}
}

// maxSpoken is how many characters a callee listens to: about half a minute of speech.
const maxSpoken = 120

func checkTexts(f *Flow, p *problems, not unread) {
	for _, one := range Texts(f) {
		if n := utf8.RuneCountInString(one.Text.Text); n > maxSpoken && !wordsOfLetters(one.Text.Text) || n > 3*maxSpoken {
			p.warn(one.Line, one.Node, one.At, "the text has %d characters; nobody listens so long, say it in two", n)
		}
	}
	for _, q := range f.Questions {
		if q.Intent == "" && len(q.Variants) == 1 && !not.parts["questions"] {
			p.warn(q.Line, "", "questions."+q.ID+".variants", "question %s has one variant only; write down the other ways to ask it", q.ID)
		}
	}
}

// wordsOfLetters tells a text whose words are written with letters, of which several make a syllable.
func wordsOfLetters(text string) bool {
	ascii := 0
	for i := range len(text) {
		if text[i] < utf8.RuneSelf {
			ascii++
		}
	}
	return ascii > len(text)/2
}

func checkTests(f *Flow, p *problems) {
	labels, marks := given(f)
	for _, t := range f.Tests {
		at := "tests." + t.Name
		name := func(id NodeID) {
			if f.Nodes[id] == nil {
				p.add(t.Line, "", at, "test %q names the node %q, which does not exist", t.Name, string(id))
			}
		}
		for _, id := range slices.Concat(t.Expect.Path, t.Expect.Never) {
			name(id)
		}
		if t.Expect.End != "" {
			name(t.Expect.End)
		}
		if len(t.Says) == 0 {
			p.warn(t.Line, "", at, "test %q says nothing", t.Name)
		}
		for _, l := range t.Expect.Labels {
			if !labels[l] {
				p.warn(t.Line, "", at, "test %q expects the label %q, which nothing gives", t.Name, clip(l))
			}
		}
		for _, m := range t.Expect.SMS {
			if !marks[m] {
				p.warn(t.Line, "", at, "test %q expects the SMS %q, for which nothing marks a call", t.Name, clip(m))
			}
		}
	}
}

func checkGrades(f *Flow, p *problems) {
	labels, _ := given(f)
	for i, g := range f.Grades {
		at := "grades." + strconv.Itoa(i+1)
		for _, id := range g.When.Nodes {
			if f.Nodes[id] == nil {
				p.add(g.Line, "", at, "rule %d for grades names the node %q, which does not exist", i+1, string(id))
			}
		}
		for _, l := range slices.Concat(g.When.Labels, g.When.Without) {
			if !labels[l] {
				p.warn(g.Line, "", at, "rule %d for grades asks for the label %q, which nothing gives", i+1, clip(l))
			}
		}
		if i+1 < len(f.Grades) && g.When.empty() {
			p.warn(g.Line, "", at, "rule %d for grades asks for nothing, so that those after it are never looked at", i+1)
		}
	}
}

func (w GradeWhen) empty() bool {
	return len(w.Labels)+len(w.Without)+len(w.Nodes) == 0 && w.Affirmed == nil && w.Refused == nil && w.Questions == nil &&
		w.Interactions == nil && w.Unmatched == nil && w.Silences == nil && w.Talk == nil
}

// given are the labels and the SMS marks that a talk can come by.
func given(f *Flow) (labels, marks map[string]bool) {
	labels, marks = map[string]bool{}, map[string]bool{}
	for _, n := range f.Nodes {
		labels[n.Label], marks[n.SMS] = true, true
		for _, b := range n.Branches {
			labels[b.Label] = true
		}
	}
	for _, b := range f.Anywhere {
		labels[b.Label] = true
	}
	for _, q := range f.Questions {
		labels[q.Label] = true
	}
	delete(labels, "")
	delete(marks, "")
	return labels, marks
}
