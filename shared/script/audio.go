package script

// MissingAudio finds what a robot would not play from a recording, as warnings in the order of the file: sentences that
// nobody has recorded, recordings of another text than the sentence has now, both of which are synthesised, and a
// background sound that is not there. recordings are those of the draft, or of the version.
func MissingAudio(f *Flow, recordings []Recording) []Problem {
	have := audio{keys: make(map[string]bool, len(recordings)), texts: make(map[string]bool, len(recordings))}
	for _, r := range recordings {
		have.keys[r.Key], have.texts[r.Text] = true, true
	}
	var p problems
	told := map[Text]bool{}
	for _, one := range Texts(f) {
		if told[one.Text] {
			continue
		}
		told[one.Text] = true
		switch have.of(one.Text) {
		case missing:
			p.warn(one.Line, one.Node, one.At, "there is no recording of %q", clip(one.Text.Text))
		case outdated:
			p.warn(one.Line, one.Node, one.At, "the recording was made of another text than %q, so that it is not played", clip(one.Text.Text))
		}
	}
	if key := f.Voice.Background; key != "" && !have.keys[key] {
		p.warn(0, "", "voice.background", "there is no recording of the background sound %q, so that none is played", clip(key))
	}
	return p.sorted()
}

// audio is what was recorded for a script.
type audio struct{ keys, texts map[string]bool }

type audioState uint8

const (
	recorded audioState = iota
	missing
	outdated
)

// of a sentence with variables, all fixed parts must be recorded; one that has none is synthesised in any case.
func (a audio) of(t Text) audioState {
	if len(References(t.Text)) == 0 {
		return a.one(t)
	}
	state := recorded
	for _, part := range FixedParts(t) {
		state = max(state, a.one(part))
	}
	return state
}

func (a audio) one(t Text) audioState {
	if a.texts[t.Text] {
		return recorded // though it may be for another sentence that says the same
	}
	if a.keys[t.Key] {
		return outdated
	}
	return missing
}
