package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/outdial/outdial/shared/call"
)

const (
	// firstLook is how many of the newest calls are looked at before anything is planned: most filters find a page there.
	firstLook = 400
	// fewCalls is how many candidates are worth reading whole and sorting.
	fewCalls = 10_000
	// groupsAtOnce bounds one statement that reads several groups.
	groupsAtOnce = 100
)

// find gives the ids of a page, newest first. Whatever the filter, what it reads is bounded by the page, by the number
// of groups of like calls (call.Facet) and by fewCalls, but for one case: a common beginning of a name or number walks
// from the newest call on until the page is full.
func (s *Store) find(ctx context.Context, q search, limit int) ([]string, error) {
	ids, err := s.look(ctx, q, limit, firstLook)
	if err != nil || len(ids) >= limit {
		return ids, err
	}
	groups, err := s.groups(ctx, q)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	prefixes := q.prefixes()
	if len(prefixes) == 0 {
		if timed := !q.filter.DialledFrom.IsZero() || !q.filter.DialledTo.IsZero(); timed {
			few, err := s.few(ctx, "calls_newest", q, condition{})
			if err != nil {
				return nil, err
			}
			if few {
				return s.look(ctx, q, limit, 0)
			}
		}
		return s.newest(ctx, q, groups, limit)
	}
	// What leads to the fewest calls is not known, but what leads to few of them is: the time, a beginning, or the groups.
	ways := append([]prefix{{index: "calls_newest"}}, prefixes...)
	within := facetIn(groups)
	within.join(q.indexed())
	for _, p := range append(ways, prefix{"calls_by_facet", within}) {
		few, err := s.few(ctx, p.index, q, p.condition)
		if err != nil {
			return nil, err
		}
		if few {
			return s.sorted(ctx, p.index, q, p.condition, limit)
		}
	}
	// Calls of one kind are often of one time: those that were read are the old ones.
	heads, err := s.allHeads(ctx, q, groups)
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	q.atMost = heads[0].newest
	return s.look(ctx, q, limit, 0)
}

// look walks from the newest call on, past at most so many; zero is no bound.
func (s *Store) look(ctx context.Context, q search, limit, most int) ([]string, error) {
	place, all := q.place(), q.all()
	if most == 0 {
		place.join(all)
		return s.listIDs(ctx, "SELECT uuid FROM "+s.use("calls_newest")+" WHERE "+place.text()+" ORDER BY uuid DESC LIMIT ?", append(place.args, limit)...)
	}
	return s.listIDs(ctx, "SELECT uuid FROM (SELECT * FROM "+s.use("calls_newest")+" WHERE "+place.text()+" ORDER BY uuid DESC LIMIT ?) AS newest WHERE "+
		all.text()+" ORDER BY uuid DESC LIMIT ?", append(append(append(place.args, most), all.args...), limit)...)
}

// few tells whether the index leads to few enough calls.
func (s *Store) few(ctx context.Context, index string, q search, by condition) (bool, error) {
	c := q.place()
	c.join(by)
	n, err := s.count(ctx, index, c, fewCalls+1)
	return n <= fewCalls, err
}

// sorted checks the calls that the index leads to, newest first, until the page is full. The ids come from the index
// alone; whole rows, which lie far apart, are read only as far as the page needs.
func (s *Store) sorted(ctx context.Context, index string, q search, by condition, limit int) ([]string, error) {
	c := q.place()
	c.join(by)
	ids, err := s.listIDs(ctx, "SELECT uuid FROM "+s.use(index)+" WHERE "+c.text()+" ORDER BY uuid DESC LIMIT ?", append(c.args, fewCalls)...)
	if err != nil {
		return nil, err
	}
	all := q.all()
	var out []string
	for size := min(2*limit, idsAtOnce); len(ids) > 0 && len(out) < limit; size = min(2*size, idsAtOnce) {
		part := ids[:min(size, len(ids))]
		ids = ids[len(part):]
		args := make([]any, 0, len(part)+len(all.args)+1)
		for _, id := range part {
			args = append(args, id)
		}
		// The ids are the campaign's. Not naming it leaves the planners no way but the primary key: all other indexes begin with it.
		found, err := s.listIDs(ctx, "SELECT uuid FROM calls WHERE uuid IN ("+marks(len(part))+") AND "+all.text()+" ORDER BY uuid DESC LIMIT ?",
			append(append(args, all.args...), limit-len(out))...)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// group is one facet of the campaign and what it tells about the filter.
type group struct {
	facet   int64
	verdict call.Verdict
	newest  string
}

// groups lists the campaign's facets that may hold calls of the filter, by jumping from one to the next in the index.
func (s *Store) groups(ctx context.Context, q search) ([]group, error) {
	statement, args := "SELECT facet FROM "+s.use("calls_by_facet")+" WHERE campaign_id = ? GROUP BY campaign_id, facet", []any{q.campaign}
	if s.dialect.name == "sqlite" {
		next := "SELECT MIN(facet) FROM " + s.use("calls_by_facet") + " WHERE campaign_id = ? AND facet > "
		statement = "WITH RECURSIVE jump (facet) AS (" + next + "-1 UNION ALL SELECT (" + next + "jump.facet) FROM jump WHERE jump.facet IS NOT NULL)" +
			" SELECT facet FROM jump WHERE facet IS NOT NULL"
		args = []any{q.campaign, q.campaign}
	}
	rows, err := s.reads.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []group
	for rows.Next() {
		var g group
		if err := rows.Scan(&g.facet); err != nil {
			return nil, err
		}
		if g.verdict = call.Facet(g.facet).Judge(q.filter); g.verdict != call.Never {
			out = append(out, g)
		}
	}
	return out, rows.Err()
}

// inGroup are the conditions on a call of a group.
func (q search) inGroup(v call.Verdict) condition {
	c := q.ids()
	switch v {
	case call.Always:
		c.join(q.moments())
	case call.Perhaps:
		c.join(q.indexed())
	default:
		c.join(q.all())
	}
	return c
}

// newest merges groups. A group whose newest call is older than those of limit others has no place on the page.
func (s *Store) newest(ctx context.Context, q search, groups []group, limit int) ([]string, error) {
	heads, err := s.allHeads(ctx, q, groups)
	if err != nil {
		return nil, err
	}
	heads = heads[:min(len(heads), limit)]
	var ids []string
	for at := 0; at < len(heads); at += groupsAtOnce {
		found, err := s.members(ctx, q, heads[at:min(at+groupsAtOnce, len(heads))], limit-at)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	slices.Reverse(ids)
	return ids[:min(len(ids), limit)], nil
}

// allHeads finds the newest call of each group, and begins with the newest of them.
func (s *Store) allHeads(ctx context.Context, q search, groups []group) ([]group, error) {
	var heads []group
	for _, v := range []call.Verdict{call.Always, call.Perhaps, call.Unclear} {
		found, err := s.heads(ctx, q, v, groups)
		if err != nil {
			return nil, err
		}
		heads = append(heads, found...)
	}
	slices.SortFunc(heads, func(a, b group) int { return strings.Compare(b.newest, a.newest) })
	return heads, nil
}

// heads finds the newest call of each group of a verdict.
func (s *Store) heads(ctx context.Context, q search, v call.Verdict, groups []group) ([]group, error) {
	of := slices.DeleteFunc(slices.Clone(groups), func(g group) bool { return g.verdict != v })
	within := q.inGroup(v)
	var out []group
	for at := 0; at < len(of); {
		part := of[at:]
		if s.dialect.name == "mysql" && len(within.parts) > len(q.ids().parts) {
			part = part[:min(len(part), groupsAtOnce)]
		}
		at += len(part)
		statement, args, err := s.headsOf(q, part, within)
		if err != nil {
			return nil, err
		}
		found, err := s.readHeads(ctx, v, statement, args)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// headsOf is the statement for it. Both databases must find the end of each group by a seek. SQLite does so for a
// subquery that names the group by a column; MariaDB and MySQL only where the group is a constant, or for MAX of the
// column that follows the groups in the index and no condition on any other.
func (s *Store) headsOf(q search, groups []group, within condition) (string, []any, error) {
	switch {
	case s.dialect.name == "sqlite":
		facets := make([][]int64, len(groups))
		for i, g := range groups {
			facets[i] = []int64{g.facet}
		}
		doc, err := json.Marshal(facets)
		if err != nil {
			return "", nil, err
		}
		var c condition
		c.add("campaign_id = ? AND facet = v_facet", q.campaign)
		c.join(within)
		return "SELECT v_facet, (SELECT uuid FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " ORDER BY uuid DESC LIMIT 1) FROM " +
			s.source([]column{{"v_facet", asNumber}}), append(c.args, string(doc)), nil
	case len(within.parts) == len(q.ids().parts):
		var c condition
		c.add("campaign_id = ?", q.campaign)
		c.join(facetIn(groups))
		c.join(within)
		return "SELECT facet, MAX(uuid) FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " GROUP BY campaign_id, facet", c.args, nil
	}
	parts := make([]string, len(groups))
	var args []any
	for i, g := range groups {
		var c condition
		c.add("campaign_id = ? AND facet = ?", q.campaign, g.facet)
		c.join(within)
		parts[i] = "(SELECT facet, uuid FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " ORDER BY uuid DESC LIMIT 1)"
		args = append(args, c.args...)
	}
	return strings.Join(parts, " UNION ALL "), args, nil
}

func (s *Store) readHeads(ctx context.Context, v call.Verdict, statement string, args []any) ([]group, error) {
	rows, err := s.reads.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []group
	for rows.Next() {
		g := group{verdict: v}
		var newest *string
		if err := rows.Scan(&g.facet, &newest); err != nil {
			return nil, err
		}
		if newest != nil {
			g.newest = *newest
			out = append(out, g)
		}
	}
	return out, rows.Err()
}

// members reads as much of each group as can stand on the page: less of each that follows.
func (s *Store) members(ctx context.Context, q search, heads []group, limit int) ([]string, error) {
	parts := make([]string, len(heads))
	var args []any
	for i, g := range heads {
		var c condition
		c.add("campaign_id = ? AND facet = ?", q.campaign, g.facet)
		c.join(q.inGroup(g.verdict))
		// SQLite takes an order within the parts of a union only inside of a subquery.
		parts[i] = "SELECT uuid FROM (SELECT uuid FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " ORDER BY uuid DESC LIMIT ?) AS part"
		args = append(append(args, c.args...), limit-i)
	}
	return s.listIDs(ctx, strings.Join(parts, " UNION ALL "), args...)
}

func (s *Store) listIDs(ctx context.Context, statement string, args ...any) ([]string, error) {
	rows, err := s.reads.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// facetIn limits to the groups.
func facetIn(groups []group) condition {
	var c condition
	args := make([]any, len(groups))
	for i, g := range groups {
		args[i] = g.facet
	}
	c.add("facet IN ("+marks(len(args))+")", args...)
	return c
}
