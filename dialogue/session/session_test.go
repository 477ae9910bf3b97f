package session_test

import (
	"bytes"
	"errors"
	"flag"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/transcript"
)

var update = flag.Bool("update", false, "write the golden traces anew")

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("the talk has changed (go test -update if that is right)\n--- got\n%s--- want\n%s", got, want)
	}
}

func says(text string) line { return line{text: text, after: 600 * time.Millisecond} }

func over(text string, into time.Duration) line { return line{text: text, into: into} }

var unreachable = &asr.Error{Kind: asr.Unreachable, Provider: "dead", Tried: "connect"}

func TestTalks(t *testing.T) {
	dead := func(c *session.Config) {
		c.Recognisers = []asr.Provider{&oracle{openAs: unreachable}}
	}
	cases := []struct {
		name  string
		lines []line
		setup func(*call)
		cfg   func(*session.Config)
		// source is the demo unless given
		source []byte
	}{
		{name: "interested", lines: []line{says("可以啊"), says("我有兴趣"), says("行啊没问题")}},
		{name: "asks", lines: []line{says("多少钱"), says("你是谁啊"), says("好的你说"), says("不需要"), says("没兴趣")}},
		{name: "refuses", lines: []line{says("不需要"), says("不要再打了")}},
		{name: "silent"},
		{name: "interrupts", lines: []line{over("多少钱", time.Second), says("可以啊"), over("我在开会", 1500*time.Millisecond)}},
		{name: "murmurs", lines: []line{{text: "嗯", sound: hum(560 * time.Millisecond), into: time.Second}, {text: "对", sound: hum(400 * time.Millisecond), into: 3 * time.Second}, says("好的"), says("好的"), says("好的")}},
		{name: "noise", lines: []line{{text: "", sound: speech(3), into: time.Second}, {text: "", sound: hum(100 * time.Millisecond), after: 900 * time.Millisecond}, says("不用了"), says("不用了")}},
		{name: "keypad", lines: []line{{keys: "1#", into: 2 * time.Second}, says("可以")}},
		{name: "unclear", lines: []line{says(""), says("今天天气"), says("")}},
		{name: "hello-first", lines: []line{says("可以"), says("算了"), says("算了")}, setup: func(c *call) {
			c.on[100*time.Millisecond] = func() { c.sound = speech(2); c.ear.said = append(c.ear.said, "喂你好") }
		}},
		{name: "leaves", lines: []line{{hangup: true, into: 2 * time.Second}}},
		{name: "leaves-speaking", lines: []line{says("我想了解一下你们"), {hangup: true, into: 400 * time.Millisecond}}, setup: func(c *call) {
			c.on[8200*time.Millisecond] = func() { c.lines = []line{{hangup: true, after: 500 * time.Millisecond}} }
		}},
		{name: "early-media", lines: []line{says("不要"), says("不要")}, setup: func(c *call) {
			c.answerAt = 4 * time.Second
			c.on[time.Second] = func() { c.sound = audio.Tone(450, 0.3, 2*time.Second) }
		}},
		{name: "never-answered", setup: func(c *call) { c.answerAt, c.longest = -1, 5*time.Second }},
		{name: "transfer-ok", lines: []line{says("转人工")}, setup: func(c *call) {
			c.longest = 20 * time.Second
			c.on[16*time.Second] = func() { c.s.TransferEnded(true, "") }
		}},
		{name: "transfer-failed", lines: []line{says("转人工"), says("好的")}, setup: func(c *call) {
			c.on[16*time.Second] = func() { c.s.TransferEnded(false, "nobody free") }
		}},
		{name: "transfer-unreported", lines: []line{says("转人工"), {text: "好的", after: 600 * time.Millisecond}}},
		// Somebody who listened takes the robot's place in the middle of a sentence.
		{name: "taken-over", lines: []line{says("可以啊")}, setup: func(c *call) {
			c.longest = 12 * time.Second
			c.on[7*time.Second] = func() { c.s.TransferEnded(true, "") }
		}},
		{name: "taken-over-untold", lines: []line{says("可以啊"), {hangup: true, into: 1900 * time.Millisecond}}, setup: func(c *call) {
			c.on[7*time.Second] = func() { c.s.TransferBridging() }
		}},
		{name: "not-taken-over", lines: []line{says("可以啊"), {hangup: true, into: 1900 * time.Millisecond}}, setup: func(c *call) {
			c.on[6500*time.Millisecond] = func() { c.s.TransferBridging() }
			c.on[7*time.Second] = func() { c.s.TransferEnded(false, "") }
		}},
		{name: "transfer-untold", lines: []line{says("转人工"), {hangup: true, after: 2 * time.Second}}, setup: func(c *call) {
			c.on[9*time.Second] = func() { c.s.TransferBridging() }
		}},
		{name: "recogniser-dead", lines: []line{says("可以"), says("可以"), says("可以")}, cfg: dead},
		{name: "recogniser-fails", lines: []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, setup: func(c *call) { c.ear.dieAt = 60 }},
		// It fails again and again, and understands something each time in between: it is opened anew as often as that.
		{name: "recogniser-fails-often", lines: []line{says("可以啊"), says("多少钱"), says("你是谁啊"), says("是机器人吗"), says("多少钱"), says("没兴趣"), says("不需要")}, setup: func(c *call) { c.ear.dieAt = 140 }},
		{name: "second-recogniser", lines: []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, cfg: func(c *session.Config) {
			c.Recognisers = append([]asr.Provider{&oracle{openAs: unreachable}}, c.Recognisers...)
		}},
		// It is away for a moment, when the call begins or in its midst: it is asked again for as long as the call lasts.
		{name: "recogniser-away", lines: []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, setup: func(c *call) { c.away(0, 500*time.Millisecond) }},
		{name: "recogniser-restarts", lines: []line{says("可以啊"), says("多少钱"), says("我有兴趣"), says("好的你说")}, setup: func(c *call) {
			c.on[6*time.Second] = func() { c.ear.dieAt = 1 }
			c.away(6*time.Second, 10*time.Second)
		}},
		// The second of the list is the first that is back.
		{name: "recognisers-away", lines: []line{says("可以啊"), says("我有兴趣"), says("好的你说")}, setup: func(c *call) { c.away(0, 3*time.Second) }, cfg: func(c *session.Config) {
			c.Recognisers = append([]asr.Provider{&oracle{openAs: unreachable}}, c.Recognisers...)
		}},
		{name: "no-recogniser", lines: []line{says("可以")}, cfg: func(c *session.Config) { c.Recognisers = nil }},
		{name: "longest", lines: []line{says("等一下"), says("等一下"), says("等一下"), says("等一下"), says("等一下"), says("等一下"), says("等一下"), says("等一下")},
			source: bytes.Replace(script.Demo(), []byte("longest_call: 2m"), []byte("longest_call: 15s"), 1)},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			c := newCall(t, tc.lines...)
			if tc.setup != nil {
				tc.setup(c)
			}
			if tc.source == nil {
				tc.source = script.Demo()
			}
			c.open(tc.source, tc.cfg).run()
			if c.loudest > -90 {
				t.Error("the robot spoke before the callee's answer was reported")
			}
			checkTurns(t, c)
			golden(t, tc.name, c.trace())
		})
	}
}

// TestAwayForGood: a recogniser that never comes back is asked again ever more seldom.
func TestAwayForGood(t *testing.T) {
	c := newCall(t)
	first, second := &oracle{openAs: unreachable}, &oracle{openAs: unreachable}
	c.open(script.Demo(), func(cfg *session.Config) { cfg.Recognisers = []asr.Provider{first, second} })
	var tries []time.Duration
	for seen := first.opened; !c.hungUp; {
		c.tick()
		if first.opened > seen {
			seen = first.opened
			tries = append(tries, c.at())
		}
	}
	c.finish(true)
	for i := 1; i < len(tries); i++ {
		pause := tries[i] - tries[i-1]
		if i > 1 && pause < tries[i-1]-tries[i-2] || pause > 4100*time.Millisecond {
			t.Errorf("tried at %v: the pauses do not grow to four seconds", tries)
		}
	}
	if n := len(tries); n < 6 || n > 9 || second.opened < n {
		t.Errorf("in %v the first was tried %d times, the second %d times", c.at(), n, second.opened)
	}
}

// TestMurmurs: what sounds like a backchannel does not stop the robot for a moment, for as long as it sounds like one.
func TestMurmurs(t *testing.T) {
	const prompt = 29 * 120 * time.Millisecond
	for _, tc := range []struct {
		name    string
		murmur  int  // frames of the burst that sound like one
		sure    bool // that the others sound like none
		says    line
		pauses  bool // the robot stops, and goes on
		stopped time.Duration
	}{
		{name: "two syllables", murmur: 60, says: line{text: "好的"}},
		{name: "two syllables that the recogniser does not know", murmur: 60, says: line{text: "", sound: speech(2)}},
		{name: "two syllables that sound like something else", murmur: 8, says: line{text: "", sound: speech(2)}, pauses: true},
		{name: "two syllables, then a sentence", murmur: 24, says: line{text: "好的那你说多少钱"}, stopped: 500 * time.Millisecond},
		{name: "one that never ends", murmur: 1000, says: line{text: "多少钱", sound: hum(2 * time.Second)}, stopped: 1200 * time.Millisecond},
		{name: "a syllable that goes on and sounds like something else", murmur: 5, says: line{text: "多少钱", sound: hum(2 * time.Second)}, stopped: 800 * time.Millisecond},
		{name: "a syllable that surely sounds like something else", murmur: 5, sure: true, says: line{text: "多少钱", sound: hum(2 * time.Second)}, stopped: 200 * time.Millisecond},
		{name: "a lone syllable that the recogniser knows", murmur: 5, says: line{text: "嗯", sound: hum(600 * time.Millisecond)}},
		{name: "backchannels for longer than one lasts", murmur: 1000, says: line{text: "嗯对对好的好的", sound: slices.Concat(speech(3), make([]int16, audio.Samples(120*time.Millisecond)), speech(4))}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			tc.says.into = time.Second
			c := newCall(t, tc.says, line{hangup: true, after: 400 * time.Millisecond})
			c.open(script.Demo(), func(cfg *session.Config) { cfg.Murmurs = &murmurs{most: tc.murmur, sure: tc.sure} }).run()
			robot := slices.DeleteFunc(slices.Clone(c.store.turns), func(t transcript.Turn) bool { return t.Speaker != transcript.Robot })[0]
			took := robot.EndedAt.Sub(robot.StartedAt)
			switch {
			case tc.stopped > 0 && (!robot.Interrupted || robot.BargeInStop != tc.stopped):
				t.Errorf("interrupted %v, after %v, want after %v", robot.Interrupted, robot.BargeInStop, tc.stopped)
			case tc.stopped == 0 && robot.Interrupted:
				t.Errorf("it stopped after %v and did not go on", robot.BargeInStop)
			case tc.stopped == 0 && (took > prompt) != tc.pauses:
				t.Errorf("a prompt of %v took %v", prompt, took)
			}
		})
	}
}

// checkTurns holds for every talk.
func checkTurns(t *testing.T, c *call) {
	t.Helper()
	seen := map[int]bool{}
	for _, turn := range c.store.turns {
		if turn.Seq < 1 || turn.Seq > len(c.store.turns) || seen[turn.Seq] {
			t.Errorf("sequence number %d of %d is out of order or doubled", turn.Seq, len(c.store.turns))
		}
		seen[turn.Seq] = true
		if turn.EndedAt.Before(turn.StartedAt) {
			t.Errorf("turn %d ended before it began", turn.Seq)
		}
		// A drawn-out syllable is let pass for 800 ms, whatever follows.
		if turn.ReplyLatency > time.Second || turn.BargeInStop > 820*time.Millisecond {
			t.Errorf("turn %d: reply after %v, stop after %v", turn.Seq, turn.ReplyLatency, turn.BargeInStop)
		}
		if turn.Audio == "" || strings.HasPrefix(turn.Audio, "prompts/") {
			continue
		}
		f, err := os.Open(filepath.Join(c.dir, turn.Audio))
		if err != nil {
			t.Errorf("turn %d: %v", turn.Seq, err)
			continue
		}
		pcm, err := audio.ReadWAV(f)
		if err != nil || audio.LevelDB(pcm) < -40 {
			t.Errorf("turn %d: its audio is not audible: %v", turn.Seq, err)
		}
		// A prompt that was paused and went on lasted longer than its sound.
		if d := turn.EndedAt.Sub(turn.StartedAt) - audio.Duration(len(pcm)); d > 50*time.Millisecond && turn.Speaker == transcript.Callee {
			t.Errorf("turn %d: its audio is %v short", turn.Seq, d)
		}
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(c.dir, "*", "*", "*.part")); len(left) > 0 {
		t.Errorf("unfinished files were left: %v", left)
	}
	if len(c.store.sums) > 0 {
		if c.store.sent(event.KindTurnAdded) != len(c.store.turns) || c.store.sent(event.KindConversationEnded) != 1 {
			t.Error("not every turn, or not the end, was told to the bus")
		}
		if got := transcript.TallyOf(c.store.turns); got != c.store.sums[0].Tally {
			t.Errorf("the sum's tally %+v is not that of its turns %+v", c.store.sums[0].Tally, got)
		}
	}
}

// TestWhateverHappens: noise, voices, keys and reports in any order end in a conversation, with its turns in order.
func TestWhateverHappens(t *testing.T) {
	words := []string{"", "好的", "嗯", "不需要", "多少钱", "转人工", "等一下", "喂", "今天天气"}
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		c := newCall(t)
		c.longest = 60 * time.Second
		if r.IntN(3) == 0 {
			c.ear.dieAt = 100 + r.IntN(400)
		}
		c.open(script.Demo(), nil)
		gone := false
		for !c.hungUp && !gone && c.at() < c.longest {
			switch r.IntN(60) {
			case 0:
				if len(c.sound) == 0 {
					c.sound = speech(1 + r.IntN(6))
					c.ear.mu.Lock()
					c.ear.said = append(c.ear.said, words[r.IntN(len(words))])
					c.ear.mu.Unlock()
				}
			case 1:
				c.sound = append(c.sound, hum(time.Duration(r.IntN(1000))*time.Millisecond)...)
			case 2:
				if r.IntN(4) == 0 {
					c.s.Digit("0123456789*#X"[r.IntN(13)], epoch.Add(c.at()))
				}
			case 3:
				c.s.TransferEnded(r.IntN(2) == 0, "")
			case 4:
				c.s.Answered()
			}
			gone = c.tick()
		}
		c.finish(true)
		checkTurns(t, c)
		if len(c.store.sums) != 1 {
			t.Fatalf("seed %d: %d conversations", seed, len(c.store.sums))
		}
	}
}

func TestStoreGone(t *testing.T) {
	c := newCall(t, says("可以啊"), says("我有兴趣"), says("好的你说"))
	c.store.fail = errors.New("connection refused")
	c.open(script.Demo(), func(cfg *session.Config) { cfg.Tuning.StoreRetry = 2 * time.Second })
	gone := false
	for !c.hungUp && !gone && c.at() < c.longest {
		gone = c.tick()
	}
	if !c.hungUp {
		t.Fatal("the call did not go through without the store")
	}
	done := make(chan struct{})
	go func() { c.finish(false); close(done) }()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(time.Millisecond):
			c.clock.Advance(time.Second)
		}
	}
	if c.finished == nil || c.finished.Tally.Affirmed < 2 {
		t.Errorf("the talk was not counted: %+v", c.finished)
	}
	if c.store.tries < len(c.finished.Labels) {
		t.Error("turns were not even tried")
	}
}

func TestStoreComesBack(t *testing.T) {
	c := newCall(t, says("不需要"), says("不需要"))
	c.store.fail = errors.New("connection refused")
	c.on[12*time.Second] = func() {
		c.store.mu.Lock()
		c.store.fail = nil
		c.store.mu.Unlock()
	}
	c.open(script.Demo(), nil)
	for !c.hungUp && c.at() < c.longest {
		c.tick()
	}
	done := make(chan struct{})
	go func() { c.finish(false); close(done) }()
	for waiting := true; waiting; {
		select {
		case <-done:
			waiting = false
		case <-time.After(time.Millisecond):
			c.clock.Advance(100 * time.Millisecond)
		}
	}
	if len(c.store.turns) != 5 || len(c.store.sums) != 1 {
		t.Errorf("%d turns and %d sums were stored after the store came back", len(c.store.turns), len(c.store.sums))
	}
}

func TestDiskGone(t *testing.T) {
	c := newCall(t, says("可以啊"), says("我有兴趣"), says("好的你说"))
	file := filepath.Join(c.dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c.open(script.Demo(), func(cfg *session.Config) { cfg.Recordings = file }).run()
	if !c.hungUp || len(c.store.turns) != 7 || len(c.store.sums) != 1 {
		t.Errorf("without a disk: hung up %v, %d turns", c.hungUp, len(c.store.turns))
	}
}

func BenchmarkTick(b *testing.B) {
	c := newCall(b)
	c.answerAt = -1
	c.open(script.Demo(), nil)
	c.s.Answered()
	quiet := audio.Tone(400, 0.0005, audio.FrameDuration)
	b.ReportAllocs()
	for i := range b.N {
		c.s.Tick(quiet, epoch.Add(time.Duration(i)*audio.FrameDuration))
	}
	b.StopTimer()
	c.finish(true)
}

func TestConfigIsChecked(t *testing.T) {
	if _, err := session.New(session.Config{}); err == nil {
		t.Error("an empty configuration was taken")
	}
}
