package api

import (
	"bytes"
	"context"
	"net/http"
	"path"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
	"github.com/outdial/outdial/shared/script"
)

type importScriptInput struct{ Raw }

// importScript takes a file by its content: a workbook is an archive, all else is text. What is wrong with a script that can
// be read stands in its draft.
func (a *API) importScript(ctx context.Context, in *importScriptInput) (*scriptOutput, error) {
	f, err := a.readForm(in.Raw, workbookBody)
	if err != nil {
		return nil, err
	}
	var document []byte
	if isWorkbook(f.file) {
		document, err = script.FromWorkbook(f.file)
	} else {
		document, err = asDocument(string(bytes.TrimPrefix(f.file, []byte("\xef\xbb\xbf"))))
	}
	if err != nil {
		return nil, err
	}
	head, err := script.HeadOf(document)
	if err != nil {
		return nil, err
	}
	if head.Name == "" {
		head.Name = cutRunes(strings.TrimSuffix(f.name, path.Ext(f.name)), 60)
		if document, err = script.With(document, "name", head.Name); err != nil {
			return nil, err
		}
	}
	return a.makeScript(ctx, "import", script.Script{Name: head.Name, Trade: head.Trade, Description: head.Description, Language: orElse(head.Language, "zh")}, document)
}

// isWorkbook tells an archive, or the container of old workbooks, from text.
func isWorkbook(b []byte) bool {
	return bytes.HasPrefix(b, []byte("PK")) || bytes.HasPrefix(b, []byte("\xd0\xcf\x11\xe0"))
}

func cutRunes(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

type exportScriptInput struct {
	ScriptPath
	Format  string `query:"format" enum:"json,yaml,xlsx,xls" default:"json"`
	Version int64  `query:"version" minimum:"0" doc:"The id of a version; 0 for the draft"`
	FileLanguage
}

var scriptFormats = map[string]struct {
	contentType string
	write       func([]byte, words.Language) ([]byte, error)
}{
	"json": {"application/json", inAny(script.Document)},
	"yaml": {"application/yaml; charset=utf-8", inAny(script.YAML)},
	"xlsx": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", script.Workbook},
	"xls":  {"application/vnd.ms-excel", script.OldWorkbook},
}

// inAny is a format that reads the same in every language.
func inAny(write func([]byte) ([]byte, error)) func([]byte, words.Language) ([]byte, error) {
	return func(document []byte, _ words.Language) ([]byte, error) { return write(document) }
}

type scriptTemplateInput struct {
	Format string `query:"format" enum:"xlsx,xls" default:"xlsx"`
	FileLanguage
}

// scriptTemplate is a workbook to fill in: a small script with an example of everything, as an export would write it.
func (a *API) scriptTemplate(ctx context.Context, in *scriptTemplateInput) (*huma.StreamResponse, error) {
	language := in.of(ctx)
	document, err := script.Example(string(language))
	if err != nil {
		return nil, err
	}
	head, err := script.HeadOf(document)
	if err != nil {
		return nil, err
	}
	return scriptFile(document, head.Name, in.Format, language)
}

func (a *API) exportScript(ctx context.Context, in *exportScriptInput) (*huma.StreamResponse, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	d, err := a.Store.Draft(ctx, scopeOf(ctx), s.ID)
	if err != nil {
		return nil, err
	}
	source, err := a.sourceOf(ctx, s.ID, script.VersionID(in.Version), d.Document)
	if err != nil {
		return nil, err
	}
	return scriptFile(source, s.Name, in.Format, in.of(ctx))
}

// scriptFile writes a document in one of the formats.
func scriptFile(document []byte, name, kind string, language words.Language) (*huma.StreamResponse, error) {
	format, ok := scriptFormats[kind]
	if !ok {
		return nil, errs.New(errs.Invalid, "scripts are exported as json, yaml, xlsx or xls")
	}
	body, err := format.write(document, language)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", format.contentType)
		w.Header().Set("Content-Disposition", attachment(name+"."+kind))
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
	}), nil
}
