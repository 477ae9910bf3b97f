package esltest_test

import (
	"context"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialer/esl/esltest"
	"github.com/outdial/outdial/dialer/softswitch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestSoftswitch runs the suite against the embedded switch.
func TestSoftswitch(t *testing.T) {
	sw, err := softswitch.New(softswitch.Config{
		ESLAddr: "127.0.0.1:0", ESLPassword: "conformance", CarriersAddr: "127.0.0.1:0", ExtensionsAddr: "127.0.0.1:0", HeartbeatInterval: time.Second,
		User: func(user string) (string, bool) { return "softphone", user == "1001" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := sw.Start(context.Background()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sw.Close(); err != nil {
			t.Errorf("closing the switch: %v", err)
		}
	})
	esltest.Run(t, esltest.Target{Address: sw.ESLAddr(), Password: "conformance", Heartbeat: time.Second, MediaTimeout: true, User: "1001", Secret: "softphone"})
}
