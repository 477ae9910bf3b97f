package sipua

import (
	"testing"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"go.uber.org/goleak"
)

// A request that is handled after Close opens a socket; it does not stay.
func TestCloseTakesStragglersWithIt(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	ua, err := sipgo.NewUA()
	if err != nil {
		t.Fatal(err)
	}
	if err := Close(ua); err != nil {
		t.Fatal(err)
	}
	req := sip.NewRequest(sip.OPTIONS, sip.Uri{Scheme: "sip", Host: "127.0.0.1", Port: 9})
	via := &sip.ViaHeader{ProtocolName: "SIP", ProtocolVersion: "2.0", Transport: "UDP", Host: "127.0.0.1", Port: 9, Params: sip.NewParams()}
	req.AppendHeader(via)
	req.SetDestination("127.0.0.1:9")
	conn, err := ua.TransportLayer().ClientRequestConnection(t.Context(), req)
	if err != nil || conn == nil {
		t.Fatalf("no straggler: %v, %v", conn, err)
	}
	goleak.VerifyNone(t, ignore)
}
