package console

import (
	"bytes"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"
)

// site answers from a folder as the console's build writes it: index.html, assets/ with a hash in every name, and a .gz
// beside what compresses well.
type site struct{ files fs.FS }

const (
	forever = "public, max-age=31536000, immutable"
	never   = "no-cache"
)

// notBuilt is the page of a server that was built without its console.
const notBuilt = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Outdial</title></head><body><h1>Outdial</h1>` +
	`<p>This server was built without its console. Run <code>make console</code>, build again, and start it anew. The API works as ever.</p></body></html>`

// serve answers with the file of this address or, where an address has no file, with the page. It is false for a missing
// asset: a page in the place of a script would only hide that it is gone.
func (s *site) serve(w http.ResponseWriter, r *http.Request) bool {
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name != "" && strings.HasPrefix(path.Base(name), ".") || strings.HasSuffix(name, ".gz") {
		return false
	}
	if name != "" && s.file(w, r, name) {
		return true
	}
	if strings.HasPrefix(name, "assets/") || path.Ext(name) != "" {
		return false
	}
	if !s.file(w, r, "index.html") {
		w.Header().Set("Content-Security-Policy", Policy)
		s.write(w, r, "index.html", never, []byte(notBuilt))
	}
	return true
}

func (s *site) file(w http.ResponseWriter, r *http.Request, name string) bool {
	body, err := fs.ReadFile(s.files, name)
	if err != nil {
		return false
	}
	w.Header().Set("Content-Security-Policy", Policy)
	if packed, err := fs.ReadFile(s.files, name+".gz"); err == nil {
		w.Header().Add("Vary", "Accept-Encoding")
		if takesGzip(r) {
			w.Header().Set("Content-Encoding", "gzip")
			body = packed
		}
	}
	cache := never
	if strings.HasPrefix(name, "assets/") {
		cache = forever // another content has another name
	}
	s.write(w, r, name, cache, body)
	return true
}

func (s *site) write(w http.ResponseWriter, r *http.Request, name, cache string, body []byte) {
	h := w.Header()
	h.Set("Cache-Control", cache)
	h.Set("Content-Type", contentType(name))
	if h.Get("Content-Encoding") != "" {
		// ServeContent leaves the length of encoded answers out; it is known here.
		h.Set("Content-Length", strconv.Itoa(len(body)))
		if r.Method == http.MethodHead {
			w.WriteHeader(http.StatusOK)
			return
		}
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body)
		return
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}

// contentType does not ask the machine, whose own table of types may be wrong or missing.
func contentType(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "text/html; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".css":
		return "text/css; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	case ".json":
		return "application/json"
	case ".woff2":
		return "font/woff2"
	}
	if t := mime.TypeByExtension(path.Ext(name)); t != "" {
		return t
	}
	return "application/octet-stream"
}

// takesGzip reads Accept-Encoding as far as it matters here: gzip or *, unless refused by q=0.
func takesGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, params, _ := strings.Cut(strings.TrimSpace(part), ";")
		if coding = strings.ToLower(strings.TrimSpace(coding)); coding != "gzip" && coding != "*" {
			continue
		}
		q, ok := strings.CutPrefix(strings.ReplaceAll(strings.ToLower(params), " ", ""), "q=")
		if !ok {
			return true
		}
		weight, err := strconv.ParseFloat(q, 64)
		return err == nil && weight > 0
	}
	return false
}
