package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/outdial/outdial/admin/api"
)

// consoleCommand does what an open console does: it asks for a campaign's figures once a second and listens to what
// happens, until its input ends. The live part of the bench runs it.
type consoleCommand struct {
	Server   string `help:"Where the API listens." required:""`
	Campaign int64  `help:"The campaign to look at." required:""`
	Token    string `help:"The session's token." env:"OUTDIAL_BENCH_TOKEN" required:""`
}

// consoleSeen is what a console prints at its end.
type consoleSeen struct {
	Ages   []time.Duration // of the figures when they arrived
	Took   []time.Duration // to answer
	Events int
}

func (c consoleCommand) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer cancel()
		_, _ = io.Copy(io.Discard, os.Stdin)
	}()
	seen, err := c.watch(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(seen)
}

func (c consoleCommand) watch(ctx context.Context) (consoleSeen, error) {
	var v consoleSeen
	stream, err := c.get(ctx, "/api/v1/events?campaign_id="+strconv.FormatInt(c.Campaign, 10))
	if err != nil {
		return v, err
	}
	var listening sync.WaitGroup
	listening.Go(func() {
		defer stream.Body.Close()
		for lines := bufio.NewScanner(stream.Body); lines.Scan(); {
			if strings.HasPrefix(lines.Text(), "event: ") {
				v.Events++
			}
		}
	})
	err = c.poll(ctx, &v)
	listening.Wait()
	return v, err
}

func (c consoleCommand) poll(ctx context.Context, v *consoleSeen) error {
	every := time.NewTicker(time.Second)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-every.C:
			began := time.Now()
			live, err := c.ask(ctx)
			if ctx.Err() != nil {
				return nil
			}
			if err != nil {
				return err
			}
			v.Took, v.Ages = append(v.Took, time.Since(began)), append(v.Ages, time.Since(live.AsOf))
		}
	}
}

func (c consoleCommand) ask(ctx context.Context) (api.Live, error) {
	var v api.Live
	resp, err := c.get(ctx, fmt.Sprintf("/api/v1/campaigns/%d/live", c.Campaign))
	if err != nil {
		return v, err
	}
	defer resp.Body.Close()
	return v, json.NewDecoder(resp.Body).Decode(&v)
}

func (c consoleCommand) get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+c.Server+path, nil)
	if err != nil {
		return nil, err
	}
	r.AddCookie(&http.Cookie{Name: "outdial_session", Value: c.Token})
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		return nil, fmt.Errorf("%s: %s %s", path, resp.Status, text)
	}
	return resp, nil
}
