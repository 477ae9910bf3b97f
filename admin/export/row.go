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
	head  said
	width float64
}{
	{said{"联系人", "Contact"}, 14}, {said{"客户名称", "Customer"}, 20}, {said{"联系方式", "Number"}, 16}, {said{"变量", "Variables"}, 30},
	{said{"处理状态", "State"}, 10}, {said{"对话轮次", "Turns"}, 10}, {said{"通话状态", "Disposition"}, 12}, {said{"线路名称", "Trunk"}, 16}, {said{"话术", "Script"}, 16},
	{said{"拨打次数", "Ordinal"}, 10}, {said{"意向标签", "Grade"}, 10}, {said{"标签", "Labels"}, 24}, {said{"拨打时间", "Dialled"}, 20}, {said{"接听时间", "Answered"}, 20},
	{said{"挂断时间", "Ended"}, 20}, {said{"通话时长(秒)", "Talk (s)"}, 12}, {said{"挂断方", "Hung up by"}, 10}, {said{"微信推送", "WeChat push"}, 14},
	{said{"请求转人工", "Asked for a person"}, 12}, {said{"转人工状态", "Transfer"}, 12}, {said{"坐席组", "Agent group"}, 14}, {said{"接待坐席", "Agent"}, 12},
	{said{"是否监听", "Listened to"}, 10}, {said{"是否介入", "Taken over"}, 10}, {said{"坐席反应时长(秒)", "Agent reaction (s)"}, 16},
	{said{"坐席监听时长(秒)", "Listened for (s)"}, 16}, {said{"坐席通话时长(秒)", "Agent talk (s)"}, 16}, {said{"操作结果", "Read"}, 10}, {said{"主叫号码", "Caller ID"}, 16},
	{said{"通话编号", "Call id"}, 38}, {said{"线路状态", "Line said"}, 14}, {said{"接听者", "Answered by"}, 10}, {said{"SIP码", "SIP code"}, 8},
	{said{"Q.850", "Q.850"}, 8},
}

// cells are a call's row: texts, not yet neutral, and numbers.
func (j *job) cells(ctx context.Context, c call.Call, who contact.Contact) ([]any, error) {
	name, err := j.script(ctx, c.Script)
	if err != nil {
		return nil, err
	}
	disposition, opened := "", ""
	if c.State == call.Ended {
		disposition, opened = word(j, dispositionWords, c.Outcome.Disposition), j.say(unread)
		if !c.ReadAt.IsZero() {
			opened = j.say(read)
		}
	}
	reaction, listened, talk := agentTimes(c)
	return []any{j.text(c.Name), j.value(c.Number.String(), c.Customer), j.number(c.Number.String()), j.vars(c.Number.String(), who.Vars), word(j, stateWords, c.State), c.Turns, disposition, j.trunks[c.Trunk], name, c.Ordinal,
		c.Grade, j.text(strings.Join(j.labels[c.UUID], "; ")), j.moment(c.Times.Created), j.moment(c.Times.Answered), j.moment(c.Times.Ended), int(c.Times.Talk() / time.Second),
		word(j, partyWords, c.Outcome.HungUpBy), j.push(c), j.yesNo(c.Transfer != call.TransferNone), word(j, transferWords, c.Transfer), c.Agent.GroupName, c.Agent.Extension,
		j.yesNo(c.Attended.Listened()), j.yesNo(c.Attended.TakenOver), reaction, listened, talk, opened, c.CallerID, string(c.UUID),
		word(j, lineWords, c.Outcome.Line.Status), word(j, lineWords, c.Outcome.AnsweredBy.Status), code(c.Outcome.SIPCode), code(c.Outcome.Q850)}, nil
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
	said := word(j, pushWords, c.Push)
	if p := j.told[c.UUID]; p.Reason != "" {
		said += ": " + words.Text(j.reasons(), p.Reason)
	}
	return said
}

// reasons is the language of sentences that were stored in English.
func (j *job) reasons() words.Language {
	if l := j.Export.Request.Language; l != "" {
		return l
	}
	return words.Chinese
}

// contacts reads the people of a page, and the messages about its calls and their labels.
func (j *job) contacts(ctx context.Context, calls []call.Call) (map[contact.ID]contact.Contact, error) {
	ids, all := make([]contact.ID, len(calls)), make([]call.UUID, len(calls))
	var told []call.UUID
	for i, c := range calls {
		ids[i], all[i] = c.Contact, c.UUID
		if c.Push != call.PushNone {
			told = append(told, c.UUID)
		}
	}
	var err error
	if j.labels, err = j.Store.LabelsOf(ctx, j.Scope, all); err != nil {
		return nil, err
	}
	if j.told = nil; len(told) > 0 {
		if j.told, err = j.Store.Pushes(ctx, j.Scope, told); err != nil {
			return nil, err
		}
	}
	return j.Store.ContactsByID(ctx, j.Scope, ids)
}
