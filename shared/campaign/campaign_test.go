package campaign_test

import (
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/errs"
)

func valid() campaign.Campaign {
	return campaign.Campaign{
		Name: "Spring", Script: 1, Trunk: 1, Robots: 5, StartMode: campaign.Manual,
		Window: campaign.Window{Zone: "Asia/Shanghai", Weekdays: campaign.EveryDay, From: campaign.Earliest, To: campaign.Latest},
		Redial: campaign.Redial{MaxAttempts: 1, Interval: time.Minute},
	}
}

func TestValidCampaigns(t *testing.T) {
	for name, change := range map[string]func(*campaign.Campaign){
		"as it is":              func(*campaign.Campaign) {},
		"name in Chinese":       func(c *campaign.Campaign) { c.Name = "春季活动" },
		"description in lines":  func(c *campaign.Campaign) { c.Description = "one\r\ntwo\tthree" },
		"zone without a summer": func(c *campaign.Campaign) { c.Window.Zone = "UTC" },
	} {
		c := valid()
		change(&c)
		if err := c.Validate(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRefusedCampaigns(t *testing.T) {
	for name, change := range map[string]func(*campaign.Campaign){
		"no name":                     func(c *campaign.Campaign) { c.Name = "" },
		"long name":                   func(c *campaign.Campaign) { c.Name = strings.Repeat("名", 61) },
		"line end in the name":        func(c *campaign.Campaign) { c.Name = "a\r\nb" },
		"zero byte in the name":       func(c *campaign.Campaign) { c.Name = "a\x00b" },
		"zero byte in the text":       func(c *campaign.Campaign) { c.Description = "a\x00b" },
		"broken UTF-8":                func(c *campaign.Campaign) { c.Name = "a\xff" },
		"zone of whichever machine":   func(c *campaign.Campaign) { c.Window.Zone = "Local" },
		"no zone":                     func(c *campaign.Campaign) { c.Window.Zone = "" },
		"path for a zone":             func(c *campaign.Campaign) { c.Window.Zone = "../../etc/passwd" },
		"scheduled without its start": func(c *campaign.Campaign) { c.StartMode = campaign.Scheduled },
	} {
		c := valid()
		change(&c)
		if err := c.Validate(); !errs.Is(err, errs.Invalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
