package flow

import (
	"maps"

	"github.com/outdial/outdial/dialogue/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// Phase is who has the floor.
type Phase uint8

const (
	Idle         Phase = iota // before Start
	Speaking                  // the robot
	Broken                    // the callee broke into a prompt
	Listening                 // the callee
	Transferring              // a person is being called
	Ended
)

func (p Phase) String() string {
	return [...]string{"idle", "speaking", "broken", "listening", "transferring", "ended"}[p]
}

// State is where one conversation stands. It is a value: Step never changes the one it is given.
type State struct {
	program *Program
	Node    script.NodeID
	Phase   Phase
	// Silences and Unmatched count in a row.
	Silences, Unmatched int
	after               after // what follows the prompt being spoken
	onward              script.NodeID
	mute                int // nodes entered since the callee last had the floor
	vars                map[string]string
	visits              map[script.NodeID]int
}

type after uint8

const (
	afterGo     after = iota // what the node's kind says
	afterListen              // the callee has the floor
	afterEnter               // the node in State.onward
)

// New makes a conversation that has not begun. vars are the contact's; they come over the script's defaults.
func New(p *Program, vars map[string]string) State {
	own := maps.Clone(p.flow.Variables)
	if own == nil {
		own = map[string]string{}
	}
	for k, v := range vars {
		if v != "" || own[k] == "" {
			own[k] = v
		}
	}
	return State{program: p, vars: own}
}

// Program is the script the conversation runs.
func (s State) Program() *Program { return s.program }

// Var is the present value of a variable.
func (s State) Var(name string) string { return s.vars[name] }

// Say is what text sounds like in this conversation, its variables filled in.
func (s State) Say(text string) string { return script.Expand(text, s.Var) }

func (s State) node() *script.Node { return s.program.flow.Nodes[s.Node] }

// Input is what happens to a conversation.
type Input interface{ input() string }

type (
	// Start says that the callee answered.
	Start struct{}
	// Utterance is what the callee said, to its end. In phase Broken it is what they broke in with.
	Utterance struct {
		Text  string
		Match nlu.Match
	}
	// Silence says that the callee had the floor and did not use it.
	Silence struct{}
	// Digits are keys, complete by the node's rule, or whatever was pressed when it expected none.
	Digits struct{ Keys string }
	// PromptDone says that everything of the last Speak actions was spoken.
	PromptDone struct{}
	// Interrupted says that the prompt was stopped because the callee speaks.
	Interrupted struct{}
	// FalseAlarm says that what interrupted was nothing: noise, or a word that only tells that the callee listens.
	FalseAlarm struct{}
	// TransferResult tells whether a person took the call.
	TransferResult struct {
		Connected bool
		Reason    string
	}
	// Expired says that the longest call was reached.
	Expired struct{}
)

func (Start) input() string       { return "start" }
func (Utterance) input() string   { return "utterance" }
func (Silence) input() string     { return "silence" }
func (Digits) input() string      { return "digits" }
func (PromptDone) input() string  { return "prompt_done" }
func (Interrupted) input() string { return "interrupted" }
func (FalseAlarm) input() string  { return "false_alarm" }
func (Expired) input() string     { return "expired" }
func (TransferResult) input() string {
	return "transfer_result"
}

// Action is what the robot must do.
type Action interface{ action() }

type (
	// Speak says one prompt. Several in a row are spoken one after the other; PromptDone follows the last.
	Speak struct {
		Node          script.NodeID
		Key           string
		Text          string // variables filled in
		Interruptible bool
	}
	// Listen gives the callee the floor.
	Listen struct {
		Silence int               // in parts of the settings' silence: 1, or 2 after "wait a moment"
		Digits  *script.DigitRule // keys are awaited as well
	}
	// Resume goes on with the prompt that was interrupted, where it stopped.
	Resume struct{}
	// HandOver asks for a person; TransferResult must follow.
	HandOver struct{ Rule script.TransferRule }
	// Leave ends the robot's part: nothing is said any more and nothing is hung up, since a person has the call.
	Leave struct{}
	// End hangs up. Cause is stored with the conversation.
	End struct{ Cause string }
	// Label marks the call.
	Label struct{ Name string }
)

func (Speak) action()    {}
func (Listen) action()   {}
func (Resume) action()   {}
func (HandOver) action() {}
func (Leave) action()    {}
func (End) action()      {}
func (Label) action()    {}

// Causes of an End.
const (
	CauseHangupNode  = "hangup_node"
	CauseSilence     = "silence_limit"
	CauseUnmatched   = "unmatched_limit"
	CauseLongest     = "longest_call"
	CauseLoop        = "loop_limit"
	CauseTransferred = "transferred"
)

// Trace explains one step.
type Trace struct {
	Input    string
	From, To script.NodeID
	Phase    Phase // after the step
	// Via is the branch that was followed, or the rule that took its place; empty when nothing moved.
	Via string
	// Match is what a callee's turn was taken for.
	Match transcript.Match
}
