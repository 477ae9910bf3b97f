package call

import (
	"time"

	"github.com/outdial/outdial/shared/agent"
)

// Agent is the person who took a call over: at which telephone, of which group, and when. The zero Agent is nobody.
type Agent struct {
	Extension string
	Group     agent.GroupID // through which they were called; zero for none
	GroupName string        // as it was called then
	Asked     time.Time     // when the robot asked for a person
	Connected time.Time     // when callee and agent could hear each other
}

// Reaction is how long the callee waited for the agent; zero when there was none.
func (a Agent) Reaction() time.Duration {
	if a.Asked.IsZero() || a.Connected.Before(a.Asked) {
		return 0
	}
	return a.Connected.Sub(a.Asked)
}

// AgentTalk is how long callee and agent were connected. The agent's part lasts to the end of the call: the robot does
// not come back, and whoever of the two hangs up ends it. Zero before the end.
func (c Call) AgentTalk() time.Duration {
	return Times{Answered: c.Agent.Connected, Ended: c.Times.Ended}.Talk()
}
