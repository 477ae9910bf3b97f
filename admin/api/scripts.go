package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/tenant"
)

// Script is a conversation that a company keeps under one name.
type Script struct {
	ID                int64     `json:"id"`
	Name              string    `json:"name"`
	Key               string    `json:"key" doc:"A short code that never changes"`
	Trade             string    `json:"trade"`
	Description       string    `json:"description"`
	Language          string    `json:"language"`
	State             string    `json:"state" enum:"draft,in_review,refused,live" doc:"What became of the newest version, whichever is deployed; draft where there is none"`
	Remark            string    `json:"remark" doc:"What the reviewer says of the newest version"`
	Editing           bool      `json:"editing" doc:"The draft says something else than the newest version, or there is none"`
	Shared            bool      `json:"shared" doc:"The companies below find it in their market"`
	Version           int       `json:"version" doc:"Number of the newest version that was not withdrawn; 0 for none"`
	VersionID         int64     `json:"version_id" doc:"0 for none"`
	Deployment        string    `json:"deployment" enum:"none,newest,earlier" doc:"Which version campaigns dial: none, the newest, or an earlier one"`
	DeployedVersion   int       `json:"deployed_version" doc:"Number of the version that campaigns dial; 0 for none"`
	DeployedVersionID int64     `json:"deployed_version_id" doc:"0 for none"`
	Problems          int       `json:"problems" doc:"Errors in the draft; it is not submitted before there are none"`
	CreatedBy         string    `json:"created_by"`
	CreatedAt         time.Time `json:"created_at"`
	UpdatedAt         time.Time `json:"updated_at"`
}

// ScriptPath names the script of an address.
type ScriptPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p ScriptPath) id() script.ID { return script.ID(p.ID) }

func scriptKey(id script.ID) string { return strconv.FormatInt(int64(id), 10) }

type listScriptsInput struct {
	Name       string `query:"name" maxLength:"60" doc:"A part of the name or the key"`
	Trade      string `query:"trade" maxLength:"60"`
	State      string `query:"state" enum:"draft,in_review,refused,live"`
	Deployment string `query:"deployment" enum:"none,any,newest,earlier" doc:"Which version campaigns dial; any is the newest or an earlier one"`
	Paging
}

type listScriptsOutput struct{ Body Page[Script] }

func (a *API) listScripts(ctx context.Context, in *listScriptsInput) (*listScriptsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	f := script.Filter{Name: in.Name, Trade: in.Trade, State: script.State(in.State), Deployment: script.Deployment(in.Deployment)}
	found, err := a.Store.FindScripts(ctx, scopeOf(ctx), f, script.ID(below), in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listScriptsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(s script.Script) string { return scriptKey(s.ID) })
	out.Body.Items = make([]Script, 0, len(found))
	for _, s := range found {
		out.Body.Items = append(out.Body.Items, scriptOf(s))
	}
	return out, nil
}

type scriptOutput struct{ Body Script }

type createScriptInput struct {
	Body struct {
		Name        string `json:"name"`
		Trade       string `json:"trade,omitempty"`
		Description string `json:"description,omitempty"`
		Language    string `json:"language,omitempty" enum:"zh,en" doc:"Empty means zh"`
	}
}

func (a *API) createScript(ctx context.Context, in *createScriptInput) (*scriptOutput, error) {
	s := script.Script{Name: in.Body.Name, Trade: in.Body.Trade, Description: in.Body.Description, Language: orElse(in.Body.Language, "zh")}
	document, err := script.Beginning(s.Name, s.Language)
	if err != nil {
		return nil, err
	}
	return a.makeScript(ctx, "create", s, document)
}

// makeScript stores a script of the caller's with the document that it begins with.
func (a *API) makeScript(ctx context.Context, action string, s script.Script, document []byte) (*scriptOutput, error) {
	return a.storeScript(ctx, action, s, document, func(made *script.Script) error {
		return a.Store.CreateScript(ctx, scopeOf(ctx), made, document)
	})
}

func (a *API) storeScript(ctx context.Context, action string, s script.Script, document []byte, store func(*script.Script) error) (*scriptOutput, error) {
	s.Tenant, s.CreatedBy, s.CreatedAt = callerOf(ctx).Tenant.ID, a.callerName(ctx), a.Clock.Now().UTC()
	s.UpdatedAt = s.CreatedAt
	if err := s.Validate(); err != nil {
		return nil, err
	}
	found, _ := script.Check(document)
	s.Problems = len(script.Errors(found))
	if err := store(&s); err != nil {
		return nil, err
	}
	out := &scriptOutput{Body: scriptOf(s)}
	note(ctx, scriptChange(action, s, nil, out.Body))
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return out, nil
}

func (a *API) getScript(ctx context.Context, in *ScriptPath) (*scriptOutput, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	return &scriptOutput{Body: scriptOf(s)}, err
}

type updateScriptInput struct {
	ScriptPath
	Body struct {
		Name        *string `json:"name,omitempty"`
		Trade       *string `json:"trade,omitempty"`
		Description *string `json:"description,omitempty"`
		Shared      *bool   `json:"shared,omitempty" doc:"Show the deployed version in the market of the companies below"`
	}
}

func (a *API) updateScript(ctx context.Context, in *updateScriptInput) (*scriptOutput, error) {
	was, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	s := was
	set(&s.Name, in.Body.Name)
	set(&s.Trade, in.Body.Trade)
	set(&s.Description, in.Body.Description)
	set(&s.Shared, in.Body.Shared)
	s.UpdatedAt = a.Clock.Now().UTC()
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if s.Shared && !was.Shared && callerOf(ctx).Tenant.Kind == tenant.Merchant {
		return nil, errs.New(errs.Conflict, "a company without companies below it has nobody to share with")
	}
	if err := a.Store.ChangeScript(ctx, scopeOf(ctx), s); err != nil {
		return nil, err
	}
	out := &scriptOutput{Body: scriptOf(s)}
	note(ctx, scriptChange("update", s, scriptOf(was), out.Body))
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return out, nil
}

func (a *API) deleteScript(ctx context.Context, in *ScriptPath) (*struct{}, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteScript(ctx, scopeOf(ctx), s.ID, a.Clock.Now().UTC()); err != nil {
		return nil, err
	}
	note(ctx, scriptChange("delete", s, scriptOf(s), nil))
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return &struct{}{}, nil
}

type copyScriptInput struct {
	ScriptPath
	Body struct {
		Name string `json:"name"`
	}
}

func (a *API) copyScript(ctx context.Context, in *copyScriptInput) (*scriptOutput, error) {
	from, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	d, err := a.Store.Draft(ctx, scopeOf(ctx), from.ID)
	if err != nil {
		return nil, err
	}
	return a.makeCopy(ctx, "copy", in.Body.Name, from, 0, d.Document)
}

// makeCopy makes a script of the caller's from what it has found, with its recordings.
func (a *API) makeCopy(ctx context.Context, action, name string, from script.Script, version script.VersionID, source []byte) (*scriptOutput, error) {
	document, err := script.Document(source)
	if err != nil {
		return nil, err
	}
	if named, err := script.With(document, "name", name); err == nil {
		document = named
	}
	s := script.Script{Name: name, Trade: from.Trade, Description: from.Description, Language: from.Language}
	if from.ID == 0 { // a template that comes with the product has no recordings of its own
		return a.makeScript(ctx, action, s, document)
	}
	return a.storeScript(ctx, action, s, document, func(made *script.Script) error {
		return a.Store.CopyScript(ctx, scopeOf(ctx), made, document, from.ID, version)
	})
}

func scriptOf(s script.Script) Script {
	return Script{ID: int64(s.ID), Name: s.Name, Key: s.Code, Trade: s.Trade, Description: s.Description, Language: s.Language, State: string(s.State), Remark: s.Remark,
		Editing: s.Editing, Shared: s.Shared, Version: s.Newest.Number, VersionID: int64(s.Newest.ID), Deployment: string(s.Deployment()), DeployedVersion: s.Deployed.Number,
		DeployedVersionID: int64(s.Deployed.ID), Problems: s.Problems, CreatedBy: s.CreatedBy, CreatedAt: s.CreatedAt.UTC(), UpdatedAt: s.UpdatedAt.UTC()}
}

// scriptChange is an entry of the operation log.
func scriptChange(action string, s script.Script, before, after any) change {
	return change{Module: "scripts", Action: action, Kind: "script", ID: scriptKey(s.ID), Name: s.Name, Before: before, After: after}
}

// scriptChanged tells open consoles to look again.
func (a *API) scriptChanged(ctx context.Context, of tenant.ID, id script.ID, version script.VersionID, state script.State) {
	a.tell(ctx, event.ScriptChanged{Tenant: of, Script: id, Version: version, State: state})
}

// tell publishes what stands in the store already: who misses it finds out from there.
func (a *API) tell(ctx context.Context, m event.Message) {
	if err := a.Bus.Publish(context.WithoutCancel(ctx), m); err != nil {
		a.Logger.WarnContext(ctx, "a change was not published", "kind", m.Kind(), "error", err)
	}
}
