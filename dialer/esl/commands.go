package esl

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/outdial/outdial/dialer/esl/wire"
)

var wordForm = regexp.MustCompile(`^[a-z][a-z0-9_]{0,63}$`)

// line encodes a command and its arguments; an argument is one argument whatever it holds, or is refused.
func line(cmd string, args []string) (string, error) {
	if !wordForm.MatchString(cmd) {
		return "", &wire.RefusedError{What: "command", Value: cmd, Reason: "is no name of a command"}
	}
	text := []byte(cmd)
	for i, a := range args {
		var err error
		if text, err = wire.AppendArg(append(text, ' '), fmt.Sprintf("argument %d of %s", i+1, cmd), a); err != nil {
			return "", err
		}
	}
	return string(text), nil
}

// API runs a command in the foreground of the connection and returns its output. Use it for what the switch answers at
// once: every other command waits behind it. -ERR and -USAGE answers are ReplyErrors.
func (c *Client) API(ctx context.Context, cmd string, args ...string) (string, error) {
	text, err := line(cmd, args)
	if err != nil {
		return "", err
	}
	l, err := c.current()
	if err != nil {
		return "", fmt.Errorf("%s: %w", cmd, err)
	}
	return l.command(ctx, "api "+text)
}

// BGAPI starts a command in the background of the switch.
func (c *Client) BGAPI(ctx context.Context, cmd string, args ...string) (*Job, error) {
	text, err := line(cmd, args)
	if err != nil {
		return nil, err
	}
	return c.background(ctx, text)
}

func (c *Client) background(ctx context.Context, text string) (*Job, error) {
	l, err := c.current()
	if err != nil {
		word, _, _ := strings.Cut(text, " ")
		return nil, fmt.Errorf("%s: %w", word, err)
	}
	return l.background(ctx, text)
}

// OriginateJob is a call that is being set up.
type OriginateJob struct{ *Job }

// Wait returns when the callee's leg has media (or answered, with IgnoreEarlyMedia), or with an OriginateError.
func (j OriginateJob) Wait(ctx context.Context) error {
	_, err := j.Job.Wait(ctx)
	return originateError(err)
}

// Result is the outcome, after Done.
func (j OriginateJob) Result() error {
	_, err := j.Job.Result()
	return originateError(err)
}

// originateError tells a cause, "-ERR USER_BUSY", from a refusal to try at all, "-USAGE ...".
func originateError(err error) error {
	var said *ReplyError
	if errors.As(err, &said) && Cause(said.Text).Known() {
		return &OriginateError{Cause: Cause(said.Text)}
	}
	return err
}

// Originate starts a call. The job ends when the callee's leg has media or will never have any.
func (c *Client) Originate(ctx context.Context, o Originate) (OriginateJob, error) {
	args, err := o.Arguments()
	if err != nil {
		return OriginateJob{}, err
	}
	j, err := c.background(ctx, "originate "+args)
	return OriginateJob{j}, originateError(err)
}

// Kill hangs a leg up. A leg that is not there is a ReplyError that NoSuchChannel knows.
func (c *Client) Kill(ctx context.Context, uuid string, cause Cause) error {
	if cause == "" {
		cause = CauseNormalClearing
	}
	if !cause.Known() {
		return &wire.RefusedError{What: "cause", Value: string(cause), Reason: "is no cause that the switch knows"}
	}
	return c.onChannel(ctx, "uuid_kill", uuid, string(cause))
}

// onChannel runs a command whose first argument is a leg and whose output matters only when it is a refusal.
func (c *Client) onChannel(ctx context.Context, cmd, uuid string, args ...string) error {
	if err := CheckUUID(uuid); err != nil {
		return err
	}
	_, err := c.API(ctx, cmd, append([]string{uuid}, args...)...)
	return err
}

// StartRecord records a leg into a file of the switch's machine; with RECORD_STEREO=true on the leg, left is what the far
// side says and right what it hears. StopRecord ends it; the end of the leg does as well.
func (c *Client) StartRecord(ctx context.Context, uuid, path string) error {
	return c.record(ctx, uuid, "start", path)
}

// StopRecord ends a recording.
func (c *Client) StopRecord(ctx context.Context, uuid, path string) error {
	return c.record(ctx, uuid, "stop", path)
}

func (c *Client) record(ctx context.Context, uuid, action, path string) error {
	// A path that is not absolute is taken relative to the switch's own folders, or as a stream of another module.
	if !filepath.IsAbs(path) || filepath.Clean(path) != path {
		return &wire.RefusedError{What: "recording path", Value: path, Reason: "is not an absolute path in its shortest form"}
	}
	return c.onChannel(ctx, "uuid_record", uuid, action, path)
}

// SetVar sets a channel variable; an empty value takes it away.
func (c *Client) SetVar(ctx context.Context, uuid, name, value string) error {
	if err := wire.CheckName(name); err != nil {
		return err
	}
	if value == "" {
		return c.onChannel(ctx, "uuid_setvar", uuid, name)
	}
	return c.onChannel(ctx, "uuid_setvar", uuid, name, value)
}

// GetVar reads a channel variable, and whether it is set.
func (c *Client) GetVar(ctx context.Context, uuid, name string) (string, bool, error) {
	if err := errors.Join(CheckUUID(uuid), wire.CheckName(name)); err != nil {
		return "", false, err
	}
	out, err := c.API(ctx, "uuid_getvar", uuid, name)
	if err != nil || out == "_undef_" {
		return "", false, err
	}
	return out, true, nil
}

// Bridge connects two legs. What either was connected to is hung up, unless park_after_bridge is set on it.
func (c *Client) Bridge(ctx context.Context, a, b string) error {
	if err := CheckUUID(b); err != nil {
		return err
	}
	return c.onChannel(ctx, "uuid_bridge", a, b)
}

// Transfer sends a leg to an extension of a dialplan, such as ("park", "inline", "").
func (c *Client) Transfer(ctx context.Context, uuid, extension, dialplan, context string) error {
	args := []string{extension}
	for _, a := range []string{dialplan, context} {
		if a == "" {
			break
		}
		args = append(args, a)
	}
	return c.onChannel(ctx, "uuid_transfer", uuid, args...)
}

// Park takes a leg out of its bridge and leaves it alone.
func (c *Client) Park(ctx context.Context, uuid string) error {
	return c.Transfer(ctx, uuid, "park", "inline", "")
}

// Exists tells whether the switch has a leg.
func (c *Client) Exists(ctx context.Context, uuid string) (bool, error) {
	if err := CheckUUID(uuid); err != nil {
		return false, err
	}
	out, err := c.API(ctx, "uuid_exists", uuid)
	return strings.TrimSpace(out) == "true", err
}

// Side is whom a broadcast is played to.
type Side string

// Sides of a bridged leg.
const (
	SideA    Side = "aleg"
	SideB    Side = "bleg"
	SideBoth Side = "both"
)

// Broadcast plays a file or tone on a leg. Played to a bridged leg, it suspends the other side while it lasts.
func (c *Client) Broadcast(ctx context.Context, uuid, what string, to Side) error {
	if to != SideA && to != SideB && to != SideBoth {
		return &wire.RefusedError{What: "side", Value: string(to), Reason: "is not aleg, bleg or both"}
	}
	return c.onChannel(ctx, "uuid_broadcast", uuid, what, string(to))
}

// SchedHangup hangs a leg up after a while, rounded up to seconds.
func (c *Client) SchedHangup(ctx context.Context, uuid string, after time.Duration, cause Cause) error {
	if err := CheckUUID(uuid); err != nil {
		return err
	}
	if after <= 0 {
		return c.Kill(ctx, uuid, cause)
	}
	if !cause.Known() {
		return &wire.RefusedError{What: "cause", Value: string(cause), Reason: "is no cause that the switch knows"}
	}
	seconds := (after + time.Second - 1) / time.Second
	_, err := c.API(ctx, "sched_hangup", "+"+strconv.FormatInt(int64(seconds), 10), uuid, string(cause))
	return err
}

// ReloadGateways has a profile read its gateways again after the configuration changed; calls go on.
func (c *Client) ReloadGateways(ctx context.Context, profile string) error {
	if !gatewayForm.MatchString(profile) {
		return &wire.RefusedError{What: "profile", Value: profile, Reason: "may hold letters, digits, dot, dash and underscore only"}
	}
	out, err := c.API(ctx, "sofia", "profile", profile, "rescan")
	if err == nil && !strings.Contains(out, "+OK") { // an unknown profile is "Invalid Profile [x]", without -ERR
		return &ReplyError{Command: "sofia", Text: strings.TrimSpace(out)}
	}
	return err
}
