package tts

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/outdial/outdial/shared/audio"
)

// remote is what all synthesisers behind HTTP have in common: bounds of time, size and number of requests, and errors that
// show no key.
type remote struct {
	name    string
	where   string // for errors
	secrets []string
	timeout time.Duration
	slots   chan struct{}
	http    *http.Client
}

// Bounds of a remote synthesiser.
const (
	defaultParallel = 8
	// maxRemoteBytes is five minutes of 24 kHz; base64 makes it a third longer.
	maxRemoteBytes = 5 * 60 * 24000 * 2 * 4 / 3
)

func newRemote(name, address string, timeout time.Duration, parallel int, secrets ...string) (*remote, error) {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("synthesiser %s: its address must be http://host:port or https://host, with a path where it has one", name)
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return nil, fmt.Errorf("synthesiser %s: its address must hold neither user nor query; keys are settings of their own", name)
	}
	if timeout <= 0 {
		timeout = SynthesisTimeout
	}
	if parallel <= 0 {
		parallel = defaultParallel
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = parallel
	return &remote{name: name, where: u.Host, secrets: secrets, timeout: timeout, slots: make(chan struct{}, parallel), http: &http.Client{Transport: transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}, nil
}

// Close gives idle connections back.
func (r *remote) Close() { r.http.CloseIdleConnections() }

// synthesise speaks a text piece by piece, because services limit how much they take at once, and brings the whole to the
// house level. say makes the request of one piece and read turns its answer into samples and their rate.
func (r *remote) synthesise(ctx context.Context, text string, o Options, pieces []string,
	say func(ctx context.Context, piece string) (*http.Request, error), read func(h http.Header, status int, body []byte) ([]int16, int, error)) ([]int16, error) {
	fail := func(do string, cause error) error {
		return &SentenceError{o.Key, text, do, fmt.Errorf("%w: %s at %s: %w", ErrSynthesis, r.name, r.where, cause)}
	}
	if len(pieces) == 0 {
		return nil, &SentenceError{o.Key, text, "there is nothing to say in it", ErrRefused}
	}
	bounded, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	select {
	case r.slots <- struct{}{}:
		defer func() { <-r.slots }()
	case <-bounded.Done():
		return nil, fail("too many sentences wait for it; record the frequent ones", bounded.Err())
	}
	var out []int16
	for _, piece := range pieces {
		req, err := say(bounded, piece)
		if err != nil {
			return nil, fail("", r.clean(err))
		}
		pcm, err := r.ask(req, read)
		switch {
		case ctx.Err() != nil:
			return nil, fail("", ctx.Err())
		case bounded.Err() != nil:
			return nil, fail(fmt.Sprintf("it took longer than %v", r.timeout), bounded.Err())
		case err != nil:
			return nil, fail("", r.clean(err))
		}
		out = append(out, pcm...)
	}
	if len(out) == 0 || !sounds(out) {
		return nil, fail("", errors.New("it gave no sound"))
	}
	normalize(out)
	return out, nil
}

func (r *remote) ask(req *http.Request, read func(h http.Header, status int, body []byte) ([]int16, int, error)) ([]int16, error) {
	resp, err := r.http.Do(req)
	if err != nil {
		var where *url.Error
		if errors.As(err, &where) {
			err = where.Err // the address is named already
		}
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRemoteBytes+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the answer broke off after %d bytes: %w", len(body), err)
	case len(body) > maxRemoteBytes:
		return nil, fmt.Errorf("the answer is longer than %d bytes", maxRemoteBytes)
	}
	pcm, rate, err := read(resp.Header, resp.StatusCode, body)
	if err != nil {
		return nil, err
	}
	if rate != audio.Rate {
		pcm = audio.Resample(pcm, rate, audio.Rate)
	}
	return pcm, nil
}

// clean keeps keys out of what a service said, and what it said short and on one line.
func (r *remote) clean(err error) error {
	text := err.Error()
	for _, s := range r.secrets {
		if s != "" {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	text = clip(strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || c == unicode.ReplacementChar {
			return ' '
		}
		return c
	}, text), 240)
	if text == err.Error() {
		return err
	}
	return errors.New(text)
}

// samples reads raw 16-bit little-endian samples, or a WAV that came although raw samples were asked for.
func samples(body []byte, rate int) ([]int16, int, error) {
	if bytes.HasPrefix(body, []byte("RIFF")) {
		pcm, err := audio.ReadWAV(bytes.NewReader(body))
		return pcm, audio.Rate, err
	}
	for _, other := range []string{"ID3", "OggS", "fLaC", "<", "{"} {
		if bytes.HasPrefix(bytes.TrimSpace(body[:min(len(body), 64)]), []byte(other)) {
			return nil, 0, fmt.Errorf("the answer is no raw sound but begins with %.12q", body)
		}
	}
	if len(body)%2 != 0 {
		return nil, 0, fmt.Errorf("the answer broke off: %d bytes are no whole samples", len(body))
	}
	pcm := make([]int16, len(body)/2)
	for i := range pcm {
		pcm[i] = int16(uint16(body[2*i]) | uint16(body[2*i+1])<<8)
	}
	return pcm, rate, nil
}

// sounds tells sound from silence.
func sounds(pcm []int16) bool {
	for _, s := range pcm {
		if s > 64 || s < -64 {
			return true
		}
	}
	return false
}

// split cuts a text where a service takes only so much at once: at ends of sentences, else at commas, else anywhere. width
// says what a rune counts.
func split(text string, most int, width func(rune) int) []string {
	var out []string
	runes := []rune(printable(text))
	for len(runes) > 0 {
		used, end, comma, n := 0, 0, 0, len(runes)
		for i, r := range runes {
			if used += width(r); used > most {
				n = i
				break
			}
			switch {
			case strings.ContainsRune("。！？；!?;\n", r):
				end = i + 1
			case strings.ContainsRune("，、,：: ", r):
				comma = i + 1
			}
		}
		if n < len(runes) {
			switch {
			case end > 0:
				n = end
			case comma > 0:
				n = comma
			}
			n = max(n, 1)
		}
		if piece := strings.TrimSpace(string(runes[:n])); strings.IndexFunc(piece, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }) >= 0 {
			out = append(out, piece)
		}
		runes = runes[n:]
	}
	return out
}

func each(rune) int { return 1 }

// between maps a speed onto a service's own scale along straight lines between known points.
func between(speed float64, points [][2]float64) float64 {
	if speed <= points[0][0] {
		return points[0][1]
	}
	for i := 1; i < len(points); i++ {
		a, b := points[i-1], points[i]
		if speed <= b[0] {
			return math.Round((a[1]+(speed-a[0])*(b[1]-a[1])/(b[0]-a[0]))*100) / 100
		}
	}
	return points[len(points)-1][1]
}
