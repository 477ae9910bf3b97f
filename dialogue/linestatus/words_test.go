package linestatus

import (
	"testing"

	"github.com/outdial/outdial/shared/linestatus"
)

// Every wording that networks are known to say is read as what it says.
func TestWordings(t *testing.T) {
	for _, w := range linestatus.Wordings() {
		if got := Words(w.Text); got != w.Status {
			t.Errorf("%q is read as %q, want %q", w.Text, got, w.Status)
		}
	}
}

func TestWordsOfRecognisers(t *testing.T) {
	for text, want := range map[string]linestatus.Status{
		"您拨打的用户正在通话中请稍后再拨":                         linestatus.InCall,
		"对 不起 您 拨打 的 电话 已 关机":                      linestatus.PoweredOff,
		"THE SUBSCRIBER YOU DIALED IS POWERED OFF": linestatus.PoweredOff,
		"您好 您所拨打的号码是空号":                            linestatus.Vacant,
		"已欠费停机":                                    linestatus.InArrears,
		"请稍后再拨":                                    linestatus.CallLater,
		"喂你好":                                      "",
		"":                                         "",
		"the business is powering officers":        "",
	} {
		if got := Words(text); got != want {
			t.Errorf("%q is read as %q, want %q", text, got, want)
		}
	}
}

// People are busy too, and may speak of messages and secretaries; machines speak of tones and of numbers that were dialled.
func TestOnlyMachinesSaySo(t *testing.T) {
	for text, want := range map[string]bool{
		"我现在很忙": false, "你给我留言吧": false, "我是他秘书": false, "喂": false, "the line is busy": false,
		"请在提示音后留言": true, "您拨打的用户暂时无法接听": true, "please leave a message after the beep": true,
	} {
		a := New(Config{})
		a.Answered()
		v, ok := a.HeardAfter(text)
		if ok != want || ok && v.Status != linestatus.Machine {
			t.Errorf("%q: %+v %v, want a machine: %v", text, v, ok, want)
		}
	}
}
