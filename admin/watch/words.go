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
	n := notify.Notification{Kind: notify.Alarm, Link: fmt.Sprintf("/campaigns/%d", c.ID), Data: notify.Facts{Campaign: c.Name, CampaignID: int64(c.ID), Rule: string(r)}}
	percent := func(v float64) string { return fmt.Sprintf("%.1f%%", 100*v) }
	measured := func(value, limit float64, calls int) { n.Data.Value, n.Data.Limit, n.Data.Calls = value, limit, calls }
	switch r {
	case alarm.AnswerRate:
		n.Title = "接通率过低"
		n.Body = fmt.Sprintf("电话接通率 %s，低于 %s（已拨打 %d 通）", percent(f.Rates.AnswerRate), percent(t.AnswerRateBelow), f.Placed)
		measured(f.Rates.AnswerRate, t.AnswerRateBelow, f.Placed)
	case alarm.IntentRate:
		n.Title = "意向率过低"
		n.Body = fmt.Sprintf("意向客户比率 %s，低于 %s（已拨打 %d 个号码）", percent(f.Rates.IntentRate), percent(t.IntentRateBelow), f.Called)
		measured(f.Rates.IntentRate, t.IntentRateBelow, f.Called)
	case alarm.MeanTalk:
		n.Title = "平均通话时长过短"
		n.Body = fmt.Sprintf("平均通话时长 %d 秒，低于 %d 秒（已接听 %d 通）", int(f.Rates.TalkMean.Seconds()), int(t.MeanTalkBelow.Seconds()), f.Met)
		measured(f.Rates.TalkMean.Truncate(time.Second).Seconds(), t.MeanTalkBelow.Seconds(), f.Met)
	case alarm.Abnormal:
		n.Title = "连续异常外呼"
		n.Body = fmt.Sprintf("最近连续 %d 通外呼因线路问题失败，请检查线路", f.Streak)
		measured(float64(f.Streak), float64(t.ConsecutiveAbnormal), f.Streak)
	case alarm.NotDialling:
		idle := f.Now.Sub(f.IdleSince).Truncate(time.Minute)
		n.Title = "任务停止拨打"
		n.Body = fmt.Sprintf("任务进行中，有号码待拨打，但已 %d 分钟没有外呼", int(idle/time.Minute))
		measured(idle.Seconds(), t.NotDialling.Seconds(), 0)
	case alarm.FinishedRule:
		n.Kind, n.Title, n.Data.State = notify.CampaignFinished, "任务已完成", "finished"
		n.Once = notify.Finished{Tenant: c.Tenant, Campaign: c.ID}.Once()
		n.Body = "全部号码已处理完毕，不再外呼"
		if c.Reason == "terminated" {
			n.Title, n.Body, n.Data.State = "任务已终止", "任务被终止，不再外呼", "terminated"
		}
	}
	n.Title += "：" + c.Name
	return n
}
