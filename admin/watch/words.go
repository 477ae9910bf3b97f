package watch

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/notify"
)

// words are what a member reads of a breach.
func words(r alarm.Rule, c campaign.Campaign, t alarm.Thresholds, f alarm.Facts) notify.Notification {
	n := notify.Notification{Kind: notify.Alarm, Link: fmt.Sprintf("/campaigns/%d", c.ID)}
	percent := func(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
	switch r {
	case alarm.AnswerRate:
		n.Title = "接通率过低"
		n.Body = fmt.Sprintf("电话接通率 %s，低于 %s（已拨打 %d 通）", percent(f.Rates.AnswerRate), percent(t.AnswerRateBelow), f.Placed)
	case alarm.IntentRate:
		n.Title = "意向率过低"
		n.Body = fmt.Sprintf("意向客户比率 %s，低于 %s（已拨打 %d 个号码）", percent(f.Rates.IntentRate), percent(t.IntentRateBelow), f.Called)
	case alarm.MeanTalk:
		n.Title = "平均通话时长过短"
		n.Body = fmt.Sprintf("平均通话时长 %d 秒，低于 %d 秒（已接听 %d 通）", int(f.Rates.TalkMean.Seconds()), int(t.MeanTalkBelow.Seconds()), f.Met)
	case alarm.Abnormal:
		n.Title = "连续异常外呼"
		n.Body = fmt.Sprintf("最近连续 %d 通外呼因线路问题失败，请检查线路", f.Streak)
	case alarm.NotDialling:
		n.Title = "任务停止拨打"
		n.Body = fmt.Sprintf("任务进行中，有号码待拨打，但已 %d 分钟没有外呼", int(f.Now.Sub(f.IdleSince)/time.Minute))
	case alarm.FinishedRule:
		n.Kind, n.Title = notify.CampaignFinished, "任务已完成"
		n.Once = notify.Finished{Tenant: c.Tenant, Campaign: c.ID}.Once()
		n.Body = "任务已完成，不再外呼"
		if c.Reason != "" {
			n.Body = "任务已结束，不再外呼"
		}
	}
	n.Title += "：" + c.Name
	return n
}
