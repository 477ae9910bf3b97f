package openapi_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/admin/openapi"
	"github.com/outdial/outdial/shared/clock"
)

func TestContractIsThatOfTheRoutes(t *testing.T) {
	want, err := api.New(api.Deps{Clock: clock.Real()}).Contract()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(openapi.Document, want) {
		t.Error("openapi.json is out of date: run go generate ./admin/openapi")
	}
}

func TestContractIsWhole(t *testing.T) {
	var doc struct {
		OpenAPI string
		Paths   map[string]map[string]struct {
			OperationID string
			Summary     string
			Security    *[]map[string][]string
			Responses   map[string]struct{ Content map[string]any }
		}
		Security []map[string][]string
	}
	if err := json.Unmarshal(openapi.Document, &doc); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(doc.OpenAPI, "3.1") || len(doc.Security) != 1 {
		t.Errorf("version %s, security %v", doc.OpenAPI, doc.Security)
	}
	seen := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			if op.OperationID == "" || op.Summary == "" || seen[op.OperationID] {
				t.Errorf("%s %s: operation %q, summary %q", method, path, op.OperationID, op.Summary)
			}
			seen[op.OperationID] = true
			if open := op.Security != nil && len(*op.Security) == 0; open != (path == "/api/v1/sign-in") {
				t.Errorf("%s %s: open %v", method, path, open)
			}
			for code, r := range op.Responses {
				if code >= "400" && r.Content["application/problem+json"] == nil {
					t.Errorf("%s %s: %s is no problem", method, path, code)
				}
			}
		}
	}
}
