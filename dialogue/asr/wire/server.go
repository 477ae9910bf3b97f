package wire

import (
	"context"

	"github.com/outdial/outdial/dialogue/asr"
)

// Server is a recogniser at one address that asks for no credentials. A provider of such servers embeds it and adds
// what it says on the wire.
type Server struct {
	name, url string
	cfg       Config
}

// NewServer checks the address; it does not connect yet.
func NewServer(name, url string, cfg Config) (Server, error) {
	if err := CheckURL(name, url); err != nil {
		return Server{}, err
	}
	return Server{name: name, url: url, cfg: cfg}, nil
}

// Name implements asr.Provider.
func (s Server) Name() string { return s.name }

// Connect starts a stream that speaks p.
func (s Server) Connect(ctx context.Context, params asr.Params, p Protocol) (asr.Stream, error) {
	return Open(ctx, s.name, s.url, Fixed(s.url), params, p, s.cfg)
}
