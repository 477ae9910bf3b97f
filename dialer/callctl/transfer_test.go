package callctl

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// desk is a line on which the agent's telephone rings until the test says what became of it.
type desk struct {
	deaf
	over chan struct{}
}

func (d desk) Originate(context.Context, esl.Originate) (esl.OriginateJob, error) {
	<-d.over
	return esl.OriginateJob{}, errors.New("the test is over")
}

// notes keeps the agent of each state that was written down.
type notes struct {
	quietStore
	mu    sync.Mutex
	agent map[call.Transfer]call.Agent
}

func (n *notes) NoteTransfer(_ context.Context, _ tenant.Scope, _ call.UUID, t call.Transfer, a call.Agent) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.agent[t] = a
	return nil
}

func (n *notes) OwnExtension(context.Context, tenant.Scope, string) error { return nil }

func TestAgentIsWrittenDownWithTheTransfer(t *testing.T) {
	for name, c := range map[string]struct {
		err  error
		want map[call.Transfer]call.Agent
	}{
		"connected": {nil, map[call.Transfer]call.Agent{call.TransferRequested: {},
			call.TransferConnected: {Extension: "1001", Asked: began.Add(20 * time.Second), Connected: began.Add(27 * time.Second)}}},
		"not reached": {errors.New("USER_BUSY"), map[call.Transfer]call.Agent{call.TransferRequested: {}, call.TransferFailed: {}}},
	} {
		t.Run(name, func(t *testing.T) {
			number, err := contact.ParseNumber("13800138000", "CN")
			if err != nil {
				t.Fatal(err)
			}
			fake, line, store := clock.NewFake(began), desk{over: make(chan struct{})}, &notes{agent: map[call.Transfer]call.Agent{}}
			ctl := New(Config{Line: line, Store: store, Bus: deaf{}, Clock: fake, Lease: time.Minute, LongestCall: time.Hour, RecordingsDir: "/r",
				Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
			s := newSession(ctl, call.Call{UUID: calleeLeg, RobotLeg: robotLeg, Tenant: 1, Number: number, State: call.AnsweredState, Times: call.Times{Answered: began}})
			fake.Advance(20 * time.Second)
			s.transfer(event.TransferRequested{Tenant: 1, Call: calleeLeg, Extension: "1001"})
			fake.Advance(7 * time.Second)
			s.agentResult(agentResult{err: c.err, at: fake.Now()})
			// A second request is refused while the agent talks, and changes nothing.
			if c.err == nil {
				s.transfer(event.TransferRequested{Tenant: 1, Call: calleeLeg, Extension: "1002"})
			}
			fake.Advance(30 * time.Second)
			close(line.over)
			s.tasks.Wait()
			if len(store.agent) != len(c.want) {
				t.Errorf("written down: %+v, want %+v", store.agent, c.want)
			}
			for state, want := range c.want {
				if got, ok := store.agent[state]; !ok || got != want {
					t.Errorf("%s by %+v, want %+v", state, got, want)
				}
			}
			k := call.Call{Agent: store.agent[call.TransferConnected], Times: call.Times{Ended: fake.Now()}}
			if reaction, talk := k.Agent.Reaction(), k.AgentTalk(); c.err == nil && (reaction != 7*time.Second || talk != 30*time.Second) {
				t.Errorf("reaction %v, talk %v", reaction, talk)
			}
		})
	}
}
