package softswitch

import (
	"strings"

	"github.com/outdial/outdial/dialer/esl/wire"
)

// subscription is what one listener asked for. The bus's lock guards it.
type subscription struct {
	on      bool // some event command was given
	kinds   [len(eventNames)]bool
	custom  map[string]struct{} // subclasses of CUSTOM
	allSub  bool                // every subclass, after ALL
	filters []wire.Header
	uuid    string // myevents: this channel only
}

// hears decides as mod_event_socket.c does: a filter value of /pattern/ is refused when it is set, one with a leading minus
// excludes, and of the others one match is enough.
func (s *subscription) hears(k eventKind, e wire.Event) bool {
	if !s.on || !s.kinds[k] {
		return false
	}
	if k == evCustom && !s.allSub {
		if _, ok := s.custom[strings.ToLower(e.Get(wire.HeaderEventSubclass))]; !ok {
			return false
		}
	}
	if s.uuid != "" && e.UUID() != s.uuid {
		return false
	}
	if len(s.filters) == 0 {
		return true
	}
	send := false
	for _, f := range s.filters {
		value, exclude := strings.CutPrefix(f.Value, "-")
		have, ok := e.Lookup(f.Name)
		if !ok {
			continue
		}
		if strings.EqualFold(have, value) {
			if exclude {
				return false
			}
			send = true
		}
	}
	return send
}

// set turns kinds on or off by the words of an event or nixevent command; words after CUSTOM are subclasses. It says how
// many words were known.
func (s *subscription) set(words []string, on bool) int {
	known, custom := 0, false
	for _, w := range words {
		if custom {
			if s.custom == nil {
				s.custom = make(map[string]struct{})
			}
			if on {
				s.custom[strings.ToLower(w)] = struct{}{}
			} else {
				delete(s.custom, strings.ToLower(w))
			}
			continue
		}
		k, ok := eventNamed(w)
		if !ok {
			continue
		}
		known++
		switch {
		case k == evAll:
			for i := range s.kinds {
				s.kinds[i] = on
			}
			s.allSub = on
		case k == evCustom:
			custom = true
			if on {
				s.kinds[k] = true
			}
		default:
			s.kinds[k] = on
		}
	}
	return known
}

// myEvents are the kinds that myevents turns on (mod_event_socket.c).
var myEvents = strings.Fields("CHANNEL_ANSWER CHANNEL_APPLICATION CHANNEL_BRIDGE CHANNEL_CREATE CHANNEL_DATA " +
	"CHANNEL_DESTROY CHANNEL_EXECUTE CHANNEL_EXECUTE_COMPLETE CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_ORIGINATE " +
	"CHANNEL_UUID CHANNEL_OUTGOING CHANNEL_PARK CHANNEL_PROGRESS CHANNEL_PROGRESS_MEDIA CHANNEL_STATE CHANNEL_UNBRIDGE " +
	"CHANNEL_UNPARK DETECTED_SPEECH DTMF NOTALK TALK")

// addFilter refuses patterns, which this switch does not match.
func (s *subscription) addFilter(name, value string) bool {
	if strings.HasPrefix(strings.TrimPrefix(value, "-"), "/") || len(s.filters) >= 1000 {
		return false
	}
	s.filters = append(s.filters, wire.Header{Name: name, Value: value})
	return true
}

func (s *subscription) deleteFilter(name, value string) {
	if strings.EqualFold(name, "all") {
		s.filters = nil
		return
	}
	kept := s.filters[:0:0]
	for _, f := range s.filters {
		if !strings.EqualFold(f.Name, name) || value != "" && !strings.EqualFold(f.Value, value) {
			kept = append(kept, f)
		}
	}
	s.filters = kept
}
