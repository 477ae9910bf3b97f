package esltest_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl/esltest"
)

// TestFreeSWITCH runs the suite against a FreeSWITCH with the configuration of freeswitch-conf.
func TestFreeSWITCH(t *testing.T) {
	address := os.Getenv("OUTDIAL_TEST_FREESWITCH")
	if address == "" {
		t.Skip("left out: OUTDIAL_TEST_FREESWITCH=host:port names no FreeSWITCH")
	}
	user, secret, _ := strings.Cut(os.Getenv("OUTDIAL_TEST_FREESWITCH_EXTENSION"), ":") // 1001:password, if there is one
	esltest.Run(t, esltest.Target{
		Address: address, Password: os.Getenv("OUTDIAL_TEST_FREESWITCH_PASSWORD"), Heartbeat: 20 * time.Second, MediaTimeout: true,
		User: user, Secret: secret,
	})
}
