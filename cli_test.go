package main

import (
	"bytes"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"

	"github.com/outdial/outdial/shared/config"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/tenant"
)

// asOutdial makes this test binary behave as outdial; the settings' loader leaves names that begin so alone.
const asOutdial = "OUTDIAL_TEST_AS_OUTDIAL"

// TestCommandLine is outdial itself when it is started by runOutdial.
func TestCommandLine(t *testing.T) {
	if args, ok := os.LookupEnv(asOutdial); ok {
		os.Args = append([]string{"outdial"}, strings.Fields(args)...)
		main()
		os.Exit(0)
	}
	for _, c := range []struct {
		args string
		code int
		says string
	}{
		{"demo --calls 0 --json", 1, "--calls must be 1 to 100000"},
		{"demo --calls=-1 --json", 1, "--calls must be 1 to 100000"},
		{"demo --calls many --json", 80, "--calls"},
		{"demo --no-such-flag --json", 80, "unknown flag --no-such-flag"},
		{"demo --json --calls 1 --robots 0", 1, "robots: must be 1 to 10000"},
		{"demo --json --calls 1 --esl 127.0.0.1:1", 1, "127.0.0.1:1"},
		{"no-such-role", 80, "unexpected argument no-such-role"},
		{"--config /does/not/exist.yaml all", 1, "/does/not/exist.yaml"},
	} {
		code, out, problem := runOutdial(t, c.args)
		if code != c.code || !strings.Contains(problem, c.says) {
			t.Errorf("%s: exit %d, want %d, and %q on standard error:\n%s", c.args, code, c.code, c.says, problem)
		}
		if out != "" {
			t.Errorf("%s: standard output is for results, not for %q", c.args, out)
		}
		if last := strings.TrimSpace(problem); !strings.HasPrefix(last[strings.LastIndexByte(last, '\n')+1:], "outdial: ") {
			t.Errorf("%s: the complaint is not one line at the end:\n%s", c.args, problem)
		}
	}
	if code, out, _ := runOutdial(t, "--help"); code != 0 || !strings.Contains(out, "Usage: outdial") {
		t.Errorf("--help: exit %d, standard output %q", code, out)
	}
}

func runOutdial(t *testing.T, args string) (code int, stdout, stderr string) {
	t.Helper()
	var out, problem bytes.Buffer
	cmd := exec.Command(os.Args[0], "-test.run=^TestCommandLine$") //nolint:gosec // this test itself
	cmd.Env = append(os.Environ(), asOutdial+"="+args)
	cmd.Dir, cmd.Stdout, cmd.Stderr = t.TempDir(), &out, &problem
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), problem.String()
}

func TestOneDialerOfANameInAFolder(t *testing.T) {
	cfg := config.Default()
	cfg.Data = t.TempDir()
	start := func(name string) (*stack, error) {
		cfg := cfg
		cfg.Dialer.Name = name
		s, err := newStack(cfg, nil)
		if err != nil {
			t.Fatal(err)
		}
		return s, s.startAll(t.Context(), s.lockDialer)
	}
	first, err := start("a/b")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := start("a/b"); !errs.Is(err, errs.Conflict) {
		t.Fatalf("a second dialer of the same name: got %v", err)
	}
	other, err := start("c")
	if err != nil {
		t.Fatal(err)
	}
	other.close()
	first.close()
	again, err := start("a/b")
	if err != nil {
		t.Fatal(err)
	}
	again.close()
}

// TestAFreshInstallationCanBeSignedInTo starts the API alone, as the compose file does, on an empty database.
func TestAFreshInstallationCanBeSignedInTo(t *testing.T) {
	queue := miniredis.RunT(t)
	for _, first := range []bool{true, false} {
		var problem lines
		cmd := exec.Command(os.Args[0], "-test.run=^TestCommandLine$") //nolint:gosec // this test itself
		cmd.Dir, cmd.Stderr = t.TempDir(), &problem
		cmd.Env = append(os.Environ(), asOutdial+"=admin", "OUTDIAL_ADMIN_LISTEN=127.0.0.1:0", "OUTDIAL_REDIS="+queue.Addr(),
			"OUTDIAL_DATABASE=sqlite://"+filepath.Join(t.TempDir(), "..", "kept.db"))
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running := problem.await("msg=running", 20*time.Second)
		_ = cmd.Process.Signal(os.Interrupt)
		if err := cmd.Wait(); err != nil || !running {
			t.Fatalf("%v\n%s", err, problem.String())
		}
		if told := strings.Contains(problem.String(), "account admin of the operator was made, password "); told != first {
			t.Errorf("first start %v, password shown %v:\n%s", first, told, problem.String())
		}
	}
}

// lines is standard error that can be waited for.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func (l *lines) await(text string, patience time.Duration) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(l.String(), text) {
			return true
		}
	}
	return false
}

// TestAPasswordFromTheCommandLineIsLogged: who forgot theirs finds in the log that it was replaced, and how.
func TestAPasswordFromTheCommandLineIsLogged(t *testing.T) {
	c := &commands{Data: t.TempDir()}
	cfg, err := c.load()
	if err != nil {
		t.Fatal(err)
	}
	s, err := newStack(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.startAll(t.Context(), s.startStore, s.ensureOperator); err != nil {
		t.Fatal(err)
	}
	before, err := s.store.UserByAccount(t.Context(), tenant.Platform(), "admin")
	s.close()
	if err != nil {
		t.Fatal(err)
	}
	if err := (passwordCommand{Account: "admin"}).Run(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if s, err = newStack(cfg, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if err := s.startAll(t.Context(), s.startStore); err != nil {
		t.Fatal(err)
	}
	after, err := s.store.UserByAccount(t.Context(), tenant.Platform(), "admin")
	if err != nil || after.PasswordHash == before.PasswordHash || !after.MustChange {
		t.Errorf("the password was not replaced: %v", err)
	}
	log, err := s.store.Operations(t.Context(), tenant.Of(after.Tenant), oplog.Filter{Action: "reset_password"}, 0, 10)
	if err != nil || len(log) != 1 || log[0].Account != "outdial password" || log[0].Target.Name != "admin" {
		t.Errorf("logged %+v (%v)", log, err)
	}
}
