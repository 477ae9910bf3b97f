package dialer

import (
	"context"
	"sync/atomic"

	"github.com/outdial/outdial/dialer/callctl"
	"github.com/outdial/outdial/dialer/esl"
)

// lateLine is the switch's client before there is one: the client reports its first connection while it is being made,
// and the calls that it then finds again need it already.
type lateLine struct{ client atomic.Pointer[esl.Client] }

var _ callctl.Line = (*lateLine)(nil)

func (l *lateLine) set(c *esl.Client) { l.client.Store(c) }

func (l *lateLine) get() (*esl.Client, error) {
	if c := l.client.Load(); c != nil {
		return c, nil
	}
	return nil, esl.ErrDown
}

func (l *lateLine) Own(capacity int, uuids ...string) (*esl.Owner, error) {
	c, err := l.get()
	if err != nil {
		return nil, err
	}
	return c.Own(capacity, uuids...)
}

func (l *lateLine) Originate(ctx context.Context, o esl.Originate) (esl.OriginateJob, error) {
	c, err := l.get()
	if err != nil {
		return esl.OriginateJob{}, err
	}
	return c.Originate(ctx, o)
}

func (l *lateLine) Kill(ctx context.Context, uuid string, cause esl.Cause) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.Kill(ctx, uuid, cause)
}

func (l *lateLine) StartRecord(ctx context.Context, uuid, path string) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.StartRecord(ctx, uuid, path)
}

func (l *lateLine) Bridge(ctx context.Context, a, b string) error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.Bridge(ctx, a, b)
}

func (l *lateLine) Exists(ctx context.Context, uuid string) (bool, error) {
	c, err := l.get()
	if err != nil {
		return false, err
	}
	return c.Exists(ctx, uuid)
}

func (l *lateLine) Channels(ctx context.Context) ([]esl.Channel, error) {
	c, err := l.get()
	if err != nil {
		return nil, err
	}
	return c.Channels(ctx)
}

func (l *lateLine) Err() error {
	c, err := l.get()
	if err != nil {
		return err
	}
	return c.Err()
}
