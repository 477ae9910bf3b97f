// Package nlu owns what one sentence of a callee means: it turns text into an intent by keyword, phrase and pattern rules,
// with negation, by how words sound, and by likeness to known sentences; and it says what decided.
//
// It is pure and knows no call: what an intent leads to is the flow's matter, what a whole call was worth is the
// outcome's. A Matcher is immutable and shared by all calls of a script version.
package nlu

// Intent is what one sentence means. Scripts may define their own; these are built in.
type Intent string

const (
	Affirm          Intent = "affirm"
	Negate          Intent = "negate"
	Refuse          Intent = "refuse"
	DoNotCall       Intent = "do_not_call"
	Busy            Intent = "busy"
	CallbackLater   Intent = "callback_later"
	WhoIsCalling    Intent = "who_is_calling"
	NumberSource    Intent = "number_source"
	Price           Intent = "price"
	AreYouRobot     Intent = "are_you_robot"
	Repeat          Intent = "repeat"
	TransferToAgent Intent = "transfer_to_agent"
	WrongPerson     Intent = "wrong_person"
	Greet           Intent = "greet"
	Goodbye         Intent = "goodbye"
	HoldOn          Intent = "hold_on"
	// Other is everything that no rule claims.
	Other Intent = "other"
)

// Broader is the intent that stands in where a script has no branch for this one; Other has none.
func (i Intent) Broader() Intent {
	switch i {
	case DoNotCall:
		return Refuse
	case CallbackLater:
		return Busy
	case Refuse, WrongPerson:
		return Negate
	case HoldOn, Greet, Goodbye, Other, "":
		return ""
	}
	return Other
}

// Plain is the intent that labelled sentences know this one by, where they make no finer difference: a wish not to be
// called and a goodbye in the middle of a talk are refusals; a greeting and a wish for a moment are none of what a script
// asks for.
func (i Intent) Plain() Intent {
	switch i {
	case DoNotCall, Goodbye:
		return Refuse
	case Greet, HoldOn:
		return Other
	}
	return i
}

// Builtin lists the built-in intents.
func Builtin() []Intent {
	return []Intent{Affirm, Negate, Refuse, DoNotCall, Busy, CallbackLater, WhoIsCalling, NumberSource, Price,
		AreYouRobot, Repeat, TransferToAgent, WrongPerson, Greet, Goodbye, HoldOn, Other}
}

// Rule is one way to recognise an intent.
type Rule struct {
	// Name explains a match; empty becomes the intent and the keyword.
	Name   string
	Intent Intent
	// Keywords match anywhere in a sentence. "a&b" asks for both, in that order, in one sentence. A keyword whose
	// meaning is turned by a negator before it (不 需要) does not match. Of two syllables and more it also matches what
	// sounds the same.
	Keywords []string
	// Whole match only a clause that says nothing else: for short words such as 对 that hide inside others.
	Whole []string
	// Patterns are regular expressions (RE2, so linear in time) over the normalised sentence without clause boundaries.
	// Negation is their author's business.
	Patterns []string
	// Examples are sentences that mean the intent: what is much alike matches, where nothing else is as much alike. The
	// keywords of a topic rule are examples too when they are long enough to be sentences.
	Examples []string
	// Topic rules match whatever stands before the keyword: 你是不是机器人 asks about robots as 你是机器人吗 does.
	Topic bool
	// Negated is the intent of a keyword that is turned by a negator; empty means none.
	Negated Intent
	// Weight in (0,1] says how much the rule is worth against others of its tier; 0 means 1.
	Weight float64
}

// Match explains itself: the intent, the rule and keyword that decided, how sure, and what else it might have been.
type Match struct {
	Intent Intent
	Rule   string
	// Keyword is the word that decided; "宽带 ~ 款待" where the second was heard and sounds like the first; the nearest
	// known sentence where the rule is "example:".
	Keyword string
	// Correction is the first that was applied to the text before it was matched: "heard → meant".
	Correction string
	// Score lies in 0..1: the rule's weight, less where the keyword is a small part of what was said, and for built-in
	// intents more where the sentence is like known ones of that intent.
	Score         float64
	RunnerUp      Intent
	RunnerUpScore float64
	// Scripted tells that a rule of the script decided.
	Scripted bool
}

// Guessed tells that no rule decided, only that the sentence is like known ones.
func (m Match) Guessed() bool { return m.Rule == byLikeness }

// Options of a matcher; the zero value has none.
type Options struct {
	// Corrections put what was meant for what a recogniser heard, before anything else is looked at.
	Corrections map[string]string
	// Lang is the language of the script, BCP 47. Homophones are a matter of Chinese, so "en" looks for none.
	Lang string
	// Words are keywords that lead somewhere by themselves: see Matcher.Words.
	Words []string
}
