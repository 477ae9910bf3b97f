// Package push owns what a WeChat robot says of a finished call (A4.4.3), to whom and in which states: the robots of a
// tenant, which grades a campaign tells of, the text of a message, and how a message that could not be sent is tried again.
//
// It is pure but for the store's interface. How a message travels is not its business (admin/wecom), nor when it is sent
// (admin/pushes). A WeChat robot is a robot of a WeCom group chat; it has nothing to do with the robots that talk on calls.
package push

import (
	"net/url"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// RobotID names one WeChat robot.
type RobotID int64

// Robot is a robot of a WeCom group chat.
type Robot struct {
	ID     RobotID
	Tenant tenant.ID
	Name   string
	// Key is the secret of its webhook: who knows it can write to the chat. It is written and used, and never shown.
	Key string
	// MaskNumbers hides the middle of telephone numbers in what the robot says.
	MaskNumbers bool
	CreatedBy   string
	CreatedAt   time.Time
	UpdatedAt   time.Time
}

// MostRobots is how many a tenant can have.
const MostRobots = 100

const maxName = 60

var validKey = regexp.MustCompile(`^[A-Za-z0-9_-]{16,100}$`)

// Validate checks a robot before it is stored.
func (r Robot) Validate() error {
	var k errs.Check
	k.Require(r.Name != "" && utf8.RuneCountInString(r.Name) <= maxName, "name", "must have 1 to %d characters", maxName)
	k.Require(errs.OneLine(r.Name), "name", "may hold no line ends and other control characters")
	k.Require(validKey.MatchString(r.Key), "key", "must be the address of a webhook that WeCom shows for the robot, or the key in it")
	return k.Err("WeChat robot")
}

// KeyOf takes the key out of a webhook's address, as people copy it; what is no address is taken for the key itself.
func KeyOf(s string) string {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		return s
	}
	u, err := url.Parse(s)
	if err != nil {
		return ""
	}
	return u.Query().Get("key")
}

// KeyEnd is all of the key that is shown: its last four characters.
func (r Robot) KeyEnd() string { return r.Key[max(len(r.Key)-4, 0):] }
