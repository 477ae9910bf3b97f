package carriersim

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Cue says when a callee speaks a line.
type Cue string

const (
	CueReply       Cue = "reply"       // the robot has finished: silent for EndOfTurn, then Line.After more
	CueInterrupt   Cue = "interrupt"   // the robot has been speaking for Line.After; it is expected to stop
	CueBackchannel Cue = "backchannel" // the same, but the robot is expected to go on
	CueLeave       Cue = "leave"       // hangs up Line.After into the robot's speech, without a word
)

// Line is one thing a callee does in a call.
type Line struct {
	Say   string // sentence id
	Keys  string // pressed instead of speaking
	Cue   Cue
	After time.Duration
}

// Talk is what somebody who has answered will say, decided before the call.
type Talk struct {
	Voice      string
	Greet      string        // sentence id; "" waits for the robot
	GreetAfter time.Duration // after the answer
	Beep       bool          // a mailbox: a beep follows the greeting
	Lines      []Line
	Mute       bool          // never speaks, not even to ask whether anybody is there
	Leaves     bool          // hangs up after its last line instead of waiting for BYE
	LeavesIn   time.Duration // that long after it
	Patience   time.Duration // silence it bears before it asks 喂, and again, and hangs up
	Longest    time.Duration // hangs up then, whatever goes on
}

// EndOfTurn is the silence after which a callee takes the robot to have finished.
const EndOfTurn = 500 * time.Millisecond

const (
	patience = 5 * time.Second
	longest  = 90 * time.Second
)

var calleeVoices = []string{"f2", "f4", "m3", "m5", "m7"}

// english gives the English sentence that stands for a Mandarin one; the English set is smaller.
var english = map[string]string{
	"wei": "en-hello", "wei-nihao": "en-hello", "nihao": "en-hello", "nihao-nawei": "en-who",
	"ni-shi-shei": "en-who", "nali-dalai": "en-where", "shenme-shi": "en-who",
	"keyi-a": "en-sure", "haode-nishuo": "en-go-ahead", "xing-a": "en-sure", "xiang-liaojie": "en-sure", "you-xingqu": "en-sure",
	"duoshao-qian": "en-how-much", "zenme-shoufei": "en-charge", "gongsi-nali": "en-where", "shenme-chanpin": "en-who",
	"haoma-nalai": "en-where", "jiqiren": "en-who", "meitingqing": "en-repeat",
	"buxuyao": "en-no-thanks", "meixingqu": "en-not-interested", "buyao-zaida": "en-not-interested",
	"wo-zaimang": "en-busy", "zai-kaihui": "en-busy", "wandian-da": "en-later",
	"dengyixia": "en-wait", "xian-bieshuo": "en-wait",
	"en": "en-uh-huh", "o": "en-uh-huh", "dui": "en-uh-huh", "haode": "en-sure", "haode-zaijian": "en-bye",
}

// talkWriter draws talks. Every persona of the number table is one method.
type talkWriter struct {
	r        *rand.Rand
	language string
}

func (w talkWriter) pick(ids ...string) string { return ids[w.r.IntN(len(ids))] }

func (w talkWriter) chance(percent int) bool { return w.r.IntN(100) < percent }

// reply picks one of the sentences to answer with.
func (w talkWriter) reply(ids ...string) Line {
	return Line{Say: w.pick(ids...), Cue: CueReply, After: between(w.r, 300, 900)}
}

// greeted is a talk that opens as most telephone calls do; one callee in five waits for the caller to speak first.
func (w talkWriter) greeted(lines ...Line) Talk {
	t := Talk{
		Voice: calleeVoices[w.r.IntN(len(calleeVoices))], GreetAfter: between(w.r, 300, 800), Lines: lines,
		LeavesIn: between(w.r, 300, 1200), Patience: patience, Longest: longest,
	}
	if !w.chance(20) {
		t.Greet = w.pick("wei-nihao", "wei-nihao", "wei", "nihao", "nihao-nawei")
	}
	return w.translated(t)
}

func (w talkWriter) translated(t Talk) Talk {
	if w.language != "en" {
		return t
	}
	t.Voice, t.Greet = "en", english[t.Greet]
	t.Lines = slices.Clone(t.Lines)
	for i := range t.Lines {
		t.Lines[i].Say = english[t.Lines[i].Say]
	}
	return t
}

func (w talkWriter) interested() Talk {
	lines := []Line{w.reply("haode-nishuo", "keyi-a", "xing-a", "shenme-shi")}
	if w.chance(60) {
		lines = append(lines, w.reply("duoshao-qian", "zenme-shoufei", "shenme-chanpin", "gongsi-nali"))
	}
	lines = append(lines, w.reply("you-xingqu", "xiang-liaojie", "keyi-a", "xing-a"))
	if w.chance(40) {
		lines = append(lines, w.reply("haode", "dui", "keyi-a"))
	}
	return w.greeted(append(lines, w.reply("haode-zaijian", "haode"))...)
}

func (w talkWriter) questions() Talk {
	all := []string{"ni-shi-shei", "nali-dalai", "shenme-shi", "duoshao-qian", "zenme-shoufei", "gongsi-nali", "shenme-chanpin",
		"haoma-nalai", "jiqiren", "meitingqing"}
	w.r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	var lines []Line
	for _, id := range all[:2+w.r.IntN(3)] {
		lines = append(lines, w.reply(id))
	}
	lines = append(lines, w.reply("xiang-liaojie", "keyi-a", "buxuyao", "meixingqu", "wandian-da"))
	return w.greeted(append(lines, w.reply("haode-zaijian", "haode"))...)
}

func (w talkWriter) refuses() Talk {
	lines := []Line{w.reply("buxuyao", "meixingqu")}
	if w.chance(60) {
		lines = append(lines, w.reply("buxuyao", "meixingqu", "buyao-zaida"))
	}
	t := w.greeted(lines...)
	t.Leaves = w.chance(50)
	return t
}

func (w talkWriter) interrupts() Talk {
	over := Line{Say: w.pick("dengyixia", "xian-bieshuo", "duoshao-qian", "ni-shi-shei"), Cue: CueInterrupt, After: between(w.r, 1000, 2000)}
	lines := []Line{over, w.reply("shenme-chanpin", "zenme-shoufei", "nali-dalai")}
	if w.chance(40) {
		lines = append(lines, Line{Say: w.pick("dengyixia", "meitingqing"), Cue: CueInterrupt, After: between(w.r, 1000, 2000)})
	}
	return w.greeted(append(lines, w.reply("xiang-liaojie", "buxuyao", "keyi-a"), w.reply("haode-zaijian"))...)
}

func (w talkWriter) backchannels() Talk {
	under := func() Line {
		return Line{Say: w.pick("en", "en", "dui", "o"), Cue: CueBackchannel, After: between(w.r, 800, 2500)}
	}
	lines := []Line{under(), w.reply("haode-nishuo", "keyi-a"), under(), w.reply("keyi-a", "xing-a", "you-xingqu"), under(),
		w.reply("haode-zaijian", "haode")}
	return w.greeted(lines...)
}

func (w talkWriter) postpones() Talk {
	lines := []Line{w.reply("wo-zaimang", "zai-kaihui"), w.reply("wandian-da")}
	if w.chance(50) {
		lines = append(lines, w.reply("haode-zaijian"))
	}
	t := w.greeted(lines...)
	t.Leaves = w.chance(30)
	return t
}

func (w talkWriter) silent() Talk {
	t := w.greeted()
	t.Greet, t.Mute, t.Patience, t.Longest = "", true, 15*time.Second, 45*time.Second
	return t
}

func (w talkWriter) hangsUpEarly() Talk {
	return w.greeted(Line{Cue: CueLeave, After: between(w.r, 400, 2500)})
}

func (w talkWriter) keypad() Talk {
	press := w.reply("keyi-a")
	press.Say, press.Keys = "", "1#"
	return w.greeted(press, w.reply("haode-zaijian"))
}

func (w talkWriter) voicemail() Talk {
	return Talk{Voice: "mailbox", Greet: "box-greeting", GreetAfter: between(w.r, 300, 600), Beep: true, Mute: true,
		Patience: 20 * time.Second, Longest: 60 * time.Second}
}
