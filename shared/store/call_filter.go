package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/call"
)

// condition is SQL with its arguments; parts are joined by AND.
type condition struct {
	parts []string
	args  []any
}

func (c *condition) add(part string, args ...any) {
	c.parts, c.args = append(c.parts, part), append(c.args, args...)
}

func (c *condition) text() string { return strings.Join(c.parts, " AND ") }

func (c *condition) join(o condition) {
	c.parts, c.args = append(c.parts, o.parts...), append(c.args, o.args...)
}

func oneOf[T ~string](c *condition, column string, list []T) {
	args := make([]any, len(list))
	for i, v := range list {
		args[i] = string(v)
	}
	if len(args) == 0 {
		c.add("1 = 0")
		return
	}
	c.add(column+" IN ("+marks(len(args))+")", args...)
}

// search is a filter on its way to SQL.
type search struct {
	campaign int64
	filter   call.Filter
	before   call.UUID // the page's key; empty for the first page
	atMost   string    // no newer call can match; empty when that is not known
	atLeast  string    // no older call has a place on the page; empty when that is not known
}

// place limits a walk to the campaign and to the ids that calls of the wanted time can have.
func (q search) place() condition {
	var c condition
	c.add("campaign_id = ?", q.campaign)
	c.join(q.ids())
	return c
}

// idSlack is how far the moment in an id, which is that of the claim, and the moment of dialling may lie apart: the stock
// of a dialer lasts for a quarter of a second, and clocks of several machines differ. The exact moment is checked beside it.
const idSlack = 15 * time.Minute

// ids is one bound at each end: SQLite seeks by one condition and checks the others row by row.
func (q search) ids() condition {
	var c condition
	below := string(q.before)
	if !q.filter.DialledTo.IsZero() {
		if to := firstID(q.filter.DialledTo.Add(idSlack)); below == "" || to < below {
			below = to
		}
	}
	switch {
	case q.atMost != "" && (below == "" || q.atMost < below):
		c.add("uuid <= ?", q.atMost)
	case below != "":
		c.add("uuid < ?", below)
	}
	above := q.atLeast
	if !q.filter.DialledFrom.IsZero() {
		above = max(above, firstID(q.filter.DialledFrom.Add(-idSlack)))
	}
	if above != "" {
		c.add("uuid >= ?", above)
	}
	return c
}

// firstID is the least id that a call of the moment can have.
func firstID(at time.Time) string {
	ms := min(max(at.UnixMilli(), 0), 1<<48-1)
	s := fmt.Sprintf("%012x", ms)
	return s[:8] + "-" + s[8:] + "-0000-0000-000000000000"
}

// indexed are the conditions that calls_by_facet can answer beside the facet itself.
func (q search) indexed() condition {
	var c condition
	f := q.filter
	if !f.DialledFrom.IsZero() {
		c.add("created_at >= ?", micros(f.DialledFrom))
	}
	if !f.DialledTo.IsZero() {
		c.add("created_at < ?", micros(f.DialledTo))
	}
	if f.TalkMin != nil {
		c.add("talk >= ?", int64(*f.TalkMin)*int64(time.Second/time.Microsecond))
	}
	if f.TalkMax != nil {
		c.add("talk < ?", (int64(*f.TalkMax)+1)*int64(time.Second/time.Microsecond))
	}
	if f.TurnsMin != nil {
		c.add("turns >= ?", *f.TurnsMin)
	}
	if f.TurnsMax != nil {
		c.add("turns <= ?", *f.TurnsMax)
	}
	return c
}

// moments are the conditions that stay when the facet has settled everything else.
func (q search) moments() condition {
	q.filter = call.Filter{DialledFrom: q.filter.DialledFrom, DialledTo: q.filter.DialledTo}
	return q.indexed()
}

// all are the filter's conditions in full.
func (q search) all() condition {
	c := q.indexed()
	f := q.filter
	c.add("deleted_at = 0")
	if f.State != "" {
		c.add("state = ?", string(f.State))
	}
	if f.Live {
		c.add("state <> 'ended'")
	}
	if f.OnlyEnded() {
		c.add("state = 'ended'")
	}
	if wanted, all := f.Wanted(); !all {
		oneOf(&c, "disposition", wanted)
	}
	if len(f.Grades) > 0 {
		oneOf(&c, "grade", f.Grades)
	}
	if len(f.HungUpBy) > 0 {
		oneOf(&c, "hung_up_by", f.HungUpBy)
	}
	if f.Read != nil {
		c.add("(read_at <> 0) = ?", number(*f.Read))
	}
	if f.Ordinal > 0 {
		c.add("ordinal = ?", f.Ordinal)
	}
	if f.AgentGroup > 0 {
		c.add("agent_group_id = ?", int64(f.AgentGroup))
	}
	if f.Listened != nil {
		c.add("(listened_at <> 0) = ?", number(*f.Listened))
	}
	if f.TakenOver != nil {
		c.add("taken_over = ?", number(*f.TakenOver))
	}
	if len(f.Pushes) > 0 {
		oneOf(&c, "push", f.Pushes)
	}
	for _, p := range q.prefixes() {
		c.join(p.conditions[0])
	}
	return c
}

// prefixes are the ways by a text's beginning, each by an index of its own.
func (q search) prefixes() []way {
	var out []way
	if n := q.filter.Number; n != "" {
		var c condition
		if q.filter.WholeNumber {
			c.add("number = ?", n)
		} else {
			c.add("number >= ? AND number < ?", n, n+":") // a colon follows the nine
		}
		out = append(out, way{"calls_by_number", []condition{c}})
	}
	if n := text(q.filter.Name); n != "" {
		var c condition
		c.add("name >= ? AND name < ?", n, n+"\U0010FFFF")
		out = append(out, way{"calls_by_name", []condition{c}})
	}
	return out
}

// use makes a SELECT take this index of calls: the planners do not know how few rows a page needs.
func (s *Store) use(index string) string {
	if s.dialect.name == "sqlite" {
		return "calls INDEXED BY " + index
	}
	return "calls FORCE INDEX (" + index + ")"
}
