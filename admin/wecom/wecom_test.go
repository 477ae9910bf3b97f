package wecom_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/wecom"
	"github.com/outdial/outdial/admin/wecom/wecomtest"
	"github.com/outdial/outdial/shared/errs"
)

const key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"

func client(t *testing.T, base string) *wecom.Client {
	t.Helper()
	c, err := wecom.New(base)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAMessageArrivesAsItIs(t *testing.T) {
	t.Parallel()
	s := wecomtest.Serve(t)
	const text = "### 意向客户 A\n> 联系人：王<小>明 & \"co\" \\ 😀 \u00e9"
	if err := client(t, s.URL+"/").Send(t.Context(), key, text); err != nil {
		t.Fatal(err)
	}
	if got := s.Taken(); len(got) != 1 || got[0] != (wecomtest.Message{Key: key, Content: text}) {
		t.Errorf("taken %+v", got)
	}
}

// TestFaults: whatever the server does, the failure says whether to try again, and nobody reads the key in it.
func TestFaults(t *testing.T) {
	t.Parallel()
	for a, c := range map[wecomtest.Answer]struct {
		kind   wecom.Kind
		reason string
	}{
		wecomtest.Busy:     {wecom.Passing, "busy (code -1)"},
		wecomtest.Often:    {wecom.Limited, "45009"},
		wecomtest.Invalid:  {wecom.Final, "93000"},
		wecomtest.Refused:  {wecom.Final, "40058"},
		wecomtest.Echo:     {wecom.Final, "93000"},
		wecomtest.Slow:     {wecom.Passing, "in time"},
		wecomtest.Cut:      {wecom.Passing, "broke its answer off"},
		wecomtest.Hangup:   {wecom.Passing, "broke its answer off"},
		wecomtest.Garbage:  {wecom.Passing, "cannot be read"},
		wecomtest.Nothing:  {wecom.Passing, "cannot be read"},
		wecomtest.Huge:     {wecom.Passing, "too long"},
		wecomtest.Redirect: {wecom.Passing, "status 307"},
		wecomtest.Down:     {wecom.Passing, "status 503"},
		wecomtest.Limited:  {wecom.Limited, "status 429"},
		wecomtest.Wrong:    {wecom.Passing, "status 404"},
		wecomtest.Squeezed: {wecom.Passing, "reached"},
	} {
		t.Run(string(a), func(t *testing.T) {
			t.Parallel()
			s := wecomtest.Serve(t)
			s.Always(a)
			ctx := t.Context()
			if a == wecomtest.Slow {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, 100*time.Millisecond)
				defer cancel()
			}
			err := client(t, s.URL).Send(ctx, key, "x")
			var f *wecom.Failure
			if !errors.As(err, &f) || f.Kind != c.kind || !strings.Contains(f.Reason, c.reason) {
				t.Errorf("%v (%+v), want kind %d and %q", err, f, c.kind, c.reason)
			}
			if text := err.Error(); strings.Contains(text, key) || strings.ContainsAny(text, "\x00\x1b\n") || len(text) > 1200 {
				t.Errorf("the failure says %q", text)
			}
			if got := s.Asked(); len(got) != 1 {
				t.Errorf("%d requests", len(got))
			}
		})
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := l.Addr().String()
	_ = l.Close()
	for _, base := range []string{"http://" + at, "https://" + at} {
		err := client(t, base).Send(t.Context(), key, "x")
		var f *wecom.Failure
		if !errors.As(err, &f) || f.Kind != wecom.Passing || !strings.Contains(f.Reason, "cannot be reached") || strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", base, err)
		}
	}
}

func TestACertificateThatNobodyKnows(t *testing.T) {
	t.Parallel()
	s := wecomtest.Serve(t)
	err := client(t, strings.Replace(s.URL, "http:", "https:", 1)).Send(t.Context(), key, "x")
	var f *wecom.Failure
	if !errors.As(err, &f) || f.Kind != wecom.Passing || len(s.Asked()) > 0 {
		t.Errorf("over TLS to a server without: %v", err)
	}
}

func TestAddressesThatAreRefused(t *testing.T) {
	for base, ok := range map[string]bool{
		wecom.Official: true, "https://push.example.com/wecom": true, "http://127.0.0.1:1": true, "http://[::1]:1": true, "http://localhost:1": true,
		"": false, "qyapi.weixin.qq.com": false, "http://push.example.com": false, "http://10.0.0.1": false, "ftp://127.0.0.1": false, "https://u:p@example.com": false,
		"https://example.com/?key=a": false, "https://example.com/#a": false, "https://": false, "http://127.0.0.1.example.com": false, ":": false,
	} {
		_, err := wecom.New(base)
		if (err == nil) != ok || err != nil && !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", base, err)
		}
	}
}
