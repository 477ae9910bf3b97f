package api_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"
	"golang.org/x/crypto/argon2"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/store"
	"github.com/outdial/outdial/shared/store/storetest"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/trunk"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is a Monday noon in Shanghai.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

const password = "a long enough password"

// world is an API over a fresh database with two merchants.
type world struct {
	t          testing.TB
	db         *store.Store
	bus        *bus
	queue      *queue
	clock      *clock.Fake
	log        *logbook
	recordings string
	uploads    string
	url        string
	one, two   merchant
}

// merchant is one tenant with a user who is signed in.
type merchant struct {
	w       *world
	id      tenant.ID
	scope   tenant.Scope
	account string
	script  script.ID
	version script.VersionID
	trunk   trunk.ID
	cookie  *http.Cookie
}

// passwordHash belongs to password and is cheap to check. A hash says itself what it costs, so the code under test is what it
// always is; the hashes that it makes, of changed and generated passwords, cost what they always do.
var passwordHash = sync.OnceValue(func() string {
	salt := []byte("0123456789abcdef")
	b64 := base64.RawStdEncoding.EncodeToString
	return "$argon2id$v=19$m=64,t=1,p=1$" + b64(salt) + "$" + b64(argon2.IDKey([]byte(password), salt, 1, 64, 1, 32))
})

func newWorld(t testing.TB, change ...func(*api.Deps)) *world {
	t.Helper()
	dir := t.TempDir()
	db := storetest.Empty(t, filepath.Join(dir, "outdial.db"))
	w := &world{t: t, db: db, bus: newBus(), queue: &queue{}, clock: clock.NewFake(noon), log: &logbook{},
		recordings: filepath.Join(dir, "recordings"), uploads: filepath.Join(dir, "uploads")}
	must(t, os.MkdirAll(w.recordings, 0o750))
	d := api.Deps{Store: db,
		Bus: w.bus, Queue: w.queue, RecordingsDir: w.recordings, UploadsDir: w.uploads, Clock: w.clock,
		Logger: slog.New(slog.NewTextHandler(w.log, nil))}
	for _, c := range change {
		c(&d)
	}
	a := api.New(d)
	server := httptest.NewServer(a)
	t.Cleanup(func() { a.EndStreams(); server.Close() })
	w.url = server.URL
	w.one, w.two = w.merchant("one"), w.merchant("two")
	return w
}

func (w *world) merchant(account string) merchant {
	w.t.Helper()
	ctx := w.t.Context()
	m := w.company(0, tenant.Merchant, account)
	talk := script.Script{Tenant: m.id, Name: "Talk " + account, CreatedAt: noon}
	must(w.t, w.db.CreateScript(ctx, m.scope, &talk, script.Demo()))
	v := script.Version{Script: talk.ID, Tenant: m.id, Source: script.Demo(), CreatedAt: noon}
	must(w.t, w.db.PublishVersion(ctx, m.scope, &v))
	m.script, m.version = talk.ID, v.ID
	line := trunk.Trunk{Tenant: m.id, Name: "Line " + account, Address: "127.0.0.1:5070", Concurrency: 10, CPS: 5, RingTimeout: time.Minute, CreatedAt: noon}
	must(w.t, w.db.CreateTrunk(ctx, m.scope, &line))
	m.trunk = line.ID
	return m
}

// answer is what came back.
type answer struct {
	t      testing.TB
	status int
	header http.Header
	body   []byte
}

// as decodes the body.
func as[T any](a answer) T {
	a.t.Helper()
	var v T
	if err := json.Unmarshal(a.body, &v); err != nil {
		a.t.Fatalf("answer %d %s: %v", a.status, a.body, err)
	}
	return v
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	return a
}

// problem checks an error answer's form and returns it.
func (a answer) problem(status int) api.Problem {
	a.t.Helper()
	a.want(status)
	if ct := a.header.Get("Content-Type"); ct != "application/problem+json" {
		a.t.Fatalf("content type %q of %s", ct, a.body)
	}
	p := as[api.Problem](a)
	if p.Status != status || p.Detail == "" || p.Code == "" {
		a.t.Fatalf("problem %s", a.body)
	}
	return p
}

func (w *world) send(r *http.Request) answer {
	w.t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(r)
	must(w.t, err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	must(w.t, err)
	return answer{w.t, resp.StatusCode, resp.Header, body}
}

func (w *world) request(method, path string, body any) *http.Request {
	w.t.Helper()
	var reader io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		must(w.t, err)
		reader = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(w.t.Context(), method, w.url+path, reader)
	must(w.t, err)
	if reader != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (m merchant) do(method, path string, body any) answer {
	m.w.t.Helper()
	r := m.w.request(method, path, body)
	r.AddCookie(m.cookie)
	return m.w.send(r)
}

func (m merchant) get(path string) answer { m.w.t.Helper(); return m.do("GET", path, nil) }

func (m merchant) upload(path, name, content string) answer {
	m.w.t.Helper()
	var form bytes.Buffer
	f := multipart.NewWriter(&form)
	part, err := f.CreateFormFile("file", name)
	must(m.w.t, err)
	_, err = io.WriteString(part, content)
	must(m.w.t, err)
	must(m.w.t, f.Close())
	r := m.w.request("POST", path, form.String())
	r.Header.Set("Content-Type", f.FormDataContentType())
	r.AddCookie(m.cookie)
	return m.w.send(r)
}

// queue notes what was enqueued.
type queue struct {
	mu  sync.Mutex
	ids []contact.ImportID
	err error
}

func (q *queue) EnqueueImport(_ context.Context, id contact.ImportID) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.ids = append(q.ids, id)
	return q.err
}

// bus carries messages inside the process.
type bus struct {
	mu    sync.Mutex
	subs  map[chan event.Message]map[event.Kind]bool
	sent  []event.Message
	count chan int // the number of subscriptions, whenever it changes
}

func newBus() *bus {
	return &bus{subs: map[chan event.Message]map[event.Kind]bool{}, count: make(chan int, 100)}
}

func (b *bus) Publish(_ context.Context, m event.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent = append(b.sent, m)
	for ch, kinds := range b.subs {
		if kinds[m.Kind()] {
			ch <- m
		}
	}
	return nil
}

func (b *bus) Subscribe(ctx context.Context, kinds ...event.Kind) (<-chan event.Message, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	ch := make(chan event.Message, 10_000)
	b.subs[ch] = map[event.Kind]bool{}
	for _, k := range kinds {
		b.subs[ch][k] = true
	}
	b.count <- len(b.subs)
	context.AfterFunc(ctx, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		delete(b.subs, ch)
		close(ch)
		b.count <- len(b.subs)
	})
	return ch, nil
}

func (b *bus) published() []event.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]event.Message(nil), b.sent...)
}

// logbook is a log that handlers of several requests write.
type logbook struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
