package script

import "time"

// NodeID names a node within its flow.
type NodeID string

// Flow is what a version's YAML describes, checked: every target exists, every variable is defined, and from every node
// that can be reached an end can be reached. It is never changed after Parse, so that all calls of a version share it.
type Flow struct {
	Name     string
	Language string // BCP 47; "zh" when the file names none
	Voice    string // empty leaves the choice to the deployment

	Settings  Settings
	Variables map[string]string // defaults; a contact's own values come over them
	Start     NodeID
	Nodes     map[NodeID]*Node
	Order     []NodeID // as in the file
	Anywhere  []Branch // tried after the node's own
	Questions []Question
	Intents   []Intent
}

// Settings hold for the whole flow.
type Settings struct {
	Interruptible bool          // may the callee break into prompts; true
	GreetingDelay time.Duration // from the callee's answer to the first prompt; 300 ms
	LongestCall   time.Duration // from the answer; 5 min
	Silence       Limit         // After 4 s, Max 3
	Unmatched     Limit         // Max 3; After is unused
	Endpoint      Endpoint
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
	Collect   Kind = "collect"   // listen for keys, then follow a branch
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

	Next     NodeID // Say, Jump
	Branches []Branch
	// IgnoreUnmatched and IgnoreNegative name the node that follows when the callee says something that nothing
	// matched, or says no: the flow goes on as if it had been nothing (B9.5).
	IgnoreUnmatched NodeID
	IgnoreNegative  NodeID
	Visits          Visits

	Digits   DigitRule
	Compare  Comparison
	Transfer TransferRule
}

// Listens tells whether the callee has the floor after the node's prompt.
func (n *Node) Listens() bool { return n.Kind == Ask || n.Kind == Collect }

// Visits bounds how often a flow may enter a node.
type Visits struct {
	Max  int // 0: no bound
	Then NodeID
}

// DigitRule is what a Collect node accepts.
type DigitRule struct {
	Min, Max   int
	Terminator string        // one key, or empty
	Timeout    time.Duration // after the last key
	Into       string        // variable that takes them
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
	Extension string
	Timeout   time.Duration
	Failed    NodeID
}

// TriggerKind is the sort of thing that a branch waits for.
type TriggerKind string

const (
	OnIntent    TriggerKind = "intent"
	OnKeyword   TriggerKind = "keyword"
	OnDigits    TriggerKind = "digits" // Value empty: any
	OnUnmatched TriggerKind = "unmatched"
	OnSilence   TriggerKind = "silence"
	OnDefault   TriggerKind = "default"
)

// Trigger is the left side of a branch.
type Trigger struct {
	Kind  TriggerKind
	Value string // intent, word or keys
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
	Intent   string   // an intent that asks it, or
	Variants []string // the ways to ask it, as keywords
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
