package api

import (
	"context"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/admin/console"
	"github.com/outdial/outdial/shared/access"
)

const eventsPath = "/api/v1/events"

// routes lists every address of the contract once, noun by noun.
func (a *API) routes() {
	a.sessionRoutes()
	a.profileRoutes()
	a.memberRoutes()
	a.unitRoutes()
	a.roleRoutes()
	a.campaignRoutes()
	a.contactRoutes()
	a.agentRoutes()
	a.dncRoutes()
	a.callRoutes()
	a.exportRoutes()
	a.scriptRoutes()
	a.scriptTrialRoutes()
	a.trunkRoutes()
	a.wechatRoutes()
	a.companyRoutes()
	a.logRoutes()
	a.noticeRoutes()
	a.liveRoutes()
	a.figureRoutes()
}

func (a *API) sessionRoutes() {
	add(a, logs("session", "sign_in", open(op("POST", signInPath, "signIn", "Session", "Sign in; the answer sets the session's cookie"))), a.signIn)
	add(a, logs("session", "sign_out", anybody(op("POST", "/api/v1/sign-out", "signOut", "Session", "End the session"))), a.signOut)
	add(a, anybody(op("GET", "/api/v1/me", "me", "Session", "The user who is signed in")), a.me)
}

func (a *API) campaignRoutes() {
	add(a, needs(access.CampaignsView, op("GET", "/api/v1/campaigns", "listCampaigns", "Campaigns", "List campaigns, newest first")), a.listCampaigns)
	add(a, logs("campaigns", "create", needs(access.CampaignsEdit, created(op("POST", "/api/v1/campaigns", "createCampaign", "Campaigns", "Create a campaign; it is not started")))), a.createCampaign)
	add(a, needs(access.CampaignsView, op("GET", "/api/v1/campaigns/{id}", "getCampaign", "Campaigns", "A campaign with its progress and what its calls came to")), a.getCampaign)
	add(a, logs("campaigns", "update", needs(access.CampaignsEdit, op("PATCH", "/api/v1/campaigns/{id}", "updateCampaign", "Campaigns", "Change a campaign; everything while it was not started or is paused, else name, description and robots"))), a.updateCampaign)
	add(a, logs("campaigns", "delete", needs(access.CampaignsDelete, op("DELETE", "/api/v1/campaigns/{id}", "deleteCampaign", "Campaigns", "Delete a campaign that was never started or is finished; its calls stay for reports"))), a.deleteCampaign)
	add(a, logs("campaigns", "start", needs(access.CampaignsRun, op("POST", "/api/v1/campaigns/{id}/start", "startCampaign", "Campaigns", "Start a campaign that was never started"))), a.startCampaign)
	add(a, logs("campaigns", "pause", needs(access.CampaignsRun, op("POST", "/api/v1/campaigns/{id}/pause", "pauseCampaign", "Campaigns", "Place no new calls; calls under way go on"))), a.pauseCampaign)
	add(a, logs("campaigns", "resume", needs(access.CampaignsRun, op("POST", "/api/v1/campaigns/{id}/resume", "resumeCampaign", "Campaigns", "Go on after a pause"))), a.resumeCampaign)
	add(a, logs("campaigns", "terminate", needs(access.CampaignsRun, op("POST", "/api/v1/campaigns/{id}/terminate", "terminateCampaign", "Campaigns", "End the campaign for good, with the calls under way"))), a.terminateCampaign)
}

func (a *API) contactRoutes() {
	add(a, logs("contacts", "create", needs(access.ContactsImport, created(op("POST", "/api/v1/campaigns/{id}/contacts", "addContact", "Contacts", "Add one contact")))), a.addContact)
	add(a, logs("contacts", "import", needs(access.ContactsImport, upload(op("POST", "/api/v1/campaigns/{id}/imports", "createImport", "Contacts", "Upload a contact list (.xlsx, .xls or .csv); a worker reads it")))), a.createImport)
	add(a, needs(access.CampaignsView, op("GET", "/api/v1/campaigns/{id}/imports", "listImports", "Contacts", "The campaign's imports in their order")), a.listImports)
	add(a, anybody(op("GET", "/api/v1/imports/{id}", "getImport", "Contacts", "How far an import has come")), a.getImport)
	add(a, anybody(file(op("GET", "/api/v1/imports/{id}/rejections", "downloadRejections", "Contacts", "The rows that were not taken, with the reason, as CSV"), "text/csv")), a.rejections)
}

func (a *API) trunkRoutes() {
	add(a, needs(access.TrunksView, op("GET", "/api/v1/trunks", "listTrunks", "Trunks", "The trunks")), a.listTrunks)
	add(a, logs("trunks", "create", needs(access.TrunksEdit, created(op("POST", "/api/v1/trunks", "createTrunk", "Trunks", "Add a trunk")))), a.createTrunk)
}

func (a *API) liveRoutes() {
	add(a, anybody(file(op("GET", eventsPath, "events", "Live", "What happens, as server-sent events: call.changed, turn.added, campaign.changed, import.changed, export.changed, script.changed, listening.changed, notification.added"), "text/event-stream")), a.events)
}

// plainRoutes are for machines that watch the process, and not part of the contract.
func (a *API) plainRoutes() {
	a.engine.GET("/healthz", a.healthz)
	a.engine.GET("/readyz", a.readyz)
	a.engine.GET("/metrics", a.metrics())
	console.Mount(a.engine)
}

func op(method, path, id, tag, summary string) huma.Operation {
	o := huma.Operation{Method: method, Path: path, OperationID: id, Tags: []string{tag}, Summary: summary,
		Errors: []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusInternalServerError}}
	if method != "GET" {
		o.Errors = append(o.Errors, http.StatusForbidden, http.StatusConflict)
	}
	return o
}

// open routes ask for no session.
func open(o huma.Operation) huma.Operation {
	o.Security = []map[string][]string{}
	o.Errors = append(o.Errors, http.StatusTooManyRequests)
	return o
}

// permissionKey is where an operation keeps the permission it asks for, and the name under which the contract shows it.
const permissionKey = "x-permission"

// needs makes an operation ask for a permission of the caller's role.
func needs(p access.Permission, o huma.Operation) huma.Operation {
	o = extended(o, permissionKey, string(p))
	o.Errors = append(o.Errors, http.StatusForbidden)
	return o
}

// anybody is for whoever is signed in: it shows and changes nothing but what is the caller's own.
func anybody(o huma.Operation) huma.Operation {
	return extended(o, permissionKey, "")
}

func created(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusCreated
	return o
}

func file(o huma.Operation, contentType string) huma.Operation {
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{
		contentType: {Schema: &huma.Schema{Type: "string"}}}}}
	return o
}

// formKey keeps a body's description away from huma until the route stands: it would read a body it knows of into memory.
const formKey = "form"

func upload(o huma.Operation) huma.Operation {
	o.DefaultStatus = http.StatusAccepted
	o.Metadata = map[string]any{formKey: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: "string", Format: "binary", Description: "The list. The first row may name the columns: a number column, a name, and any other as variables."},
		}}}}}}
	o.Errors = append(o.Errors, http.StatusRequestEntityTooLarge)
	return o
}

// add registers an operation whose errors become problems.
func add[I, O any](a *API, o huma.Operation, handle func(context.Context, *I) (*O, error)) {
	o.MaxBodyBytes = a.Limits.Body
	if limit, ok := o.Metadata[bodyKey].(int64); ok {
		o.MaxBodyBytes = limit
		a.bodies[strings.NewReplacer("{", ":", "}", "").Replace(o.Path)] = limit
	}
	needed, _ := o.Extensions[permissionKey].(string)
	huma.Register(a.huma, o, func(ctx context.Context, in *I) (*O, error) {
		if err := a.permit(ctx, access.Permission(needed)); err != nil {
			return nil, a.problem(ctx, err)
		}
		did := &changes{}
		out, err := handle(context.WithValue(ctx, changesKey, did), in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		a.recordChanges(ctx, o, did.list)
		return out, nil
	})
	if form, ok := o.Metadata[formKey].(*huma.RequestBody); ok {
		a.huma.OpenAPI().Paths[o.Path].Post.RequestBody = form
	}
}
