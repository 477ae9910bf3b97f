package carriersim

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	// Calls are played in real time: the tests wait, they do not compute, so more of them than processors may run at once.
	if err := flag.Set("test.parallel", "48"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	goleak.VerifyTestMain(m)
}
