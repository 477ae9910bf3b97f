package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/campaign"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/errs"
)

// Contact is one person of a campaign.
type Contact struct {
	ID        int64             `json:"id"`
	Number    string            `json:"number"`
	Name      string            `json:"name"`
	Vars      map[string]string `json:"vars"`
	State     string            `json:"state" enum:"waiting,calling,finished"`
	Attempts  int               `json:"attempts"`
	Grade     string            `json:"grade,omitempty"`
	CreatedAt time.Time         `json:"created_at"`
}

type addContactInput struct {
	CampaignPath
	Body struct {
		Number string            `json:"number" maxLength:"100"`
		Name   string            `json:"name,omitempty" maxLength:"1000"`
		Vars   map[string]string `json:"vars,omitempty" doc:"What the script may speak"`
	}
}

type contactOutput struct{ Body Contact }

func (a *API) addContact(ctx context.Context, in *addContactInput) (*contactOutput, error) {
	camp, err := a.takesContacts(ctx, in.id())
	if err != nil {
		return nil, err
	}
	var refused errs.Check
	reason := func(path string, err error) { refuseWith(&refused, path, err) }
	now := a.Clock.Now().UTC()
	c := contact.Contact{Tenant: camp.Tenant, Campaign: camp.ID, State: contact.Waiting, NotBefore: now, CreatedAt: now, UpdatedAt: now}
	c.Number, err = contact.ParseNumber(in.Body.Number, a.Limits.Region)
	reason("number", err)
	c.Name, err = contact.CleanName(in.Body.Name)
	reason("name", err)
	c.Vars, err = contact.CleanVars(in.Body.Vars)
	reason("vars", err)
	if err := refused.Err("contact"); err != nil {
		return nil, err
	}
	if err := a.Store.AddContact(ctx, scopeOf(ctx), &c); err != nil {
		return nil, err
	}
	out := &contactOutput{Body: contactOf(c)}
	note(ctx, change{Module: "contacts", Action: "create", Kind: "contact", ID: strconv.FormatInt(out.Body.ID, 10), Name: out.Body.Name, After: out.Body})
	out.Body.Number, out.Body.Name, out.Body.Vars = a.number(ctx, out.Body.Number), a.text(ctx, out.Body.Name), a.vars(ctx, c.Number.String(), out.Body.Vars)
	return out, nil
}

// takesContacts is the campaign, unless it will never dial again.
func (a *API) takesContacts(ctx context.Context, id campaign.ID) (campaign.Campaign, error) {
	c, err := a.Store.Campaign(ctx, scopeOf(ctx), id)
	if err != nil {
		return c, err
	}
	if c.State == campaign.Finished {
		return c, errs.New(errs.Conflict, "the campaign is finished and takes no contacts; create another one for them")
	}
	return c, nil
}

func contactOf(c contact.Contact) Contact {
	out := Contact{ID: int64(c.ID), Number: c.Number.String(), Name: c.Name, Vars: c.Vars, State: string(c.State), Attempts: c.Attempts,
		Grade: c.Grade, CreatedAt: c.CreatedAt.UTC()}
	if out.Vars == nil {
		out.Vars = map[string]string{}
	}
	return out
}
