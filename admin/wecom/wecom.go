// Package wecom owns how a message travels to a WeChat robot: WeCom's webhooks of group robots (企业微信群机器人),
// POST {base}/cgi-bin/webhook/send?key=KEY with a message in markdown, answered by errcode and errmsg. It decides whether a
// message that was not taken may be tried again. What is said is not its business (see shared/push), nor when.
//
// The key of a webhook is a secret and stands in the address: no error and no log of this package shows an address.
package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/outdial/outdial/shared/errs"
)

// Official is where WeCom answers.
const Official = "https://qyapi.weixin.qq.com"

const (
	// wait bounds one request from the first packet to the end of the answer.
	wait = 10 * time.Second
	// mostAnswer bounds an answer; WeCom's have a hundred bytes.
	mostAnswer = 64 << 10
	mostDetail = 200
)

// Client sends messages.
type Client struct {
	address string
	http    *http.Client
}

// New makes a client for the webhooks below an address. It does not connect yet. What is said to a chat, and the key that
// opens it, go over TLS; only this machine may be spoken to without.
func New(base string) (*Client, error) {
	u, err := url.Parse(base)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		return nil, errs.New(errs.Invalid, "the setting push.wecom.url must be an address such as %s", Official)
	case u.RawQuery != "" || u.User != nil || u.Fragment != "":
		return nil, errs.New(errs.Invalid, "the setting push.wecom.url must hold neither user nor query; keys belong to the robots")
	case u.Scheme == "http" && !loopback(u.Hostname()):
		return nil, errs.New(errs.Invalid, "the setting push.wecom.url must begin with https: only this machine may be spoken to without")
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxResponseHeaderBytes = mostAnswer
	return &Client{address: strings.TrimRight(u.String(), "/") + "/cgi-bin/webhook/send?key=", http: &http.Client{Transport: transport, Timeout: wait,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Close gives idle connections back.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Kind is what can be done about a message that was not taken.
type Kind uint8

const (
	// Passing failures may be gone at the next try.
	Passing Kind = iota
	// Limited robots have sent too much, and should be silent for a minute.
	Limited
	// Final refusals stay however often the message is sent.
	Final
)

// Failure is why a message was not taken, or is not known to have been.
type Failure struct {
	Kind   Kind
	Reason string // a sentence for whoever looks at the call
	Detail string // for the log
}

func (f *Failure) Error() string {
	if f.Detail == "" {
		return f.Reason
	}
	return f.Reason + ": " + f.Detail
}

// Codes of WeCom's answers that mean something of their own here.
const (
	codeOK             = 0
	codeBusy           = -1
	codeVersions       = 6000
	codeTooOften       = 45009
	codeTooManyAtOnce  = 45033
	codeInvalidWebhook = 93000
)

type message struct {
	Type     string   `json:"msgtype"`
	Markdown markdown `json:"markdown"`
}

type markdown struct {
	Content string `json:"content"`
}

// Send hands a message to the robot of the key. Every error is a *Failure.
func (c *Client) Send(ctx context.Context, key, content string) error {
	var body bytes.Buffer
	to := json.NewEncoder(&body)
	to.SetEscapeHTML(false) // WeCom takes no characters written as \u003e
	if err := to.Encode(message{Type: "markdown", Markdown: markdown{content}}); err != nil {
		return &Failure{Kind: Final, Reason: "the message cannot be written", Detail: err.Error()}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.address+url.QueryEscape(key), &body)
	if err != nil {
		return &Failure{Kind: Final, Reason: "the message cannot be written", Detail: printable(err.Error(), key)}
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := c.http.Do(req)
	if err != nil {
		return unreached(err, key)
	}
	defer func() { _ = resp.Body.Close() }()
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return &Failure{Kind: Limited, Reason: fmt.Sprintf("the push server answered with status %d", resp.StatusCode)}
	case resp.StatusCode != http.StatusOK:
		return &Failure{Kind: Passing, Reason: fmt.Sprintf("the push server answered with status %d", resp.StatusCode)}
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, mostAnswer+1))
	switch {
	case err != nil:
		return unreached(err, key)
	case len(raw) > mostAnswer:
		return &Failure{Kind: Passing, Reason: "the push server's answer is too long"}
	}
	return judge(raw, key)
}

// judge reads an answer.
func judge(raw []byte, key string) error {
	var answer struct {
		Code *int   `json:"errcode"`
		Text string `json:"errmsg"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Code == nil {
		return &Failure{Kind: Passing, Reason: "the push server's answer cannot be read", Detail: printable(string(raw), key)}
	}
	return verdict(*answer.Code, printable(answer.Text, key))
}

// verdict tells what a code means. WeCom asks to go by the code alone: its texts change.
func verdict(code int, detail string) error {
	switch code {
	case codeOK:
		return nil
	case codeInvalidWebhook:
		return &Failure{Kind: Final, Reason: fmt.Sprintf("the webhook is not valid (code %d of WeCom); enter the robot's key again", code), Detail: detail}
	case codeTooOften:
		return &Failure{Kind: Limited, Reason: fmt.Sprintf("the robot sends too often (code %d of WeCom)", code), Detail: detail}
	case codeBusy, codeVersions, codeTooManyAtOnce:
		return &Failure{Kind: Passing, Reason: fmt.Sprintf("WeCom is busy (code %d)", code), Detail: detail}
	default:
		return &Failure{Kind: Final, Reason: fmt.Sprintf("WeCom refused the message (code %d)", code), Detail: detail}
	}
}

// unreached is the failure of a request or of its answer. What net/http says of it holds the address: only its cause is kept.
func unreached(err error, key string) error {
	var timeout net.Error
	late := errors.As(err, &timeout) && timeout.Timeout()
	var request *url.Error
	if errors.As(err, &request) {
		err = request.Err
	}
	f := &Failure{Kind: Passing, Reason: "the push server cannot be reached", Detail: printable(err.Error(), key)}
	switch {
	case late:
		f.Reason = "the push server did not answer in time"
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		f.Reason = "the push server broke its answer off"
	}
	return f
}

// printable makes what a server said fit for a log: one short line, without the key.
func printable(s, key string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	if key != "" {
		s = strings.ReplaceAll(s, key, "***")
	}
	if r := []rune(s); len(r) > mostDetail {
		s = string(r[:mostDetail])
	}
	return strings.TrimSpace(s)
}
