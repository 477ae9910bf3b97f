package api

import (
	"github.com/outdial/outdial/shared/linestatus"
)

// LineVerdict is what the sound of a line told; it stands beside the SIP code and the Q.850 reason, which say what the carrier's
// switch told.
type LineVerdict struct {
	Status     string  `json:"status" doc:"A tone, an announcement of the network, music, or who answered: human, machine, unknown"`
	Confidence float64 `json:"confidence" doc:"0 to 1; from 0.6 on it counts"`
	By         string  `json:"by" enum:"cadence,music,announcement,recogniser,answer" doc:"What it was read from"`
	AfterMS    int64   `json:"after_ms" doc:"Since the line's first sound, or since the answer"`
}

func verdictShown(v linestatus.Verdict) *LineVerdict {
	if v.IsZero() {
		return nil
	}
	return &LineVerdict{Status: string(v.Status), Confidence: v.Confidence, By: string(v.By), AfterMS: v.After.Milliseconds()}
}

// endOnOf reads the statuses on which a campaign ends calls, each once, in the order in which they are documented.
func endOnOf(list []string) (out []linestatus.Status) {
	asked := map[linestatus.Status]bool{}
	for _, s := range list {
		asked[linestatus.Status(s)] = true
	}
	for _, s := range linestatus.Ends() {
		if asked[s] {
			out = append(out, s)
			delete(asked, s)
		}
	}
	for s := range asked { // the campaign's own check refuses them
		out = append(out, s)
	}
	return out
}

func endOnShown(list []linestatus.Status) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}
