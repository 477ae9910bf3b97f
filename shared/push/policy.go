package push

import (
	"slices"

	"github.com/outdial/outdial/shared/errs"
)

// Policy is which calls of a campaign a WeChat robot is told of.
type Policy struct {
	// Robot is the one that is told; zero for none.
	Robot RobotID
	// Grades are those at which it is told.
	Grades []string
}

// Grades lists those that can be told of.
func Grades() []string { return []string{"A", "B", "C", "D", "E", "F"} }

// On tells whether anything is ever told.
func (p Policy) On() bool { return p.Robot != 0 }

// Check notes what is wrong with a campaign's choice.
func (p Policy) Check(k *errs.Check) {
	k.Require(p.Robot >= 0, "wechat.robot_id", "there is no such WeChat robot")
	k.Require(p.Robot == 0 || len(p.Grades) > 0, "wechat.grades", "choose at least one grade")
	for i, g := range p.Grades {
		k.Require(slices.Contains(Grades(), g), "wechat.grades", "%q is no grade", g)
		k.Require(!slices.Contains(p.Grades[:i], g), "wechat.grades", "grade %s stands there twice", g)
	}
}
