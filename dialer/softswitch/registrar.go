package softswitch

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/emiago/sipgo/sip"
	"github.com/icholy/digest"

	"github.com/outdial/outdial/shared/clock"
)

const (
	nonceLife   = 5 * time.Minute
	maxExpires  = time.Hour
	minExpires  = 30 * time.Second
	failures    = 5 // wrong passwords from one address within failWindow
	failWindow  = time.Minute
	maxTracked  = 10_000
	maxReplayed = 100_000
)

// contact is where a registered softphone is.
type contact struct {
	uri     sip.Uri
	source  string // host:port the REGISTER came from, which works behind NAT as well
	agent   string
	callID  string
	expires time.Time
}

// registrar knows the softphones, and checks the digests of everybody who has to prove who they are (RFC 3261 section 22,
// RFC 8760). Nonces carry their own time and seal, so that a restart needs no memory of them.
type registrar struct {
	realm  string
	user   func(string) (string, bool)
	clock  clock.Clock
	secret [32]byte

	mu     sync.Mutex
	phones map[string]contact
	failed map[string]failure
	counts map[string]uint32 // highest nonce count seen, so that nothing can be played back
	swept  time.Time
}

type failure struct {
	n     int
	since time.Time
}

func newRegistrar(realm string, user func(string) (string, bool), c clock.Clock) *registrar {
	r := &registrar{
		realm: realm, user: user, clock: c, phones: make(map[string]contact), failed: make(map[string]failure),
		counts: make(map[string]uint32), swept: c.Now(),
	}
	_, _ = rand.Read(r.secret[:]) // never fails
	return r
}

// verdict of a request's credentials.
type verdict uint8

const (
	trusted   verdict = iota
	challenge         // none, or a stale nonce: ask (again)
	denied            // wrong
	barred            // too many wrong ones
)

func (r *registrar) contact(user string) (contact, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	c, ok := r.phones[strings.ToLower(user)]
	return c, ok && r.clock.Now().Before(c.expires)
}

func (r *registrar) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.phones)
}

// expire forgets phones that have not come back and failures that have aged.
func (r *registrar) expire() {
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for user, c := range r.phones {
		if !now.Before(c.expires) {
			delete(r.phones, user)
		}
	}
	for from, f := range r.failed {
		if now.Sub(f.since) > failWindow {
			delete(r.failed, from)
		}
	}
	if now.Sub(r.swept) > nonceLife {
		r.swept = now
		for nonce := range r.counts {
			if _, fresh := r.nonceAge(nonce); !fresh {
				delete(r.counts, nonce)
			}
		}
	}
}

func (r *registrar) nonce() string {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], uint64(r.clock.Now().UnixNano()))
	_, _ = rand.Read(b[8:])
	return hex.EncodeToString(b[:]) + r.seal(b[:])
}

func (r *registrar) seal(b []byte) string {
	mac := hmac.New(sha256.New, r.secret[:])
	mac.Write(b)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// nonceAge tells whether a nonce is ours, and whether it is fresh.
func (r *registrar) nonceAge(nonce string) (ours, fresh bool) {
	if len(nonce) != 64 {
		return false, false
	}
	b, err := hex.DecodeString(nonce[:32])
	if err != nil || subtle.ConstantTimeCompare([]byte(r.seal(b)), []byte(nonce[32:])) != 1 {
		return false, false
	}
	age := r.clock.Now().Sub(time.Unix(0, int64(binary.BigEndian.Uint64(b[:8]))))
	return true, age >= -time.Second && age < nonceLife
}

// check judges an Authorization or Proxy-Authorization value; stale says that only the nonce was too old.
func (r *registrar) check(value, method, source string) (user string, v verdict, stale bool) {
	if value == "" || len(value) > 2048 {
		return "", challenge, false
	}
	host := hostOf(source)
	if r.isBarred(host) {
		return "", barred, false
	}
	c, err := digest.ParseCredentials(value)
	// Without qop a digest could be played back; every phone of the last twenty years has it.
	if err != nil || c.Username == "" || c.Realm != r.realm || c.QOP != "auth" {
		return "", challenge, false
	}
	ours, fresh := r.nonceAge(c.Nonce)
	if !ours {
		return c.Username, challenge, false
	}
	password, known := r.user(c.Username)
	// An unknown user costs the same work and gets the same answer as a wrong password.
	want, err := digest.Digest(&digest.Challenge{
		Realm: r.realm, Nonce: c.Nonce, Algorithm: c.Algorithm, QOP: []string{c.QOP},
	}, digest.Options{Method: method, URI: c.URI, Username: c.Username, Password: password, Cnonce: c.Cnonce, Count: c.Nc})
	if err != nil || !known || subtle.ConstantTimeCompare([]byte(want.Response), []byte(strings.ToLower(c.Response))) != 1 {
		r.fail(host)
		return c.Username, denied, false
	}
	if !fresh || !r.counted(c) {
		return c.Username, challenge, true
	}
	return c.Username, trusted, false
}

// counted refuses a nonce count that was seen before.
func (r *registrar) counted(c *digest.Credentials) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if uint32(c.Nc) <= r.counts[c.Nonce] || len(r.counts) >= maxReplayed {
		return false
	}
	r.counts[c.Nonce] = uint32(c.Nc)
	return true
}

func (r *registrar) isBarred(host string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.failed[host]
	return f.n >= failures && r.clock.Now().Sub(f.since) <= failWindow
}

func (r *registrar) fail(host string) {
	now := r.clock.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	f, ok := r.failed[host]
	if !ok && len(r.failed) >= maxTracked {
		return
	}
	if now.Sub(f.since) > failWindow {
		f = failure{since: now}
	}
	f.n++
	r.failed[host] = f
}

// challengeHeader asks for a digest.
func (r *registrar) challengeHeader(name string, stale bool) sip.Header {
	v := fmt.Sprintf(`Digest realm=%q, nonce=%q, algorithm=MD5, qop="auth"`, r.realm, r.nonce())
	if stale {
		v += ", stale=true"
	}
	return sip.NewHeader(name, v)
}

// authenticate demands a digest; it has answered the request unless it returns a user.
func (p *profile) authenticate(req *sip.Request, tx sip.ServerTransaction, code int) (string, bool) {
	ask, answer, reason := "WWW-Authenticate", "Authorization", "Unauthorized"
	if code == 407 {
		ask, answer, reason = "Proxy-Authenticate", "Proxy-Authorization", "Proxy Authentication Required"
	}
	value := ""
	if h := req.GetHeader(answer); h != nil {
		value = h.Value()
	}
	user, v, stale := p.sw.regs.check(value, req.Method.String(), req.Source())
	switch v {
	case trusted:
		return user, true
	case barred:
		p.respond(req, tx, 403, "Forbidden", sip.NewHeader("Retry-After", strconv.Itoa(int(failWindow/time.Second))))
	case denied:
		p.sw.log.Warn("switch: wrong credentials", "user", user, "peer", req.Source(), "method", req.Method)
		p.respond(req, tx, 403, "Forbidden")
	default:
		p.respond(req, tx, code, reason, p.sw.regs.challengeHeader(ask, stale))
	}
	return "", false
}

// onRegister keeps where a softphone is.
func (p *profile) onRegister(req *sip.Request, tx sip.ServerTransaction) {
	if p != p.sw.extensions {
		p.respond(req, tx, 403, "Forbidden")
		return
	}
	user, ok := p.authenticate(req, tx, 401)
	if !ok {
		return
	}
	if !strings.EqualFold(user, req.To().Address.User) {
		p.respond(req, tx, 403, "Forbidden")
		return
	}
	h := req.Contact()
	want := registerExpiry(req, h)
	switch {
	case want == 0 || h != nil && h.Address.Wildcard:
		p.sw.regs.forget(user)
		p.registered(user, "sofia::unregister", contact{source: req.Source()}, 0)
		p.respond(req, tx, 200, "OK")
	case h == nil:
		p.respond(req, tx, 200, "OK") // a question
	case want < minExpires:
		p.respond(req, tx, 423, "Interval Too Brief", sip.NewHeader("Min-Expires", strconv.Itoa(int(minExpires/time.Second))))
	default:
		want = min(want, maxExpires)
		c := contact{uri: *h.Address.Clone(), source: req.Source(), callID: req.CallID().Value(), expires: p.sw.clock.Now().Add(want)}
		if ua := req.GetHeader("User-Agent"); ua != nil {
			c.agent = ua.Value()
		}
		p.sw.regs.remember(user, c)
		p.registered(user, "sofia::register", c, want)
		seconds := strconv.Itoa(int(want / time.Second))
		p.respond(req, tx, 200, "OK", sip.NewHeader("Contact", "<"+c.uri.String()+">;expires="+seconds), sip.NewHeader("Expires", seconds))
	}
}

func (r *registrar) remember(user string, c contact) {
	r.mu.Lock()
	r.phones[strings.ToLower(user)] = c
	r.mu.Unlock()
}

func (r *registrar) forget(user string) {
	r.mu.Lock()
	delete(r.phones, strings.ToLower(user))
	r.mu.Unlock()
}

// registerExpiry is how long a REGISTER asks for: its Contact's parameter before the Expires header, an hour by default.
func registerExpiry(req *sip.Request, h *sip.ContactHeader) time.Duration {
	s := ""
	if e := req.GetHeader("Expires"); e != nil {
		s = e.Value()
	}
	if h != nil {
		if v, ok := h.Params.Get("expires"); ok {
			s = v
		}
	}
	n, err := strconv.ParseUint(strings.TrimSpace(s), 10, 31)
	if err != nil {
		return maxExpires
	}
	return time.Duration(n) * time.Second
}
