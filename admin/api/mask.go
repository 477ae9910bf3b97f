package api

import (
	"context"
	"strings"

	"github.com/outdial/outdial/shared/access"
)

// masks tells whether the caller sees telephone numbers with their middle hidden.
func masks(ctx context.Context) bool { return callerOf(ctx).User.MaskNumbers }

// number is a telephone number as the caller may see it.
func (a *API) number(ctx context.Context, n string) string {
	if !masks(ctx) {
		return n
	}
	return access.MaskNumber(n)
}

// text is a sentence as the caller may see it.
func (a *API) text(ctx context.Context, s string) string {
	if !masks(ctx) {
		return s
	}
	return access.MaskText(s)
}

// vars are a contact's variables as the caller may see them: a list may hold the number in a second column, in whatever
// way it is written there.
func (a *API) vars(ctx context.Context, n string, vars map[string]string) map[string]string {
	if !masks(ctx) {
		return vars
	}
	out := make(map[string]string, len(vars))
	for k, v := range vars {
		out[k] = a.value(ctx, n, v)
	}
	return out
}

// value is the same for one of them.
func (a *API) value(ctx context.Context, n, v string) string {
	if !masks(ctx) {
		return v
	}
	if n = strings.TrimPrefix(n, "+"); n != "" && strings.Contains(v, n) {
		v = strings.ReplaceAll(v, n, access.MaskNumber(n))
	}
	return access.MaskText(v)
}

// maskDetail hides the numbers of a call with everything that was said in it.
func (a *API) maskDetail(ctx context.Context, d *CallDetail) {
	number := d.Number
	a.mask(ctx, &d.Call)
	d.Vars = a.vars(ctx, number, d.Vars)
	for i, mark := range d.SMS {
		d.SMS[i] = a.text(ctx, mark)
	}
	for i := range d.Turns {
		t := &d.Turns[i]
		if t.Text = a.text(ctx, t.Text); t.Match != nil {
			t.Match.Rule = a.text(ctx, t.Match.Rule)
		}
	}
}
