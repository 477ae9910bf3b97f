package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/tenant"
)

// demoReport is what a demo prints; its JSON form is a contract.
type demoReport struct {
	Calls struct {
		Placed        int            `json:"placed"`
		Answered      int            `json:"answered"`
		ByDisposition map[string]int `json:"by_disposition"`
		ByEndReason   map[string]int `json:"by_end_reason"`
	} `json:"calls"`
	Contacts struct {
		Total       int `json:"total"`
		Finished    int `json:"finished"`
		Lost        int `json:"lost"`
		CalledTwice int `json:"called_twice"`
	} `json:"contacts"`
	Turns        int         `json:"turns"`
	ReplyLatency latencyJSON `json:"reply_latency_ms"`
	BargeInStop  latencyJSON `json:"barge_in_stop_ms"`
	DataDir      string      `json:"data_dir"`

	grades  map[string]int
	invites int
}

func newDemoReport() demoReport {
	var r demoReport
	r.Calls.ByDisposition, r.Calls.ByEndReason = make(map[string]int), make(map[string]int)
	return r
}

type latencyJSON struct {
	P50 int64 `json:"p50"`
	P95 int64 `json:"p95"`
	N   int   `json:"n"`
}

func latencyOf(s carriersim.Summary) latencyJSON {
	return latencyJSON{P50: s.P50.Milliseconds(), P95: s.P95.Milliseconds(), N: s.N}
}

// demoReport reads the store and the carrier, which saw every call from the other side. Latencies are the callee's: from
// the last voiced sample that it sent to the first that it received, and from its first to the robot's last.
func (s *stack) demoReport(ctx context.Context, c campaign.Campaign, sim *carriersim.Simulator) (demoReport, error) {
	r := newDemoReport()
	scope := tenant.Of(c.Tenant)
	sum, err := s.store.Summarise(ctx, scope, c.ID)
	if err != nil {
		return r, err
	}
	r.Calls.Placed, r.Calls.Answered = sum.Placed, sum.Answered
	for k, n := range sum.ByDisposition {
		r.Calls.ByDisposition[string(k)] = n
	}
	for k, n := range sum.ByEndReason {
		r.Calls.ByEndReason[string(k)] = n
	}
	r.grades = sum.ByGrade
	counts, err := s.store.CountContacts(ctx, scope, c.ID)
	if err != nil {
		return r, err
	}
	for _, n := range counts {
		r.Contacts.Total += n
	}
	r.Contacts.Finished = counts[contact.Finished]
	stored, err := s.callsByNumber(ctx, scope, c, &r)
	if err != nil {
		return r, err
	}
	r.Contacts.Lost = r.Contacts.Total - min(len(stored), r.Contacts.Finished)
	twice, err := s.store.AttemptedTwice(ctx, scope, c.ID)
	if err != nil {
		return r, err
	}
	r.Contacts.CalledTwice = twice
	heard := make(map[string]int)
	for _, k := range sim.Calls() {
		heard[k.Number]++
		r.invites++
	}
	for number, n := range heard {
		if n > stored[number] {
			r.Contacts.CalledTwice++
		}
	}
	st := sim.Stats()
	r.ReplyLatency, r.BargeInStop = latencyOf(st.ReplyLatency), latencyOf(st.BargeInStop)
	return r, nil
}

// callsByNumber counts the finished calls of each number, and their turns.
func (s *stack) callsByNumber(ctx context.Context, scope tenant.Scope, c campaign.Campaign, r *demoReport) (map[string]int, error) {
	stored := make(map[string]int)
	var page call.Page
	for {
		page.Limit = 500
		list, err := s.store.Calls(ctx, scope, c.ID, call.Filter{State: call.Ended}, page)
		if err != nil {
			return nil, err
		}
		for _, k := range list {
			stored[k.Number.String()]++
			r.Turns += k.Turns
		}
		if len(list) < page.Limit {
			return stored, nil
		}
		page.Before = list[len(list)-1].UUID
	}
}

// verdict is nil only when every contact is accounted for.
func (r demoReport) verdict() error {
	if r.Contacts.Lost > 0 || r.Contacts.CalledTwice > 0 || r.Contacts.Finished != r.Contacts.Total {
		return errs.New(errs.Internal, "not every contact is accounted for: %d of %d finished, %d lost, %d called twice",
			r.Contacts.Finished, r.Contacts.Total, r.Contacts.Lost, r.Contacts.CalledTwice)
	}
	return nil
}

// print writes the table.
func (r demoReport) print(w io.Writer) {
	row := func(name string, value any) { fmt.Fprintf(w, "  %-24s %v\n", name, value) }
	fmt.Fprintln(w, "contacts")
	row("total", r.Contacts.Total)
	row("finished", r.Contacts.Finished)
	row("lost", r.Contacts.Lost)
	row("called twice", r.Contacts.CalledTwice)
	fmt.Fprintln(w, "calls")
	row("placed", r.Calls.Placed)
	row("answered", r.Calls.Answered)
	row("by disposition", counts(r.Calls.ByDisposition))
	row("by end reason", counts(r.Calls.ByEndReason))
	row("by grade", counts(r.grades))
	row("turns", r.Turns)
	row("reply latency", r.ReplyLatency)
	row("barge-in stop", r.BargeInStop)
	if r.DataDir != "" {
		fmt.Fprintf(w, "kept in %s; look at the calls with: outdial all --data %s\n", r.DataDir, r.DataDir)
	}
}

func (l latencyJSON) String() string {
	if l.N == 0 {
		return "none measured"
	}
	return fmt.Sprintf("p50 %v  p95 %v  (%d measured)", time.Duration(l.P50)*time.Millisecond, time.Duration(l.P95)*time.Millisecond, l.N)
}

// counts lists a map, largest first.
func counts(m map[string]int) string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b string) int {
		if m[a] != m[b] {
			return m[b] - m[a]
		}
		return strings.Compare(a, b)
	})
	parts := make([]string, len(keys))
	for i, k := range keys {
		parts[i] = fmt.Sprintf("%s %d", k, m[k])
	}
	return strings.Join(parts, ", ")
}
