package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/event"
)

// heartbeat keeps proxies from closing a quiet stream, and finds readers that are gone.
const heartbeat = 15 * time.Second

type eventsInput struct {
	CampaignID int64 `query:"campaign_id" minimum:"0" doc:"Only what concerns this campaign"`
}

// The data of each kind of event.
type (
	// CallEvent is call.changed.
	CallEvent struct {
		CampaignID int64     `json:"campaign_id"`
		CallID     string    `json:"call_id"`
		State      string    `json:"state"`
		At         time.Time `json:"at"`
	}
	// TurnEvent is turn.added.
	TurnEvent struct {
		CampaignID int64  `json:"campaign_id"`
		CallID     string `json:"call_id"`
		Seq        int    `json:"seq"`
		Speaker    string `json:"speaker"`
		Text       string `json:"text"`
		Grade      string `json:"grade,omitempty"`
	}
	// CampaignEvent is campaign.changed.
	CampaignEvent struct {
		CampaignID int64     `json:"campaign_id"`
		State      string    `json:"state"`
		At         time.Time `json:"at"`
	}
	// ImportEvent is import.changed.
	ImportEvent struct {
		CampaignID int64  `json:"campaign_id"`
		ImportID   int64  `json:"import_id"`
		State      string `json:"state"`
		Total      int    `json:"total"`
		Accepted   int    `json:"accepted"`
		Rejected   int    `json:"rejected"`
	}
)

// events streams what happens until the client leaves. A client that comes back reads the rows again: nothing is
// replayed.
func (a *API) events(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	who := callerOf(ctx)
	s, err := a.hub.join(who.session.Tenant)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		defer a.hub.leave(s)
		a.counts.streams.Inc()
		defer a.counts.streams.Dec()
		a.stream(r.Context(), w, s, in.CampaignID, who.session.ExpiresAt)
	}), nil
}

func (a *API) stream(ctx context.Context, w http.ResponseWriter, s *stream, campaign int64, until time.Time) {
	control := http.NewResponseController(w)
	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	send := func(text []byte) bool {
		_ = control.SetWriteDeadline(time.Now().Add(writeTime))
		if _, err := w.Write(text); err != nil {
			return false
		}
		return control.Flush() == nil
	}
	if !send([]byte("retry: 2000\nevent: ready\ndata: {}\n\n")) {
		return
	}
	tick := a.Clock.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.Chan():
			// A session that has ended must not go on listening.
			if !a.Clock.Now().Before(until) || !send([]byte(": alive\n\n")) {
				return
			}
		case m, ok := <-s.ch:
			if !ok {
				return
			}
			id, data := shownEvent(m)
			if campaign != 0 && id != campaign {
				continue
			}
			body, err := json.Marshal(data)
			if err != nil {
				a.Logger.ErrorContext(ctx, "an event cannot be shown", "kind", m.Kind(), "error", err)
				continue
			}
			if !send([]byte("event: " + string(m.Kind()) + "\ndata: " + string(body) + "\n\n")) {
				return
			}
		}
	}
}

// shownEvent is what a client reads of a message, and the campaign it concerns.
func shownEvent(m event.Message) (campaign int64, data any) {
	switch m := m.(type) {
	case event.CallChanged:
		return int64(m.Campaign), CallEvent{int64(m.Campaign), string(m.Call), string(m.State), m.At.UTC()}
	case event.TurnAdded:
		return int64(m.Campaign), TurnEvent{int64(m.Campaign), string(m.Call), m.Seq, string(m.Speaker), m.Text, m.Grade}
	case event.CampaignChanged:
		return int64(m.Campaign), CampaignEvent{int64(m.Campaign), m.State, m.At.UTC()}
	case event.ImportChanged:
		return int64(m.Campaign), ImportEvent{int64(m.Campaign), int64(m.Import), string(m.State), m.Total, m.Accepted, m.Rejected}
	}
	return 0, struct{}{}
}
