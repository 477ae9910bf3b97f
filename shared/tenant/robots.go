package tenant

import "github.com/outdial/outdial/shared/errs"

// Robots is how many robot calls at once a company was given by the one above it. The zero Robots sets no limit.
type Robots struct {
	Limited bool
	Most    int
}

// MostRobots bounds what one company may be given.
const MostRobots = 1_000_000

// Only is a limit of n robots.
func Only(n int) Robots { return Robots{Limited: true, Most: n} }

// Validate checks a number that somebody has chosen.
func (r Robots) Validate() error {
	var c errs.Check
	c.Require(!r.Limited || r.Most >= 0 && r.Most <= MostRobots, "robots", "must be 0 to 1000000")
	return c.Err("company")
}

// RobotUse is what a company was given and what became of it.
type RobotUse struct {
	Robots   Robots
	Given    int // to the companies directly below
	Reserved int // by its campaigns that run or wait for their window, whether they are calling or not
}

// Free is what is neither given on nor reserved; not limited where the company has no limit.
func (u RobotUse) Free() Robots {
	if !u.Robots.Limited {
		return Robots{}
	}
	return Only(max(u.Robots.Most-u.Given-u.Reserved, 0))
}

// Own is what the company's own calls may use together.
func (u RobotUse) Own() Robots {
	if !u.Robots.Limited {
		return Robots{}
	}
	return Only(max(u.Robots.Most-u.Given, 0))
}

// Reason is why a campaign of the company cannot reserve n robots; nil while it can.
func (u RobotUse) Reason(n int) error {
	if free := u.Free(); free.Limited && n > free.Most {
		return errs.New(errs.Limited, "the campaign needs %d robots and the company has %d free of its %d; lower the campaign's robots, or pause another campaign", n, free.Most, u.Robots.Most)
	}
	return nil
}
