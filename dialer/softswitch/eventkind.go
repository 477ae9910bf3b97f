package softswitch

import "strings"

// eventKind is an index into eventNames.
type eventKind uint8

// The events that this switch fires, and every other name that FreeSWITCH knows: subscribing to those is accepted and
// brings nothing (switch_event.c, EVENT_NAMES).
const (
	evCustom eventKind = iota
	evCreate
	evDestroy
	evState
	evCallState
	evAnswer
	evHangup
	evHangupComplete
	evExecute
	evExecuteComplete
	evBridge
	evUnbridge
	evProgress
	evProgressMedia
	evOutgoing
	evPark
	evUnpark
	evOriginate
	evDTMF
	evBackgroundJob
	evHeartbeat
	evRecordStart
	evRecordStop
	evPlaybackStart
	evPlaybackStop
	evShutdown
	evAll // not an event: the word that stands for every one
)

var eventNames = [...]string{
	evCustom: "CUSTOM", evCreate: "CHANNEL_CREATE", evDestroy: "CHANNEL_DESTROY", evState: "CHANNEL_STATE",
	evCallState: "CHANNEL_CALLSTATE", evAnswer: "CHANNEL_ANSWER", evHangup: "CHANNEL_HANGUP",
	evHangupComplete: "CHANNEL_HANGUP_COMPLETE", evExecute: "CHANNEL_EXECUTE",
	evExecuteComplete: "CHANNEL_EXECUTE_COMPLETE", evBridge: "CHANNEL_BRIDGE", evUnbridge: "CHANNEL_UNBRIDGE",
	evProgress: "CHANNEL_PROGRESS", evProgressMedia: "CHANNEL_PROGRESS_MEDIA", evOutgoing: "CHANNEL_OUTGOING",
	evPark: "CHANNEL_PARK", evUnpark: "CHANNEL_UNPARK", evOriginate: "CHANNEL_ORIGINATE", evDTMF: "DTMF",
	evBackgroundJob: "BACKGROUND_JOB", evHeartbeat: "HEARTBEAT", evRecordStart: "RECORD_START",
	evRecordStop: "RECORD_STOP", evPlaybackStart: "PLAYBACK_START", evPlaybackStop: "PLAYBACK_STOP",
	evShutdown: "SHUTDOWN", evAll: "ALL",
	27: "CLONE", 28: "CHANNEL_HOLD", 29: "CHANNEL_UNHOLD", 30: "CHANNEL_APPLICATION", 31: "CHANNEL_UUID", 32: "API",
	33: "LOG", 34: "INBOUND_CHAN", 35: "OUTBOUND_CHAN", 36: "STARTUP", 37: "PUBLISH", 38: "UNPUBLISH", 39: "TALK",
	40: "NOTALK", 41: "SESSION_CRASH", 42: "MODULE_LOAD", 43: "MODULE_UNLOAD", 44: "MESSAGE", 45: "PRESENCE_IN",
	46: "NOTIFY_IN", 47: "PRESENCE_OUT", 48: "PRESENCE_PROBE", 49: "MESSAGE_WAITING", 50: "MESSAGE_QUERY", 51: "ROSTER",
	52: "CODEC", 53: "DETECTED_SPEECH", 54: "DETECTED_TONE", 55: "PRIVATE_COMMAND", 56: "TRAP", 57: "ADD_SCHEDULE",
	58: "DEL_SCHEDULE", 59: "EXE_SCHEDULE", 60: "RE_SCHEDULE", 61: "RELOADXML", 62: "NOTIFY", 63: "PHONE_FEATURE",
	64: "PHONE_FEATURE_SUBSCRIBE", 65: "SEND_MESSAGE", 66: "RECV_MESSAGE", 67: "REQUEST_PARAMS", 68: "CHANNEL_DATA",
	69: "GENERAL", 70: "COMMAND", 71: "SESSION_HEARTBEAT", 72: "CLIENT_DISCONNECTED", 73: "SERVER_DISCONNECTED",
	74: "SEND_INFO", 75: "RECV_INFO", 76: "RECV_RTCP_MESSAGE", 77: "SEND_RTCP_MESSAGE", 78: "CALL_SECURE", 79: "NAT",
	80: "CALL_UPDATE", 81: "FAILURE", 82: "SOCKET_DATA", 83: "MEDIA_BUG_START", 84: "MEDIA_BUG_STOP",
	85: "CONFERENCE_DATA_QUERY", 86: "CONFERENCE_DATA", 87: "CALL_SETUP_REQ", 88: "CALL_SETUP_RESULT",
	89: "CALL_DETAIL", 90: "DEVICE_STATE", 91: "TEXT", 92: "SHUTDOWN_REQUESTED",
}

var eventKinds = func() map[string]eventKind {
	m := make(map[string]eventKind, len(eventNames))
	for k, name := range eventNames {
		m[name] = eventKind(k)
	}
	return m
}()

// eventNamed finds an event without regard to case.
func eventNamed(name string) (eventKind, bool) {
	k, ok := eventKinds[strings.ToUpper(name)]
	return k, ok
}
