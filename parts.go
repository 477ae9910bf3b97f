package main

import (
	"context"
	"fmt"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"github.com/outdial/outdial/dialer"
	"github.com/outdial/outdial/dialer/carriersim"
	"github.com/outdial/outdial/dialer/softswitch"
	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/event/redisbus"
	"github.com/outdial/outdial/shared/store"
)

// startStore opens the database and brings its schema up to date.
func (s *stack) startStore(ctx context.Context) error {
	db, err := store.Open(ctx, store.Config{DSN: s.cfg.DatabaseDSN(), Logger: s.log})
	if err != nil {
		return err
	}
	if err := db.Migrate(ctx); err != nil {
		_ = db.Close()
		return err
	}
	s.store = db
	s.onClose(func(context.Context) {
		if err := db.Close(); err != nil {
			s.log.Error("database was not closed cleanly", "error", err)
		}
	})
	return nil
}

// startRedis connects to Redis, or starts one inside this process where the settings name none.
func (s *stack) startRedis(ctx context.Context) error {
	s.redis = s.cfg.Redis
	if s.redis == "" {
		m := miniredis.NewMiniRedis()
		m.ClockTTL(true) // locks of the queue must expire by themselves
		if err := m.StartAddr(s.cfg.RedisListen); err != nil {
			return errs.Wrap(errs.Unavailable, err, "the Redis of this process cannot listen on %s; free the port or set redislisten", s.cfg.RedisListen)
		}
		s.redis = m.Addr()
		s.onClose(func(context.Context) { m.Close() })
	}
	bus := redisbus.New(redis.Options{Addr: s.redis}, s.log)
	if err := bus.Ping(ctx); err != nil {
		_ = bus.Close()
		return err
	}
	s.bus = bus
	s.onClose(func(context.Context) { _ = bus.Close() })
	return nil
}

// needRedis refuses a role that shares messages with other processes when no Redis is named.
func (s *stack) needRedis(ctx context.Context) error {
	if s.cfg.Redis == "" {
		return errs.New(errs.Invalid, "a role of its own needs the Redis that all roles share: set OUTDIAL_REDIS=host:port")
	}
	return s.startRedis(ctx)
}

// startSwitch starts the embedded switch. Without a password it makes one, which only this process knows.
func (s *stack) startSwitch(ctx context.Context) error {
	if s.cfg.Switch.Password == "" {
		s.cfg.Switch.Password = access.NewToken()
	}
	c := s.cfg.Switch
	sw, err := softswitch.New(softswitch.Config{
		ESLAddr: c.ESL, ESLPassword: c.Password, CarriersAddr: c.Carriers, ExtensionsAddr: c.Extensions,
		RTPHost: c.RTP.Host, RTPMin: c.RTP.Min, RTPMax: c.RTP.Max, MediaTimeout: c.MediaTimeout,
		SessionsPerSecond: c.SessionsPerSecond, MaxSessions: c.MaxSessions,
		User: func(user string) (string, bool) {
			password, ok := c.Users[user]
			return password, ok
		},
		Logger: s.log.With("role", "switch"), Clock: s.clock,
	})
	if err != nil {
		return err
	}
	// Ctrl-C must not end the switch under the dialer, which ends its calls first and writes down how they ended.
	if err := sw.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	s.cfg.Switch.ESL, s.cfg.Switch.Carriers, s.cfg.Switch.Extensions = sw.ESLAddr(), sw.CarriersAddr(), sw.ExtensionsAddr()
	s.drain = true
	s.onClose(func(context.Context) { _ = sw.Close() })
	return nil
}

// startCarrier starts the carrier simulator.
func (s *stack) startCarrier(ctx context.Context) error {
	_, err := s.carrier(ctx, carriersim.Config{})
	return err
}

// carrier starts the simulator with further settings and returns it, for its measurements.
func (s *stack) carrier(ctx context.Context, cfg carriersim.Config) (*carriersim.Simulator, error) {
	c := s.cfg.Carrier
	cfg.Addr, cfg.RTPHost, cfg.RTPMin, cfg.RTPMax, cfg.Seed = c.Listen, c.RTP.Host, c.RTP.Min, c.RTP.Max, c.Seed
	cfg.TimeScale = 1 / c.Speed
	cfg.Logger, cfg.Clock = s.log.With("role", "carrier"), s.clock
	sim, err := carriersim.New(cfg)
	if err != nil {
		return nil, err
	}
	if err := sim.Start(context.WithoutCancel(ctx)); err != nil { // like the switch, it outlives the dialer
		return nil, err
	}
	s.cfg.Carrier.Listen = sim.Addr()
	s.onClose(func(context.Context) { _ = sim.Close() })
	return sim, nil
}

// startDialogue starts the robots.
func (s *stack) startDialogue(ctx context.Context) error {
	_, err := s.robots(ctx)
	return err
}

func (s *stack) robots(ctx context.Context) (*robot.Robot, error) {
	c := s.cfg.Dialogue
	log := s.log.With("role", "dialogue")
	speech, err := s.speech(log)
	if err != nil {
		return nil, err
	}
	voices, err := s.voices()
	if err != nil {
		return nil, err
	}
	r, err := robot.New(robot.Config{
		SIPAddr: c.SIP, RTPMin: c.RTP.Min, RTPMax: c.RTP.Max, Capacity: c.Capacity, MediaTimeout: s.cfg.Switch.MediaTimeout, Tones: c.Tones,
		Store: s.store, Bus: s.bus, Recognisers: speech.recognisers, Voice: speech.voice, Chat: speech.model, Voices: voices, RecordingsDir: s.cfg.RecordingsDir(),
		Clock: s.clock, Log: log,
	})
	if err != nil {
		return nil, err
	}
	if err := r.Start(ctx); err != nil {
		return nil, err
	}
	s.cfg.Dialogue.SIP = r.Addr()
	s.onClose(func(ctx context.Context) {
		if err := r.Close(ctx); err != nil {
			log.Error("robots did not stop cleanly", "error", err)
		}
	})
	return r, s.startTalks(r, speech)
}

// startDialer starts campaigns and calls.
func (s *stack) startDialer(ctx context.Context) error {
	_, err := s.dialer(ctx)
	return err
}

func (s *stack) dialer(ctx context.Context) (*dialer.Dialer, error) {
	d, err := dialer.Start(ctx, dialer.Config{
		ESL: s.cfg.Switch.ESL, Password: s.cfg.Switch.Password, Store: s.store, Bus: s.bus,
		Name: s.cfg.Dialer.Name, Lease: s.cfg.Dialer.Lease, LongestCall: s.cfg.Dialer.LongestCall,
		RecordingsDir: s.cfg.SwitchRecordingsDir(), Clock: s.clock, Log: s.log.With("role", "dialer"),
	})
	if err != nil {
		return nil, err
	}
	s.onClose(func(ctx context.Context) { d.Close(ctx, s.drain) })
	return d, nil
}

func (s *stack) address() string { return fmt.Sprintf("http://%s/", s.cfg.Admin.Listen) }
