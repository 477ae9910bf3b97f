package flow

import (
	"time"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/script/spoken"
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
	Waiting                   // a chat model is asked
	Ended
)

func (p Phase) String() string {
	return [...]string{"idle", "speaking", "broken", "listening", "transferring", "waiting", "ended"}[p]
}

// State is where one conversation stands. It is a value: Step never changes the one it is given.
type State struct {
	program *Program
	Node    script.NodeID
	Phase   Phase
	// Silences and Unmatched count in a row.
	Silences, Unmatched int
	// Rounds counts the callee's turns in all.
	Rounds  int
	after   after // what follows the prompt being spoken
	onward  script.NodeID
	mute    int // nodes entered since the callee last had the floor
	now     time.Time
	consult consultation
	talk    []Line // what was said so far, where a chat model may be asked
	vars    map[string]string
	visits  map[script.NodeID]int
}

type after uint8

const (
	afterGo     after = iota // what the node's kind says
	afterListen              // the callee has the floor
	afterEnter               // the node in State.onward
	afterReply               // what the chat model decided
)

// New makes a conversation that has not begun. vars are the contact's; they come over the script's defaults.
func New(p *Program, vars map[string]string) State {
	own := make(map[string]string, len(p.flow.Variables)+len(vars))
	for _, v := range p.flow.Variables {
		own[v.Name] = v.Default
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

// At tells the conversation what time it is where the callee is: dates are said and understood by it.
func (s State) At(now time.Time) State {
	s.now = now
	return s
}

// Say is what text sounds like in this conversation, its variables filled in as their formats say them.
func (s State) Say(text string) string {
	return script.ExpandBefore(text, func(name, next string) string {
		return spoken.Say(s.program.formats[name], s.vars[name], spoken.Context{Language: s.program.flow.Language, Now: s.now, Next: next})
	})
}

func (s State) node() *script.Node { return s.program.flow.Nodes[s.Node] }

// Input is what happens to a conversation.
type Input interface{ input() string }

type (
	// Start says that the callee answered, and when: the time where they are.
	Start struct{ At time.Time }
	// Utterance is what the callee said, to its end. In phase Broken it is what they broke in with.
	Utterance struct {
		Text  string
		Match nlu.Match
		At    time.Time
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
	// Reply is a sentence of the chat model, the last of them with what it decided. ID is that of the Consult.
	Reply struct {
		ID     int
		Text   string // to be spoken; may be empty
		Choice int    // 1, 2, … of the Consult's choices; 0: none of them
		Last   bool
	}
	// ReplyFailed says that the chat model cannot be asked, failed, or took too long.
	ReplyFailed struct {
		ID     int
		Reason string
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
func (Reply) input() string       { return "reply" }
func (ReplyFailed) input() string { return "reply_failed" }
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
		// Append adds to what is being spoken; otherwise what is being spoken ends.
		Append bool
	}
	// Listen gives the callee the floor.
	Listen struct {
		Silence int               // in parts of the settings' silence: 1, or 2 after "wait a moment"
		Digits  *script.DigitRule // keys are awaited as well
		Value   spoken.Kind       // what is taken out of what is said, if anything: numbers are said with pauses
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
	// SMS marks the call for a text message.
	SMS struct{ Mark string }
	// Consult asks a chat model; it ends what is being spoken. Reply inputs must follow, or ReplyFailed: the talk waits
	// for one of them, so whoever asks bounds the time.
	Consult struct {
		ID           int
		Node         script.NodeID
		Instructions string   // what the model is there for; empty: only a choice is asked for, and nothing is spoken
		Choices      []string // what the callee may mean
		Said         string
		Turns        []Line        // so far, the oldest first; the last is what the callee said
		Timeout      time.Duration // until the first sentence, and from one to the next
	}
)

// Line is one turn of a talk, as a chat model is told it.
type Line struct {
	Robot bool
	Text  string
}

func (Speak) action()    {}
func (Listen) action()   {}
func (Resume) action()   {}
func (HandOver) action() {}
func (Leave) action()    {}
func (End) action()      {}
func (Label) action()    {}
func (SMS) action()      {}
func (Consult) action()  {}

// Causes of an End.
const (
	CauseHangupNode  = "hangup_node"
	CauseSilence     = "silence_limit"
	CauseUnmatched   = "unmatched_limit"
	CauseLongest     = "longest_call"
	CauseLoop        = "loop_limit"
	CauseRounds      = "rounds_limit"
	CauseTransferred = "transferred"
)

// Trace explains one step.
type Trace struct {
	Input    string
	From, To script.NodeID
	Phase    Phase // after the step
	// Via is the branch that was followed, or the rule that took its place; empty when nothing moved.
	Via string
	// Entered are the nodes that the step came through, in their order; those that only lead on are among them, and so is
	// one whose visits were used up.
	Entered []script.NodeID
	// Match is what a callee's turn was taken for.
	Match transcript.Match
}
