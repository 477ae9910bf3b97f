package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/oplog"
	"github.com/outdial/outdial/shared/tenant"
)

// logsKey and unloggedKey are where a route that changes something says what it writes into the operation log, or why
// nothing; the contract shows them under these names.
const (
	logsKey     = "x-logs"
	unloggedKey = "x-unlogged"
)

// logs declares that the operation notes a change of the module and action whenever it succeeds.
func logs(module, action string, o huma.Operation) huma.Operation {
	return extended(o, logsKey, module+"."+action)
}

// unlogged declares that the operation is no change that the log keeps, and why.
func unlogged(reason string, o huma.Operation) huma.Operation {
	return extended(o, unloggedKey, reason)
}

// extended adds an extension to an operation and leaves the others.
func extended(o huma.Operation, key string, value any) huma.Operation {
	all := map[string]any{key: value}
	for k, v := range o.Extensions {
		if k != key {
			all[k] = v
		}
	}
	o.Extensions = all
	return o
}

// logTime bounds the write of an entry, which outlives a client that has gone.
const logTime = 5 * time.Second

// recordChanges writes what a request changed into the operation log. The change stands by then: a log that cannot be
// written is told of loudly, and does not turn the answer into a failure.
func (a *API) recordChanges(ctx context.Context, o huma.Operation, list []change) {
	if declared, ok := o.Extensions[logsKey].(string); ok && !noted(list, declared) {
		a.logFailed(ctx, "an operation did not note what it changed", "operation", o.OperationID, "declared", declared)
	}
	var entries []oplog.Operation
	for _, c := range list {
		entry, err := a.entry(ctx, c)
		if err != nil {
			a.logFailed(ctx, "a change cannot be written into the operation log", "operation", o.OperationID, "error", err)
			continue
		}
		entries = append(entries, entry)
		for _, t := range c.Also {
			if t != entry.Tenant {
				entry.Tenant = t
				entries = append(entries, entry)
			}
		}
	}
	if len(entries) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), logTime)
	defer cancel()
	if err := a.Store.AddOperations(ctx, tenant.Platform(), entries); err != nil {
		a.logFailed(ctx, "the operation log could not be written", "operation", o.OperationID, "entries", len(entries), "error", err)
	}
}

func (a *API) logFailed(ctx context.Context, what string, args ...any) {
	a.counts.unlogged.Inc()
	a.Logger.ErrorContext(ctx, what, args...)
}

// noted tells whether one of the declared actions is among the changes; a bar separates those of one operation.
func noted(list []change, declared string) bool {
	module, actions, _ := strings.Cut(declared, ".")
	return slices.ContainsFunc(list, func(c change) bool {
		return c.Module == module && slices.Contains(strings.Split(actions, "|"), c.Action)
	})
}

// entry is a change as the log keeps it.
func (a *API) entry(ctx context.Context, c change) (oplog.Operation, error) {
	actor := callerOf(ctx).User
	if c.Actor != nil {
		actor = *c.Actor
	}
	o := oplog.Operation{Tenant: actor.Tenant, User: actor.ID, Account: actor.Account, Name: actor.Name, Address: clientOf(ctx).address, Module: c.Module, Action: c.Action,
		Target: oplog.Target{Kind: c.Kind, ID: c.ID, Name: c.Name}, Summary: c.Summary, At: a.Clock.Now().UTC()}
	var fields []string
	var err error
	o.Before, o.After, fields, err = oplog.Diff(c.Before, c.After)
	if o.Summary == "" {
		o.Summary = strings.Join(fields, ", ")
	}
	return o, err
}

func (a *API) logRoutes() {
	add(a, needs(access.LogView, op("GET", "/api/v1/operations", "listOperations", "Operation log", "Who changed what, from where and when, newest first")), a.listOperations)
}
