package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
)

// Raw lets an operation reach the request itself: for its address, or for a body that is too large to hold.
type Raw struct {
	gin *gin.Context
}

// Resolve is called by huma before the operation.
func (r *Raw) Resolve(ctx huma.Context) []error {
	r.gin = humagin.Unwrap(ctx)
	return nil
}

func (r *Raw) request() *http.Request { return r.gin.Request }

// streamed answers with something else than JSON: a file, a table, a stream of events.
func streamed(write func(w http.ResponseWriter, r *http.Request)) *huma.StreamResponse {
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		c := humagin.Unwrap(ctx)
		write(c.Writer, c.Request)
	}}
}
