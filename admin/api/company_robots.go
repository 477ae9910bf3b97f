package api

import (
	"context"

	"github.com/outdial/outdial/shared/tenant"
)

// anyNumber is how the API writes that robots have no limit.
const anyNumber = -1

func robotsShown(r tenant.Robots) int {
	if !r.Limited {
		return anyNumber
	}
	return r.Most
}

func robotsOf(n int) tenant.Robots {
	if n == anyNumber {
		return tenant.Robots{}
	}
	return tenant.Only(n)
}

type allotRobotsInput struct {
	CompanyPath
	Body struct {
		Robots int `json:"robots" minimum:"-1" maximum:"1000000" doc:"All that it has then; -1 for any number, where the company above has no limit either"`
	}
}

func (a *API) allotRobots(ctx context.Context, in *allotRobotsInput) (*companyOutput, error) {
	was, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	if err := a.Store.AllotRobots(ctx, scopeOf(ctx), in.id(), robotsOf(in.Body.Robots)); err != nil {
		return nil, err
	}
	is, err := a.company(ctx, in.id())
	if err != nil {
		return nil, err
	}
	done := companyChange("allot_robots", is.Body, robotsForm{was.Body.Robots}, robotsForm{is.Body.Robots})
	done.Also = []tenant.ID{in.id()} // the company sees what it was given
	note(ctx, done)
	return is, nil
}

// robotsForm is what an allotment changes of a company, for the log.
type robotsForm struct {
	Robots int `json:"robots"`
}
