package esltest

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sipua"
)

// answerer is a SIP side with one number a callee.
type answerer struct {
	t       testing.TB
	address string
	dialogs *sipgo.DialogServerCache
	client  *sipgo.Client
	ports   *rtpio.Ports

	mu      sync.Mutex
	callees map[string]*callee
	next    int
	over    bool

	handlers sync.WaitGroup // calls under way, with their media
}

// startAnswerer listens on an ephemeral port until the test ends.
func startAnswerer(t testing.TB) *answerer {
	t.Helper()
	sock, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("answerer: %v", err)
	}
	port := sock.LocalAddr().(*net.UDPAddr).Port
	quiet := slog.New(slog.DiscardHandler)
	ua, err := sipgo.NewUA(sipgo.WithUserAgent("esltest"), sipgo.WithUserAgentHostname("127.0.0.1"),
		sipgo.WithUserAgentTransportLayerOptions(sip.WithTransportLayerLogger(quiet)),
		sipgo.WithUserAgentTransactionLayerOptions(sip.WithTransactionLayerLogger(quiet)))
	if err != nil {
		t.Fatalf("answerer: %v", err)
	}
	server, err := sipgo.NewServer(ua, sipgo.WithServerLogger(quiet))
	if err != nil {
		t.Fatalf("answerer: %v", err)
	}
	// Calls are hung up from the socket that they came in by, so that there is no second one to outlive the test.
	client, err := sipgo.NewClient(ua, sipgo.WithClientLogger(quiet), sipgo.WithClientHostname("127.0.0.1"),
		sipgo.WithClientConnectionAddr(net.JoinHostPort("127.0.0.1", strconv.Itoa(port))))
	if err != nil {
		t.Fatalf("answerer: %v", err)
	}
	contact := sip.ContactHeader{Address: sip.Uri{User: "callee", Host: "127.0.0.1", Port: port}}
	a := &answerer{
		t: t, address: "127.0.0.1:" + strconv.Itoa(port), dialogs: sipgo.NewDialogServerCache(client, contact), client: client,
		ports: rtpio.NewPorts("127.0.0.1", 0, 0), callees: make(map[string]*callee), next: 7000,
	}
	server.OnInvite(a.invite)
	server.OnAck(func(r *sip.Request, tx sip.ServerTransaction) { _ = a.dialogs.ReadAck(r, tx) })
	server.OnBye(func(r *sip.Request, tx sip.ServerTransaction) {
		a.handlers.Add(1)
		defer a.handlers.Done()
		_ = a.dialogs.ReadBye(r, tx)
	})
	var serving sync.WaitGroup
	serving.Go(func() { _ = server.ServeUDP(sock) })
	t.Cleanup(func() {
		a.end()
		_ = sock.Close()
		serving.Wait()
		a.handlers.Wait()
		_ = sipua.Close(ua)
	})
	return a
}

// end lets the calls that the test has hung up end by themselves, for a while, and then stops the rest.
func (a *answerer) end() {
	a.mu.Lock()
	a.over = true
	callees := slices.Collect(maps.Values(a.callees))
	a.mu.Unlock()
	late, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	for _, c := range callees {
		if !c.began.Load() {
			continue // never called
		}
		select {
		case <-c.ended:
		case <-late.Done():
		}
	}
	for _, c := range callees {
		c.stop()
	}
	a.handlers.Wait() // a call that is hanging up still needs the socket
}

// callee makes a number that behaves as b says.
func (a *answerer) callee(b behaviour) *callee {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.next++
	ctx, stop := context.WithCancel(context.Background())
	c := &callee{
		a: a, number: strconv.Itoa(a.next), behaviour: b, ctx: ctx, stop: stop,
		invited: make(chan *sip.Request, 1), answer: make(chan struct{}), hangup: make(chan struct{}), ended: make(chan struct{}),
	}
	a.callees[c.number] = c
	return c
}

func (a *answerer) invite(req *sip.Request, tx sip.ServerTransaction) {
	a.mu.Lock()
	c := a.callees[req.Recipient.User]
	if a.over {
		c = nil
	}
	if c != nil {
		a.handlers.Add(1)
		defer a.handlers.Done()
	}
	a.mu.Unlock()
	if c == nil {
		_ = tx.Respond(sip.NewResponseFromRequest(req, 404, "Not Found", nil))
		return
	}
	d, err := a.dialogs.ReadInvite(req, tx)
	if err != nil {
		a.t.Errorf("answerer: INVITE to %s: %v", c.number, err)
		return
	}
	c.once.Do(func() {
		c.began.Store(true)
		c.invited <- req
		c.serve(d)
		close(c.ended)
	})
}

// endpoint is how a switch calls the callee.
func (c *callee) endpoint(profile string) esl.Endpoint {
	return esl.Endpoint{Profile: profile, Address: c.a.address, Number: esl.Number(c.number)}
}

func (c *callee) String() string { return fmt.Sprintf("callee %s", c.number) }
