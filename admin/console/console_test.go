package console_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/outdial/outdial/admin/console"
)

func get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	console.Mount(r)
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w
}

func TestPageLoadsOnlyItsOwnFiles(t *testing.T) {
	page := get(t, "/")
	if page.Code != 200 || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
		t.Fatalf("page: %d %v", page.Code, page.Header())
	}
	links := regexp.MustCompile(`(?:src|href)="([^"]*)"`).FindAllStringSubmatch(page.Body.String(), -1)
	if len(links) < 3 {
		t.Fatalf("links: %v", links)
	}
	for _, l := range links {
		if !strings.HasPrefix(l[1], "/assets/") || get(t, l[1]).Code != 200 {
			t.Errorf("%s is not served", l[1])
		}
	}
	for _, path := range []string{"/assets/nothing", "/assets/..%2fconsole.go", "/assets/"} {
		if code := get(t, path).Code; code == 200 {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// What comes from outside must never become markup, and the page's policy allows no inline script or style.
func TestPageBuildsNoMarkupFromText(t *testing.T) {
	files := get(t, "/").Body.String() + get(t, "/assets/app.js").Body.String()
	for _, bad := range []string{"innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "style=", "onclick=\"", "<style", "javascript:"} {
		if strings.Contains(files, bad) {
			t.Errorf("the page uses %s", bad)
		}
	}
}
