package call

import (
	"testing"
	"time"
)

func TestAgentTimes(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	after := func(s int) time.Time { return at.Add(time.Duration(s) * time.Second) }
	for name, c := range map[string]struct {
		agent          Agent
		ended          time.Time
		reaction, talk time.Duration
	}{
		"nobody":                 {Agent{}, after(9), 0, 0},
		"still talking":          {Agent{Extension: "1001", Asked: at, Connected: after(4)}, time.Time{}, 4 * time.Second, 0},
		"talked":                 {Agent{Extension: "1001", Asked: at, Connected: after(4)}, after(34), 4 * time.Second, 30 * time.Second},
		"clocks of two machines": {Agent{Extension: "1001", Asked: after(5), Connected: after(4)}, after(3), 0, 0},
	} {
		k := Call{Agent: c.agent, Times: Times{Ended: c.ended}}
		if k.Agent.Reaction() != c.reaction || k.AgentTalk() != c.talk {
			t.Errorf("%s: reaction %v, talk %v; want %v, %v", name, k.Agent.Reaction(), k.AgentTalk(), c.reaction, c.talk)
		}
	}
}
