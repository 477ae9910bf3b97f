package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/errs/words"
)

// Problem is every error answer (RFC 9457).
type Problem struct {
	Title  string       `json:"title" doc:"The status in words"`
	Status int          `json:"status" example:"422"`
	Detail string       `json:"detail" doc:"What went wrong and what to do about it"`
	Code   string       `json:"code" enum:"internal,invalid,not_found,conflict,unauthenticated,forbidden,limited,unavailable,password_change_required,stale_draft"`
	ID     string       `json:"id,omitempty" doc:"Stands beside the cause in the log; only on failures of the platform"`
	Errors []FieldError `json:"errors,omitempty" doc:"The refused fields"`

	retryAfter time.Duration
}

// FieldError is one refused value.
type FieldError struct {
	Location string `json:"location" example:"body.name"`
	Message  string `json:"message"`
}

func (p *Problem) Error() string  { return p.Detail }
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is asked by huma for the type of the body.
func (p *Problem) ContentType(string) string { return problemType }

// GetHeaders is asked by huma too.
func (p *Problem) GetHeaders() http.Header {
	if p.retryAfter <= 0 {
		return nil
	}
	return http.Header{"Retry-After": {retrySeconds(p.retryAfter)}}
}

const problemType = "application/problem+json"

func init() {
	// huma makes its own refusals (bad JSON, a value outside its bounds) through this variable; they get the same shape.
	huma.NewError = func(code int, message string, causes ...error) huma.StatusError {
		p := status(code, words.Finding("", message))
		for _, c := range causes {
			var d huma.ErrorDetailer
			switch {
			case c == nil:
			case errors.As(c, &d):
				e := d.ErrorDetail()
				p.Errors = append(p.Errors, FieldError{Location: missingAt(e), Message: words.Finding(e.Location, e.Message)})
			case code < 500:
				p.Errors = append(p.Errors, FieldError{Message: words.Finding("", c.Error())})
			}
		}
		return p
	}
}

// missingAt is where a finding belongs: what is missing is named by the finding, and its place is the field's and not
// that of the object around it.
func missingAt(e *huma.ErrorDetail) string {
	name, ok := strings.CutPrefix(e.Message, "expected required property ")
	if name, _, found := strings.Cut(name, " "); ok && found && name != "" {
		return e.Location + "." + name
	}
	return e.Location
}

// status is a problem without further facts.
func status(code int, detail string) *Problem {
	return &Problem{Title: http.StatusText(code), Status: code, Detail: detail, Code: kindOfStatus(code).String()}
}

func kindOfStatus(code int) errs.Kind {
	switch code {
	case http.StatusUnauthorized:
		return errs.Unauthenticated
	case http.StatusForbidden:
		return errs.Forbidden
	case http.StatusNotFound:
		return errs.NotFound
	case http.StatusConflict:
		return errs.Conflict
	case http.StatusTooManyRequests, http.StatusRequestEntityTooLarge:
		return errs.Limited
	case http.StatusServiceUnavailable:
		return errs.Unavailable
	}
	if code < 500 {
		return errs.Invalid
	}
	return errs.Internal
}

var statusOfKind = map[errs.Kind]int{
	errs.Invalid: http.StatusUnprocessableEntity, errs.NotFound: http.StatusNotFound, errs.Conflict: http.StatusConflict,
	errs.Unauthenticated: http.StatusUnauthorized, errs.Forbidden: http.StatusForbidden, errs.Limited: http.StatusTooManyRequests,
	errs.Unavailable: http.StatusServiceUnavailable,
}

// problem turns any error into what a user may read, in the language of the request. A failure that nobody foresaw shows an id only; its cause is in the
// log beside that id.
func (a *API) problem(ctx context.Context, err error) *Problem {
	language := languageOf(ctx)
	var p *Problem
	if errors.As(err, &p) {
		return p.in(language)
	}
	id := requestID(ctx)
	var e *errs.Error
	if errors.As(err, &e) {
		if code, ok := statusOfKind[e.Kind]; ok {
			p := status(code, words.In(language, e))
			for _, f := range e.Fields {
				p.Errors = append(p.Errors, FieldError{Location: location(f.Path), Message: words.Reason(language, f)})
			}
			if e.Kind == errs.Unavailable {
				// What is down, and where, is the operator's to know: callers may be customers, or nobody yet.
				p.Detail = "a part of the platform does not answer at the moment; try again, or tell whoever runs it this id: " + id
				p = p.in(language)
				p.ID = id
				a.Logger.ErrorContext(ctx, "a part of the platform is down", "id", id, "error", err)
			}
			return p
		}
	}
	if errors.Is(err, context.Canceled) {
		return status(499, "the request was broken off").in(language)
	}
	a.Logger.ErrorContext(ctx, "request failed", "id", id, "error", err)
	p = status(http.StatusInternalServerError, "the platform failed; tell whoever runs it this id: "+id).in(language)
	p.ID = id
	return p
}

// in is the problem in a language; what has no words there stays as it is.
func (p *Problem) in(l words.Language) *Problem {
	if l == words.English {
		return p
	}
	out := *p
	out.Detail = words.Text(l, p.Detail)
	out.Errors = slices.Clone(p.Errors)
	for i := range out.Errors {
		out.Errors[i].Message = words.Text(l, out.Errors[i].Message)
	}
	return &out
}

// location says where a field of a domain's error was sent: in the body, unless the path says so itself.
func location(path string) string {
	if path == "" {
		return "body"
	}
	return "body." + path
}

// asSent names a refused field as the request calls it, where the domain has another name for it.
func asSent(err error, domain, sent string) error {
	var e *errs.Error
	if errors.As(err, &e) {
		for i := range e.Fields {
			if e.Fields[i].Path == domain {
				e.Fields[i].Path = sent
			}
		}
	}
	return err
}

// writeProblem answers outside huma.
func (a *API) writeProblem(c *gin.Context, p *Problem) {
	p = p.in(accepted(c.Request))
	for k, v := range p.GetHeaders() {
		c.Writer.Header()[k] = v
	}
	writeJSON(c.Writer, p.Status, problemType, p)
	c.Abort()
}

func writeJSON(w http.ResponseWriter, code int, contentType string, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		code, body = http.StatusInternalServerError, []byte(`{"status":500}`)
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(code)
	_, _ = w.Write(body)
}

func retrySeconds(d time.Duration) string { return strconv.Itoa(int(math.Ceil(d.Seconds()))) }
