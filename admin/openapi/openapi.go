// Package openapi owns the contract of the HTTP interface as a file: clients are generated from it, and a change of the
// interface shows as a change of it. It is written from the shapes in admin/api and never by hand.
package openapi

import _ "embed"

//go:generate go run ./gen openapi.json

// Document is the contract in JSON, OpenAPI 3.1.
//
//go:embed openapi.json
var Document []byte
