package api

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/outdial/outdial/shared/errs"
)

// Problem is every error answer (RFC 9457).
type Problem struct {
	Title  string       `json:"title" doc:"The status in words"`
	Status int          `json:"status" example:"422"`
	Detail string       `json:"detail" doc:"What went wrong and what to do about it"`
	Code   string       `json:"code" enum:"internal,invalid,not_found,conflict,unauthenticated,forbidden,limited,unavailable,password_change_required"`
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
		p := status(code, message)
		for _, c := range causes {
			var d huma.ErrorDetailer
			switch {
			case c == nil:
			case errors.As(c, &d):
				e := d.ErrorDetail()
				p.Errors = append(p.Errors, FieldError{Location: e.Location, Message: e.Message})
			case code < 500:
				p.Errors = append(p.Errors, FieldError{Message: c.Error()})
			}
		}
		return p
	}
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

// problem turns any error into what a user may read. A failure that nobody foresaw shows an id only; its cause is in the
// log beside that id.
func (a *API) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	id := requestID(ctx)
	var e *errs.Error
	if errors.As(err, &e) {
		if code, ok := statusOfKind[e.Kind]; ok {
			p := status(code, e.Message)
			for _, f := range e.Fields {
				p.Errors = append(p.Errors, FieldError{Location: location(f.Path), Message: f.Reason})
			}
			if e.Kind == errs.Unavailable {
				// What is down, and where, is the operator's to know: callers may be customers, or nobody yet.
				p.Detail = "a part of the platform does not answer at the moment; try again, or tell whoever runs it this id: " + id
				p.ID = id
				a.Logger.ErrorContext(ctx, "a part of the platform is down", "id", id, "error", err)
			}
			return p
		}
	}
	if errors.Is(err, context.Canceled) {
		return status(499, "the request was broken off")
	}
	a.Logger.ErrorContext(ctx, "request failed", "id", id, "error", err)
	p = status(http.StatusInternalServerError, "the platform failed; tell whoever runs it this id: "+id)
	p.ID = id
	return p
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
