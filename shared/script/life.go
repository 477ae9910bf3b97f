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

// Headline is the state of a script as a whole, from those of its versions with the newest first: deployed as long as a
// version is, otherwise what became of the newest that was not taken back.
func Headline(newestFirst []State) State {
	out := Drafted
	for _, s := range newestFirst {
		if s == Deployed {
			return Deployed
		}
		if out == Drafted && s != Withdrawn {
			out = s
		}
	}
	return out
}
