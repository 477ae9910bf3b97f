package watch

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/alarm"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/notify"
)

// What is stored beside the words is what they say.
func TestWordsAndFactsAgree(t *testing.T) {
	c := campaign.Campaign{ID: 7, Tenant: 3, Name: "春季回访"}
	set := alarm.Thresholds{AnswerRateBelow: 0.3, IntentRateBelow: 0.1, MeanTalkBelow: 20 * time.Second, ConsecutiveAbnormal: 5, NotDialling: 10 * time.Minute}
	now := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	f := alarm.Facts{Placed: 40, Called: 30, Met: 12, Streak: 6, Now: now, IdleSince: now.Add(-11*time.Minute - 30*time.Second)}
	f.Rates.AnswerRate, f.Rates.IntentRate, f.Rates.TalkMean = 0.125, 0.05, 12500*time.Millisecond
	for _, x := range []struct {
		rule   alarm.Rule
		want   notify.Facts
		spoken []string
	}{
		{alarm.AnswerRate, notify.Facts{Value: 0.125, Limit: 0.3, Calls: 40}, []string{"12.5%", "30.0%", "40"}},
		{alarm.IntentRate, notify.Facts{Value: 0.05, Limit: 0.1, Calls: 30}, []string{"5.0%", "10.0%", "30"}},
		{alarm.MeanTalk, notify.Facts{Value: 12, Limit: 20, Calls: 12}, []string{"12 秒", "20 秒", "12 通"}},
		{alarm.Abnormal, notify.Facts{Value: 6, Limit: 5, Calls: 6}, []string{"6 通"}},
		{alarm.NotDialling, notify.Facts{Value: 660, Limit: 600}, []string{"11 分钟"}},
		{alarm.FinishedRule, notify.Facts{State: "finished"}, []string{"处理完毕"}},
	} {
		n := words(x.rule, c, set, f)
		x.want.Campaign, x.want.CampaignID, x.want.Rule = c.Name, 7, string(x.rule)
		if n.Data != x.want || n.Link != "/campaigns/7" || !strings.HasSuffix(n.Title, c.Name) {
			t.Errorf("%s: %+v, want %+v", x.rule, n, x.want)
		}
		for _, s := range x.spoken {
			if !strings.Contains(n.Body, s) {
				t.Errorf("%s: %q does not say %q", x.rule, n.Body, s)
			}
		}
	}
	c.Reason = "terminated"
	if n := words(alarm.FinishedRule, c, set, f); n.Data.State != "terminated" || n.Kind != notify.CampaignFinished || n.Once == "" {
		t.Errorf("a terminated campaign: %+v", n)
	}
}
