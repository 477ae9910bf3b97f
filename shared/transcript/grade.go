package transcript

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/script"
)

// Tally counts what a grade is decided by.
type Tally struct {
	Interactions int // turns of the callee that were more than a backchannel
	Affirmed     int // positive answers
	Refused      int // refusals, negative answers included
	Questions    int // questions asked
	Unmatched    int // sentences that nothing matched
	Silences     int // times the callee said nothing when it was their turn
}

// Grades of a call (B9.4).
const (
	GradeA = "A" // intends
	GradeB = "B" // leans towards it
	GradeC = "C" // talked
	GradeD = "D" // refused
	GradeE = "E" // not connected
	GradeF = "F" // not connected, several times
)

// Verdict is a grade with the clause that gave it.
type Verdict struct {
	Grade string
	Rule  string
}

// GradeTalk grades a call that was answered, by the rule of B9.4. Refusal is read first: somebody who said yes and
// then refused three times has refused. Two interactions without anything else lie between the manual's C (three) and
// D (fewer than two); they count as C, because D asks for fewer than two.
func GradeTalk(t Tally) Verdict {
	switch {
	case t.Refused >= 3:
		return Verdict{GradeD, "refused three times or more"}
	case t.Refused == 2 && t.Interactions < 5:
		return Verdict{GradeD, "refused twice in fewer than five interactions"}
	case t.Refused == 1 && t.Interactions < 3:
		return Verdict{GradeD, "refused once in fewer than three interactions"}
	case t.Affirmed >= 1:
		return Verdict{GradeA, "a positive answer"}
	case t.Questions >= 2:
		return Verdict{GradeA, "two questions or more"}
	case t.Interactions >= 5:
		return Verdict{GradeA, "five interactions or more"}
	case t.Questions == 1:
		return Verdict{GradeB, "one question"}
	case t.Interactions >= 4:
		return Verdict{GradeB, "four interactions"}
	case t.Interactions >= 2:
		return Verdict{GradeC, "two or three interactions"}
	default:
		return Verdict{GradeD, "fewer than two interactions"}
	}
}

// Facts are what a script's own rules for grades may ask for.
type Facts struct {
	Tally  Tally
	Labels []string
	Nodes  []script.NodeID // entered
	Talk   time.Duration   // from the answer to the end
}

// Grade grades a call that was answered: the first of the script's own rules that fits, then the rule of B9.4.
func Grade(own []script.GradeRule, f Facts) Verdict {
	for i, r := range own {
		if !fits(r.When, f) {
			continue
		}
		if r.Name != "" {
			return Verdict{r.Grade, r.Name}
		}
		return Verdict{r.Grade, fmt.Sprintf("rule %d of the script", i+1)}
	}
	return GradeTalk(f.Tally)
}

func fits(w script.GradeWhen, f Facts) bool {
	for _, l := range w.Labels {
		if !slices.Contains(f.Labels, l) {
			return false
		}
	}
	for _, l := range w.Without {
		if slices.Contains(f.Labels, l) {
			return false
		}
	}
	for _, n := range w.Nodes {
		if !slices.Contains(f.Nodes, n) {
			return false
		}
	}
	t := f.Tally
	return w.Affirmed.Holds(t.Affirmed) && w.Refused.Holds(t.Refused) && w.Questions.Holds(t.Questions) &&
		w.Interactions.Holds(t.Interactions) && w.Unmatched.Holds(t.Unmatched) && w.Silences.Holds(t.Silences) && w.Talk.Holds(f.Talk)
}

// GradeUnconnected grades a contact that no call reached: attempts counts this one.
func GradeUnconnected(attempts int) Verdict {
	if attempts > 1 {
		return Verdict{GradeF, "not connected, several times"}
	}
	return Verdict{GradeE, "not connected"}
}

// Count adds one turn to the tally. Intents are those of the script: affirm, negate, refuse, …; what is a refusal in a
// broader sense, such as do_not_call, counts as one.
func (t Tally) Count(turn Turn) Tally {
	if turn.Speaker != Callee {
		return t
	}
	switch turn.Matched.Kind {
	case MatchSilence:
		t.Silences++
		return t
	case MatchBackchannel, MatchNone:
		return t
	case MatchQuestion:
		t.Questions++
	case MatchUnmatched:
		t.Unmatched++
	case MatchIntent, MatchDigits:
		switch i := nlu.Intent(turn.Matched.Intent); {
		case i == nlu.Affirm:
			t.Affirmed++
		case negative(i):
			t.Refused++
		}
	}
	t.Interactions++
	return t
}

func negative(i nlu.Intent) bool {
	for i != "" && i != nlu.Negate {
		i = i.Broader()
	}
	return i == nlu.Negate
}

// TallyOf counts a whole call again from its stored turns.
func TallyOf(turns []Turn) Tally {
	var t Tally
	for _, turn := range turns {
		t = t.Count(turn)
	}
	return t
}
