package session_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/chat"
	"github.com/outdial/outdial/shared/chat/chattest"
	"github.com/outdial/outdial/shared/clock"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

// studio has no prompt ready: it makes them as the test says, in the order in which they are asked for.
type studio struct {
	mu    sync.Mutex
	takes []making // the last one serves for all that follow
	fails string   // a text that cannot be made at first
	ready map[string]bool
}

type making struct {
	after time.Duration
	err   error
}

// never is longer than anybody waits.
const never = time.Hour

func (v *studio) Ready(key, text string) *session.Prompt {
	v.mu.Lock()
	defer v.mu.Unlock()
	if !v.ready[text] {
		return nil
	}
	return tones{}.Ready(key, text)
}

func (v *studio) Render(ctx context.Context, key, text string) (*session.Prompt, error) {
	v.mu.Lock()
	m := v.takes[0]
	if len(v.takes) > 1 {
		v.takes = v.takes[1:]
	}
	if text == v.fails {
		v.fails, m.err = "", errors.New("refused")
	}
	v.mu.Unlock()
	if err := clock.Sleep(ctx, clock.Real(), m.after); err != nil {
		return nil, err
	}
	if m.err != nil {
		return nil, m.err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.ready[text] = true
	return tones{}.Ready(key, text), nil
}

// Two sentences without a listening between them, then one.
var chained = []byte(`
script: 1
name: chained
settings: {silence: {after: 3s, max: 2, say: [您好，能听到吗？], then: bye}}
nodes:
  hello: {say: 您好。, next: offer}
  offer: {say: 我们有新套餐。, next: ask}
  ask:
    say: 您需要吗？
    branches: {affirm: bye}
  bye: {say: 再见。, hangup: true}
`)

// TestVoicesThatFail: a sentence that is late or never there is waited for as long as a callee waits, not longer; then the
// talk goes on, and the silence rule with it.
func TestVoicesThatFail(t *testing.T) {
	broken := errors.New("the synthesiser failed")
	for _, c := range []struct {
		name   string
		source []byte
		takes  []making
		lines  []line
		dead   time.Duration // the longest that nobody says anything while a sentence is owed, but for the script's own delay
	}{
		{"voice-slow", script.Demo(), []making{{2 * time.Second, nil}, {0, nil}}, []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, 2 * time.Second},
		{"voice-hangs", script.Demo(), []making{{never, nil}}, nil, 3 * time.Second},
		{"voice-fails", script.Demo(), []making{{0, broken}}, nil, 0},
		{"voice-comes-back", script.Demo(), []making{{never, nil}, {0, nil}}, []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, 3 * time.Second},
		// What is owed in a row is not waited for each as long again.
		{"voice-hangs-chained", chained, []making{{never, nil}}, nil, 4 * time.Second},
		{"voice-late-chained", chained, []making{{never, nil}, {200 * time.Millisecond, nil}}, []line{says("可以")}, 3200 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				k, v := newCall(t, c.lines...), &studio{takes: c.takes, ready: map[string]bool{}}
				k.live = true
				k.open(c.source, func(cfg *session.Config) { cfg.Voice = v }).run()
				checkTurns(t, k)
				golden(t, c.name, k.trace())
				if !k.hungUp {
					t.Error("the robot never ended the call")
				}
				if dead := k.dead(); dead > c.dead+340*time.Millisecond {
					t.Errorf("dead air of %v, want %v at most", dead, c.dead)
				}
			})
		})
	}
}

// TestSentencesAhead: a sentence that is made while the one before it is spoken, and fails, is asked for again when its turn
// comes.
func TestSentencesAhead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k, v := newCall(t, says("你们几点开门")), &studio{takes: []making{{}}, fails: "欢迎您来。", ready: map[string]bool{}}
		k.live, k.longest = true, 12*time.Second
		k.open(modelScript, func(cfg *session.Config) {
			cfg.Voice, cfg.Chat = v, &chattest.Script{Replies: [][]chat.Piece{{{Text: "我们九点开门。"}, {Text: "欢迎您来。"}}}}
		}).run()
		said := slices.ContainsFunc(k.store.turns, func(t transcript.Turn) bool { return t.Text == "欢迎您来。" && t.EndedAt.After(t.StartedAt) })
		if !said {
			t.Errorf("it was not said:\n%s", k.trace())
		}
		if v.fails != "" {
			t.Error("it never failed")
		}
	})
}

// dead is how long the robot owed a sentence and said nothing, at most: from the answer, or the callee's last word, or the
// robot's, to its next, where the silence rule did not count.
func (c *call) dead() (most time.Duration) {
	turns := slices.Clone(c.store.turns)
	slices.SortFunc(turns, func(a, b transcript.Turn) int { return a.Seq - b.Seq })
	since := epoch.Add(c.answerAt)
	for _, t := range turns {
		if t.Speaker == transcript.Robot {
			most = max(most, t.StartedAt.Sub(since))
		}
		if t.Speaker == transcript.Robot && t.EndedAt.Equal(t.StartedAt) {
			continue // passed over
		}
		since = t.EndedAt
	}
	return most
}
