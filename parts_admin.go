package main

import (
	"context"
	"net/netip"
	"path/filepath"

	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/admin"
	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/admin/jobs"
	"github.com/outdial/outdial/admin/live"
	"github.com/outdial/outdial/admin/watch"
)

// queueClient is the connection that the job queue works over.
func (s *stack) queueClient() redis.UniversalClient {
	return redis.NewClient(&redis.Options{Addr: s.redis})
}

// exportsDir is where the worker leaves files for the API to hand out.
func (s *stack) exportsDir() string { return filepath.Join(s.cfg.Data, "exports") }

// startWorker starts the jobs.
func (s *stack) startWorker(ctx context.Context) error {
	client := s.queueClient()
	w := jobs.NewWorker(jobs.Config{
		Redis: client, Store: s.store, Bus: s.bus, UploadsDir: s.cfg.UploadsDir(), Clock: s.clock, Logger: s.log.With("role", "worker"),
		RecordingsDir: s.cfg.RecordingsDir(), ExportsDir: s.exportsDir(), Retention: s.cfg.Retention.Periods(),
	})
	if err := w.Start(ctx); err != nil {
		_ = client.Close()
		return err
	}
	s.onClose(func(context.Context) {
		w.Close()
		_ = client.Close()
	})
	return s.startWatch(ctx)
}

// startWatch looks after campaigns with alarms; it runs beside the jobs.
func (s *stack) startWatch(ctx context.Context) error {
	log := s.log.With("role", "worker")
	f := live.New(s.store, s.clock, log)
	w := watch.New(watch.Config{Store: s.store, Figures: f, Bus: s.bus, Clock: s.clock, Logger: log})
	s.onClose(func(context.Context) { w.Close(); f.Close() })
	if err := w.Start(ctx); err != nil {
		return err
	}
	if err := s.startNotices(ctx); err != nil {
		return err
	}
	return s.startPushes(ctx)
}

// startAdmin starts the API and the console.
func (s *stack) startAdmin(ctx context.Context) error {
	client := s.queueClient()
	log := s.log.With("role", "admin")
	model, err := s.chatModel()
	if err != nil {
		_ = client.Close()
		return err
	}
	robots, err := s.wechat()
	if err != nil {
		_ = client.Close()
		return err
	}
	proxies, err := s.cfg.Admin.Proxies()
	if err != nil {
		_ = client.Close()
		return err
	}
	srv := admin.NewServer(s.cfg.Admin.Listen, api.New(api.Deps{
		Store: s.store,
		Bus:   s.bus, Queue: jobs.NewQueue(client, jobs.DefaultQueue), RecordingsDir: s.cfg.RecordingsDir(), UploadsDir: s.cfg.UploadsDir(),
		ExportsDir: s.exportsDir(), WeChat: robots,
		Clock: s.clock, Logger: log, SecureCookies: s.cfg.Admin.TLS, TrustedProxies: proxies, TalkSecret: s.cfg.Dialogue.TalkSecret, Chat: model,
		Checks: []api.Check{{Name: "database", Ping: s.store.Ping}, {Name: "redis", Ping: func(ctx context.Context) error { return client.Ping(ctx).Err() }}},
	}), log)
	if err := srv.Start(ctx); err != nil {
		_ = client.Close()
		return err
	}
	s.cfg.Admin.Listen = srv.Addr()
	if !s.cfg.Admin.TLS && len(proxies) == 0 && !loopback(srv.Addr()) {
		log.Warn("others than this machine can reach the console without TLS: put a proxy that ends TLS in front of it, and set admin.tls and admin.trustedproxies", "address", srv.Addr())
	}
	s.onClose(func(ctx context.Context) {
		if err := srv.Close(ctx); err != nil {
			log.Error("the API did not stop cleanly", "error", err)
		}
		_ = client.Close()
	})
	return nil
}

// loopback tells whether only this machine can reach the address.
func loopback(addr string) bool {
	a, err := netip.ParseAddrPort(addr)
	return err == nil && a.Addr().IsLoopback()
}
