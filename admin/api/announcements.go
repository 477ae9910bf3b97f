package api

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/notify"
)

// Announcement is what the platform tells everybody.
type Announcement struct {
	ID          int64     `json:"id"`
	Title       string    `json:"title"`
	Body        string    `json:"body"`
	Level       string    `json:"level" enum:"info,release,warning"`
	PublishedAt time.Time `json:"published_at"`
	Author      string    `json:"author"`
}

func announcementOf(n notify.Announcement) Announcement {
	return Announcement{ID: n.ID, Title: n.Title, Body: n.Body, Level: n.Level, PublishedAt: n.PublishedAt.UTC(), Author: n.Author}
}

type listAnnouncementsInput struct{ Paging }

type listAnnouncementsOutput struct{ Body Page[Announcement] }

func (a *API) listAnnouncements(ctx context.Context, in *listAnnouncementsInput) (*listAnnouncementsOutput, error) {
	below, err := in.key()
	if err != nil {
		return nil, err
	}
	found, err := a.Store.Announcements(ctx, scopeOf(ctx), below, in.Limit+1)
	if err != nil {
		return nil, err
	}
	out := &listAnnouncementsOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(n notify.Announcement) string { return strconv.FormatInt(n.ID, 10) })
	out.Body.Items = make([]Announcement, 0, len(found))
	for _, n := range found {
		out.Body.Items = append(out.Body.Items, announcementOf(n))
	}
	return out, nil
}

type createAnnouncementInput struct {
	Body struct {
		Title string `json:"title"`
		Body  string `json:"body"`
		Level string `json:"level" enum:"info,release,warning"`
	}
}

type announcementOutput struct{ Body Announcement }

func (a *API) createAnnouncement(ctx context.Context, in *createAnnouncementInput) (*announcementOutput, error) {
	author := callerOf(ctx).User
	n := notify.Announcement{Level: in.Body.Level, Title: strings.TrimSpace(in.Body.Title), Body: strings.TrimSpace(in.Body.Body),
		Author: orElse(author.Name, author.Account), PublishedAt: a.Clock.Now().UTC()}
	if err := a.notices().Announce(ctx, scopeOf(ctx), &n); err != nil {
		return nil, err
	}
	out := &announcementOutput{Body: announcementOf(n)}
	note(ctx, change{Module: "announcements", Action: "create", Kind: "announcement", ID: strconv.FormatInt(n.ID, 10), Name: n.Title, After: out.Body})
	return out, nil
}

// notices stores notifications and tells open consoles of them.
func (a *API) notices() notify.Service {
	return notify.Service{Store: a.Store, Bus: a.Bus, Log: a.Logger}
}

// AnnouncementPath names the announcement of an address.
type AnnouncementPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (a *API) deleteAnnouncement(ctx context.Context, in *AnnouncementPath) (*struct{}, error) {
	if err := a.Store.DeleteAnnouncement(ctx, scopeOf(ctx), in.ID); err != nil {
		return nil, err
	}
	note(ctx, change{Module: "announcements", Action: "delete", Kind: "announcement", ID: strconv.FormatInt(in.ID, 10)})
	return nil, nil //nolint:nilnil // an answer without a body
}
