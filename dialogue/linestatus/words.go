package linestatus

import (
	"strings"
	"unicode"

	"github.com/outdial/outdial/shared/linestatus"
)

// words are what an announcement of each state holds, in the order in which they are looked for: what says exactly why comes
// before what any announcement may end with. "Is in a call, please dial later" is in_call, not call_later.
var words = []struct {
	status linestatus.Status
	any    []string
}{
	{linestatus.InArrears, []string{"欠费", "余额不足", "overdue", "in arrears", "insufficient balance"}},
	{linestatus.PoweredOff, []string{"关机", "powered off", "power off", "switched off", "turned off"}},
	{linestatus.ServiceSuspended, []string{"暂停服务", "服务已经暂停", "服务已暂停", "停止服务", "service has been suspended", "has been suspended",
		"temporarily suspended"}},
	{linestatus.Suspended, []string{"停机", "out of service"}},
	{linestatus.ForwardingFailed, []string{"转移失败", "转移不成功", "转接失败", "未能转接", "could not be forwarded", "forwarding failed"}},
	{linestatus.Voicemail, []string{"留言", "语音信箱", "短信形式通知", "短信通知", "来电提醒", "来电助手", "秘书", "leave a message", "leave your message",
		"voice mail", "voicemail", "after the tone", "after the beep"}},
	{linestatus.NumberChanged, []string{"已改号", "已更改", "已经更改", "号码变更", "新号码", "has been changed", "number has changed"}},
	{linestatus.IncomingBarred, []string{"呼入限制", "限制呼入", "呼入受限", "不允许呼入", "does not accept incoming", "incoming calls", "barred"}},
	{linestatus.Vacant, []string{"空号", "号码不存在", "does not exist", "not in use", "not exist"}},
	{linestatus.WrongNumber, []string{"号码有误", "号码不正确", "号码错误", "拨号有误", "is incorrect", "wrong number", "not correct"}},
	{linestatus.Rejected, []string{"拒绝接听", "拒接", "拒绝了", "has been rejected", "rejected", "declined"}},
	{linestatus.InCall, []string{"正在通话", "通话中", "another call", "on the phone", "in a call"}},
	{linestatus.LineFault, []string{"线路故障", "故障", "line fault", "out of order"}},
	{linestatus.NetworkBusy, []string{"网络忙", "网络繁忙", "线路忙", "线路繁忙", "network is busy", "network busy", "all circuits"}},
	{linestatus.NoAnswer, []string{"无人接听", "没有应答", "无应答", "没有人接", "no answer", "not answering", "no reply"}},
	{linestatus.Unreachable, []string{"不在服务区", "无法接通", "无法联系", "cannot be reached", "can not be reached", "cannot be connected",
		"can not be connected", "out of reach", "unreachable", "not available"}},
	{linestatus.CannotAnswer, []string{"不方便接听", "不能接听", "无法接听", "not able to answer", "unable to answer", "cannot answer", "can not answer"}},
	{linestatus.Busy, []string{"占线", "用户忙", "正忙", "is busy", "busy now"}},
	{linestatus.CallLater, []string{"暂时不能接通", "不能接通", "稍后再拨", "稍候再拨", "请稍后", "again later", "call later", "dial later", "try later"}},
}

// Words reads a state from the text of an announcement; the empty status when nothing in it is known.
func Words(text string) linestatus.Status {
	han, latin := fold(text)
	for _, w := range words {
		for _, p := range w.any {
			if hay := latin; isLatin(p) && strings.Contains(hay, " "+p+" ") || !isLatin(p) && strings.Contains(han, p) {
				return w.status
			}
		}
	}
	return ""
}

// fold gives the text without marks and spaces, for Chinese, and with single spaces around words, for English.
func fold(text string) (han, latin string) {
	var h, l strings.Builder
	l.WriteByte(' ')
	space := true
	for _, r := range strings.ToLower(text) {
		switch {
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			h.WriteRune(r)
			l.WriteRune(r)
			space = false
		case !space:
			l.WriteByte(' ')
			space = true
		}
	}
	if !space {
		l.WriteByte(' ')
	}
	return h.String(), l.String()
}

func isLatin(p string) bool { return p[0] < 0x80 }

// ofMachine tells whether a sentence is one that nobody says but a mailbox or a network: it speaks of a tone, or of the number
// that was dialled. People too say that they are busy, or that their secretary will call.
func ofMachine(text string) bool {
	han, latin := fold(text)
	for _, p := range []string{"提示音", "嘀声", "滴声", "哔声", "嘀的一声", "滴的一声", "语音信箱", "短信形式通知", "您拨打的", "您所拨打的", "您拨的"} {
		if strings.Contains(han, p) {
			return true
		}
	}
	for _, p := range []string{"after the tone", "after the beep", "after the signal", "voicemail", "voice mail", "you dialled", "you dialed"} {
		if strings.Contains(latin, " "+p+" ") {
			return true
		}
	}
	return false
}
