package main

import (
	"context"

	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/dialogue/webtalk"
	"github.com/outdial/outdial/shared/access"
)

// shareTalks makes the secret of talks in the browser where one process is both ends of them.
func (s *stack) shareTalks() {
	if s.cfg.Dialogue.TalkSecret == "" {
		s.cfg.Dialogue.TalkSecret = access.NewToken()
	}
}

// startTalks takes talks in the browser, where the API can know the secret.
func (s *stack) startTalks(r *robot.Robot, speech speech) error {
	c := s.cfg.Dialogue
	if c.TalkSecret == "" {
		return nil
	}
	talks, err := webtalk.Start(webtalk.Config{Listen: c.Talk, Secret: c.TalkSecret, Prepare: r.Rehearse, Recognisers: speech.recognisers, Chat: speech.model,
		Clock: s.clock, Log: s.log.With("role", "dialogue")})
	if err != nil {
		return err
	}
	r.OfferTalks(talks.Addr())
	s.onClose(func(context.Context) { talks.Close() })
	return nil
}
