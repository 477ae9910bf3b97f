package export

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/transcript"
)

// said is what a file says in each language. A file is in the language that it was asked for in, and in Chinese where none was asked
// for.
type said struct{ zh, en string }

func (s said) in(l words.Language) string {
	if l == words.English {
		return s.en
	}
	return s.zh
}

var (
	yes, no      = said{"是", "yes"}, said{"否", "no"}
	read, unread = said{"已读", "read"}, said{"未读", "unread"}
	sheetName    = said{"通话", "Calls"}
	campaignHead = said{"任务", "Campaign"}
	noTurns      = said{"(没有对话)", "(no conversation)"}
	unheard      = said{"(没有听清)", "(not heard)"}
	interrupted  = said{"(被打断)", "(interrupted)"}
)

var dispositionWords = map[call.Disposition]said{
	call.Answered: {"已接听", "answered"}, call.NoAnswer: {"无人接听", "no answer"}, call.Busy: {"忙线", "busy"}, call.Rejected: {"拒接", "rejected"},
	call.PoweredOff: {"关机", "powered off"}, call.Vacant: {"空号", "vacant"}, call.Suspended: {"停机", "suspended"}, call.InvalidNumber: {"号码无效", "invalid number"},
	call.Restricted: {"呼叫受限", "restricted"}, call.CallerSuspended: {"主叫欠费停机", "caller suspended"}, call.Failed: {"呼叫失败", "failed"},
	call.Abandoned: {"呼损", "abandoned"}, call.Other: {"其他", "other"}, "dnc": {"黑名单", "not to be called"}}

var stateWords = map[call.State]said{call.Created: {"待呼叫", "created"}, call.Originating: {"呼叫中", "dialling"}, call.Early: {"振铃中", "ringing"},
	call.AnsweredState: {"通话中", "talking"}, call.Ended: {"已结束", "ended"}}

var partyWords = map[call.Party]said{call.PartyCallee: {"客户", "callee"}, call.PartyRobot: {"机器人", "robot"}, call.PartyDialer: {"系统", "platform"},
	call.PartyCarrier: {"线路", "carrier"}, call.PartyAgent: {"坐席", "agent"}}

var transferWords = map[call.Transfer]said{call.TransferRequested: {"转接中", "ringing"}, call.TransferConnected: {"已接通", "connected"}, call.TransferFailed: {"未接通", "not reached"}}

var pushWords = map[call.Push]said{call.PushWaiting: {"待推送", "waiting"}, call.PushSent: {"已推送", "sent"}, call.PushFailed: {"推送失败", "failed"}}

var speakerWords = map[transcript.Speaker]said{transcript.Robot: {"机器人", "robot"}, transcript.Callee: {"客户", "callee"}}

var matchWords = map[transcript.MatchKind]said{transcript.MatchIntent: {"意图", "intent"}, transcript.MatchQuestion: {"问题", "question"}, transcript.MatchDigits: {"按键", "keys"},
	transcript.MatchUnmatched: {"未匹配", "unmatched"}, transcript.MatchSilence: {"静默", "silence"}, transcript.MatchBackchannel: {"应答词", "backchannel"}}

// word falls back to the value itself, so that nothing is ever left out.
func word[K ~string](j *job, all map[K]said, k K) string {
	if w, ok := all[k]; ok {
		return j.say(w)
	}
	return string(k)
}

func (j *job) say(s said) string { return s.in(j.Export.Request.Language) }

func (j *job) yesNo(is bool) string {
	if is {
		return j.say(yes)
	}
	return j.say(no)
}

func decimal(n int) string { return strconv.Itoa(n) }

// safe makes a text fit to be a file's name anywhere.
func safe(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || r == unicode.ReplacementChar || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, strings.TrimLeft(strings.TrimSpace(s), "."))
	if r := []rune(s); len(r) > 60 {
		s = string(r[:60])
	}
	if s == "" {
		return "export"
	}
	return s
}

// lineWords are what a line said, and who answered.
var lineWords = map[linestatus.Status]said{
	linestatus.Ringing: {"振铃", "ringing"}, linestatus.BusyTone: {"忙音", "busy tone"}, linestatus.CongestionTone: {"拥塞音", "congestion tone"}, linestatus.UnobtainableTone: {"空号音", "unobtainable tone"},
	linestatus.CallWaiting: {"呼叫等待音", "call-waiting tone"}, linestatus.RingBackMusic: {"彩铃", "ring-back music"}, linestatus.PoweredOff: {"关机", "powered off"}, linestatus.Vacant: {"空号", "vacant number"},
	linestatus.Suspended: {"停机", "suspended"}, linestatus.InCall: {"正在通话中", "in a call"}, linestatus.Rejected: {"拒接", "rejected"}, linestatus.Unreachable: {"无法接通", "unreachable"},
	linestatus.ServiceSuspended: {"暂停服务", "service suspended"}, linestatus.Busy: {"用户正忙", "busy"}, linestatus.WrongNumber: {"号码有误", "wrong number"}, linestatus.IncomingBarred: {"呼入限制", "incoming calls barred"},
	linestatus.Voicemail: {"语音信箱/来电提醒", "voicemail or call reminder"}, linestatus.ForwardingFailed: {"呼叫转移失败", "forwarding failed"}, linestatus.NetworkBusy: {"网络忙", "network busy"}, linestatus.NoAnswer: {"无人接听", "no answer"},
	linestatus.InArrears: {"欠费", "in arrears"}, linestatus.CannotAnswer: {"无法接听", "cannot answer"}, linestatus.NumberChanged: {"改号", "number changed"}, linestatus.LineFault: {"线路故障", "line fault"},
	linestatus.CallLater: {"稍后再拨", "call later"}, linestatus.Human: {"真人", "human"}, linestatus.Machine: {"机器", "machine"}, linestatus.Unknown: {"未判明", "not told"},
}
