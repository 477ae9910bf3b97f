// Package webtalk owns what a console, the API and the robots say to each other while somebody talks to a script in the
// browser. The API passes frames on and reads none of them.
//
//	browser --- WebSocket ---> API --- WebSocket ---> a process of robots
//
// From the browser: binary frames of 20 ms, signed 16 bit little endian, 8 kHz, mono; texts of type Command. To the browser:
// binary frames of the same form while the robot speaks; texts of type Message.
package webtalk

import (
	"time"

	"github.com/outdial/outdial/shared/audio"
)

const (
	// Subprotocol is asked for and granted on both connections.
	Subprotocol = "outdial-talk"
	// Path is where a process of robots takes talks.
	Path = "/talk"
	// FrameBytes is one frame on the wire.
	FrameBytes = 2 * audio.FrameSamples
	// Longest is how long a talk may take.
	Longest = 15 * time.Minute
	// MostText bounds a text from the browser.
	MostText = 4 << 10
)

// Ask is the API's first message to the robots: what is to be talked.
type Ask struct {
	Tenant    int64             `json:"tenant"`
	Script    int64             `json:"script"`
	Version   int64             `json:"version,omitempty"` // zero: the document
	Document  []byte            `json:"document,omitempty"`
	Variables map[string]string `json:"variables,omitempty"`
	Zone      string            `json:"zone,omitempty"`
}

// Command is a text from the browser.
type Command struct {
	Type string `json:"type"` // hangup, digits
	Keys string `json:"keys,omitempty"`
}

// Message is a text to the browser.
type Message struct {
	Type string `json:"type"` // turn, state, ended, refused
	// Of a turn.
	Seq     int     `json:"seq,omitempty"`
	Speaker string  `json:"speaker,omitempty"`
	Text    string  `json:"text,omitempty"`
	Kind    string  `json:"kind,omitempty"`
	Intent  string  `json:"intent,omitempty"`
	Rule    string  `json:"rule,omitempty"`
	Score   float64 `json:"score,omitempty"`
	ReplyMS int64   `json:"reply_ms,omitempty"`
	Stopped bool    `json:"interrupted,omitempty"`
	// Of a turn, the state and the end.
	Node   string   `json:"node,omitempty"`
	Phase  string   `json:"phase,omitempty"`
	Grade  string   `json:"grade,omitempty"`
	Labels []string `json:"labels,omitempty"`
	Cause  string   `json:"cause,omitempty"`
	// Of a refusal, and of something that the browser cannot show by itself.
	Reason string `json:"reason,omitempty"`
}
