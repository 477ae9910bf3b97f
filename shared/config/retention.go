package config

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/retention"
)

// Age is a time in days, written as 90d, or in hours as 36h.
type Age time.Duration

// Day is the unit of an age.
const Day = Age(24 * time.Hour)

// UnmarshalText reads an age as files and the environment give it.
func (a *Age) UnmarshalText(text []byte) error {
	s := strings.TrimSpace(string(text))
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil {
			*a = Age(n) * Day
			return nil
		}
	} else if d, err := time.ParseDuration(s); err == nil {
		*a = Age(d)
		return nil
	}
	return fmt.Errorf("%q is no time such as 90d or 36h", s)
}

// Retention is how long rows are kept that only ever become more; 0 keeps them for ever.
type Retention struct {
	Operations    Age `koanf:"operations"`
	Notifications Age `koanf:"notifications"`
	Unmatched     Age `koanf:"unmatched"`
}

// Periods are the settings as the worker goes by them.
func (r Retention) Periods() retention.Periods {
	return retention.Periods{retention.Operations: time.Duration(r.Operations), retention.Notifications: time.Duration(r.Notifications),
		retention.Unmatched: time.Duration(r.Unmatched)}
}

// check refuses what would remove what somebody still looks at, such as a number without a unit.
func (r Retention) check(k *errs.Check) {
	for kind, keep := range r.Periods() {
		k.Require(keep == 0 || keep >= time.Duration(Day), "retention."+string(kind), "must be at least 1d, such as 90d, or 0, which keeps for ever")
	}
}
