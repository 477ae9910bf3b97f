package carriersim

import (
	"fmt"
	"slices"
	"time"

	"github.com/outdial/outdial/dialer/carriersim/answers"
	"github.com/outdial/outdial/dialer/carriersim/lines"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/linestatus"
)

// saidID names what a network says of a state.
func saidID(s linestatus.Status) string { return "said-" + string(s) }

// greetingID names one of the recordings of whoever picks up.
func greetingID(n int) string { return fmt.Sprintf("picks-up-%d", n) }

// greetings lists the recordings of humans or of machines in a language.
func greetings(kind, language string) (ids []string) {
	clips, err := answers.Clips()
	if err != nil {
		return nil // loadLibrary says so
	}
	for i, c := range clips {
		if c.Kind == kind && c.Language == language {
			ids = append(ids, greetingID(i))
		}
	}
	return ids
}

// addAnswers adds the announcements of all states, as networks give them: in Chinese, and again in English, and what is said by
// whoever picks up.
func (l *library) addAnswers() error {
	said, err := lines.Announcements()
	if err != nil {
		return fmt.Errorf("carriersim: load announcements: %w", err)
	}
	pause := make([]int16, audio.Samples(900*time.Millisecond))
	all := map[string]*sound{}
	for _, s := range linestatus.Announcements() {
		zh, ok := lines.Of(said, string(s), "zh")
		en, too := lines.Of(said, string(s), "en")
		if !ok || !too {
			return fmt.Errorf("carriersim: nobody says %s; run go generate -tags voices", s)
		}
		all[saidID(s)] = newSound(saidID(s), zh.Text, slices.Concat(zh.PCM, pause, en.PCM))
	}
	picked, err := answers.Clips()
	if err != nil {
		return fmt.Errorf("carriersim: load greetings: %w", err)
	}
	for i, c := range picked {
		all[greetingID(i)] = newSound(greetingID(i), c.Text, c.PCM)
	}
	l.speech[""] = all
	return nil
}
