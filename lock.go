package main

import (
	"context"
	"errors"
	"net/url"
	"path/filepath"

	"github.com/outdial/outdial/shared/errs"
)

var errLocked = errors.New("held by another process")

// lockDialer keeps a second dialer of the same name away from this data folder. It would take the first one's calls for
// those of a dialer that has died, end them in the store, and call the same people again.
func (s *stack) lockDialer(context.Context) error {
	release, err := lockFile(filepath.Join(s.cfg.Data, "dialer-"+url.PathEscape(s.cfg.Dialer.Name)+".lock"))
	if errors.Is(err, errLocked) {
		return errs.New(errs.Conflict, "another outdial with the dialer %s works in the folder %s; stop it, or choose another folder with --data",
			s.cfg.Dialer.Name, s.cfg.Data)
	}
	if err != nil {
		return errs.Wrap(errs.Unavailable, err, "folder %s cannot be written to; correct its rights or choose another with --data", s.cfg.Data)
	}
	s.onClose(func(context.Context) { release() })
	return nil
}
