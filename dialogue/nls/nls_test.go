package nls

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "my_access_key_secret"

// The example of the service's own documents.
func TestSignature(t *testing.T) {
	got := sign(http.MethodGet, Config{KeyID: "my_access_key_id", KeySecret: secret, Region: "cn-shanghai"},
		time.Date(2019, 4, 18, 8, 32, 31, 0, time.UTC), "b924c8c3-6d03-4c5d-ad36-d984d3116788")
	v, err := url.ParseQuery(got)
	if err != nil || v.Get("Signature") != "hHq4yNsPitlfDJ2L0nQPdugdEzM=" {
		t.Errorf("%s, %v", got, err)
	}
}

// service makes tokens of an hour and checks each signature by its own means.
func service(t *testing.T, clock clockwork.Clock, asked *atomic.Int64, fail func(n int64) (status int, body string)) string {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if err := r.ParseForm(); err != nil || r.Method != http.MethodPost || r.URL.RawQuery != "" {
			t.Errorf("request %s %s, %v", r.Method, r.URL, err)
		}
		at, err := time.Parse(time.RFC3339, r.PostForm.Get("Timestamp"))
		if err != nil {
			t.Error(err)
		}
		want := sign(http.MethodPost, Config{KeyID: r.PostForm.Get("AccessKeyId"), KeySecret: secret, Region: r.PostForm.Get("RegionId")}, at, r.PostForm.Get("SignatureNonce"))
		if v, _ := url.ParseQuery(want); v.Get("Signature") != r.PostForm.Get("Signature") || r.PostForm.Get("Action") != "CreateToken" {
			t.Errorf("form %v", r.PostForm)
		}
		if status, body := fail(n); status != 0 {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
			return
		}
		fmt.Fprintf(w, `{"NlsRequestId":"x","RequestId":"y","Token":{"ExpireTime":%d,"Id":"token-%d","UserId":"1"}}`, clock.Now().Add(time.Hour).Unix(), n)
	}))
	t.Cleanup(srv.Close)
	return srv.URL + "/"
}

func well(int64) (int, string) { return 0, "" }

func tokens(t *testing.T, url string, c clockwork.Clock) *Tokens {
	t.Helper()
	tk, err := NewTokens(Config{AppKey: "app", KeyID: "id", KeySecret: secret, TokenURL: url}, c)
	if err != nil {
		t.Fatal(err)
	}
	return tk
}

func TestATokenServesUntilShortlyBeforeItsEnd(t *testing.T) {
	clock := clockwork.NewFakeClock()
	var asked atomic.Int64
	tk := tokens(t, service(t, clock, &asked, well), clock)
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if got, err := tk.Token(context.Background()); got != "token-1" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	wg.Wait()
	clock.Advance(49 * time.Minute)
	if got, _ := tk.Token(context.Background()); got != "token-1" {
		t.Errorf("after 49 minutes %q", got)
	}
	clock.Advance(2 * time.Minute)
	if got, _ := tk.Token(context.Background()); got != "token-2" {
		t.Errorf("after 51 minutes %q", got)
	}
	tk.Drop("token-1") // an old one: nothing happens
	if got, _ := tk.Token(context.Background()); got != "token-2" {
		t.Errorf("after an old one was dropped %q", got)
	}
	tk.Drop("token-2")
	if got, _ := tk.Token(context.Background()); got != "token-3" || asked.Load() != 3 {
		t.Errorf("after it was dropped %q, asked %d times", got, asked.Load())
	}
}

func TestFailuresAreToldAndNotRepeatedAtOnce(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		shows  string
	}{
		"refused":     {404, `{"Code":"InvalidAccessKeyId.NotFound","Message":"no such key ` + secret + `"}`, "InvalidAccessKeyId.NotFound"},
		"garbage":     {200, "<html>", "no JSON"},
		"no token":    {200, "{}", "status 200"},
		"a megabyte":  {200, strings.Repeat("{", 1<<20), "no JSON"},
		"many lines":  {400, `{"Code":"x","Message":"` + strings.Repeat("a\\n", 500) + `"}`, "status 400 x"},
		"wrong types": {200, `{"Token":{"Id":5}}`, "no JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			clock := clockwork.NewFakeClock()
			var asked atomic.Int64
			tk := tokens(t, service(t, clock, &asked, func(n int64) (int, string) {
				if n == 1 {
					return c.status, c.body
				}
				return 0, ""
			}), clock)
			for range 3 {
				_, err := tk.Token(context.Background())
				if err == nil || !strings.Contains(err.Error(), c.shows) || strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), "\n") || len(err.Error()) > 500 {
					t.Errorf("error %v", err)
				}
			}
			if asked.Load() != 1 {
				t.Errorf("asked %d times", asked.Load())
			}
			clock.Advance(patience)
			if got, err := tk.Token(context.Background()); got != "token-2" || err != nil {
				t.Errorf("later %q, %v", got, err)
			}
		})
	}
}

// A service that hangs costs one call its patience, not all of them.
func TestHangingServiceIsLeft(t *testing.T) {
	leave := make(chan struct{})
	srv := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-leave }))
	defer srv.Close()
	defer close(leave)
	tk := tokens(t, srv.URL, clockwork.NewRealClock())
	ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer cancel()
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := tk.Token(ctx); err == nil {
				t.Error("a token of nowhere")
			}
		})
	}
	wg.Wait()
	if tk.err != nil {
		t.Errorf("the end of a call was taken for a failure: %v", tk.err)
	}
}

func TestRegions(t *testing.T) {
	for region, want := range map[string][3]string{
		"":               {"cn-shanghai", "https://nls-meta.cn-shanghai.aliyuncs.com/", "nls-gateway-cn-shanghai.aliyuncs.com"},
		"cn-beijing":     {"cn-shanghai", "https://nls-meta.cn-shanghai.aliyuncs.com/", "nls-gateway-cn-beijing.aliyuncs.com"},
		"ap-southeast-1": {"ap-southeast-1", "https://nlsmeta.ap-southeast-1.aliyuncs.com/", "nls-gateway-ap-southeast-1.aliyuncs.com"},
	} {
		if got := [3]string{home(region), tokenURL(region), Gateway(region)}; got != want {
			t.Errorf("%q: %q", region, got)
		}
	}
}

func TestSettings(t *testing.T) {
	for _, c := range []Config{{}, {AppKey: "a", Token: "t", Region: "x.evil.example/"}, {AppKey: "a"}, {AppKey: "a", KeyID: "x"}, {Token: "t"}} {
		if _, err := NewTokens(c, clockwork.NewRealClock()); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	tk, err := NewTokens(Config{AppKey: "a", Token: "given"}, clockwork.NewRealClock())
	if err != nil {
		t.Fatal(err)
	}
	if got, _ := tk.Token(context.Background()); got != "given" {
		t.Errorf("token %q", got)
	}
}
