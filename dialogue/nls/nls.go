// Package nls owns the access to Aliyun's speech services (智能语音交互, NLS): the settings that recognition and synthesis
// share, and the token that both send.
//
// It neither recognises nor speaks: dialogue/asr/aliyun and dialogue/tts do.
package nls

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/google/uuid"

	"github.com/outdial/outdial/shared/clock"
)

// Config is an account's access. Either Token is given, or KeyID and KeySecret, of which tokens are made.
type Config struct {
	AppKey           string
	Token            string
	KeyID, KeySecret string
	// Region is where speech is served: cn-shanghai (where it is empty), cn-beijing, cn-shenzhen, or ap-southeast-1 outside China.
	Region string
	// TokenURL is asked for tokens; empty is the region's own address.
	TokenURL string
}

// home is the region where tokens are made for a region.
func home(region string) string {
	if region == "" || strings.HasPrefix(region, "cn-") {
		return "cn-shanghai"
	}
	return region
}

// tokenURL is the address of a region's tokens.
func tokenURL(region string) string {
	if at := home(region); at != "cn-shanghai" {
		return "https://nlsmeta." + at + ".aliyuncs.com/"
	}
	return "https://nls-meta.cn-shanghai.aliyuncs.com/"
}

// Gateway is the host of a region's speech services.
func Gateway(region string) string {
	if region == "" {
		region = "cn-shanghai"
	}
	return "nls-gateway-" + region + ".aliyuncs.com"
}

var regionName = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

// Validate says what is missing.
func (c Config) Validate() error {
	switch {
	case c.Region != "" && !regionName.MatchString(c.Region):
		return errors.New("aliyun: dialogue.aliyun.region must be the name of a region, such as cn-shanghai")
	case c.AppKey == "":
		return errors.New("aliyun: set dialogue.aliyun.appkey to the key of the project")
	case c.Token == "" && (c.KeyID == "" || c.KeySecret == ""):
		return errors.New("aliyun: set dialogue.aliyun.keyid and dialogue.aliyun.keysecret, or dialogue.aliyun.token")
	}
	return nil
}

// Tokens gives the token in force. It is shared by all streams and safe for concurrent use.
type Tokens struct {
	cfg   Config
	clock clock.Clock
	http  *http.Client

	turn   chan struct{} // held by the one who asks the service
	token  string
	until  time.Time
	failed time.Time
	err    error
}

const (
	// A token is made anew so long before it ends, so that no call meets its end.
	margin = 10 * time.Minute
	// The service limits how often it is asked: after a failure others hear of the same failure for a while.
	patience = 2 * time.Second
	askWait  = 5 * time.Second
	maxReply = 64 << 10
)

// NewTokens makes the source of tokens. It does not connect yet.
func NewTokens(cfg Config, c clock.Clock) (*Tokens, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	if cfg.TokenURL == "" {
		cfg.TokenURL = tokenURL(cfg.Region)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableKeepAlives = true // a token lasts for more than a day
	return &Tokens{cfg: cfg, clock: c, turn: make(chan struct{}, 1), http: &http.Client{Transport: transport, Timeout: askWait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Gateway is the host of the speech services.
func (t *Tokens) Gateway() string { return Gateway(t.cfg.Region) }

// AppKey is the project's key.
func (t *Tokens) AppKey() string { return t.cfg.AppKey }

// Token gives a token that is good for a while, and asks for one where there is none.
func (t *Tokens) Token(ctx context.Context) (string, error) {
	if t.cfg.Token != "" {
		return t.cfg.Token, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", ctx.Err()
	}
	now := t.clock.Now()
	switch {
	case t.token != "" && now.Before(t.until):
		return t.token, nil
	case t.err != nil && now.Before(t.failed.Add(patience)):
		return "", t.err
	}
	token, until, err := t.create(ctx, now)
	if err != nil {
		if ctx.Err() == nil { // a call that ended says nothing about the service
			t.err, t.failed = err, now
		}
		return "", err
	}
	t.token, t.until, t.err = token, until, nil
	return token, nil
}

// Drop forgets a token that a service has refused.
func (t *Tokens) Drop(token string) {
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	default:
		return // somebody is asking for another one already
	}
	if t.token == token {
		t.token = ""
	}
}

// create asks for a token.
func (t *Tokens) create(ctx context.Context, now time.Time) (token string, until time.Time, err error) {
	fail := func(format string, args ...any) (string, time.Time, error) {
		return "", time.Time{}, fmt.Errorf("aliyun: create a token at "+t.cfg.TokenURL+": "+format, args...)
	}
	body := sign(http.MethodPost, t.cfg, now, uuid.NewString())
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, t.cfg.TokenURL, strings.NewReader(body))
	if err != nil {
		return fail("the address cannot be used")
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := t.http.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err
		}
		return fail("%w", err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return fail("%w", err)
	}
	var r struct {
		Code, Message string
		Token         struct {
			ID         string `json:"Id"`
			ExpireTime int64
		}
	}
	if err := json.Unmarshal(raw, &r); err != nil {
		return fail("status %d and no JSON of the service", resp.StatusCode)
	}
	if r.Token.ID == "" {
		return fail("status %d %s", resp.StatusCode, t.clean(r.Code+" "+r.Message))
	}
	until = time.Unix(r.Token.ExpireTime, 0)
	if life := until.Sub(now); life < 2*margin {
		until = now.Add(life / 2)
	} else {
		until = until.Add(-margin)
	}
	return r.Token.ID, until, nil
}

// clean keeps what a service said short, on one line and free of the secret.
func (t *Tokens) clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ReplaceAll(strings.TrimSpace(text), t.cfg.KeySecret, "***"))
	if r := []rune(text); len(r) > 200 {
		text = string(r[:200]) + "…"
	}
	return text
}

// sign makes the signed parameters of a CreateToken request (signature version 1.0: the sorted parameters, escaped twice,
// under HMAC-SHA1).
func sign(method string, cfg Config, now time.Time, nonce string) string {
	params := map[string]string{
		"AccessKeyId": cfg.KeyID, "Action": "CreateToken", "Version": "2019-02-28", "Format": "JSON", "RegionId": home(cfg.Region),
		"Timestamp": now.UTC().Format("2006-01-02T15:04:05Z"), "SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": nonce,
	}
	var pairs []string
	for name, value := range params {
		pairs = append(pairs, escape(name)+"="+escape(value))
	}
	slices.Sort(pairs)
	query := strings.Join(pairs, "&")
	mac := hmac.New(sha1.New, []byte(cfg.KeySecret+"&"))
	mac.Write([]byte(method + "&" + escape("/") + "&" + escape(query)))
	return "Signature=" + escape(base64.StdEncoding.EncodeToString(mac.Sum(nil))) + "&" + query
}

// escape is RFC 3986, which the service signs by.
func escape(s string) string {
	return strings.NewReplacer("+", "%20", "*", "%2A", "%7E", "~").Replace(url.QueryEscape(s))
}

// NewID makes an id as the service wants them: 32 hexadecimal digits.
func NewID() string {
	var b [16]byte
	if _, err := rand.Read(b[:]); err != nil {
		panic(err) // the system gives random bytes, or nothing works
	}
	return hex.EncodeToString(b[:])
}
