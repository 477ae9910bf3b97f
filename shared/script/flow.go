package script

import (
	"slices"
	"time"

	"github.com/outdial/outdial/shared/script/spoken"
)

// NodeID names a node within its flow.
type NodeID string

// Flow is what a version's YAML describes, checked: every target exists, every variable is defined, and from every node
// that can be reached an end can be reached. It is never changed after Parse, so that all calls of a version share it.
type Flow struct {
	Name        string
	Trade       string // 行业, in the author's words; empty when not told
	Description string
	Language    string // BCP 47; "zh" when the file names none
	Voice       Voice

	Settings    Settings
	Variables   []Variable // in the order of the file
	Corrections []Correction
	Start       NodeID
	Nodes       map[NodeID]*Node
	Order       []NodeID // as in the file
	Anywhere    []Branch // tried after the node's own
	Questions   []Question
	Intents     []Intent
	Grades      []GradeRule // tried in this order, before the rule that every script has
	Tests       []Test
	Layout      map[NodeID]Point // the editor's; nil when it drew nothing
}

// Variable finds one of the script's own variables.
func (f *Flow) Variable(name string) (Variable, bool) {
	i := slices.IndexFunc(f.Variables, func(v Variable) bool { return v.Name == name })
	if i < 0 {
		return Variable{}, false
	}
	return f.Variables[i], true
}

// Voice is who speaks, and over what.
type Voice struct {
	Name            string  // empty leaves the choice to the deployment
	Speed           float64 // 1 is the voice's own
	Background      string  // key of a sound that is played all along; empty: none
	BackgroundLevel int     // of that sound, in dB below full scale
}

// Variable is something that a text may speak, and a condition may ask for.
type Variable struct {
	Name    string
	Default string        // a contact's own value comes over it
	Format  spoken.Format // how the value is said
	Line    int
}

// Correction puts what was meant in the place of what the recogniser hears (B9.1).
type Correction struct {
	Heard, Meant string
	Line         int
}

// Point is where the editor drew a node.
type Point struct{ X, Y float64 }

// Settings hold for the whole flow.
type Settings struct {
	Interruptible bool          // may the callee break into prompts; true
	GreetingDelay time.Duration // from the callee's answer to the first prompt; 300 ms
	LongestCall   time.Duration // from the answer; 5 min
	Silence       Limit         // After 4 s, Max 3
	Unmatched     Limit         // Max 3; After is unused
	Rounds        Rounds
	Endpoint      Endpoint
}

// Rounds bounds how often the callee may have their say in one call.
type Rounds struct {
	Max  int    // 0: no bound
	Then NodeID // where the talk goes then; empty: the call is hung up
}

// Limit is how often in a row something may happen, and where the talk goes then.
type Limit struct {
	After time.Duration
	Max   int
	Say   []Text // said the first time, the second time, …; then, and when empty, the node's own Again
	Then  NodeID // at Max; empty: the call is hung up
}

// Endpoint is the silence that ends a callee's turn.
type Endpoint struct {
	Matched time.Duration // what was heard so far already leads somewhere; 300 ms
	Default time.Duration // 650 ms
	Open    time.Duration // digits or the rest of a clause are awaited; 1 s
}

// Text is something to say: the words, and the key of a recording of them.
type Text struct {
	Key  string
	Text string
}

// Kind is what a node does once it has spoken.
type Kind string

const (
	Say       Kind = "say"       // go on to Next
	Ask       Kind = "ask"       // listen, then follow a branch
	Collect   Kind = "collect"   // listen for keys or a value, then follow a branch
	Model     Kind = "model"     // listen; what no branch knows is answered by a chat model
	Condition Kind = "condition" // compare a variable
	Jump      Kind = "jump"      // go to Next
	Transfer  Kind = "transfer"  // hand the callee to a person
	Hangup    Kind = "hangup"    // end the call
)

// Node is one step of a flow.
type Node struct {
	ID    NodeID
	Line  int
	Kind  Kind
	Say   Text
	Again Text // said instead of Say when the node must ask once more
	// Interruptible is the settings' value unless the node has its own; a prompt before a hang-up is not.
	Interruptible bool
	Label         string
	SMS           string // marks the call for this SMS

	Next     NodeID // Say, Jump
	Branches []Branch
	// IgnoreUnmatched and IgnoreNegative name the node that follows when the callee says something that nothing
	// matched, or says no: the flow goes on as if it had been nothing (B9.5).
	IgnoreUnmatched NodeID
	IgnoreNegative  NodeID
	Visits          Visits

	Digits   DigitRule
	Value    spoken.Kind // Collect: what is taken out of what the callee says; empty: only keys are collected
	Compare  Comparison
	Transfer TransferRule
	Model    ModelRule
}

// Listens tells whether the callee has the floor after the node's prompt.
func (n *Node) Listens() bool { return n.Kind == Ask || n.Kind == Collect || n.Kind == Model }

// Keyed tells whether the node collects keys.
func (n *Node) Keyed() bool { return n.Kind == Collect && n.Digits.Max > 0 }

// ModelRule is a talk that a chat model leads within bounds.
type ModelRule struct {
	Instructions string
	Turns        int           // answers of the model while the talk stays here
	Timeout      time.Duration // until the model's first sentence, and from one to the next
	Failed       NodeID        // where the talk goes when the model does not answer, and after Turns
}

// Visits bounds how often a flow may enter a node.
type Visits struct {
	Max  int // 0: no bound
	Then NodeID
}

// DigitRule is what keys a Collect node accepts.
type DigitRule struct {
	Min, Max   int           // 0: no keys are collected, only a value
	Terminator string        // one key, or empty
	Timeout    time.Duration // after the last key
	Into       string        // variable that takes the keys, or the value
}

// Comparison sends the flow by the value of a variable.
type Comparison struct {
	Variable string
	Cases    []Case
	Else     NodeID
}

// Case is one value of a comparison.
type Case struct {
	Value string
	To    NodeID
}

// TransferRule hands the callee over.
type TransferRule struct {
	Extension string // who is called; empty for the agents of the campaign's group
	Timeout   time.Duration
	Failed    NodeID
}

// TriggerKind is the sort of thing that a branch waits for.
type TriggerKind string

const (
	OnIntent    TriggerKind = "intent"
	OnKeyword   TriggerKind = "keyword"
	OnRegex     TriggerKind = "regex"
	OnModel     TriggerKind = "model"  // Value is what the callee means, in words
	OnValue     TriggerKind = "value"  // what the node collects was said
	OnDigits    TriggerKind = "digits" // Value empty: any
	OnUnmatched TriggerKind = "unmatched"
	OnSilence   TriggerKind = "silence"
	OnDefault   TriggerKind = "default"
)

// Trigger is the left side of a branch.
type Trigger struct {
	Kind  TriggerKind
	Value string // intent, word, pattern, meaning or keys
}

func (t Trigger) String() string {
	switch {
	case t.Kind == OnIntent:
		return t.Value
	case t.Value != "":
		return string(t.Kind) + ":" + t.Value
	}
	return string(t.Kind)
}

// Branch leads from a node to the next one.
type Branch struct {
	On    Trigger
	To    NodeID
	Label string
	Line  int
}

// Question is something callees ask at any point; it is answered, and the talk goes on where it was.
type Question struct {
	ID       string
	Line     int
	Intent   string   // an intent that asks it
	Variants []string // the ways to ask it, as keywords; at least one of both is there
	Answer   Text
	Then     NodeID // where the talk goes after the answer; empty: it stays
	Repeat   bool   // the node asks again after the answer; true unless the answer itself hands the turn back
	Label    string
}

// Intent is a meaning that the script defines itself.
type Intent struct {
	Name     string
	Line     int
	Keywords []string // match anywhere in a sentence
	Whole    []string // match a clause that says nothing else
}

// BuiltinIntents are those every script may branch on without defining them.
func BuiltinIntents() []string {
	return []string{"affirm", "negate", "refuse", "do_not_call", "busy", "callback_later", "who_is_calling",
		"number_source", "price", "are_you_robot", "repeat", "transfer_to_agent", "wrong_person", "greet", "goodbye", "hold_on"}
}

// AsksGroup names a node that hands the callee over to the agents of the campaign's group; ok is false when there is none.
func (f *Flow) AsksGroup() (id NodeID, ok bool) {
	for _, id := range f.Order {
		if n := f.Nodes[id]; n.Kind == Transfer && n.Transfer.Extension == "" {
			return id, true
		}
	}
	return "", false
}
