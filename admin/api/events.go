package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/event"
)

type eventsInput struct {
	CampaignID int64 `query:"campaign_id" minimum:"0" doc:"Only what concerns this campaign, besides notifications, exports and the caller's own listening"`
	Raw
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
	// ExportEvent is export.changed, and goes to whoever asked for the export.
	ExportEvent struct {
		ID    int64  `json:"id"`
		State string `json:"state"`
		Done  int    `json:"done"`
		Total int    `json:"total"`
	}
	// ListeningEvent is listening.changed, and goes to the one who listens.
	ListeningEvent struct {
		ID         string `json:"id"`
		CallID     string `json:"call_id"`
		CampaignID int64  `json:"campaign_id"`
		State      string `json:"state"`
		Reason     string `json:"reason,omitempty"`
	}
	// ScriptEvent is script.changed: of the script itself, or of one of its versions.
	ScriptEvent struct {
		ScriptID  int64  `json:"script_id"`
		VersionID int64  `json:"version_id,omitempty"`
		State     string `json:"state"`
	}
	// NotificationEvent is notification.added, and goes to the one it is for.
	NotificationEvent struct {
		ID     int64  `json:"id"`
		Kind   string `json:"kind"`
		Title  string `json:"title"`
		Link   string `json:"link"`
		Unread int    `json:"unread"`
	}
)

// events streams what happens until the client leaves. A client that comes back reads the rows again: nothing is
// replayed.
func (a *API) events(ctx context.Context, in *eventsInput) (*huma.StreamResponse, error) {
	who := callerOf(ctx)
	s, err := a.hub.join(who.Tenant.ID, who.User.ID, in.CampaignID)
	if err != nil {
		return nil, err
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		defer a.hub.leave(s)
		a.counts.streams.Inc()
		defer a.counts.streams.Dec()
		(&reader{api: a, stream: s, w: w, r: r}).run(r.Context())
	}), nil
}

// shownEvent is what a client reads of a message.
func shownEvent(m event.Message, masked bool) any {
	switch m := m.(type) {
	case event.CallChanged:
		return CallEvent{int64(m.Campaign), string(m.Call), string(m.State), m.At.UTC()}
	case event.TurnAdded:
		text := m.Text
		if masked {
			text = access.MaskText(text)
		}
		return TurnEvent{int64(m.Campaign), string(m.Call), m.Seq, string(m.Speaker), text, m.Grade}
	case event.CampaignChanged:
		return CampaignEvent{int64(m.Campaign), m.State, m.At.UTC()}
	case event.ImportChanged:
		return ImportEvent{int64(m.Campaign), int64(m.Import), string(m.State), m.Total, m.Accepted, m.Rejected}
	case event.ScriptChanged:
		return ScriptEvent{int64(m.Script), int64(m.Version), string(m.State)}
	case event.ExportChanged:
		return ExportEvent{m.Export, m.State, m.Done, m.Total}
	case event.ListeningChanged:
		return ListeningEvent{string(m.Listening), string(m.Call), int64(m.Campaign), string(m.State), string(m.Reason)}
	}
	return struct{}{}
}
