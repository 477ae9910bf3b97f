package api

import (
	"context"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/trunk"
)

// TrunkForm is what makes a trunk.
type TrunkForm struct {
	Name        string  `json:"name"`
	Gateway     string  `json:"gateway,omitempty" doc:"A gateway that is configured in the switch; or set address"`
	Address     string  `json:"address,omitempty" example:"203.0.113.7:5060" doc:"host:port of the carrier; or set gateway"`
	CallerID    string  `json:"caller_id,omitempty" doc:"Shown to the callee"`
	Prefix      string  `json:"prefix,omitempty" doc:"Goes before every number"`
	Concurrency int     `json:"concurrency" doc:"Calls at once"`
	CPS         float64 `json:"cps" doc:"Calls started per second"`
	EarlyMedia  bool    `json:"early_media,omitempty" doc:"The robot listens to announcements before the answer"`
	RingSeconds int     `json:"ring_seconds,omitempty" doc:"How long a call may ring; 0 means 45"`
}

// Trunk is a line that calls leave by.
type Trunk struct {
	ID int64 `json:"id"`
	TrunkForm
	CreatedAt time.Time `json:"created_at"`
}

const defaultRing = 45

type listTrunksOutput struct {
	Body struct {
		Items []Trunk `json:"items"`
	}
}

func (a *API) listTrunks(ctx context.Context, _ *struct{}) (*listTrunksOutput, error) {
	found, err := a.Store.Trunks(ctx, scopeOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &listTrunksOutput{}
	out.Body.Items = make([]Trunk, 0, len(found))
	for _, t := range found {
		out.Body.Items = append(out.Body.Items, trunkOf(t))
	}
	return out, nil
}

type createTrunkInput struct{ Body TrunkForm }

type trunkOutput struct{ Body Trunk }

func (a *API) createTrunk(ctx context.Context, in *createTrunkInput) (*trunkOutput, error) {
	b := in.Body
	if b.RingSeconds == 0 {
		b.RingSeconds = defaultRing
	}
	t := trunk.Trunk{Tenant: callerOf(ctx).Tenant.ID, Name: b.Name, Gateway: b.Gateway, Address: b.Address, CallerID: b.CallerID,
		Prefix: b.Prefix, Concurrency: b.Concurrency, CPS: b.CPS, EarlyMedia: b.EarlyMedia,
		RingTimeout: time.Duration(min(b.RingSeconds, 1<<20)) * time.Second, CreatedAt: a.Clock.Now().UTC()}
	if err := t.Validate(); err != nil {
		return nil, asSent(err, "ring_timeout", "ring_seconds")
	}
	if err := a.Store.CreateTrunk(ctx, scopeOf(ctx), &t); err != nil {
		return nil, err
	}
	out := &trunkOutput{Body: trunkOf(t)}
	note(ctx, change{Module: "trunks", Action: "create", Kind: "trunk", ID: strconv.FormatInt(out.Body.ID, 10), Name: t.Name, After: out.Body})
	return out, nil
}

func trunkOf(t trunk.Trunk) Trunk {
	return Trunk{ID: int64(t.ID), TrunkForm: TrunkForm{Name: t.Name, Gateway: t.Gateway, Address: t.Address, CallerID: t.CallerID, Prefix: t.Prefix,
		Concurrency: t.Concurrency, CPS: t.CPS, EarlyMedia: t.EarlyMedia, RingSeconds: int(t.RingTimeout / time.Second)}, CreatedAt: t.CreatedAt.UTC()}
}
