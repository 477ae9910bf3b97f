package api

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/dnc"
	"github.com/outdial/outdial/shared/errs"
)

// DNCNumber is one number of a group.
type DNCNumber struct {
	ID        int64     `json:"id"`
	Number    string    `json:"number"`
	Remark    string    `json:"remark"`
	CreatedAt time.Time `json:"created_at"`
}

func numberOf(n dnc.Number) DNCNumber {
	return DNCNumber{ID: int64(n.ID), Number: n.Number.String(), Remark: n.Remark, CreatedAt: n.CreatedAt.UTC()}
}

// numberShown is the number as the caller may see it.
func (a *API) numberShown(ctx context.Context, n dnc.Number) DNCNumber {
	out := numberOf(n)
	out.Number, out.Remark = a.number(ctx, out.Number), a.text(ctx, out.Remark)
	return out
}

type listNumbersInput struct {
	GroupPath
	Number string `query:"number" maxLength:"40" doc:"A number, or how it begins"`
	Paging
}

type listNumbersOutput struct{ Body Page[DNCNumber] }

// listNumbers pages by the last number's id: the number itself would tell what a masked list hides.
func (a *API) listNumbers(ctx context.Context, in *listNumbersInput) (*listNumbersOutput, error) {
	scope := scopeOf(ctx)
	last, err := in.key()
	if err != nil {
		return nil, err
	}
	prefix, known := a.sought(ctx, in.Number)
	after := ""
	if last > 0 {
		n, err := a.Store.Number(ctx, scope, in.id(), dnc.NumberID(last))
		if errs.Is(err, errs.NotFound) {
			return nil, errCursor()
		}
		if err != nil {
			return nil, err
		}
		after = n.Number.String()
	}
	found, err := a.Store.Numbers(ctx, scope, in.id(), prefix, after, in.Limit+1)
	if err != nil {
		return nil, err
	}
	if !known {
		found = nil
	}
	out := &listNumbersOutput{}
	found, out.Body.Next = cut(found, in.Limit, func(n dnc.Number) string { return strconv.FormatInt(int64(n.ID), 10) })
	out.Body.Items = make([]DNCNumber, 0, len(found))
	for _, n := range found {
		out.Body.Items = append(out.Body.Items, a.numberShown(ctx, n))
	}
	return out, nil
}

// sought is what the numbers looked for begin with. Who sees numbers masked finds a whole number only: by ever longer
// beginnings they would find out the digits that are hidden.
func (a *API) sought(ctx context.Context, typed string) (prefix string, known bool) {
	if typed == "" {
		return "", true
	}
	if n, err := contact.ParseNumber(typed, a.Limits.Region); err == nil {
		return n.String(), true
	}
	return typed, !masks(ctx)
}

type addNumberInput struct {
	GroupPath
	Body struct {
		Number string `json:"number" maxLength:"100"`
		Remark string `json:"remark,omitempty" maxLength:"1000"`
	}
}

type numberOutput struct{ Body DNCNumber }

func (a *API) addNumber(ctx context.Context, in *addNumberInput) (*numberOutput, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	var refused errs.Check
	n := dnc.Number{Tenant: g.Tenant, Group: g.ID, CreatedAt: a.Clock.Now().UTC()}
	n.Number, err = contact.ParseNumber(in.Body.Number, a.Limits.Region)
	refuseWith(&refused, "number", err)
	n.Remark, err = dnc.CleanRemark(in.Body.Remark)
	refuseWith(&refused, "remark", err)
	if err := refused.Err("number"); err != nil {
		return nil, err
	}
	if err := a.Store.AddNumber(ctx, scopeOf(ctx), &n); err != nil {
		return nil, err
	}
	c := groupChange("add_number", g)
	c.After = numberOf(n)
	note(ctx, c)
	return &numberOutput{Body: a.numberShown(ctx, n)}, nil
}

// refuseWith puts a refusal's reason beside its field.
func refuseWith(refused *errs.Check, path string, err error) {
	var e *errs.Error
	if errors.As(err, &e) {
		refused.Require(false, path, "%s", e.Message)
	} else if err != nil {
		refused.Require(false, path, "is refused")
	}
}

type deleteNumberInput struct {
	GroupPath
	NumberID int64 `path:"number_id" minimum:"1"`
}

func (a *API) deleteNumber(ctx context.Context, in *deleteNumberInput) (*struct{}, error) {
	n, err := a.takeOut(ctx, in.id(), []int64{in.NumberID})
	if err == nil && n == 0 {
		err = errs.Missing("number", in.NumberID)
	}
	return nil, err
}

type deleteNumbersInput struct {
	GroupPath
	Body struct {
		IDs []int64 `json:"ids" minItems:"1" maxItems:"1000"`
	}
}

type deleteNumbersOutput struct {
	Body struct {
		Deleted int `json:"deleted" doc:"Those that were in the group"`
	}
}

func (a *API) deleteNumbers(ctx context.Context, in *deleteNumbersInput) (*deleteNumbersOutput, error) {
	out := &deleteNumbersOutput{}
	var err error
	out.Body.Deleted, err = a.takeOut(ctx, in.id(), in.Body.IDs)
	return out, err
}

func (a *API) takeOut(ctx context.Context, group dnc.GroupID, ids []int64) (int, error) {
	g, err := a.Store.Group(ctx, scopeOf(ctx), group)
	if err != nil {
		return 0, err
	}
	numbers := make([]dnc.NumberID, len(ids))
	for i, id := range ids {
		numbers[i] = dnc.NumberID(id)
	}
	gone, err := a.Store.DeleteNumbers(ctx, scopeOf(ctx), group, numbers)
	if err != nil {
		return 0, err
	}
	c := groupChange("delete_numbers", g)
	list := make([]DNCNumber, 0, len(gone))
	for _, n := range gone {
		list = append(list, numberOf(n))
	}
	c.Before = map[string]any{"numbers": list}
	note(ctx, c)
	return len(gone), nil
}

type checkNumberInput struct {
	Body struct {
		Number string `json:"number" maxLength:"100"`
	}
}

type checkNumberOutput struct {
	Body struct {
		Listed bool    `json:"listed"`
		Groups []Named `json:"groups" doc:"Those that forbid it now"`
	}
}

func (a *API) checkNumber(ctx context.Context, in *checkNumberInput) (*checkNumberOutput, error) {
	var refused errs.Check
	n, err := contact.ParseNumber(in.Body.Number, a.Limits.Region)
	refuseWith(&refused, "number", err)
	if err := refused.Err("number"); err != nil {
		return nil, err
	}
	found, err := a.Store.GroupsListing(ctx, scopeOf(ctx), n, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	out := &checkNumberOutput{}
	out.Body.Groups = make([]Named, 0, len(found))
	for _, g := range found {
		out.Body.Groups = append(out.Body.Groups, Named{ID: int64(g.ID), Name: g.Name})
	}
	out.Body.Listed = len(found) > 0
	return out, nil
}
