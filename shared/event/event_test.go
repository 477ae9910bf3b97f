package event

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/linestatus"
	"github.com/outdial/outdial/shared/listening"
	"github.com/outdial/outdial/shared/transcript"
)

// all holds one filled message of each kind.
func all() []Message {
	at := time.Date(2026, 3, 4, 5, 6, 7, 8000, time.UTC)
	return []Message{
		CallChanged{Tenant: 1, Campaign: 2, Call: "0196f3a0-0000-7000-8000-000000000001", State: call.AnsweredState, At: at},
		CampaignChanged{Tenant: 1, Campaign: 2, State: "running", At: at},
		ImportChanged{Tenant: 1, Campaign: 2, Import: 3, State: contact.ImportRunning, Total: 10, Accepted: 8, Rejected: 2},
		TurnAdded{Tenant: 1, Campaign: 2, Call: "c", Seq: 4, Speaker: transcript.Callee, Text: "你好\u0000\"\U0001f600", Grade: "A"},
		ConversationEnded{Tenant: 1, Campaign: 2, Call: "c"},
		TransferRequested{Tenant: 1, Campaign: 2, Call: "c", Extension: "1001", Timeout: 20 * time.Second},
		TransferBridging{Tenant: 1, Call: "c"},
		TransferEnded{Tenant: 1, Call: "c", Connected: true, Reason: "ok"},
		RobotsAlive{Dialogue: "127.0.0.1:5090", Process: "p", Calls: 3, Capacity: 300, At: at},
		ListeningWished{Tenant: 1, Call: "c", Listening: "l"},
		ListeningChanged{Tenant: 1, Campaign: 2, Call: "c", Listening: "l", User: 3, State: listening.Ended, Reason: listening.Busy},
		LineStatus{Tenant: 1, Campaign: 2, Call: "c", Verdict: linestatus.Verdict{Status: linestatus.PoweredOff, Confidence: 0.9, By: linestatus.ByAnnouncement, After: time.Second}},
	}
}

func TestEveryKindTravels(t *testing.T) {
	seen := map[Kind]bool{}
	for _, m := range all() {
		b, err := Encode(m)
		if err != nil {
			t.Fatalf("%s: %v", m.Kind(), err)
		}
		back, err := Decode(b)
		if err != nil {
			t.Fatalf("%s: %v", m.Kind(), err)
		}
		if !reflect.DeepEqual(m, back) {
			t.Errorf("%s: sent %+v, got %+v", m.Kind(), m, back)
		}
		seen[m.Kind()] = true
	}
	if len(seen) != 12 {
		t.Errorf("%d kinds tried, want all 12", len(seen))
	}
}

func TestDecodeRefuses(t *testing.T) {
	for name, in := range map[string]string{
		"nothing":          "",
		"not JSON":         "call.changed",
		"an array":         "[]",
		"another version":  `{"v":2,"kind":"call.changed","body":{}}`,
		"no version":       `{"kind":"call.changed","body":{}}`,
		"an unknown kind":  `{"v":1,"kind":"call.unheard","body":{}}`,
		"no kind":          `{"v":1,"body":{}}`,
		"a body of text":   `{"v":1,"kind":"call.changed","body":"x"}`,
		"a wrong type":     `{"v":1,"kind":"turn.added","body":{"Seq":"four"}}`,
		"a missing body":   `{"v":1,"kind":"call.changed"}`,
		"trailing garbage": `{"v":1,"kind":"call.changed","body":{}}x`,
	} {
		if m, err := Decode([]byte(in)); err == nil {
			t.Errorf("%s was taken for %+v", name, m)
		} else if m != nil {
			t.Errorf("%s: a message comes with the error", name)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, m := range all() {
		b, err := Encode(m)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`{"v":1,"kind":"call.changed","body":null}`))
	f.Add([]byte(strings.Repeat("[", 20_000)))
	f.Fuzz(func(t *testing.T, in []byte) {
		m, err := Decode(in)
		if err != nil {
			return
		}
		// What was understood means the same after another journey.
		b, err := Encode(m)
		if err != nil {
			t.Fatalf("decoded %+v cannot be encoded: %v", m, err)
		}
		again, err := Decode(b)
		if err != nil {
			t.Fatalf("%s came back unreadable: %v", b, err)
		}
		second, err := Encode(again)
		if err != nil || !bytes.Equal(b, second) || !json.Valid(b) {
			t.Fatalf("%s became %s (%v)", b, second, err)
		}
	})
}
