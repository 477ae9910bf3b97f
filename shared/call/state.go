package call

import "fmt"

// State is where a call is. The life is drawn once, in the table below:
//
//	created -> originating -> early -> answered -> ended
//	                      \-----------^
//
// and every state may go to ended. A call never goes back.
type State string

const (
	// Created calls are written down and the switch has not been told.
	Created State = "created"
	// Originating calls were handed to the switch; the carrier may be ringing the callee.
	Originating State = "originating"
	// Early calls have media before the answer: an announcement, ring-back music.
	Early State = "early"
	// AnsweredState calls are connected.
	AnsweredState State = "answered"
	// Ended calls have their CDR.
	Ended State = "ended"
)

// Event is what happens to a call.
type Event uint8

const (
	// EvOriginate: the command went to the switch.
	EvOriginate Event = iota
	// EvRinging: the carrier says the callee's telephone rings.
	EvRinging
	// EvEarlyMedia: the carrier sends audio before the answer.
	EvEarlyMedia
	// EvAnswer: the callee answered.
	EvAnswer
	// EvBridge: the robot and the callee hear each other.
	EvBridge
	// EvRingTimeout: our ring timer ran out.
	EvRingTimeout
	// EvTalkTimeout: the longest allowed call was reached.
	EvTalkTimeout
	// EvTerminate: the campaign was terminated, or the dialer is told to end the call.
	EvTerminate
	// EvRobotGone: the robot's leg ended while the callee's is still there.
	EvRobotGone
	// EvHangup: the callee's leg is gone. There is always exactly one way to the end: this event.
	EvHangup
	// EvRefused: the switch did not place the call at all.
	EvRefused
	// EvLost: the switch or the dialer lost sight of the call.
	EvLost
	// EvEndTimeout: a hang-up that was asked for never came.
	EvEndTimeout
)

var eventNames = [...]string{"originate", "ringing", "early_media", "answer", "bridge", "ring_timeout", "talk_timeout",
	"terminate", "robot_gone", "hangup", "refused", "lost", "end_timeout"}

func (e Event) String() string {
	if int(e) < len(eventNames) {
		return eventNames[e]
	}
	return fmt.Sprintf("event(%d)", uint8(e))
}

// Effect is what the shell around the state must do; the state machine itself does nothing.
type Effect uint8

const (
	// ArmRing starts the ring timer; the switch's own stops guarding once early media came.
	ArmRing Effect = iota
	// DisarmRing stops it.
	DisarmRing
	// Record starts the recording of the whole call.
	Record
	// TellRobot reports the callee's answer to the robot, which may speak from now on.
	TellRobot
	// ArmTalk starts the timer of the longest allowed call.
	ArmTalk
	// Kill asks the switch to hang the callee's leg up and arms the end timer.
	Kill
	// Close ends the call: timers off, CDR written.
	Close
)

var effectNames = [...]string{"arm_ring", "disarm_ring", "record", "tell_robot", "arm_talk", "kill", "close"}

func (e Effect) String() string {
	if int(e) < len(effectNames) {
		return effectNames[e]
	}
	return fmt.Sprintf("effect(%d)", uint8(e))
}

type row struct {
	next    State
	effects []Effect
}

// table is every state and event that mean something together. Rows that keep the state and have no effects are late,
// doubled or harmless events that a switch really sends.
var table = map[State]map[Event]row{
	Created: {
		EvOriginate: {Originating, []Effect{ArmRing}},
		EvTerminate: {Ended, []Effect{Close}},
		EvRefused:   {Ended, []Effect{Close}},
		EvLost:      {Ended, []Effect{Close}},
		EvHangup:    {Ended, []Effect{Close}},
	},
	Originating: {
		EvOriginate:   {Originating, nil},
		EvRinging:     {Originating, nil},
		EvEarlyMedia:  {Early, []Effect{Record}},
		EvAnswer:      {AnsweredState, []Effect{DisarmRing, Record, TellRobot, ArmTalk}},
		EvBridge:      {Originating, nil},
		EvRingTimeout: {Originating, []Effect{Kill}},
		EvTerminate:   {Originating, []Effect{Kill}},
		EvRobotGone:   {Originating, []Effect{Kill}},
		EvHangup:      {Ended, []Effect{Close}},
		EvRefused:     {Ended, []Effect{Close}},
		EvLost:        {Ended, []Effect{Close}},
		EvEndTimeout:  {Ended, []Effect{Close}},
		EvTalkTimeout: {Originating, nil},
	},
	Early: {
		EvOriginate:   {Early, nil},
		EvRinging:     {Early, nil},
		EvEarlyMedia:  {Early, nil},
		EvBridge:      {Early, nil},
		EvAnswer:      {AnsweredState, []Effect{DisarmRing, TellRobot, ArmTalk}},
		EvRingTimeout: {Early, []Effect{Kill}},
		EvTerminate:   {Early, []Effect{Kill}},
		EvRobotGone:   {Early, []Effect{Kill}},
		EvHangup:      {Ended, []Effect{Close}},
		EvRefused:     {Ended, []Effect{Close}},
		EvLost:        {Ended, []Effect{Close}},
		EvEndTimeout:  {Ended, []Effect{Close}},
		EvTalkTimeout: {Early, nil},
	},
	AnsweredState: {
		EvOriginate:   {AnsweredState, nil},
		EvRinging:     {AnsweredState, nil},
		EvEarlyMedia:  {AnsweredState, nil},
		EvAnswer:      {AnsweredState, nil},
		EvBridge:      {AnsweredState, nil},
		EvRingTimeout: {AnsweredState, nil},
		EvTalkTimeout: {AnsweredState, []Effect{Kill}},
		EvTerminate:   {AnsweredState, []Effect{Kill}},
		EvRobotGone:   {AnsweredState, []Effect{Kill}},
		EvHangup:      {Ended, []Effect{Close}},
		EvRefused:     {AnsweredState, []Effect{Kill}},
		EvLost:        {Ended, []Effect{Close}},
		EvEndTimeout:  {Ended, []Effect{Close}},
	},
	Ended: {
		EvOriginate: {Ended, nil}, EvRinging: {Ended, nil}, EvEarlyMedia: {Ended, nil}, EvAnswer: {Ended, nil},
		EvBridge: {Ended, nil}, EvRingTimeout: {Ended, nil}, EvTalkTimeout: {Ended, nil}, EvTerminate: {Ended, nil},
		EvRobotGone: {Ended, nil}, EvHangup: {Ended, nil}, EvRefused: {Ended, nil}, EvLost: {Ended, nil}, EvEndTimeout: {Ended, nil},
	},
}

// Apply is the call's life: the next state and what the shell must do. An event that has no row is an error and
// changes nothing, so that a bug shows without costing a call.
func Apply(s State, e Event) (State, []Effect, error) {
	r, ok := table[s][e]
	if !ok {
		return s, nil, fmt.Errorf("call: no row for event %s in state %s", e, s)
	}
	return r.next, r.effects, nil
}
