// Package console owns the page that people work with: the files that the browser loads, embedded. It has no logic on
// the server's side; everything it shows comes from the API.
package console

import (
	"embed"
	"io/fs"
	"net/http"

	"github.com/gin-gonic/gin"
)

//go:embed page
var files embed.FS

// Mount serves the page at / and its files below /assets.
func Mount(r gin.IRoutes) {
	page, err := fs.Sub(files, "page")
	if err != nil {
		panic(err) // the folder is part of this build
	}
	index, err := fs.ReadFile(page, "index.html")
	if err != nil {
		panic(err)
	}
	r.GET("/", func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache")
		c.Data(http.StatusOK, "text/html; charset=utf-8", index)
	})
	assets := http.StripPrefix("/assets/", http.FileServerFS(page))
	r.GET("/assets/:name", func(c *gin.Context) {
		c.Header("Cache-Control", "no-cache")
		assets.ServeHTTP(c.Writer, c.Request)
	})
}
