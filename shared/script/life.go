package script

import "github.com/outdial/outdial/shared/errs"

// State is where a version stands.
type State string

// The states of a version. A script as a whole may also be a Drafted one.
const (
	InReview  State = "in_review" // it waits for the platform
	Refused   State = "refused"   // the platform wants changes
	Withdrawn State = "withdrawn" // its author has taken it back
	Live      State = "live"      // approved; may be deployed
	Deployed  State = "deployed"  // what campaigns dial; one version of a script at a time

	Drafted State = "draft"
)

// States lists those of a version.
func States() []State { return []State{InReview, Refused, Withdrawn, Live, Deployed} }

// Action is what somebody does with a version.
type Action string

const (
	Approve  Action = "approve"
	Refuse   Action = "refuse"
	Withdraw Action = "withdraw"
	Deploy   Action = "deploy"
	// Relieve is what deploying another version of the script does to the one that was deployed.
	Relieve Action = "relieve"
)

// Actions lists them.
func Actions() []Action { return []Action{Approve, Refuse, Withdraw, Deploy, Relieve} }

var transitions = map[State]map[Action]State{
	InReview: {Approve: Live, Refuse: Refused, Withdraw: Withdrawn},
	Live:     {Deploy: Deployed},
	Deployed: {Relieve: Live},
}

// Next is the state that an action leads to.
func Next(from State, a Action) (State, error) {
	if to, ok := transitions[from][a]; ok {
		return to, nil
	}
	switch {
	case a == Deploy && from == InReview:
		return "", errs.New(errs.Conflict, "the version waits for its review; it can be deployed once it is approved")
	case a == Deploy && from == Deployed:
		return "", errs.New(errs.Conflict, "the version is deployed already")
	case a == Deploy:
		return "", errs.New(errs.Conflict, "the version was refused or withdrawn; submit the draft again")
	default:
		return "", errs.New(errs.Conflict, "the version is no longer in review; look again")
	}
}

// Headline is how far a script has come, from the states of its versions with the newest first: what became of the newest that
// was not taken back, and which of them that is; -1 for none. Whether a version is deployed is another question: one that is
// was approved, and is Live here.
func Headline(newestFirst []State) (State, int) {
	for i, s := range newestFirst {
		switch s {
		case Withdrawn:
		case Deployed:
			return Live, i
		default:
			return s, i
		}
	}
	return Drafted, -1
}

// Deployment is which version of a script campaigns dial.
type Deployment string

// The deployments of a script, and a filter for both of those that dial.
const (
	Undeployed      Deployment = "none"
	DeployedNewest  Deployment = "newest"  // the newest version
	DeployedEarlier Deployment = "earlier" // an earlier one; a newer was submitted since, or was deployed before
	DeployedAny     Deployment = "any"
)

// Deployment tells which version of the script campaigns dial.
func (s Script) Deployment() Deployment {
	switch s.Deployed.ID {
	case 0:
		return Undeployed
	case s.Newest.ID:
		return DeployedNewest
	}
	return DeployedEarlier
}
