package console

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gin-gonic/gin"
)

// built is a folder as the console's build writes it.
var built = fstest.MapFS{
	".gitkeep":              {},
	"index.html":            {Data: []byte(`<!doctype html><div id="app"></div>`)},
	"index.html.gz":         {Data: []byte("packed page")},
	"first.js":              {Data: []byte("plain first")},
	"assets/index-1a2b.js":  {Data: []byte("plain script")},
	"assets/index-1a2b.css": {Data: []byte("plain style")},

	"assets/index-1a2b.js.gz": {Data: []byte("packed script")},
}

func engine(dist fstest.MapFS) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.NoRoute(func(c *gin.Context) { c.String(http.StatusNotFound, "nothing here") })
	r.GET("/api/v1/me", func(c *gin.Context) { c.String(http.StatusOK, "me") })
	if dist == nil {
		Mount(r)
	} else {
		mount(r, dist)
	}
	r.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "fine") })
	return r
}

func ask(t *testing.T, r http.Handler, method, path, encoding string) *httptest.ResponseRecorder {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	if encoding != "" {
		req.Header.Set("Accept-Encoding", encoding)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, req)
	return w
}

func TestWhatAnAddressAnswers(t *testing.T) {
	const page, script = "text/html; charset=utf-8", "text/javascript; charset=utf-8"
	for _, c := range []struct {
		method, path, encoding string
		code                   int
		body, kind, cache      string
	}{
		{"GET", "/", "", 200, `id="app"`, page, "no-cache"},
		{"GET", "/", "gzip, br", 200, "packed page", page, "no-cache"},
		{"GET", "/campaigns/7", "", 200, `id="app"`, page, "no-cache"},
		{"GET", "/calls/../campaigns", "", 200, `id="app"`, page, "no-cache"},
		{"HEAD", "/campaigns", "", 200, "", page, "no-cache"},
		{"HEAD", "/campaigns", "gzip", 200, "", page, "no-cache"},
		{"GET", "/first.js", "", 200, "plain first", script, "no-cache"},
		{"GET", "/assets/index-1a2b.js", "", 200, "plain script", script, forever},
		{"GET", "/assets/index-1a2b.js", "gzip", 200, "packed script", script, forever},
		{"GET", "/assets/index-1a2b.js", "gzip;q=0", 200, "plain script", script, forever},
		{"GET", "/assets/index-1a2b.js", "br, *;q=0.5", 200, "packed script", script, forever},
		{"GET", "/assets/index-1a2b.css", "gzip", 200, "plain style", "text/css; charset=utf-8", forever},
		{"GET", "/assets/gone-9.js", "", 404, "nothing here", "", ""},
		{"GET", "/assets/index-1a2b.js.gz", "", 404, "nothing here", "", ""},
		{"GET", "/robots.txt", "", 404, "nothing here", "", ""},
		{"GET", "/.gitkeep", "", 404, "nothing here", "", ""},
		{"GET", "/assets/../../console.go", "", 404, "nothing here", "", ""},
		{"GET", "/api/v1/nothing", "", 404, "nothing here", "", ""},
		{"GET", "/api", "", 404, "nothing here", "", ""},
		{"GET", "/api/v1/me", "", 200, "me", "", ""},
		{"GET", "/healthz", "", 200, "fine", "", ""},
		{"POST", "/campaigns", "", 404, "nothing here", "", ""},
	} {
		w := ask(t, engine(built), c.method, c.path, c.encoding)
		if w.Code != c.code || !strings.Contains(w.Body.String(), c.body) || c.method == "HEAD" && w.Body.Len() > 0 {
			t.Errorf("%s %s (%s): %d %q", c.method, c.path, c.encoding, w.Code, w.Body)
			continue
		}
		if c.kind == "" {
			continue
		}
		h := w.Header()
		if h.Get("Content-Type") != c.kind || h.Get("Cache-Control") != c.cache || h.Get("Content-Security-Policy") != Policy {
			t.Errorf("%s %s: %v", c.method, c.path, h)
		}
		if packed := strings.HasPrefix(c.body, "packed"); packed != (h.Get("Content-Encoding") == "gzip") && c.method != "HEAD" {
			t.Errorf("%s %s: encoding %q", c.method, c.path, h.Get("Content-Encoding"))
		}
	}
}

func TestServerWithoutConsoleSaysHowToBuildIt(t *testing.T) {
	w := ask(t, engine(fstest.MapFS{".gitkeep": {}}), "GET", "/campaigns", "gzip")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "make console") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// Built or not, this binary has something to show.
func TestEmbeddedFolderIsServed(t *testing.T) {
	w := ask(t, engine(nil), "GET", "/", "")
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Outdial") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// The policy allows no inline script and no inline style sheet; a build that has one would show an empty page.
func TestPolicyFitsThePage(t *testing.T) {
	if strings.Contains(Policy, "unsafe-eval") || strings.Contains(Policy, "script-src 'self' 'unsafe-inline'") {
		t.Errorf("the policy allows scripts of others: %s", Policy)
	}
	page, err := files.ReadFile("dist/index.html")
	if err != nil {
		t.Skip("the console is not built; make console")
	}
	for _, bad := range []string{"<style", "<script>", "style=", "onclick=", "http://", "https://"} {
		if strings.Contains(string(page), bad) {
			t.Errorf("index.html has %s", bad)
		}
	}
}
