package main

import (
	"context"

	"github.com/outdial/outdial/admin/notices"
)

// startNotices tells members what has finished; it runs beside the jobs.
func (s *stack) startNotices(ctx context.Context) error {
	t := notices.New(notices.Config{Store: s.store, Bus: s.bus, Clock: s.clock, Logger: s.log.With("role", "worker")})
	s.onClose(func(context.Context) { t.Close() })
	return t.Start(ctx)
}
