package script

// checkNeverTaken finds branches that something else always takes first.
func checkNeverTaken(f *Flow, p *problems, not unread) {
	asked := map[string]string{} // intent -> the question that answers it
	for _, q := range f.Questions {
		if q.Intent == "" {
			continue
		}
		if first, ok := asked[q.Intent]; ok {
			p.add(q.Line, "", "questions."+q.ID+".intent", "question %s is never asked: %s is answered by question %s", q.ID, q.Intent, first)
			continue
		}
		asked[q.Intent] = q.ID
	}
	for _, b := range f.Anywhere {
		if q, ok := asked[b.On.Value]; ok && b.On.Kind == OnIntent {
			p.warn(b.Line, "", "anywhere."+b.On.Value, "anywhere %s is never taken: question %s answers it", b.On.Value, q)
		}
	}
	set := f.Settings
	for _, id := range f.Order {
		n := f.Nodes[id]
		if not.nodes[id] {
			continue
		}
		for _, b := range n.Branches {
			at := branchAt(b)
			switch {
			case b.On.Kind == OnDigits && b.On.Value != "" && n.Keyed() && (len(b.On.Value) < n.Digits.Min || len(b.On.Value) > n.Digits.Max):
				p.add(b.Line, id, at, "branch %s is never taken: the node collects %d to %d keys", b.On.String(), n.Digits.Min, n.Digits.Max)
			case b.On.Kind == OnSilence && set.Silence.Max == 1:
				p.warn(b.Line, id, at, "branch %s is never taken: the settings end the talk the first time", "silence")
			case b.On.Kind == OnUnmatched && n.IgnoreUnmatched == "" && set.Unmatched.Max == 1:
				p.warn(b.Line, id, at, "branch %s is never taken: the settings end the talk the first time", "unmatched")
			case n.Kind == Model && (b.On.Kind == OnUnmatched || b.On.Kind == OnDefault):
				p.warn(b.Line, id, at, "branch %s is never taken: the chat model answers what nothing matched", b.On.String())
			case b.On.Kind == OnUnmatched && n.Value == "text":
				p.warn(b.Line, id, at, "branch unmatched is never taken: the node takes every text as its value")
			}
		}
		if n.Kind == Model && n.IgnoreUnmatched != "" {
			p.warn(n.Line, id, "ignore_unmatched", "%s is never taken: the chat model answers what nothing matched", "ignore_unmatched")
		}
		seen := map[string]bool{}
		for _, c := range n.Compare.Cases {
			if seen[c.Value] {
				p.warn(n.Line, id, "condition.is."+clip(c.Value), "the value %q stands here twice", clip(c.Value))
			}
			seen[c.Value] = true
		}
	}
}
