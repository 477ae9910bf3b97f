package notices

import (
	"context"
	"fmt"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/notify"
	"github.com/outdial/outdial/shared/tenant"
)

// words are what a member reads of it; not over when the row says that it goes on after all.
func (t *Teller) words(ctx context.Context, f notify.Finished) (n notify.Notification, over bool, err error) {
	scope := tenant.Of(f.Tenant)
	if f.Import == 0 {
		c, err := t.Store.Campaign(ctx, scope, f.Campaign)
		return campaignWords(c), c.State == campaign.Finished, err
	}
	i, err := t.Store.Import(ctx, scope, f.Import)
	if err != nil {
		return n, false, err
	}
	n = importWords(i)
	if i.Campaign != 0 {
		c, err := t.Store.Campaign(ctx, scope, i.Campaign)
		if err != nil {
			return n, false, err
		}
		n.Data.Campaign = c.Name
	}
	return n, i.State == contact.ImportFinished || i.State == contact.ImportFailed, nil
}

func campaignWords(c campaign.Campaign) notify.Notification {
	n := notify.Notification{Kind: notify.CampaignFinished, Title: "任务已完成：" + c.Name, Body: "全部号码已处理完毕，不再外呼", Link: fmt.Sprintf("/campaigns/%d", c.ID),
		Data: notify.Facts{Campaign: c.Name, CampaignID: int64(c.ID), State: "finished"}}
	if c.Reason == "terminated" {
		n.Title, n.Body, n.Data.State = "任务已终止："+c.Name, "任务被终止，不再外呼", "terminated"
	}
	return n
}

func importWords(i contact.Import) notify.Notification {
	n := notify.Notification{Kind: notify.ImportFinished, Title: "导入完成：" + i.FileName, Link: fmt.Sprintf("/campaigns/%d", i.Campaign),
		Body: fmt.Sprintf("共 %d 行，成功 %d 行，失败 %d 行", i.Total, i.Accepted, i.Rejected),
		Data: notify.Facts{CampaignID: int64(i.Campaign), ID: int64(i.ID), File: i.FileName, State: "finished", Total: i.Total, Accepted: i.Accepted, Rejected: i.Rejected}}
	if i.Campaign == 0 {
		n.Link = "/dnc"
	}
	if i.State == contact.ImportFailed {
		n.Title, n.Body = "导入失败："+i.FileName, words.Text(words.Chinese, i.Reason)
		n.Data.State, n.Data.Reason = "failed", i.Reason
	}
	return n
}
