package export

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
)

// columns are the manual's (A4.4.3) as far as there is something to stand in them.
var columns = []struct {
	head  string
	width float64
}{
	{"联系人", 14}, {"联系方式", 16}, {"变量", 30}, {"处理状态", 10}, {"对话轮次", 10}, {"通话状态", 12}, {"线路名称", 16}, {"话术", 16}, {"拨打次数", 10}, {"意向标签", 10},
	{"拨打时间", 20}, {"接听时间", 20}, {"挂断时间", 20}, {"通话时长(秒)", 12}, {"挂断方", 10}, {"请求转人工", 12}, {"转人工状态", 12}, {"操作结果", 10}, {"主叫号码", 16}, {"通话编号", 38},
}

// cells are a call's row: texts, not yet neutral, and numbers.
func (j *job) cells(ctx context.Context, c call.Call, who contact.Contact) ([]any, error) {
	name, err := j.script(ctx, c.Script)
	if err != nil {
		return nil, err
	}
	disposition, read, asked := "", "", "否"
	if c.Transfer != call.TransferNone {
		asked = "是"
	}
	if c.State == call.Ended {
		disposition, read = word(dispositionWords, c.Outcome.Disposition), "未读"
		if !c.ReadAt.IsZero() {
			read = "已读"
		}
	}
	return []any{j.text(c.Name), j.number(c.Number.String()), j.vars(c.Number.String(), who.Vars), word(stateWords, c.State), c.Turns, disposition, j.trunks[c.Trunk], name, c.Ordinal,
		c.Grade, j.moment(c.Times.Created), j.moment(c.Times.Answered), j.moment(c.Times.Ended), int(c.Times.Talk() / time.Second),
		word(partyWords, c.Outcome.HungUpBy), asked, word(transferWords, c.Transfer), read, c.CallerID, string(c.UUID)}, nil
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
		v := vars[k]
		if digits := strings.TrimPrefix(number, "+"); j.Masked && digits != "" {
			v = access.MaskText(strings.ReplaceAll(v, digits, access.MaskNumber(digits)))
		}
		out.WriteString(k + "=" + v)
	}
	return out.String()
}

// contacts reads the people of a page.
func (j *job) contacts(ctx context.Context, calls []call.Call) (map[contact.ID]contact.Contact, error) {
	ids := make([]contact.ID, len(calls))
	for i, c := range calls {
		ids[i] = c.Contact
	}
	return j.Store.ContactsByID(ctx, j.Scope, ids)
}
