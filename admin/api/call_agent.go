package api

import (
	"time"

	"github.com/outdial/outdial/shared/call"
)

// CallAgent is the person who took a call over.
type CallAgent struct {
	Extension   string     `json:"extension" doc:"The telephone that was called"`
	Group       *Named     `json:"group,omitempty" doc:"The agent group through which they were called, as it was named then; absent for an extension that the script names"`
	AskedAt     *time.Time `json:"asked_at,omitempty" doc:"When the robot asked for a person; absent where the person took the call over by themselves"`
	ConnectedAt time.Time  `json:"connected_at"`
	ReactionMS  int64      `json:"reaction_ms" doc:"From asked_at to connected_at; zero where nobody was asked"`
	TalkMS      int64      `json:"talk_ms" doc:"From connected_at to the end of the call; zero while it goes on"`
}

// agentOf is nil when nobody took the call.
func agentOf(c call.Call) *CallAgent {
	a := c.Agent
	if a.Connected.IsZero() {
		return nil
	}
	out := &CallAgent{Extension: a.Extension, AskedAt: moment(a.Asked), ConnectedAt: a.Connected.UTC(), ReactionMS: a.Reaction().Milliseconds(), TalkMS: c.AgentTalk().Milliseconds()}
	if a.Group != 0 {
		out.Group = &Named{ID: int64(a.Group), Name: a.GroupName}
	}
	return out
}
