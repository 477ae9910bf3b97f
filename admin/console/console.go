// Package console owns the page that people work with: the files that the browser loads, embedded as `make console` built
// them from the sources beside it. It has no logic on the server's side; everything it shows comes from the API.
package console

import (
	"embed"
	"io/fs"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
)

// dist is empty but for .gitkeep until the console is built: the server builds and tests without Node.
//
//go:embed all:dist
var files embed.FS

// Policy is the Content-Security-Policy of the page. Scripts and style sheets are files of its own; only style attributes
// are free, which charts need for their tooltips and which can neither load nor run anything while img-src and font-src
// are closed.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; " +
	"connect-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// Mount serves the console: its files, and for every other address that no route answers the page itself, which shows
// what belongs there. Addresses below /api are never the console's.
func Mount(r gin.IRoutes) {
	dist, err := fs.Sub(files, "dist")
	if err != nil {
		panic(err) // the folder is part of this build
	}
	mount(r, dist)
}

func mount(r gin.IRoutes, dist fs.FS) {
	s := &site{files: dist}
	// A route for every address would collide with the API's; what no route took passes here.
	r.Use(func(c *gin.Context) {
		read := c.Request.Method == http.MethodGet || c.Request.Method == http.MethodHead
		if c.FullPath() != "" || !read || foreign(c.Request.URL.Path) {
			return
		}
		if s.serve(c.Writer, c.Request) {
			c.Abort()
		}
	})
}

// foreign are addresses whose answers are never a page, also those that do not exist.
func foreign(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/")
}
