package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

// Script is a script with its newest version.
type Script struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	VersionID   int64     `json:"version_id" doc:"What a campaign's script_version_id names"`
	Version     int       `json:"version" doc:"1, 2, … within the script"`
	PublishedAt time.Time `json:"published_at"`
}

type listScriptsOutput struct {
	Body struct {
		Items []Script `json:"items"`
	}
}

func (a *API) listScripts(ctx context.Context, _ *struct{}) (*listScriptsOutput, error) {
	found, err := a.Store.Scripts(ctx, scopeOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &listScriptsOutput{}
	out.Body.Items = make([]Script, 0, len(found))
	for _, s := range found {
		v, err := a.Store.LatestVersion(ctx, scopeOf(ctx), s.ID)
		if errs.Is(err, errs.NotFound) {
			continue // created and not yet published
		}
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, scriptOf(s, v))
	}
	return out, nil
}

type publishScriptInput struct {
	RawBody []byte `contentType:"application/yaml"`
}

type scriptOutput struct{ Body Script }

func (a *API) publishScript(ctx context.Context, in *publishScriptInput) (*scriptOutput, error) {
	flow, err := script.Parse(in.RawBody)
	if err != nil {
		return nil, err
	}
	scope, now := scopeOf(ctx), a.Clock.Now().UTC()
	s := script.Script{Tenant: callerOf(ctx).Tenant.ID, Name: flow.Name, CreatedAt: now}
	found, err := a.Store.Scripts(ctx, scope)
	if err != nil {
		return nil, err
	}
	for _, f := range found {
		if f.Name == flow.Name {
			s = f
		}
	}
	if s.ID == 0 {
		if err := a.Store.CreateScript(ctx, scope, &s); err != nil {
			return nil, err
		}
	}
	v := script.Version{Script: s.ID, Tenant: s.Tenant, Source: in.RawBody, CreatedAt: now}
	if err := a.Store.PublishVersion(ctx, scope, &v); err != nil {
		return nil, err
	}
	out := &scriptOutput{Body: scriptOf(s, v)}
	note(ctx, change{Module: "scripts", Action: "publish", Kind: "script", ID: strconv.FormatInt(out.Body.ID, 10), Name: s.Name, After: out.Body})
	return out, nil
}

func scriptOf(s script.Script, v script.Version) Script {
	return Script{ID: int64(s.ID), Name: s.Name, VersionID: int64(v.ID), Version: v.Number, PublishedAt: v.CreatedAt.UTC()}
}
