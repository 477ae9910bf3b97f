package esl

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Channel is one leg as the switch lists it. The list is written by the switch a moment after the fact: a leg that began
// or ended just now may be missing or still be there.
type Channel struct {
	UUID            string
	CallUUID        string // the leg that this one was made for, in a bridge
	Outbound        bool
	Name            string // "sofia/carriers/13800138000@192.0.2.7:5060"
	State           string // CS_EXECUTE, CS_EXCHANGE_MEDIA, ...
	CallState       string // RINGING, EARLY, ACTIVE, HELD, DOWN
	CallerID        string // FreeSWITCH shows the callee's number here once an outbound leg is answered
	Destination     string
	Application     string
	ApplicationData string
	Created         time.Time
}

// Channels lists the switch's legs.
func (c *Client) Channels(ctx context.Context) ([]Channel, error) {
	l, err := c.current()
	if err != nil {
		return nil, fmt.Errorf("show: %w", err)
	}
	return channelsOf(ctx, l)
}

func channelsOf(ctx context.Context, l *link) ([]Channel, error) {
	out, err := l.command(ctx, "api show channels as json")
	if err != nil {
		return nil, err
	}
	return ParseChannels(out)
}

// ParseChannels reads the output of `show channels as json`.
func ParseChannels(out string) ([]Channel, error) {
	var list struct {
		Rows []struct {
			UUID         string `json:"uuid"`
			CallUUID     string `json:"call_uuid"`
			Direction    string `json:"direction"`
			CreatedEpoch string `json:"created_epoch"`
			Name         string `json:"name"`
			State        string `json:"state"`
			CallState    string `json:"callstate"`
			CallerNumber string `json:"cid_num"`
			Destination  string `json:"dest"`
			App          string `json:"application"`
			AppData      string `json:"application_data"`
		} `json:"rows"`
	}
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		return nil, fmt.Errorf("the switch's list of channels cannot be read: %w", err)
	}
	channels := make([]Channel, 0, len(list.Rows))
	for _, r := range list.Rows {
		ch := Channel{
			UUID: r.UUID, CallUUID: r.CallUUID, Outbound: r.Direction == "outbound", Name: r.Name, State: r.State,
			CallState: r.CallState, CallerID: r.CallerNumber, Destination: r.Destination,
			Application: r.App, ApplicationData: r.AppData,
		}
		if n, err := strconv.ParseInt(strings.TrimSpace(r.CreatedEpoch), 10, 64); err == nil && n > 0 {
			ch.Created = time.Unix(n, 0).UTC()
		}
		channels = append(channels, ch)
	}
	return channels, nil
}
