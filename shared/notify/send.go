package notify

import (
	"context"
	"log/slog"

	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/tenant"
)

// Publisher is the part of the bus that notifications need.
type Publisher interface {
	Publish(ctx context.Context, m event.Message) error
}

// Service stores notifications and tells open consoles of them. Alarms and jobs use it.
type Service struct {
	Store Store
	Bus   Publisher
	Log   *slog.Logger
}

// Send stores first and publishes then: a console that misses the message finds the row. Members who were told of it
// before are not told again, however many processes try.
func (s Service) Send(ctx context.Context, scope tenant.Scope, list ...Notification) error {
	if len(list) == 0 {
		return nil
	}
	if err := s.Store.Notify(ctx, scope, list); err != nil {
		return err
	}
	for _, n := range list {
		if n.ID == 0 {
			continue
		}
		s.publish(ctx, event.NotificationAdded{Tenant: n.Tenant, User: int64(n.User), ID: n.ID, Topic: string(n.Kind), Title: n.Title, Link: n.Link})
	}
	return nil
}

// Announce publishes an announcement. The bus carries one message for everybody: it names no tenant and no user, and the
// announcement's id instead of a notification's.
func (s Service) Announce(ctx context.Context, scope tenant.Scope, a *Announcement) error {
	if err := a.Validate(); err != nil {
		return err
	}
	if err := s.Store.Announce(ctx, scope, a); err != nil {
		return err
	}
	s.publish(ctx, event.NotificationAdded{ID: a.ID, Topic: string(Announced), Title: a.Title, Link: AnnouncementsLink})
	return nil
}

func (s Service) publish(ctx context.Context, m event.NotificationAdded) {
	if err := s.Bus.Publish(ctx, m); err != nil && s.Log != nil {
		s.Log.WarnContext(ctx, "a notification was stored and not delivered live", "notification", m.ID, "topic", m.Topic, "error", err)
	}
}
