package vad

import "time"

// Edge is what a Gate reports for a frame.
type Edge uint8

const (
	None Edge = iota
	// Started: enough voiced frames came within the window.
	Started
	// Stopped: enough frames without voice came in a row.
	Stopped
)

func (e Edge) String() string { return [...]string{"none", "started", "stopped"}[e] }

// GateConfig sets how much voice begins speech and how much silence ends it. The zero value means the defaults.
type GateConfig struct {
	// Start is how much voice within Window confirms speech (default 100 ms within 200 ms).
	Start  time.Duration
	Window time.Duration
	// Stop is how much silence in a row ends it (default 300 ms).
	Stop time.Duration
}

func (c GateConfig) withDefaults() GateConfig {
	if c.Start <= 0 {
		c.Start = 100 * time.Millisecond
	}
	if c.Window < c.Start {
		c.Window = 2 * c.Start
	}
	if c.Stop <= 0 {
		c.Stop = 300 * time.Millisecond
	}
	return c
}

// Gate confirms the beginning and the end of speech. It is a small pure state machine: one Step a frame.
type Gate struct {
	start, window, stop int
	recent              []bool
	at, voicedInWindow  int
	speaking            bool
	voiced, silent      int
}

// NewGate makes a gate.
func NewGate(cfg GateConfig) *Gate {
	cfg = cfg.withDefaults()
	g := &Gate{start: frames(cfg.Start), window: frames(cfg.Window), stop: frames(cfg.Stop)}
	g.recent = make([]bool, g.window)
	return g
}

func frames(d time.Duration) int { return max(1, int((d+FrameDuration-1)/FrameDuration)) }

// SetStop changes the silence that ends speech, for endpointing rules that depend on what was heard so far.
func (g *Gate) SetStop(d time.Duration) { g.stop = frames(d) }

// Step takes the verdict on one frame.
func (g *Gate) Step(voiced bool) Edge {
	if g.recent[g.at] {
		g.voicedInWindow--
	}
	g.recent[g.at] = voiced
	if voiced {
		g.voicedInWindow++
		g.silent = 0
	} else {
		g.silent++
	}
	g.at = (g.at + 1) % g.window
	if g.speaking {
		if voiced {
			g.voiced++
		}
		if g.silent >= g.stop {
			g.Reset()
			return Stopped
		}
		return None
	}
	if g.voicedInWindow >= g.start {
		g.speaking = true
		g.voiced = g.voicedInWindow
		return Started
	}
	return None
}

// Reset forgets voice and speech; silence goes on being counted.
func (g *Gate) Reset() {
	clear(g.recent)
	g.speaking, g.voicedInWindow, g.voiced = false, 0, 0
}

// Speaking tells whether speech has been confirmed and has not ended.
func (g *Gate) Speaking() bool { return g.speaking }

// Voiced is how much voice the present speech holds, 0 outside speech.
func (g *Gate) Voiced() time.Duration { return time.Duration(g.voiced) * FrameDuration }

// Silent is how long no frame has been voiced.
func (g *Gate) Silent() time.Duration { return time.Duration(g.silent) * FrameDuration }
