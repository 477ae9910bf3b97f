package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/outdial/outdial/admin/wecom"
	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/push"
)

func (a *API) wechatRoutes() {
	const tag = "WeChat"
	const robots, one = "/api/v1/wechat-robots", "/api/v1/wechat-robots/{id}"
	add(a, needs(access.WeChatView, op("GET", robots, "listWeChatRobots", tag, "The robots of WeCom chats that campaigns can tell of their calls, newest first")), a.listWeChatRobots)
	add(a, logs("wechat", "create", needs(access.WeChatEdit, created(op("POST", robots, "createWeChatRobot", tag, "Add a robot of a WeCom chat")))), a.createWeChatRobot)
	add(a, logs("wechat", "update", needs(access.WeChatEdit, op("PATCH", one, "updateWeChatRobot", tag, "Change a robot's name, webhook or mask"))), a.updateWeChatRobot)
	add(a, logs("wechat", "delete", needs(access.WeChatEdit, op("DELETE", one, "deleteWeChatRobot", tag, "Delete a robot that no campaign needs any more"))), a.deleteWeChatRobot)
	add(a, logs("wechat", "test", needs(access.WeChatEdit, op("POST", one+"/test", "testWeChatRobot", tag, "Send a test message to the robot's chat"))), a.testWeChatRobot)
}

// WeChatRobot is a robot of a WeCom chat. The key of its webhook is never shown again.
type WeChatRobot struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	KeyEnd      string    `json:"key_end" doc:"The last four characters of its webhook's key"`
	MaskNumbers bool      `json:"mask_numbers" doc:"Telephone numbers are told with their middle hidden"`
	CreatedBy   string    `json:"created_by"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func wechatRobotOf(r push.Robot) WeChatRobot {
	return WeChatRobot{ID: int64(r.ID), Name: r.Name, KeyEnd: r.KeyEnd(), MaskNumbers: r.MaskNumbers, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt.UTC(), UpdatedAt: r.UpdatedAt.UTC()}
}

func wechatChange(action string, r push.Robot) change {
	return change{Module: "wechat", Action: action, Kind: "wechat_robot", ID: strconv.FormatInt(int64(r.ID), 10), Name: r.Name}
}

// WeChatRobotPath names the robot of an address.
type WeChatRobotPath struct {
	ID int64 `path:"id" minimum:"1"`
}

func (p WeChatRobotPath) id() push.RobotID { return push.RobotID(p.ID) }

type listWeChatRobotsOutput struct {
	Body struct {
		Items []WeChatRobot `json:"items"`
	}
}

func (a *API) listWeChatRobots(ctx context.Context, _ *struct{}) (*listWeChatRobotsOutput, error) {
	found, err := a.Store.WeChatRobots(ctx, scopeOf(ctx))
	if err != nil {
		return nil, err
	}
	out := &listWeChatRobotsOutput{}
	out.Body.Items = make([]WeChatRobot, 0, len(found))
	for _, r := range found {
		out.Body.Items = append(out.Body.Items, wechatRobotOf(r))
	}
	return out, nil
}

type createWeChatRobotInput struct {
	Body struct {
		Name        string `json:"name"`
		Key         string `json:"key" doc:"The address of the robot's webhook as WeCom shows it, or the key in it; it is not shown again"`
		MaskNumbers *bool  `json:"mask_numbers,omitempty" doc:"Tell telephone numbers with their middle hidden; true unless it is given"`
	}
}

type wechatRobotOutput struct{ Body WeChatRobot }

func (a *API) createWeChatRobot(ctx context.Context, in *createWeChatRobotInput) (*wechatRobotOutput, error) {
	now := a.Clock.Now().UTC()
	r := push.Robot{Tenant: callerOf(ctx).Tenant.ID, Name: in.Body.Name, Key: push.KeyOf(in.Body.Key), MaskNumbers: true, CreatedBy: a.callerName(ctx), CreatedAt: now, UpdatedAt: now}
	set(&r.MaskNumbers, in.Body.MaskNumbers)
	if err := tellable(ctx, r); err != nil {
		return nil, err
	}
	if err := a.Store.CreateWeChatRobot(ctx, scopeOf(ctx), &r); err != nil {
		return nil, err
	}
	c := wechatChange("create", r)
	c.After = wechatRobotOf(r)
	note(ctx, c)
	return &wechatRobotOutput{Body: wechatRobotOf(r)}, nil
}

// tellable checks a robot as it is to be stored. Who sees numbers masked makes no robot say them, and leads none that does to
// another chat.
func tellable(ctx context.Context, r push.Robot) error {
	if err := r.Validate(); err != nil {
		return err
	}
	if masks(ctx) && !r.MaskNumbers {
		return errs.New(errs.Forbidden, "who sees numbers masked cannot let a WeChat robot tell them whole, or change one that does")
	}
	return nil
}

type updateWeChatRobotInput struct {
	WeChatRobotPath
	Body struct {
		Name        *string `json:"name,omitempty"`
		Key         *string `json:"key,omitempty" doc:"Another webhook; left out, the robot keeps its own"`
		MaskNumbers *bool   `json:"mask_numbers,omitempty"`
	}
}

func (a *API) updateWeChatRobot(ctx context.Context, in *updateWeChatRobotInput) (*wechatRobotOutput, error) {
	r, err := a.Store.WeChatRobot(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	c := wechatChange("update", r)
	c.Before = wechatRobotOf(r)
	set(&r.Name, in.Body.Name)
	set(&r.MaskNumbers, in.Body.MaskNumbers)
	if in.Body.Key != nil {
		r.Key = push.KeyOf(*in.Body.Key)
	}
	r.UpdatedAt = a.Clock.Now().UTC()
	if err := tellable(ctx, r); err != nil {
		return nil, err
	}
	if err := a.Store.UpdateWeChatRobot(ctx, scopeOf(ctx), r); err != nil {
		return nil, err
	}
	c.After = wechatRobotOf(r)
	note(ctx, c)
	return &wechatRobotOutput{Body: wechatRobotOf(r)}, nil
}

func (a *API) deleteWeChatRobot(ctx context.Context, in *WeChatRobotPath) (*struct{}, error) {
	r, err := a.Store.WeChatRobot(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteWeChatRobot(ctx, scopeOf(ctx), r.ID, a.Clock.Now()); err != nil {
		return nil, err
	}
	c := wechatChange("delete", r)
	c.Before = wechatRobotOf(r)
	note(ctx, c)
	return &struct{}{}, nil
}

// testWeChatRobot takes a turn of the robot, like every message of it.
func (a *API) testWeChatRobot(ctx context.Context, in *WeChatRobotPath) (*struct{}, error) {
	who := callerOf(ctx)
	r, err := a.Store.WeChatRobot(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if a.WeChat == nil {
		return nil, errs.New(errs.Unavailable, "this server sends no messages to WeChat robots")
	}
	now := a.Clock.Now()
	if err := a.Store.TakeTurn(ctx, scopeOf(ctx), r.ID, now); err != nil {
		return nil, err
	}
	zone, err := who.Tenant.Location()
	if err != nil {
		zone = time.UTC
	}
	if err := a.WeChat.Send(ctx, r.Key, push.Test(r.Name, now, zone)); err != nil {
		return nil, a.untold(ctx, r, err)
	}
	note(ctx, wechatChange("test", r))
	return &struct{}{}, nil
}

// untold says why a test message was not taken.
func (a *API) untold(ctx context.Context, r push.Robot, err error) error {
	var f *wecom.Failure
	if !errors.As(err, &f) {
		return err
	}
	a.Logger.WarnContext(ctx, "a test message was not taken", "robot", r.ID, "reason", f.Reason, "detail", f.Detail)
	code := http.StatusServiceUnavailable
	switch f.Kind {
	case wecom.Final:
		code = http.StatusConflict
	case wecom.Limited:
		code = http.StatusTooManyRequests
	}
	return status(code, fmt.Sprintf("the test message was not taken: %s", f.Reason))
}
