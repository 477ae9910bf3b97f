package esl

import "github.com/outdial/outdial/dialer/esl/wire"

// Event is one event of the switch.
type Event = wire.Event

// Kind is the name of an event.
type Kind string

// Events that the dialer subscribes to (switch_types.h, switch_event_types_t).
const (
	ChannelCreate         Kind = "CHANNEL_CREATE"
	ChannelProgress       Kind = "CHANNEL_PROGRESS"       // the callee rings, no media
	ChannelProgressMedia  Kind = "CHANNEL_PROGRESS_MEDIA" // early media
	ChannelAnswer         Kind = "CHANNEL_ANSWER"
	ChannelBridge         Kind = "CHANNEL_BRIDGE"
	ChannelUnbridge       Kind = "CHANNEL_UNBRIDGE"
	ChannelPark           Kind = "CHANNEL_PARK"
	ChannelUnpark         Kind = "CHANNEL_UNPARK"
	ChannelHangup         Kind = "CHANNEL_HANGUP"
	ChannelHangupComplete Kind = "CHANNEL_HANGUP_COMPLETE" // the last word on a leg, with its facts
	RecordStart           Kind = "RECORD_START"
	RecordStop            Kind = "RECORD_STOP"
	PlaybackStart         Kind = "PLAYBACK_START"
	PlaybackStop          Kind = "PLAYBACK_STOP"
	DTMF                  Kind = "DTMF"
	BackgroundJob         Kind = "BACKGROUND_JOB"
	Heartbeat             Kind = "HEARTBEAT"
	Shutdown              Kind = "SHUTDOWN"
)

// KindOf is the kind of an event.
func KindOf(e Event) Kind { return Kind(e.Name()) }

// DefaultEvents is what a call's life needs and no more: every further kind costs the switch and the reader time for
// every call.
func DefaultEvents() []Kind {
	return []Kind{
		ChannelCreate, ChannelProgress, ChannelProgressMedia, ChannelAnswer, ChannelBridge, ChannelUnbridge, ChannelPark,
		ChannelUnpark, ChannelHangup, ChannelHangupComplete, RecordStart, RecordStop, DTMF, Shutdown,
	}
}

// always are kinds that the client itself needs.
var always = []Kind{BackgroundJob, Heartbeat}
