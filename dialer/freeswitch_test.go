package dialer_test

import (
	"context"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/dialer/esl"
)

// realSwitch is a FreeSWITCH with the configuration of freeswitch-conf and one extension; nil is the embedded switch.
type realSwitch struct {
	address, password string
	registrar         string
	extension, secret string
}

// theExtension is held by the test that uses it: there is one.
var theExtension sync.Mutex

// onEachSwitch runs a test with the embedded switch, and with a FreeSWITCH where the environment names one.
func onEachSwitch(t *testing.T, test func(t *testing.T, on *realSwitch)) {
	t.Parallel()
	t.Run("embedded", func(t *testing.T) {
		t.Parallel()
		test(t, nil)
	})
	t.Run("FreeSWITCH", func(t *testing.T) {
		s := &realSwitch{address: os.Getenv("OUTDIAL_TEST_FREESWITCH"), password: os.Getenv("OUTDIAL_TEST_FREESWITCH_PASSWORD")}
		var ok bool
		s.extension, s.secret, ok = strings.Cut(os.Getenv("OUTDIAL_TEST_FREESWITCH_EXTENSION"), ":")
		if s.address == "" || !ok {
			t.Skip("left out: OUTDIAL_TEST_FREESWITCH=host:port and OUTDIAL_TEST_FREESWITCH_EXTENSION=1001:password name no FreeSWITCH with an extension")
		}
		theExtension.Lock()
		defer theExtension.Unlock()
		s.find(t)
		test(t, s)
	})
}

// alone lets tests of the embedded switch run beside each other. Those of a real one share its extension.
func (s *realSwitch) alone(t *testing.T) {
	if s == nil {
		t.Parallel()
	}
}

// find asks the switch where extensions register.
func (s *realSwitch) find(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := esl.Dial(ctx, esl.Config{Address: s.address, Password: s.password})
	must(t, err)
	defer c.Close()
	rows, err := c.SofiaStatus(ctx)
	must(t, err)
	for _, r := range rows {
		if r.Name == esl.ProfileExtensions {
			var at sip.Uri
			must(t, sip.ParseUri(r.Data, &at))
			s.registrar = at.HostPort()
		}
	}
}

// eventSocket is where the dialer reaches the switch, and its password.
func (r *rig) eventSocket() (address, secret string) {
	if r.real != nil {
		return r.real.address, r.real.password
	}
	return r.sw.ESLAddr(), password
}

// registrar is where a telephone registers, and its password.
func (r *rig) registrar(extension string) (address, secret string) {
	if r.real != nil {
		return r.real.registrar, r.real.secret
	}
	return r.sw.ExtensionsAddr(), "pw-" + extension
}
