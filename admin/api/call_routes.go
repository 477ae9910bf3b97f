package api

import "github.com/outdial/outdial/shared/access"

func (a *API) callRoutes() {
	add(a, needs(access.CallsView, op("GET", "/api/v1/campaigns/{id}/calls", "listCalls", "Calls", "The campaign's calls, newest first")), a.listCalls)
	add(a, logs("calls", "read|unread", needs(access.CallsView, op("POST", "/api/v1/campaigns/{id}/calls/read", "readCalls", "Calls", "Mark calls as read or unread, for the whole company"))), a.readCalls)
	add(a, logs("calls", "delete", needs(access.CallsDelete, created(op("POST", "/api/v1/campaigns/{id}/calls/delete", "deleteCalls", "Calls", "Delete ended calls with their recordings and transcripts; what was charged stays")))), a.deleteCalls)
	add(a, logs("calls", "add_to_campaign", needs(access.ContactsImport, created(op("POST", "/api/v1/campaigns/{id}/calls/add-to-campaign", "addCallsToCampaign", "Calls", "Add the people who were called to another campaign")))), a.addCalls)
	add(a, needs(access.CallsView, op("GET", "/api/v1/calls/{id}", "getCall", "Calls", "A call with everything that was said; it counts as read from then on unless the caller only peeks")), a.getCall)
	add(a, needs(access.CallsExport, file(op("GET", "/api/v1/calls/{id}/export", "exportCall", "Calls", "What was said, as a text file"), "text/plain")), a.exportCall)
	add(a, needs(access.CallsListen, file(op("GET", "/api/v1/calls/{id}/audio", "getCallAudio", "Calls", "The whole call in stereo: left the callee, right the robot"), "audio/wav")), a.callAudio)
	add(a, needs(access.CallsListen, file(op("GET", "/api/v1/calls/{id}/turns/{seq}/audio", "getTurnAudio", "Calls", "One turn"), "audio/wav")), a.turnAudio)
	add(a, logs("calls", "listen_live", needs(access.CallsListenLive, created(op("POST", "/api/v1/calls/{id}/listen", "listenToCall", "Calls", "Listen to a call that goes on: the caller's telephone rings, and neither callee nor robot hears anything of it")))), a.listenToCall)
	add(a, logs("calls", "take_over", needs(access.CallsTakeOver, created(op("POST", "/api/v1/calls/{id}/take-over", "takeCallOver", "Calls", "Take the robot's place in a call that goes on, at the telephone that listens to it or at one that rings for it")))), a.takeCallOver)
	add(a, anybody(op("GET", "/api/v1/listening", "getListening", "Calls", "The call that the caller listens to or has taken over")), a.getListening)
	add(a, logs("calls", "stop_listening", anybody(op("DELETE", "/api/v1/listening", "endListening", "Calls", "Stop listening; a call that the caller has taken over ends"))), a.endListening)
}

func (a *API) exportRoutes() {
	add(a, logs("exports", "create", needs(access.CallsExport, created(op("POST", "/api/v1/campaigns/{id}/exports", "createExport", "Exports", "Export calls as a workbook, recordings or transcripts; a worker makes the file")))), a.createExport)
	add(a, anybody(op("GET", "/api/v1/exports", "listExports", "Exports", "What the caller has exported, newest first; administrators see everybody's")), a.listExports)
	add(a, anybody(op("GET", "/api/v1/exports/{id}", "getExport", "Exports", "How far an export has come")), a.getExport)
	add(a, anybody(file(op("GET", "/api/v1/exports/{id}/file", "downloadExport", "Exports", "The file of a finished export, until it expires"), "application/octet-stream")), a.exportFile)
	add(a, logs("exports", "delete", anybody(op("DELETE", "/api/v1/exports/{id}", "deleteExport", "Exports", "Delete an export with its file"))), a.deleteExport)
}
