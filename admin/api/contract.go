package api

import (
	"bytes"
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// sessionScheme names the cookie's security scheme in the contract.
const sessionScheme = "session"

// contract is the part of the OpenAPI document that no route adds.
func contract() huma.Config {
	return huma.Config{
		OpenAPI: &huma.OpenAPI{
			OpenAPI: "3.1.0",
			Info: &huma.Info{
				Title: "Outdial", Version: Version,
				Description: "Campaigns call the contacts of a list with a robot; every call leaves turns, audio and an outcome. Times are UTC. " +
					"Errors are problem details (RFC 9457): `code` says what kind, `errors` names the refused fields. `detail`, the messages of `errors` and stored reasons are Chinese for an Accept-Language of zh, and English else.",
				License: &huma.License{Name: "Apache-2.0", Identifier: "Apache-2.0"},
			},
			Components: &huma.Components{
				Schemas: huma.NewMapRegistry("#/components/schemas/", huma.DefaultSchemaNamer),
				SecuritySchemes: map[string]*huma.SecurityScheme{
					sessionScheme: {Type: "apiKey", In: "cookie", Name: cookieName, Description: "Set by POST /api/v1/sign-in."},
				},
			},
			Security: []map[string][]string{{sessionScheme: {}}},
		},
		OpenAPIPath:   "/api/openapi",
		Formats:       map[string]huma.Format{"application/json": huma.DefaultJSONFormat, "json": huma.DefaultJSONFormat},
		DefaultFormat: "application/json",
		Transformers:  []huma.Transformer{translated},
	}
}

func indented(doc *huma.OpenAPI) ([]byte, error) {
	raw, err := json.Marshal(doc)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, "", "  "); err != nil {
		return nil, err
	}
	out.WriteByte('\n')
	return out.Bytes(), nil
}
