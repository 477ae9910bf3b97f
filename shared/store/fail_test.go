package store

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func openFile(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: "sqlite://" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}

// wantLine checks an error that an operator reads: its kind, one line, what to do, and nothing of the driver.
func wantLine(t *testing.T, err error, kind errs.Kind, says string) {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != kind {
		t.Fatalf("got %v, want an error of kind %s", err, kind)
	}
	if !strings.Contains(e.Message, says) {
		t.Errorf("%q does not say %q", e.Message, says)
	}
	for _, raw := range []string{"\n", "SQLITE_", "sql: ", "Error 1", "root@", "secret"} {
		if strings.Contains(e.Message, raw) {
			t.Errorf("%q shows the driver's %q", e.Message, raw)
		}
	}
}

func aTenant() *tenant.Tenant { return &tenant.Tenant{Name: "a", Kind: tenant.Merchant, Zone: "UTC"} }

func TestLockedTooLong(t *testing.T) {
	s := openFile(t)
	ctx := t.Context()
	if _, err := s.writes.ExecContext(ctx, "PRAGMA busy_timeout = 20"); err != nil {
		t.Fatal(err)
	}
	other, err := sqlitePool(ctx, strings.TrimPrefix(s.place(), "SQLite file "), 1, "_txlock=immediate")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close() }()
	tx, err := other.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	wantLine(t, s.CreateTenant(ctx, tenant.Platform(), aTenant()), errs.Unavailable, "locked for too long")
	_, err = s.Claim(ctx, tenant.Platform(), call.ClaimRequest{Campaign: 1, Limit: 1})
	wantLine(t, err, errs.Unavailable, "locked for too long")
	if _, err := s.Tenants(ctx, tenant.Platform()); err != nil {
		t.Errorf("reading beside a writer: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateTenant(ctx, tenant.Platform(), aTenant()); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestDiskFull(t *testing.T) {
	s := openFile(t)
	ctx := t.Context()
	// SQLite answers a file at its greatest size as it answers a full disk.
	if _, err := s.writes.ExecContext(ctx, "PRAGMA max_page_count = 1"); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 2000 {
		v := aTenant()
		v.Name = strings.Repeat("x", 1000)
		if err = s.CreateTenant(ctx, tenant.Platform(), v); err != nil {
			break
		}
	}
	wantLine(t, err, errs.Unavailable, "disk is full")
}

func TestNotADatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is a letter, not a database\n", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(t.Context(), Config{DSN: "sqlite://" + path})
	wantLine(t, err, errs.Unavailable, "damaged or not a database")
	_, err = Open(t.Context(), Config{DSN: "sqlite://" + path + "/below/a.db"})
	wantLine(t, err, errs.Unavailable, "check the folder")
	_, err = Open(t.Context(), Config{DSN: "sqlite://" + t.TempDir()})
	wantLine(t, err, errs.Unavailable, "cannot be opened")
}

func TestWithoutSchema(t *testing.T) {
	s, err := Open(t.Context(), Config{DSN: "sqlite://" + filepath.Join(t.TempDir(), "a.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	_, err = s.Tenants(t.Context(), tenant.Platform())
	wantLine(t, err, errs.Unavailable, "outdial migrate")
}

func TestNewerSchema(t *testing.T) {
	s := openFile(t)
	if _, err := s.writes.ExecContext(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)"); err != nil {
		t.Fatal(err)
	}
	wantLine(t, s.Migrate(t.Context()), errs.Unavailable, "run a newer build")
}

func TestClosed(t *testing.T) {
	s := openFile(t)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, all := t.Context(), tenant.Platform()
	_, err := s.Tenants(ctx, all)
	wantLine(t, err, errs.Unavailable, "closed")
	wantLine(t, s.CreateTenant(ctx, all, aTenant()), errs.Unavailable, "closed")
	_, err = s.Claim(ctx, all, call.ClaimRequest{Campaign: 1, Limit: 1})
	wantLine(t, err, errs.Unavailable, "closed")
	wantLine(t, s.Ping(ctx), errs.Unavailable, "closed")
}

func TestServerGoneAndBack(t *testing.T) {
	proxy := newProxy(t, "127.0.0.1:3306")
	dsn := "mysql://root@" + proxy.addr + "/mysql"
	s, err := Open(t.Context(), Config{DSN: dsn})
	if err != nil {
		t.Skipf("left out: no MySQL or MariaDB answers at 127.0.0.1:3306 (%v)", err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	proxy.stop()
	wantLine(t, s.Ping(t.Context()), errs.Unavailable, "does not answer")
	_, err = s.Claim(t.Context(), tenant.Platform(), call.ClaimRequest{Campaign: 1, Limit: 1})
	wantLine(t, err, errs.Unavailable, "does not answer")
	_, err = s.Tenants(t.Context(), tenant.Platform())
	wantLine(t, err, errs.Unavailable, "does not answer")
	_, err = Open(t.Context(), Config{DSN: "mysql://root:secret@" + proxy.addr + "/mysql"})
	wantLine(t, err, errs.Unavailable, "does not answer")
	proxy.start(t)
	if err := s.Ping(t.Context()); err != nil {
		t.Errorf("when the server is back: %v", err)
	}
	_, err = s.Tenants(t.Context(), tenant.Platform())
	wantLine(t, err, errs.Unavailable, "outdial migrate")
	_, err = Open(t.Context(), Config{DSN: "mysql://root:secret@" + proxy.addr + "/mysql"})
	wantLine(t, err, errs.Unavailable, "refuses the user or the password")
	_, err = Open(t.Context(), Config{DSN: "mysql://root@" + proxy.addr + "/no_such_database"})
	wantLine(t, err, errs.Unavailable, "does not exist")
}

// proxy is a way to the server that can be taken away.
type proxy struct {
	addr, to string
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
	done     sync.WaitGroup
}

func newProxy(t *testing.T, to string) *proxy {
	t.Helper()
	p := &proxy{addr: "127.0.0.1:0", to: to}
	p.start(t)
	t.Cleanup(p.stop)
	return p
}

func (p *proxy) start(t *testing.T) {
	t.Helper()
	l, err := net.Listen("tcp", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	p.listener, p.addr = l, l.Addr().String()
	p.done.Go(func() {
		for {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", p.to)
			if err != nil {
				_ = in.Close()
				continue
			}
			p.mu.Lock()
			p.conns = append(p.conns, in, out)
			p.mu.Unlock()
			for _, way := range [][2]net.Conn{{in, out}, {out, in}} {
				p.done.Go(func() {
					_, _ = io.Copy(way[0], way[1])
					_ = way[0].Close()
				})
			}
		}
	})
}

func (p *proxy) stop() {
	_ = p.listener.Close()
	p.mu.Lock()
	for _, c := range p.conns {
		_ = c.Close()
	}
	p.conns = nil
	p.mu.Unlock()
	p.done.Wait()
}

func TestDSN(t *testing.T) {
	for dsn, want := range map[string]string{
		"":                               "is not understood",
		"root:secret@tcp(127.0.0.1)/x":   "is not understood",
		"postgres://root:secret@h/x":     "not supported",
		"sqlite://":                      "needs a file",
		"sqlite://:memory:":              "needs a file",
		"mysql://root:sec%zzret@h/x":     "is not a URL",
		"mysql://root:secret@h:port/x":   "is not a URL",
		"mysql://root:secret@h:3306":     "no host or no database",
		"mysql://root:secret@/x":         "no host or no database",
		"mysql://root:secret@h:3306/x/y": "no host or no database",
	} {
		_, err := Open(t.Context(), Config{DSN: dsn})
		wantLine(t, err, errs.Invalid, want)
	}
	got, err := parseDSN("mysql://o%40ut:p%2F%3A%40@[::1]/dial?tls=skip-verify")
	if err != nil {
		t.Fatal(err)
	}
	if c := got.mysql; c.User != "o@ut" || c.Passwd != "p/:@" || c.Addr != "[::1]:3306" || c.DBName != "dial" || c.TLSConfig != "skip-verify" {
		t.Errorf("parsed to %+v", c)
	}
	if got, err := parseDSN("sqlite:///var/lib/outdial/a b.db"); err != nil || got.path != "/var/lib/outdial/a b.db" {
		t.Errorf("parsed to %+v (%v)", got, err)
	}
}

// TestRowsChangedByHand breaks rows as somebody with a database client might.
func TestRowsChangedByHand(t *testing.T) {
	s := openFile(t)
	ctx, all := t.Context(), tenant.Platform()
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	hand := func(q string, args ...any) {
		t.Helper()
		_, err := s.writes.ExecContext(ctx, q, args...)
		ok(err)
	}
	tn := aTenant()
	ok(s.CreateTenant(ctx, all, tn))
	scope := tenant.Of(tn.ID)
	sc := script.Script{Name: "a"}
	ok(s.CreateScript(ctx, scope, &sc, nil))
	v := script.Version{Script: sc.ID}
	ok(s.PublishVersion(ctx, scope, &v))
	tr := trunk.Trunk{Name: "a"}
	ok(s.CreateTrunk(ctx, scope, &tr))
	camp := campaign.Campaign{Name: "a", Script: v.Script, Trunk: tr.ID}
	ok(s.CreateCampaign(ctx, scope, &camp))
	var people []contact.Contact
	for _, raw := range []string{"13800000001", "13800000002", "13800000003"} {
		n, err := contact.ParseNumber(raw, "CN")
		ok(err)
		c := contact.Contact{Campaign: camp.ID, Number: n, Vars: map[string]string{"a": "b"}}
		ok(s.AddContact(ctx, scope, &c))
		people = append(people, c)
	}
	hand("UPDATE contacts SET number = ? WHERE id = ?", "1380{x}&park()", int64(people[0].ID))
	hand("UPDATE contacts SET vars = ? WHERE id = ?", "{broken", int64(people[1].ID))
	for _, c := range people[:2] {
		_, err := s.Contact(ctx, scope, c.ID)
		wantLine(t, err, errs.Internal, "repair or delete the row")
	}
	// The campaign goes on without them, and they come to an end.
	got, err := s.Claim(ctx, all, call.ClaimRequest{Campaign: camp.ID, Limit: 10, Holder: "a", Now: time.Unix(1e9, 0), Lease: time.Minute})
	ok(err)
	if len(got) != 1 || got[0].Contact.ID != people[2].ID {
		t.Fatalf("claimed %+v", got)
	}
	p, err := s.CampaignProgress(ctx, scope, camp.ID)
	ok(err)
	if want := (campaign.Progress{Total: 3, Calling: 1, Finished: 2}); p != want {
		t.Errorf("progress %+v, want %+v", p, want)
	}

	a := got[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: a.Tenant, Campaign: a.Campaign, Contact: a.Contact, Ordinal: a.Ordinal, Number: got[0].Contact.Number, State: call.Created}
	ok(s.BeginDialing(ctx, all, c))
	hand("UPDATE calls SET number = 'x'")
	_, err = s.Call(ctx, scope, c.UUID)
	wantLine(t, err, errs.Internal, "repair or delete the row")
	_, err = s.Calls(ctx, scope, camp.ID, call.Filter{}, call.Page{})
	wantLine(t, err, errs.Internal, "repair or delete the row")
	c.State = call.Ended
	// A contact that was moved by hand stays where it was put, and the call has its CDR all the same.
	hand("UPDATE contacts SET state = 'waiting' WHERE id = ?", int64(c.Contact))
	ok(s.FinishCall(ctx, all, call.Finish{Call: c}))
	if left, err := s.Contact(ctx, scope, c.Contact); err != nil || left.State != contact.Waiting {
		t.Errorf("the contact became %+v (%v)", left, err)
	}
	_, err = s.CDR(ctx, scope, c.UUID)
	wantLine(t, err, errs.Internal, "repair or delete the row")

	hand("UPDATE campaigns SET state = 'sleeping'")
	_, err = s.Campaign(ctx, scope, camp.ID)
	wantLine(t, err, errs.Internal, "repair or delete the row")
	hand("UPDATE campaigns SET state = 'running', redial_on = 'busy'")
	_, err = s.Campaign(ctx, scope, camp.ID)
	wantLine(t, err, errs.Internal, "repair or delete the row")
}

// TestGivenUpWrite checks that a caller who gave up before the work began is not written for.
func TestGivenUpWrite(t *testing.T) {
	s := openFile(t)
	ctx := t.Context()
	// The only writing connection is taken, so that the lane stands in its first batch.
	conn, err := s.writes.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	first := make(chan error, 1)
	begun := func(context.Context, *sql.Tx) error { return nil }
	go func() { first <- s.writer.do(ctx, "k", "first", begun) }()
	for s.writes.Stats().WaitCount == 0 {
		time.Sleep(time.Millisecond)
	}
	gone, cancel := context.WithCancel(ctx)
	ran := false
	second := make(chan error, 1)
	go func() {
		second <- s.writer.do(gone, "k", "second", func(context.Context, *sql.Tx) error {
			ran = true
			return nil
		})
	}()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("the caller who gave up got %v", err)
	}
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-first; err != nil {
		t.Error(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if ran {
		t.Error("the work of a caller who gave up was done")
	}
}
