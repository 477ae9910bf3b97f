package push

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
)

// MaxBytes is how long a message in markdown may be, in bytes of UTF-8.
const MaxBytes = 4096

// Bounds of what stands in one line, in characters: no name may push the rest out of the message.
const (
	mostName   = 60
	mostNumber = 40
)

// Facts are what a message tells of a call.
type Facts struct {
	Campaign string
	Number   contact.Number
	Name     string
	Customer string
	Grade    string
	Ordinal  int
	Turns    int
	Talk     time.Duration
	Dialled  time.Time
	Ended    time.Time
}

// FactsOf takes from a call what is told of it.
func FactsOf(c call.Call, campaign string) Facts {
	return Facts{Campaign: campaign, Number: c.Number, Name: c.Name, Customer: c.Customer, Grade: c.Grade, Ordinal: c.Ordinal, Turns: c.Turns,
		Talk: c.Times.Talk(), Dialled: c.Times.Created, Ended: c.Times.Ended}
}

// Message is the markdown of a call. It is in Chinese, like the files that are exported: the chat is no console that asks for a
// language. Values stand in quotes of one line each and cannot become markup.
func Message(f Facts, masked bool, zone *time.Location) string {
	number, name, customer, campaign := f.Number.String(), f.Name, f.Customer, f.Campaign
	if masked {
		digits := strings.TrimPrefix(number, "+")
		hide := func(s string) string {
			s = plain(s, len(s)+1) // what cannot be seen must not keep digits apart that are seen as one number
			if digits != "" {
				s = strings.ReplaceAll(s, digits, access.MaskNumber(digits))
			}
			return access.MaskText(s)
		}
		number, name, customer, campaign = access.MaskNumber(number), hide(name), hide(customer), hide(campaign)
	}
	var out strings.Builder
	fmt.Fprintf(&out, "### 意向客户 %s", plain(f.Grade, mostName))
	line := func(label, value string, most int) {
		if value = plain(value, most); value != "" {
			out.WriteString("\n> " + label + "：" + value)
		}
	}
	line("任务", campaign, mostName)
	line("联系人", name, mostName)
	line("客户名称", customer, mostName)
	line("联系方式", number, mostNumber)
	line("意向标签", f.Grade, mostName)
	line("通话时长", talk(f.Talk), mostName)
	line("对话轮次", fmt.Sprint(f.Turns), mostName)
	line("拨打次数", fmt.Sprint(f.Ordinal), mostName)
	line("拨打时间", moment(f.Dialled, zone), mostName)
	line("挂断时间", moment(f.Ended, zone), mostName)
	return Cut(out.String(), MaxBytes)
}

// Test is the message by which somebody sees that a robot works.
func Test(robot string, at time.Time, zone *time.Location) string {
	return Cut("### 测试消息\n> 微信机器人："+plain(robot, mostName)+"\n> 发送时间："+moment(at, zone), MaxBytes)
}

func talk(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

func moment(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return ""
	}
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).Format("2006-01-02 15:04:05")
}

// wide are the signs that mean something in markdown, or call a member of the chat, and the ones of full width that look like
// them and mean nothing. WeCom's markdown has no escape sign.
var wide = map[rune]rune{'*': '＊', '_': '＿', '`': '｀', '~': '～', '#': '＃', '>': '＞', '<': '＜', '[': '［', ']': '］', '(': '（', ')': '）', '!': '！', '|': '｜',
	'\\': '＼', '@': '＠', '&': '＆', '"': '＂'}

// plain makes somebody's text one line that is nothing but text: signs of markdown stand in full width, addresses are no links,
// and what cannot be seen is left out. It is cut to so many characters.
func plain(s string, most int) string {
	s = strings.ToValidUTF8(s, "\uFFFD")
	s = strings.Map(func(r rune) rune {
		switch w, ok := wide[r]; {
		case ok:
			return w
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.In(r, unicode.Cf, unicode.Co, unicode.Cs, unicode.Zl, unicode.Zp):
			return -1
		}
		return r
	}, s)
	s = strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "://", "：//")
	if utf8.RuneCountInString(s) > most {
		s = string([]rune(s)[:most-1]) + "…"
	}
	return s
}

// Cut shortens a text to so many bytes, at the border of a character, and says by an ellipsis that it did.
func Cut(s string, most int) string {
	const more = "…"
	if len(s) <= most {
		return s
	}
	at := max(most-len(more), 0)
	for at > 0 && !utf8.RuneStart(s[at]) {
		at--
	}
	if at+len(more) > most {
		return ""
	}
	return s[:at] + more
}
