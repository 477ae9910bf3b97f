package esl_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/dialer/esl/wire"
	"github.com/outdial/outdial/shared/clock"
)

func TestJobResultBeforeTheReply(t *testing.T) {
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if strings.HasPrefix(cmd.Line, "bgapi ") {
			c.jobDone(cmd.Headers.Get("Job-UUID"), "+OK early\n")
			c.jobDone(cmd.Headers.Get("Job-UUID"), "+OK twice\n")
			c.jobDone("another-client's", "+OK\n")
		}
		return false
	}).dial(esl.Config{})
	j, err := c.BGAPI(testContext(t), "status")
	if err != nil {
		t.Fatal(err)
	}
	if out, err := j.Wait(testContext(t)); err != nil || out != "+OK early\n" {
		t.Errorf("%q, %v", out, err)
	}
	<-j.Done()
	if out, err := j.Result(); err != nil || out != "+OK early\n" {
		t.Errorf("the result changed to %q, %v", out, err)
	}
}

func TestManyJobs(t *testing.T) {
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if line, ok := strings.CutPrefix(cmd.Line, "bgapi echo "); ok {
			c.reply("+OK", wire.Header{Name: "Job-UUID", Value: cmd.Headers.Get("Job-UUID")})
			c.jobDone(cmd.Headers.Get("Job-UUID"), line)
			return true
		}
		return false
	}).dial(esl.Config{})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for n := range 200 {
				want := fmt.Sprintf("%d-%d", i, n)
				j, err := c.BGAPI(testContext(t), "echo", want)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := j.Wait(testContext(t)); err != nil || got != want {
					t.Errorf("%q became %q, %v", want, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	if st := c.Stats(); st.Jobs != 3200 || st.JobsLost != 0 {
		t.Errorf("stats %+v", st)
	}
}

func TestJobRefused(t *testing.T) {
	c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
		if strings.HasPrefix(cmd.Line, "bgapi ") {
			c.reply("-ERR permission denied")
			return true
		}
		return false
	}).dial(esl.Config{})
	var said *esl.ReplyError
	if _, err := c.BGAPI(testContext(t), "status"); !errors.As(err, &said) {
		t.Errorf("error is %v", err)
	}
}

func TestJobWithoutResult(t *testing.T) {
	at := clock.NewFake(time.Unix(1700000000, 0))
	s := newFake(t, nil)
	c := s.dial(esl.Config{Clock: at, JobTimeout: time.Minute, IdleTimeout: time.Hour, ReplyTimeout: 16 * time.Second})
	j, err := c.BGAPI(testContext(t), "status")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Result(); err == nil {
		t.Error("a running job has a result")
	}
	passes(t, at, time.Second, j.Done())
	_, err = j.Result()
	mustBe(t, err, esl.ErrLost)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if j, err = c.BGAPI(testContext(t), "status"); err != nil {
		t.Fatal(err)
	}
	_, err = j.Wait(ctx)
	mustBe(t, err, context.Canceled)
}

func TestOriginateOutcomes(t *testing.T) {
	for output, check := range map[string]func(error) bool{
		"+OK u1\n": func(err error) bool { return err == nil },
		"-ERR USER_BUSY\n": func(err error) bool {
			var e *esl.OriginateError
			return errors.As(err, &e) && e.Cause == esl.CauseUserBusy
		},
		"-ERR SOMETHING NEW\n":     func(err error) bool { var e *esl.ReplyError; return errors.As(err, &e) && e.Text == "SOMETHING NEW" },
		"-USAGE: <call url> ...\n": func(err error) bool { var e *esl.ReplyError; return errors.As(err, &e) },
	} {
		c := newFake(t, func(c *fakeConn, cmd wire.Command) bool {
			if strings.HasPrefix(cmd.Line, "bgapi originate ") {
				c.jobDone(cmd.Headers.Get("Job-UUID"), output)
			}
			return false
		}).dial(esl.Config{})
		j, err := c.Originate(testContext(t), esl.Originate{UUID: "u1", Endpoint: esl.Endpoint{Address: "127.0.0.1:5060", Number: "12345"}, Park: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := j.Wait(testContext(t)); !check(err) {
			t.Errorf("%q gives %v", output, err)
		}
		if err := j.Result(); !check(err) {
			t.Errorf("%q gives %v as result", output, err)
		}
	}
}
