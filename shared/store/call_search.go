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
	// secondLook is how many are looked at when what the first look found lets hope that they hold a page.
	secondLook = 10 * firstLook
	// fewCalls is how many candidates are worth reading whole and sorting.
	fewCalls = 10_000
	// groupsAtOnce bounds one statement that reads several groups, each by a part of its own.
	groupsAtOnce = 100
	// groupsInList bounds a list of groups in one condition. MariaDB makes a table of lists of 1,000 values and more, and then
	// reads the whole campaign instead of jumping from group to group.
	groupsInList = 500
	// groupsByList is how many groups are worth naming one by one. Where more are wanted, all are visited.
	groupsByList = 2 * groupsInList
)

// find gives the ids of a page, newest first. Whatever the filter, what it reads is bounded by the page, by the number
// of groups of like calls (call.Facet) and by fewCalls, but for one case: a common beginning of a name or number walks
// from the newest call on until the page is full.
func (s *Store) find(ctx context.Context, q search, limit int) ([]string, error) {
	ids, err := s.look(ctx, q, limit, firstLook)
	if err != nil || len(ids) >= limit {
		return ids, err
	}
	if 2*firstLook*limit <= secondLook*len(ids) {
		if ids, err = s.look(ctx, q, limit, secondLook); err != nil || len(ids) >= limit {
			return ids, err
		}
	}
	groups, err := s.groups(ctx, q)
	if err != nil || len(groups) == 0 {
		return nil, err
	}
	prefixes := q.prefixes()
	if len(prefixes) == 0 {
		if timed := !q.filter.DialledFrom.IsZero() || !q.filter.DialledTo.IsZero(); timed {
			few, err := s.few(ctx, q, byTime)
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
	for _, w := range slices.Concat([]way{byTime}, prefixes, []way{q.byFacet(groups)}) {
		few, err := s.few(ctx, q, w)
		if err != nil {
			return nil, err
		}
		if few {
			return s.sorted(ctx, q, w, limit)
		}
	}
	// Calls of one kind are often of one time: those that were read are the old ones.
	heads, err := s.heads(ctx, q, groups, 1)
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

// way is an index with the conditions that lead to candidates by it. No call meets two of them.
type way struct {
	index      string
	conditions []condition
}

// byTime leads to the calls of the wanted time, which search.place limits to.
var byTime = way{"calls_newest", []condition{{}}}

// byFacet leads to the calls of groups that have not been ruled out.
func (q search) byFacet(groups []group) way {
	w := way{index: "calls_by_facet"}
	for part := range slices.Chunk(groups, groupsInList) {
		c := facetIn(part)
		c.join(q.indexed())
		w.conditions = append(w.conditions, c)
	}
	return w
}

// few tells whether the way leads to few enough calls.
func (s *Store) few(ctx context.Context, q search, w way) (bool, error) {
	n, err := s.count(ctx, q, w, fewCalls+1)
	return n <= fewCalls, err
}

// sorted checks the calls that the way leads to, newest first, until the page is full. The ids come from the index alone;
// whole rows, which lie far apart, are read only as far as the page needs.
func (s *Store) sorted(ctx context.Context, q search, w way, limit int) ([]string, error) {
	var ids []string
	for _, by := range w.conditions {
		c := q.place()
		c.join(by)
		found, err := s.listIDs(ctx, "SELECT uuid FROM "+s.use(w.index)+" WHERE "+c.text()+" ORDER BY uuid DESC LIMIT ?", append(c.args, fewCalls)...)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	newestFirst(ids)
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
	newest  string // the newest call of the group
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

// newest merges groups. When as many groups as the page has rows hold a call that passes, nothing older than the oldest of
// these calls has a place on it.
func (s *Store) newest(ctx context.Context, q search, groups []group, limit int) ([]string, error) {
	heads, err := s.heads(ctx, q, groups, limit)
	if err != nil || len(heads) == 0 {
		return nil, err
	}
	if len(heads) == limit {
		q.atLeast = heads[limit-1].newest
	}
	var ids []string
	for at := 0; at < len(heads); at += groupsAtOnce {
		found, err := s.members(ctx, q, heads[at:min(at+groupsAtOnce, len(heads))], limit-at)
		if err != nil {
			return nil, err
		}
		ids = append(ids, found...)
	}
	newestFirst(ids)
	return ids[:min(len(ids), limit)], nil
}

// heads finds the newest calls that pass, one a group: so many of them, newest first. The newest call of a group is found
// without looking at the filter, and no call of the group that passes is newer: groups are looked at in that order until
// what is left of them is too old.
func (s *Store) heads(ctx context.Context, q search, groups []group, limit int) ([]group, error) {
	groups, err := s.tops(ctx, q, groups)
	if err != nil {
		return nil, err
	}
	byAge := func(a, b group) int { return strings.Compare(b.newest, a.newest) }
	slices.SortFunc(groups, byAge)
	var heads []group
	for len(groups) > 0 && (len(heads) < limit || heads[limit-1].newest < groups[0].newest) {
		part := groups[:min(len(groups), groupsAtOnce)]
		groups = groups[len(part):]
		found, err := s.passing(ctx, q, part)
		if err != nil {
			return nil, err
		}
		heads = append(heads, found...)
		slices.SortFunc(heads, byAge)
	}
	return heads[:min(len(heads), limit)], nil
}

// tops finds the newest call of each group, by a seek each. SQLite seeks for a subquery that names the group by a column;
// MariaDB and MySQL for MAX of the column that follows the groups in the index, and no condition on any other.
func (s *Store) tops(ctx context.Context, q search, groups []group) ([]group, error) {
	verdicts := make(map[int64]call.Verdict, len(groups))
	for _, g := range groups {
		verdicts[g.facet] = g.verdict
	}
	each := groupsInList
	if s.dialect.name == "mysql" && len(groups) > groupsByList {
		each = len(groups)
	}
	var out []group
	for part := range slices.Chunk(groups, each) {
		statement, args, err := s.topsOf(q, part)
		if err != nil {
			return nil, err
		}
		found, err := s.readHeads(ctx, verdicts, statement, args)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

func (s *Store) topsOf(q search, groups []group) (string, []any, error) {
	var c condition
	if s.dialect.name == "sqlite" {
		facets := make([][]int64, len(groups))
		for i, g := range groups {
			facets[i] = []int64{g.facet}
		}
		doc, err := json.Marshal(facets)
		if err != nil {
			return "", nil, err
		}
		c.add("campaign_id = ? AND facet = v_facet", q.campaign)
		c.join(q.ids())
		return "SELECT v_facet, (SELECT uuid FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " ORDER BY uuid DESC LIMIT 1) FROM " +
			s.source([]column{{"v_facet", asNumber}}), append(c.args, string(doc)), nil
	}
	c.add("campaign_id = ?", q.campaign)
	if len(groups) <= groupsByList {
		c.join(facetIn(groups))
	}
	c.join(q.ids())
	return "SELECT facet, MAX(uuid) FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " GROUP BY campaign_id, facet", c.args, nil
}

// passing finds the newest call that passes of each group, where there is one. That of most groups is known already.
func (s *Store) passing(ctx context.Context, q search, groups []group) ([]group, error) {
	var out []group
	var parts []string
	var args []any
	verdicts := make(map[int64]call.Verdict, len(groups))
	for _, g := range groups {
		within := q.inGroup(g.verdict)
		if len(within.parts) == len(q.ids().parts) { // the group's newest call is it
			out = append(out, g)
			continue
		}
		verdicts[g.facet] = g.verdict
		var c condition
		c.add("campaign_id = ? AND facet = ?", q.campaign, g.facet)
		c.join(within)
		// SQLite takes an order within the parts of a union only inside of a subquery.
		parts = append(parts, "SELECT facet, uuid FROM (SELECT facet, uuid FROM "+s.use("calls_by_facet")+" WHERE "+c.text()+" ORDER BY uuid DESC LIMIT 1) AS part")
		args = append(args, c.args...)
	}
	if len(parts) == 0 {
		return out, nil
	}
	found, err := s.readHeads(ctx, verdicts, strings.Join(parts, " UNION ALL "), args)
	return append(out, found...), err
}

func (s *Store) readHeads(ctx context.Context, verdicts map[int64]call.Verdict, statement string, args []any) ([]group, error) {
	rows, err := s.reads.QueryContext(ctx, statement, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []group
	for rows.Next() {
		var g group
		var newest *string
		if err := rows.Scan(&g.facet, &newest); err != nil {
			return nil, err
		}
		if verdict, wanted := verdicts[g.facet]; wanted && newest != nil {
			g.verdict, g.newest = verdict, *newest
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
		parts[i] = "SELECT uuid FROM (SELECT uuid FROM " + s.use("calls_by_facet") + " WHERE " + c.text() + " ORDER BY uuid DESC LIMIT ?) AS part"
		args = append(append(args, c.args...), limit-i)
	}
	return s.listIDs(ctx, strings.Join(parts, " UNION ALL "), args...)
}

func newestFirst(ids []string) {
	slices.Sort(ids)
	slices.Reverse(ids)
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
