package store_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

const (
	childDSN      = "OUTDIAL_TEST_CHILD_DSN"
	childCampaign = "OUTDIAL_TEST_CHILD_CAMPAIGN"
	processes     = 2
)

// children runs this test binary several times at once with one test, and returns what each printed.
func children(t *testing.T, test string, env ...string) []string {
	t.Helper()
	commands := make([]*exec.Cmd, processes)
	outputs := make([]bytes.Buffer, processes)
	for i := range commands {
		c := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+test+"$", "-test.v")
		c.Env = append(os.Environ(), env...)
		c.Stdout, c.Stderr = &outputs[i], &outputs[i]
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		commands[i] = c
	}
	out := make([]string, processes)
	for i, c := range commands {
		if err := c.Wait(); err != nil {
			t.Errorf("process %d: %v\n%s", i, err, &outputs[i])
		}
		out[i] = outputs[i].String()
	}
	return out
}

// TestProcessesShareADatabase lets several processes migrate one empty database at once, and then claim its contacts.
func TestProcessesShareADatabase(t *testing.T) {
	if os.Getenv(childDSN) != "" {
		t.Skip("the parent's part")
	}
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite": func(t *testing.T) string { return sqliteDSN(t) },
		"mysql":  func(t *testing.T) string { return mysqlDSN(t, mysqlServer(t)) },
	} {
		t.Run(name, func(t *testing.T) {
			dsn := dsn(t)
			children(t, "TestChildMigrates", childDSN+"="+dsn)
			s := open(t, dsn)
			const contacts = 200
			camp := fill(t, s, contacts)
			seen := map[string]bool{}
			for i, out := range children(t, "TestChildClaims", childDSN+"="+dsn, childCampaign+"="+strconv.FormatInt(int64(camp), 10)) {
				n := 0
				for line := range strings.Lines(out) {
					if id, ok := strings.CutPrefix(strings.TrimSpace(line), "claimed "); ok {
						if n++; seen[id] {
							t.Errorf("contact %s was claimed by two processes", id)
						}
						seen[id] = true
					}
				}
				t.Logf("process %d claimed %d", i, n)
			}
			if len(seen) != contacts {
				t.Errorf("%d contacts were claimed, want %d", len(seen), contacts)
			}
		})
	}
}

func TestChildMigrates(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("runs as a child of TestProcessesShareADatabase")
	}
	open(t, dsn)
}

func TestChildClaims(t *testing.T) {
	dsn := os.Getenv(childDSN)
	if dsn == "" {
		t.Skip("runs as a child of TestProcessesShareADatabase")
	}
	s := open(t, dsn)
	id, err := strconv.ParseInt(os.Getenv(childCampaign), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for {
		got, err := s.Claim(t.Context(), tenant.Platform(), call.ClaimRequest{Campaign: campaign.ID(id), Limit: 3, Holder: strconv.Itoa(os.Getpid()), Now: time.Now(), Lease: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if len(got) == 0 {
			return
		}
		for _, c := range got {
			fmt.Println("claimed", c.Contact.ID)
		}
	}
}

// fill makes a campaign with contacts that are due.
func fill(t *testing.T, s *store.Store, n int) campaign.ID {
	t.Helper()
	ctx := t.Context()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tn := tenant.Tenant{Name: "a", Zone: "UTC"}
	ok(s.CreateTenant(ctx, tenant.Platform(), &tn))
	scope := tenant.Of(tn.ID)
	sc := script.Script{Name: "a"}
	ok(s.CreateScript(ctx, scope, &sc, nil))
	v := script.Version{Script: sc.ID}
	ok(s.PublishVersion(ctx, scope, &v))
	tr := trunk.Trunk{Name: "a"}
	ok(s.CreateTrunk(ctx, scope, &tr))
	c := campaign.Campaign{Name: "a", Script: v.Script, Trunk: tr.ID}
	ok(s.CreateCampaign(ctx, scope, &c))
	imp := contact.Import{Campaign: c.ID}
	ok(s.CreateImport(ctx, scope, &imp))
	batch := make([]contact.Contact, n)
	for i := range batch {
		number, err := contact.ParseNumber(fmt.Sprintf("138%08d", i), "CN")
		ok(err)
		batch[i] = contact.Contact{Campaign: c.ID, Number: number, Import: imp.ID, ImportRow: i + 1}
	}
	_, err := s.AddImported(ctx, scope, batch)
	ok(err)
	return c.ID
}
