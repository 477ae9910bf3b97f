// Package sipua ends SIP user agents for good. It does not make them.
package sipua

import (
	"time"

	"github.com/emiago/sipgo"
)

// late is when a request that came just before the end may still be handled; more than a busy machine needs.
var late = [...]time.Duration{20 * time.Millisecond, 100 * time.Millisecond, 300 * time.Millisecond}

// Close closes the user agent and what it opens afterwards: sipgo handles each message in a goroutine of its own, and
// one that is scheduled after the end finds no connection to answer on and opens a socket, which nobody would close.
func Close(ua *sipgo.UserAgent) error {
	err := ua.Close()
	for _, d := range late {
		time.AfterFunc(d, func() { _ = ua.TransportLayer().Close() }) // its error is that of a socket already closed
	}
	return err
}
