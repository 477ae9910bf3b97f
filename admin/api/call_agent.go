package api

import (
	"time"

	"github.com/outdial/outdial/shared/call"
)

// CallAgent is the person who took a call over.
type CallAgent struct {
	Extension   string    `json:"extension" doc:"The telephone that was called"`
	AskedAt     time.Time `json:"asked_at" doc:"When the robot asked for a person"`
	ConnectedAt time.Time `json:"connected_at"`
	ReactionMS  int64     `json:"reaction_ms" doc:"From asked_at to connected_at"`
	TalkMS      int64     `json:"talk_ms" doc:"From connected_at to the end of the call; zero while it goes on"`
}

// agentOf is nil when nobody took the call.
func agentOf(c call.Call) *CallAgent {
	a := c.Agent
	if a.Connected.IsZero() {
		return nil
	}
	return &CallAgent{Extension: a.Extension, AskedAt: a.Asked.UTC(), ConnectedAt: a.Connected.UTC(), ReactionMS: a.Reaction().Milliseconds(), TalkMS: c.AgentTalk().Milliseconds()}
}
