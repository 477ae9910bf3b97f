package export

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/transcript"
)

// Files are in Chinese, as those who work with them are used to.

var dispositionWords = map[call.Disposition]string{call.Answered: "已接听", call.NoAnswer: "无人接听", call.Busy: "忙线", call.Rejected: "拒接",
	call.PoweredOff: "关机", call.Vacant: "空号", call.Suspended: "停机", call.InvalidNumber: "号码无效", call.Restricted: "呼叫受限",
	call.CallerSuspended: "主叫欠费停机", call.Failed: "呼叫失败", call.Abandoned: "呼损", call.Other: "其他", "dnc": "黑名单"}

var stateWords = map[call.State]string{call.Created: "待呼叫", call.Originating: "呼叫中", call.Early: "振铃中", call.AnsweredState: "通话中", call.Ended: "已结束"}

var partyWords = map[call.Party]string{call.PartyCallee: "客户", call.PartyRobot: "机器人", call.PartyDialer: "系统", call.PartyCarrier: "线路", call.PartyAgent: "坐席"}

var transferWords = map[call.Transfer]string{call.TransferRequested: "转接中", call.TransferConnected: "已接通", call.TransferFailed: "未接通"}

var pushWords = map[call.Push]string{call.PushWaiting: "待推送", call.PushSent: "已推送", call.PushFailed: "推送失败"}

var speakerWords = map[transcript.Speaker]string{transcript.Robot: "机器人", transcript.Callee: "客户"}

var matchWords = map[transcript.MatchKind]string{transcript.MatchIntent: "意图", transcript.MatchQuestion: "问题", transcript.MatchDigits: "按键",
	transcript.MatchUnmatched: "未匹配", transcript.MatchSilence: "静默", transcript.MatchBackchannel: "应答词"}

// word falls back to the value itself, so that nothing is ever left out.
func word[K ~string](words map[K]string, k K) string {
	if w, ok := words[k]; ok {
		return w
	}
	return string(k)
}

func yesNo(yes bool) string {
	if yes {
		return "是"
	}
	return "否"
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
var lineWords = map[linestatus.Status]string{
	linestatus.Ringing: "振铃", linestatus.BusyTone: "忙音", linestatus.CongestionTone: "拥塞音", linestatus.UnobtainableTone: "空号音",
	linestatus.CallWaiting: "呼叫等待音", linestatus.RingBackMusic: "彩铃", linestatus.PoweredOff: "关机", linestatus.Vacant: "空号",
	linestatus.Suspended: "停机", linestatus.InCall: "正在通话中", linestatus.Rejected: "拒接", linestatus.Unreachable: "无法接通",
	linestatus.ServiceSuspended: "暂停服务", linestatus.Busy: "用户正忙", linestatus.WrongNumber: "号码有误", linestatus.IncomingBarred: "呼入限制",
	linestatus.Voicemail: "语音信箱/来电提醒", linestatus.ForwardingFailed: "呼叫转移失败", linestatus.NetworkBusy: "网络忙", linestatus.NoAnswer: "无人接听",
	linestatus.InArrears: "欠费", linestatus.CannotAnswer: "无法接听", linestatus.NumberChanged: "改号", linestatus.LineFault: "线路故障",
	linestatus.CallLater: "稍后再拨", linestatus.Human: "真人", linestatus.Machine: "机器", linestatus.Unknown: "未判明",
}
