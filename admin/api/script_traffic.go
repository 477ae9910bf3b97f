package api

import (
	"cmp"
	"context"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// ScriptTraffic is how recorded calls went through a version.
type ScriptTraffic struct {
	VersionID int64                  `json:"version_id"`
	Calls     int                    `json:"calls" doc:"The newest calls with a conversation, at most 2000"`
	Nodes     map[string]NodeTraffic `json:"nodes" doc:"Nodes that no call came to are absent"`
	Branches  map[string]int         `json:"branches" doc:"By node>trigger, as in the coverage of a test"`
}

// NodeTraffic counts what happened at a node.
type NodeTraffic struct {
	Entered   int `json:"entered" doc:"Times that calls came to it"`
	HungUp    int `json:"hung_up" doc:"Calls that their callee broke off here"`
	Unmatched int `json:"unmatched" doc:"Sentences that nothing matched"`
	Silent    int `json:"silent" doc:"Times that the callee said nothing"`
}

type trafficInput struct {
	ScriptPath
	Version int64 `query:"version" minimum:"0" doc:"The id of a version; 0 for the deployed one, or the newest that is not"`
	Days    int   `query:"days" minimum:"1" maximum:"90" default:"7" doc:"Calls that began in the last so many days"`
}

type trafficOutput struct{ Body ScriptTraffic }

func (a *API) scriptTraffic(ctx context.Context, in *trafficInput) (*trafficOutput, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	version := in.Version
	if version == 0 {
		version = int64(cmp.Or(s.Deployed.ID, s.Newest.ID))
	}
	out := &trafficOutput{Body: ScriptTraffic{VersionID: version, Nodes: map[string]NodeTraffic{}, Branches: map[string]int{}}}
	if version == 0 {
		return out, nil // nothing was ever called with it
	}
	r, err := a.trial(ctx, s.ID, Trial{VersionID: version})
	if err != nil {
		return nil, err
	}
	work, done, err := a.tryOut(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	since := a.Clock.Now().Add(-time.Duration(in.Days) * 24 * time.Hour)
	calls, err := a.Store.Spoken(work, scopeOf(ctx), script.VersionID(version), since, transcript.MostSpoken)
	if err != nil {
		return nil, err
	}
	t := r.Traffic()
	for i, c := range calls {
		if i%trialStep == 0 {
			if err := inTime(work); err != nil {
				return nil, err
			}
		}
		t.Add(c.Turns, c.LastNode, c.EndedBy == call.PartyCallee)
	}
	out.Body.Calls, out.Body.Branches = t.Calls, t.Branches
	for id, n := range t.Nodes {
		out.Body.Nodes[string(id)] = NodeTraffic(n)
	}
	return out, nil
}
