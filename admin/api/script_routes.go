package api

import (
	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/access"
)

func (a *API) scriptRoutes() {
	const tag, list, one, version = "Scripts", "/api/v1/scripts", "/api/v1/scripts/{id}", "/api/v1/script-versions/{id}"
	view := func(method, path, id, summary string) huma.Operation {
		return needs(access.ScriptsView, op(method, path, id, tag, summary))
	}
	edit := func(action, method, path, id, summary string) huma.Operation {
		return logs("scripts", action, needs(access.ScriptsEdit, op(method, path, id, tag, summary)))
	}
	add(a, view("GET", list, "listScripts", "List scripts, newest first"), a.listScripts)
	add(a, created(edit("create", "POST", list, "createScript", "Create a script with a draft that greets, asks and hangs up")), a.createScript)
	add(a, created(upTo(workbookBody+multipartSlack, uploads(edit("import", "POST", list+"/import", "importScript", "Make a script from a file: .yaml, .json, .xlsx or .xls"),
		"The script; its name is the file's where the script has none"))), a.importScript)
	add(a, file(view("GET", list+"/template", "getScriptTemplate", "A workbook to fill in and import"), "application/octet-stream"), a.scriptTemplate)
	add(a, upTo(documentBody, unlogged("it only reads", view("POST", list+"/check", "checkScript", "What is wrong with a document"))), a.checkScript)
	add(a, view("GET", one, "getScript", "A script"), a.getScript)
	add(a, edit("update", "PATCH", one, "updateScript", "Change name, trade, description, or who else sees it"), a.updateScript)
	add(a, edit("delete", "DELETE", one, "deleteScript", "Delete a script that no unfinished campaign uses"), a.deleteScript)
	add(a, created(edit("copy", "POST", one+"/copy", "copyScript", "Make a script of its own from the draft, with its recordings")), a.copyScript)
	add(a, view("GET", one+"/draft", "getScriptDraft", "What is being written, with what is wrong with it"), a.getScriptDraft)
	add(a, upTo(documentBody, edit("write", "PUT", one+"/draft", "saveScriptDraft", "Keep what was written, whatever is wrong with it")), a.saveScriptDraft)
	add(a, created(edit("submit", "POST", one+"/submit", "submitScript", "Make the draft a version and ask for its review; checks and regression tests must pass")), a.submitScript)
	add(a, view("GET", one+"/versions", "listScriptVersions", "The versions, newest first"), a.listScriptVersions)
	add(a, view("GET", one+"/diff", "diffScript", "What differs between two versions, by node and part"), a.diffScript)
	add(a, file(view("GET", one+"/export", "exportScript", "The script as a file"), "application/octet-stream"), a.exportScript)
	add(a, view("GET", version, "getScriptVersion", "A version with its document and its report"), a.getScriptVersion)
	add(a, edit("withdraw", "POST", version+"/withdraw", "withdrawScriptVersion", "Take back what waits for review"), a.withdrawVersion)
	add(a, logs("scripts", "deploy", needs(access.ScriptsDeploy, op("POST", version+"/deploy", "deployScriptVersion", tag, "Dial this version from now on; unfinished campaigns of the script move to it, running calls keep theirs"))), a.deployVersion)

	add(a, view("GET", one+"/recordings", "listScriptRecordings", "Every sentence of the draft, and whether it is recorded"), a.listRecordings)
	add(a, created(upTo(recordingBody+multipartSlack, uploads(edit("record", "POST", one+"/recordings", "uploadScriptRecording", "Record a sentence: audio of at most 10 minutes and 20 MB"),
		"WAV or MP3", "key", "The sentence's key, as listed"))), a.uploadRecording)
	add(a, edit("unrecord", "DELETE", one+"/recordings/{key}", "deleteScriptRecording", "Have the sentence synthesised again"), a.deleteRecording)
	add(a, file(view("GET", one+"/recordings/{key}/audio", "getScriptRecordingAudio", "A sentence's recording"), "audio/wav"), a.recordingAudio)
	a.reviewRoutes()
	a.marketRoutes()
}

func (a *API) reviewRoutes() {
	const tag, list, version = "Script reviews", "/api/v1/script-reviews", "/api/v1/script-versions/{id}"
	add(a, needs(access.ScriptsReview, op("GET", list, "listScriptReviews", tag, "Versions of all companies below that were submitted, newest first")), a.listReviews)
	add(a, needs(access.ScriptsReview, op("GET", list+"/{id}", "getScriptReview", tag, "A submitted version with what it changes")), a.getReview)
	add(a, logs("scripts", "approve", needs(access.ScriptsReview, op("POST", version+"/approve", "approveScriptVersion", tag, "Let the version go live"))), a.approveVersion)
	add(a, logs("scripts", "refuse", needs(access.ScriptsReview, op("POST", version+"/refuse", "refuseScriptVersion", tag, "Refuse the version and say why"))), a.refuseVersion)
}

func (a *API) marketRoutes() {
	const tag, list = "Script market", "/api/v1/script-market"
	add(a, needs(access.ScriptsView, op("GET", list, "listScriptMarket", tag, "Templates, and what the companies above share")), a.listMarket)
	add(a, needs(access.ScriptsView, op("GET", list+"/{key}", "getScriptOffer", tag, "A template with its document")), a.getOffer)
	add(a, logs("scripts", "adopt", needs(access.ScriptsEdit, created(op("POST", list+"/{key}/adopt", "adoptScript", tag, "Make a script of one's own from it")))), a.adoptOffer)
}

// The largest bodies beside the usual: a document of one megabyte, in which JSON may double every byte; a workbook; a recording.
const (
	documentBody  = 3 << 20
	workbookBody  = 5 << 20
	recordingBody = 20 << 20
)

// bodyKey is where an operation keeps how large its body may be, where that is not the usual.
const bodyKey = "body"

// upTo makes an operation take bodies of so many bytes.
func upTo(limit int64, o huma.Operation) huma.Operation {
	if o.Metadata == nil {
		o.Metadata = map[string]any{}
	}
	o.Metadata[bodyKey] = limit
	return o
}

// uploads describes a form with a file and further texts, each a name and what it is.
func uploads(o huma.Operation, what string, texts ...string) huma.Operation {
	fields := map[string]*huma.Schema{"file": {Type: "string", Format: "binary", Description: what}}
	required := []string{"file"}
	for i := 0; i+1 < len(texts); i += 2 {
		fields[texts[i]] = &huma.Schema{Type: "string", Description: texts[i+1]}
		required = append(required, texts[i])
	}
	if o.Metadata == nil {
		o.Metadata = map[string]any{}
	}
	o.Metadata[formKey] = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {Schema: &huma.Schema{
		Type: "object", Required: required, Properties: fields}}}}
	o.Errors = append(o.Errors, 413)
	return o
}
