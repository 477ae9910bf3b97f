package main

import (
	"context"

	"github.com/outdial/outdial/admin/pushes"
	"github.com/outdial/outdial/admin/wecom"
)

// wechat is the client of WeChat robots' webhooks.
func (s *stack) wechat() (*wecom.Client, error) {
	c, err := wecom.New(s.cfg.Push.WeCom.URL)
	if err != nil {
		return nil, err
	}
	s.onClose(func(context.Context) { c.Close() })
	return c, nil
}

// startPushes tells WeChat robots of finished calls; it runs beside the jobs.
func (s *stack) startPushes(ctx context.Context) error {
	client, err := s.wechat()
	if err != nil {
		return err
	}
	p := pushes.New(pushes.Config{Store: s.store, Client: client, Clock: s.clock, Logger: s.log.With("role", "worker")})
	s.onClose(func(context.Context) { p.Close() })
	return p.Start(ctx)
}
