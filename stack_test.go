package main

import (
	"context"
	"log/slog"
	"net"
	"testing"

	"github.com/outdial/outdial/shared/config"
)

// TestTheSwitchOutlivesTheInterrupt: the dialer ends its calls over the switch after Ctrl-C, so only close may end it.
func TestTheSwitchOutlivesTheInterrupt(t *testing.T) {
	cfg := config.Default()
	cfg.Data = t.TempDir()
	demoCommand{Robots: 1}.ephemeral(&cfg)
	s, err := newStack(cfg, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, interrupt := context.WithCancel(t.Context())
	if err := s.startAll(ctx, s.startSwitch, s.startCarrier); err != nil {
		t.Fatal(err)
	}
	interrupt()
	greeting := func() error {
		c, err := net.Dial("tcp", s.cfg.Switch.ESL)
		if err != nil {
			return err
		}
		defer func() { _ = c.Close() }()
		_, err = c.Read(make([]byte, 1))
		return err
	}
	for range 20 { // what follows the interrupt by itself does so within moments
		if err := greeting(); err != nil {
			t.Fatalf("after the interrupt: %v", err)
		}
	}
	s.close()
	if err := greeting(); err == nil {
		t.Fatal("the switch answers after close")
	}
}
