package esltest

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/dialer/esl"
)

// testExtension registers a softphone and calls it by its name.
func testExtension(t *testing.T, b *bench) {
	if b.User == "" {
		t.Skip("the target names no extension")
	}
	phone := b.a.callee(behaviour{})
	call := func() *call {
		return b.originate(phone, func(o *esl.Originate) { o.Endpoint = esl.Endpoint{Extension: b.User} })
	}
	var failed *esl.OriginateError
	if err := call().job.Wait(b.ctx); !errors.As(err, &failed) {
		t.Errorf("calling an extension that is not registered: %v, want a cause", err)
	}
	if status := b.register(phone, b.Secret+"x", 60); status == 200 {
		t.Error("a wrong password was taken")
	}
	if status := b.register(phone, b.Secret, 60); status != 200 {
		t.Fatalf("registering is answered with %d", status)
	}
	k := call().established()
	if got := k.await(esl.ChannelAnswer, k.uuid).UUID(); got != k.uuid {
		t.Errorf("the leg is called %s, want %s", got, k.uuid)
	}
	close(phone.hangup)
	if h, _ := k.hungUp(k.uuid); h.Disposition != esl.RecvBye {
		t.Errorf("facts %+v, want recv_bye", h)
	}
	if status := b.register(phone, b.Secret, 0); status != 200 {
		t.Errorf("unregistering is answered with %d", status)
	}
}

// register tells the extensions profile that the extension is where the callee is, and returns the final status.
func (b *bench) register(at *callee, secret string, seconds int) int {
	b.Helper()
	rows, err := b.c.SofiaStatus(b.ctx)
	if err != nil {
		b.Fatal(err)
	}
	var registrar sip.Uri
	for _, r := range rows {
		if r.Name == b.Extensions {
			if err := sip.ParseUri(r.Data, &registrar); err != nil {
				b.Fatalf("sofia status names the profile's address as %q: %v", r.Data, err)
			}
		}
	}
	registrar.User = ""
	req := sip.NewRequest(sip.REGISTER, registrar)
	who := sip.Uri{User: b.User, Host: registrar.Host, Port: registrar.Port}
	from := sip.FromHeader{Address: who, Params: sip.NewParams()}
	from.Params.Add("tag", strings.ReplaceAll(newUUID(), "-", ""))
	req.AppendHeader(&from)
	req.AppendHeader(&sip.ToHeader{Address: who, Params: sip.NewParams()})
	req.AppendHeader(sip.NewHeader("Contact", fmt.Sprintf("<sip:%s@%s>;expires=%d", at.number, b.a.address, seconds)))
	res, err := b.a.client.Do(b.ctx, req)
	if err == nil && (res.StatusCode == 401 || res.StatusCode == 407) {
		res, err = b.a.client.DoDigestAuth(b.ctx, req, res, sipgo.DigestAuth{Username: b.User, Password: secret})
	}
	if err != nil {
		b.Fatalf("REGISTER: %v", err)
	}
	return res.StatusCode
}
