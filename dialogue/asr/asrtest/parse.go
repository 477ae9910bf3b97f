package asrtest

import (
	"testing"

	"github.com/outdial/outdial/dialogue/asr/wire"
)

// CheckParse is what a fuzz target asks of a protocol: any message is read or refused, and what is read makes sense.
func CheckParse(t *testing.T, p wire.Protocol, msg []byte, flushed bool) {
	t.Helper()
	p.Begin(0)
	for range 2 { // the second time it finds the state that the first one left
		e, err := p.Parse(msg, flushed)
		switch {
		case err != nil && e != (wire.Event{}):
			t.Errorf("%q: %+v and %v", msg, e, err)
		case e.Kind > wire.Gone || e.Confidence < 0 || e.Confidence > 1:
			t.Errorf("%q: %+v", msg, e)
		case len(e.Text) > 4*len(msg)*2+16:
			t.Errorf("%q: a text of %d bytes", msg, len(e.Text))
		}
	}
	if g, ok := p.(wire.Greeter); ok {
		if ready, err := g.Greeted(msg); ready && err != nil {
			t.Errorf("%q: ready and %v", msg, err)
		}
	}
}
