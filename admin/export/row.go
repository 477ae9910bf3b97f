package export

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs/words"
)

// columns are the manual's (A4.4.3) as far as there is something to stand in them.
var columns = []struct {
	head  string
	width float64
}{
	{"联系人", 14}, {"客户名称", 20}, {"联系方式", 16}, {"变量", 30}, {"处理状态", 10}, {"对话轮次", 10}, {"通话状态", 12}, {"线路名称", 16}, {"话术", 16}, {"拨打次数", 10}, {"意向标签", 10},
	{"拨打时间", 20}, {"接听时间", 20}, {"挂断时间", 20}, {"通话时长(秒)", 12}, {"挂断方", 10}, {"微信推送", 14}, {"请求转人工", 12}, {"转人工状态", 12}, {"坐席组", 14}, {"接待坐席", 12}, {"是否监听", 10}, {"是否介入", 10}, {"坐席反应时长(秒)", 16}, {"坐席监听时长(秒)", 16}, {"坐席通话时长(秒)", 16}, {"操作结果", 10}, {"主叫号码", 16}, {"通话编号", 38}, {"线路状态", 14}, {"接听者", 10}, {"SIP码", 8}, {"Q.850", 8},
}

// cells are a call's row: texts, not yet neutral, and numbers.
func (j *job) cells(ctx context.Context, c call.Call, who contact.Contact) ([]any, error) {
	name, err := j.script(ctx, c.Script)
	if err != nil {
		return nil, err
	}
	disposition, read := "", ""
	if c.State == call.Ended {
		disposition, read = word(dispositionWords, c.Outcome.Disposition), "未读"
		if !c.ReadAt.IsZero() {
			read = "已读"
		}
	}
	reaction, listened, talk := agentTimes(c)
	return []any{j.text(c.Name), j.value(c.Number.String(), c.Customer), j.number(c.Number.String()), j.vars(c.Number.String(), who.Vars), word(stateWords, c.State), c.Turns, disposition, j.trunks[c.Trunk], name, c.Ordinal,
		c.Grade, j.moment(c.Times.Created), j.moment(c.Times.Answered), j.moment(c.Times.Ended), int(c.Times.Talk() / time.Second),
		word(partyWords, c.Outcome.HungUpBy), j.push(c), yesNo(c.Transfer != call.TransferNone), word(transferWords, c.Transfer), c.Agent.GroupName, c.Agent.Extension,
		yesNo(c.Attended.Listened()), yesNo(c.Attended.TakenOver), reaction, listened, talk, read, c.CallerID, string(c.UUID),
		word(lineWords, c.Outcome.Line.Status), word(lineWords, c.Outcome.AnsweredBy.Status), code(c.Outcome.SIPCode), code(c.Outcome.Q850)}, nil
}

// agentTimes are how long the callee waited for the agent, others listened, and the callee talked with the agent, in seconds; each
// is empty when there was nothing of it. Reactions last few seconds, so that tenths of them count.
func agentTimes(c call.Call) (reaction, listened, talk any) {
	reaction, listened, talk = "", "", ""
	if !c.Agent.Connected.IsZero() {
		talk = int(c.AgentTalk() / time.Second)
		if !c.Agent.Asked.IsZero() { // who took the call over was asked by nobody
			reaction = float64(c.Agent.Reaction().Round(time.Second/10)/(time.Second/10)) / 10
		}
	}
	if c.Attended.Listened() {
		listened = int(c.Attended.For / time.Second)
	}
	return reaction, listened, talk
}

// code is empty where there was none.
func code(n int) any {
	if n == 0 {
		return ""
	}
	return n
}

func (j *job) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(j.Zone).Format("2006-01-02 15:04:05")
}

func (j *job) number(n string) string {
	if j.Masked {
		return access.MaskNumber(n)
	}
	return n
}

func (j *job) text(s string) string {
	if j.Masked {
		return access.MaskText(s)
	}
	return s
}

func (j *job) vars(number string, vars map[string]string) string {
	keys := make([]string, 0, len(vars))
	for k := range vars {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	var out strings.Builder
	for i, k := range keys {
		if i > 0 {
			out.WriteString("; ")
		}
		out.WriteString(k + "=" + j.value(number, vars[k]))
	}
	return out.String()
}

// value is one of a contact's variables: it may hold their number.
func (j *job) value(number, v string) string {
	if digits := strings.TrimPrefix(number, "+"); j.Masked && digits != "" {
		return access.MaskText(strings.ReplaceAll(v, digits, access.MaskNumber(digits)))
	}
	return v
}

// push says what became of the message to a WeChat robot.
func (j *job) push(c call.Call) string {
	said := word(pushWords, c.Push)
	if p := j.told[c.UUID]; p.Reason != "" {
		said += ": " + words.Text(words.Chinese, p.Reason)
	}
	return said
}

// contacts reads the people of a page, and the messages about its calls.
func (j *job) contacts(ctx context.Context, calls []call.Call) (map[contact.ID]contact.Contact, error) {
	ids := make([]contact.ID, len(calls))
	var told []call.UUID
	for i, c := range calls {
		ids[i] = c.Contact
		if c.Push != call.PushNone {
			told = append(told, c.UUID)
		}
	}
	if j.told = nil; len(told) > 0 {
		var err error
		if j.told, err = j.Store.Pushes(ctx, j.Scope, told); err != nil {
			return nil, err
		}
	}
	return j.Store.ContactsByID(ctx, j.Scope, ids)
}
