package carriersim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// stage plays a talker against a robot, frame by frame. The robot speaks in the spans given, in seconds.
type stage struct {
	talk  Talk
	robot [][2]float64
	long  float64 // seconds of every utterance of the callee
	// yields: the robot falls silent 0.3 s after the callee starts to speak.
	yields bool
}

func (s stage) play() (events []string, ended float64) {
	t := newTalker(s.talk)
	left, yielded := 0, -1.0
	for f := 0; ; f++ {
		now := float64(f) * 0.02
		voiced := slices.ContainsFunc(s.robot, func(r [2]float64) bool { return r[0] <= now && now < r[1] && yielded < r[0] })
		a := t.step(voiced, left > 0)
		left--
		switch {
		case a.leave:
			return append(events, fmt.Sprintf("%.1f leaves", now)), now
		case a.keys != "":
			events = append(events, fmt.Sprintf("%.1f keys %s", now, a.keys))
		case a.say != "":
			events = append(events, fmt.Sprintf("%.1f %s %s", now, a.cue, a.say))
			left = int(s.long / 0.02)
		}
		if s.yields && left == int(s.long/0.02)-15 {
			yielded = now
		}
	}
}

func TestTalker(t *testing.T) {
	base := Talk{Voice: "f2", Greet: "wei-nihao", GreetAfter: 500 * time.Millisecond, Patience: 3 * time.Second, Longest: time.Minute}
	with := func(f func(*Talk)) Talk {
		talk := base
		f(&talk)
		return talk
	}
	reply := func(id string) Line { return Line{Say: id, Cue: CueReply, After: 400 * time.Millisecond} }
	for name, c := range map[string]struct {
		stage
		want string
	}{
		"nobody there": {stage{talk: with(func(k *Talk) { k.Lines = []Line{reply("keyi-a")} }), long: 1},
			"0.5 reply wei-nihao, 4.5 reply wei, 8.5 reply wei, 12.5 leaves"},
		"answers each turn once": {stage{talk: with(func(k *Talk) { k.Lines = []Line{reply("keyi-a"), reply("haode")} }), long: 1, robot: [][2]float64{{2, 4}, {7, 8}}},
			"0.5 reply wei-nihao, 4.9 reply keyi-a, 8.9 reply haode, 12.9 leaves"},
		"waits for the robot": {stage{talk: with(func(k *Talk) { k.Greet, k.Lines = "", []Line{reply("keyi-a")} }), long: 1, robot: [][2]float64{{0.1, 2}}},
			"2.9 reply keyi-a, 6.9 leaves"},
		"a pause is no end": {stage{talk: with(func(k *Talk) { k.Lines = []Line{reply("keyi-a")} }), long: 1, robot: [][2]float64{{2, 3}, {3.4, 4}, {4.8, 6}}},
			"0.5 reply wei-nihao, 6.9 reply keyi-a, 10.9 leaves"},
		"a click is no turn": {stage{talk: with(func(k *Talk) { k.Lines = []Line{reply("keyi-a")} }), long: 1, robot: [][2]float64{{2, 2.03}}},
			"0.5 reply wei-nihao, 5.0 reply wei, 9.0 reply wei, 13.0 leaves"},
		"interrupts and is answered": {stage{talk: with(func(k *Talk) {
			k.Lines = []Line{{Say: "dengyixia", Cue: CueInterrupt, After: 1500 * time.Millisecond}, reply("keyi-a")}
		}), long: 1, yields: true, robot: [][2]float64{{2, 9}, {6, 7}}},
			"0.5 reply wei-nihao, 3.5 interrupt dengyixia, 7.9 reply keyi-a, 11.9 leaves"},
		"interrupts a robot that goes on": {stage{talk: with(func(k *Talk) {
			k.Lines = []Line{{Say: "dengyixia", Cue: CueInterrupt, After: 1500 * time.Millisecond}, reply("keyi-a")}
		}), long: 1, robot: [][2]float64{{2, 9}}},
			"0.5 reply wei-nihao, 3.5 interrupt dengyixia, 9.9 reply keyi-a, 13.9 leaves"},
		"interrupts too late": {stage{talk: with(func(k *Talk) {
			k.Lines = []Line{{Say: "dengyixia", Cue: CueInterrupt, After: 1500 * time.Millisecond}}
		}), long: 1, robot: [][2]float64{{2, 3}}},
			"0.5 reply wei-nihao, 3.9 reply dengyixia, 7.9 leaves"},
		"backchannel": {stage{talk: with(func(k *Talk) {
			k.Lines = []Line{{Say: "en", Cue: CueBackchannel, After: time.Second}, reply("keyi-a")}
		}), long: 0.4, robot: [][2]float64{{2, 5}}},
			"0.5 reply wei-nihao, 3.0 backchannel en, 5.9 reply keyi-a, 9.3 leaves"},
		"backchannel at the very end": {stage{talk: with(func(k *Talk) {
			k.Lines = []Line{{Say: "en", Cue: CueBackchannel, After: time.Second}, reply("keyi-a")}
		}), long: 1, robot: [][2]float64{{2, 3.1}}},
			"0.5 reply wei-nihao, 3.0 backchannel en, 4.4 reply keyi-a, 8.4 leaves"},
		"hangs up early": {stage{talk: with(func(k *Talk) { k.Lines = []Line{{Cue: CueLeave, After: 700 * time.Millisecond}} }), long: 0.5, robot: [][2]float64{{2, 9}}},
			"0.5 reply wei-nihao, 2.7 leaves"},
		"leaves after its last word": {stage{talk: with(func(k *Talk) { k.Leaves, k.LeavesIn, k.Lines = true, time.Second, []Line{reply("buxuyao")} }), long: 1, robot: [][2]float64{{2, 4}}},
			"0.5 reply wei-nihao, 4.9 reply buxuyao, 6.9 leaves"},
		"silent": {stage{talk: with(func(k *Talk) { k.Greet, k.Mute = "", true }), robot: [][2]float64{{2, 4}}}, "7.0 leaves"},
		"mailbox": {stage{talk: with(func(k *Talk) { k.Mute, k.Beep = true, true }), long: 3, robot: [][2]float64{{0.2, 2}}},
			"0.5 reply wei-nihao, 6.5 leaves"},
		"keys": {stage{talk: with(func(k *Talk) { k.Lines = []Line{{Keys: "1#", Cue: CueReply, After: 400 * time.Millisecond}} }), robot: [][2]float64{{2, 4}}},
			"0.5 reply wei-nihao, 4.9 keys 1#, 7.9 leaves"},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := c.play()
			if s := strings.Join(got, ", "); s != c.want {
				t.Errorf("\n got %s\nwant %s", s, c.want)
			}
		})
	}
}

// Every call ends, whatever the robot does.
func TestTalkerAlwaysEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`1[0-9]{10}`).Draw(t, "number")
		b := Plan(number, rapid.Int64().Draw(t, "seed"))
		if !b.Answers() {
			t.Skip()
		}
		s := stage{talk: b.Talk, long: rapid.Float64Range(0.1, 3).Draw(t, "long"), yields: rapid.Bool().Draw(t, "yields")}
		at := 0.0
		for range rapid.IntRange(0, 30).Draw(t, "turns") {
			at += rapid.Float64Range(0.02, 8).Draw(t, "pause")
			end := at + rapid.Float64Range(0.02, 20).Draw(t, "turn")
			s.robot = append(s.robot, [2]float64{at, end})
			at = end
		}
		if _, ended := s.play(); ended > b.Talk.Longest.Seconds()+0.1 {
			t.Fatalf("%s lasted %.1f s, longest %v", b.Name, ended, b.Talk.Longest)
		}
	})
}
