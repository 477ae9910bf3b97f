package session

import (
	"strings"
	"time"

	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// keypad collects keys until they are complete.
type keypad struct {
	pressed []byte
	first   time.Time
	last    tick
	rule    *script.DigitRule // of the node that listens, nil when it expects none
}

// loose is the rule where the script expects no keys but may have a branch for one.
var loose = script.DigitRule{Min: 1, Max: 32, Terminator: "#", Timeout: time.Second}

// Digit takes a key that the callee pressed.
func (s *Session) Digit(digit byte, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || !s.begun || s.left || s.leaving > 0 || len(s.keys.pressed) >= loose.Max || !strings.ContainsRune("0123456789*#", rune(digit)) {
		return
	}
	if len(s.keys.pressed) == 0 {
		s.keys.first = at
	}
	s.keys.pressed = append(s.keys.pressed, digit)
	s.keys.last = s.now
}

// pressed gives keys to the flow once they are complete.
func (s *Session) pressed() {
	k := &s.keys
	if len(k.pressed) == 0 {
		return
	}
	rule := k.rule
	if n := s.cfg.Program.Flow().Nodes[s.flow.Node]; rule == nil && n != nil && n.Kind == script.Collect {
		rule = &n.Digits // pressed before the prompt was over
	}
	if rule == nil {
		rule = &loose
	}
	keys, ended := string(k.pressed), false
	if rule.Terminator != "" {
		keys, _, ended = strings.Cut(keys, rule.Terminator)
	}
	if !ended && len(keys) < rule.Max && (s.now-k.last).duration() < rule.Timeout {
		return
	}
	keys = keys[:min(len(keys), rule.Max)]
	first := k.first
	k.pressed = nil
	if u := s.mouth.current(); keys == "" || u != nil && !u.speak.Interruptible {
		return
	}
	node := string(s.flow.Node)
	trace := s.step(flow.Digits{Keys: keys})
	s.storeCallee(transcript.Turn{Text: keys, StartedAt: first, EndedAt: s.at, Node: node, Matched: trace.Match})
}
