package carriersim

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTableIsSound(t *testing.T) {
	lib, err := loadLibrary()
	if err != nil {
		t.Fatal(err)
	}
	codes, names := map[string]bool{}, map[string]bool{}
	for _, row := range Table() {
		if len(row.Code) != 2 || codes[row.Code] || names[row.Name] || row.Weight < 0 || row.About == "" {
			t.Errorf("row %+v", row)
		}
		codes[row.Code], names[row.Name] = true, true
		for _, lang := range []string{"zh", "en"} {
			for n := range 60 {
				number, err := NumberFor(row.Name, n)
				if err != nil {
					t.Fatal(err)
				}
				if len(number) != 11 {
					t.Fatalf("number %q", number)
				}
				b := Planner{Seed: int64(n), Language: lang}.Plan(number)
				if b.Name != row.Name {
					t.Fatalf("%s has behaviour %q, want %q", number, b.Name, row.Name)
				}
				checkBehaviour(t, lib, b)
			}
		}
	}
}

// checkBehaviour holds a plan to what the simulator can carry out in bounded time.
func checkBehaviour(t interface{ Errorf(string, ...any) }, lib *library, b Behaviour) {
	if b.Announce != "" && lib.say("network", b.Announce) == nil {
		t.Errorf("%s announces %q, which is not recorded", b.Name, b.Announce)
	}
	if b.Tone != ToneNone && (lib.tones[b.Tone] == nil || b.ToneFor <= 0) {
		t.Errorf("%s has tone %q for %v", b.Name, b.Tone, b.ToneFor)
	}
	if b.Status < 200 || b.Status > 699 || phrases[b.Status] == "" {
		t.Errorf("%s ends with status %d", b.Name, b.Status)
	}
	if b.PostDial < 0 || b.PostDial > 15*time.Second || b.RingFor < 0 || b.RingFor > 30*time.Second {
		t.Errorf("%s waits %v and rings %v", b.Name, b.PostDial, b.RingFor)
	}
	if !b.Answers() {
		return
	}
	if b.Talk.Longest <= 0 || b.Talk.Longest > 2*time.Minute || b.Talk.Patience <= 0 {
		t.Errorf("%s talks up to %v and bears %v of silence", b.Name, b.Talk.Longest, b.Talk.Patience)
	}
	for _, line := range append([]Line{{Say: b.Talk.Greet, Cue: CueLeave}}, b.Talk.Lines...) {
		if line.Say == "" && (line.Keys != "" || line.Cue == CueLeave) {
			continue
		}
		if lib.say(b.Talk.Voice, line.Say) == nil {
			t.Errorf("%s says %q with voice %q, which is not recorded", b.Name, line.Say, b.Talk.Voice)
		}
	}
	if !b.Talk.Mute && lib.say(b.Talk.Voice, prod(b.Talk.Voice)) == nil {
		t.Errorf("voice %q cannot ask whether anybody is there", b.Talk.Voice)
	}
}

func TestPlanIsAFunctionOfDigitsAndSeed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		number := rapid.StringMatching(`\+?[0-9]{1,20}`).Draw(t, "number")
		seed := rapid.Int64().Draw(t, "seed")
		one := Plan(number, seed)
		if again := Plan(number, seed); !reflect.DeepEqual(one, again) {
			t.Fatalf("two plans for one number:\n%+v\n%+v", one, again)
		}
		spaced := strings.Join(strings.Split(number, ""), " ") + "@carrier"
		if other := Plan(spaced, seed); !reflect.DeepEqual(one, other) {
			t.Fatalf("%q and %q differ", number, spaced)
		}
	})
}

func TestSeedsChangePlans(t *testing.T) {
	same := 0
	for n := range 500 {
		number := fmt.Sprintf("138%08d", n)
		if Plan(number, 1).Name == Plan(number, 2).Name {
			same++
		}
	}
	if same > 100 {
		t.Fatalf("%d of 500 numbers do the same under another seed", same)
	}
}

func TestWeightsAreKept(t *testing.T) {
	total := 0
	for _, row := range Table() {
		total += row.Weight
	}
	const n = 40_000
	for _, seed := range []int64{0, 1, -77} {
		got := map[string]int{}
		for i := range n {
			got[Plan(fmt.Sprintf("1390%07d", i), seed).Name]++
		}
		for _, row := range Table() {
			p := float64(row.Weight) / float64(total)
			// A few numbers of this range carry the mark, so rows without weight are not quite empty.
			if slack := 4.5*math.Sqrt(n*p*(1-p)) + 10; math.Abs(float64(got[row.Name])-n*p) > slack {
				t.Errorf("seed %d: %s drawn %d times, want %.0f +- %.0f", seed, row.Name, got[row.Name], n*p, slack)
			}
		}
	}
}

func TestOwnWeights(t *testing.T) {
	p := Planner{Weights: map[string]int{"busy": 1, "voicemail": 3}}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for i := range 2000 {
		got[p.Plan(fmt.Sprint(13_000_000_000+i)).Name]++
	}
	if len(got) != 2 || got["voicemail"] < 1350 || got["voicemail"] > 1650 {
		t.Fatalf("drew %v", got)
	}
	for name, bad := range map[string]Planner{
		"unknown":  {Weights: map[string]int{"busi": 1}},
		"negative": {Weights: map[string]int{"busy": -1}},
		"nothing":  {Weights: map[string]int{"busy": 0}},
		"language": {Language: "fr"},
	} {
		if bad.Validate() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzPlan(f *testing.F) {
	for _, s := range []string{"", "13800000000", "+8613800909010", "x\x00\xff", "9090", "909001", strings.Repeat("9", 5000), "sip:1@2"} {
		f.Add(s, int64(0))
	}
	lib, err := loadLibrary()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, number string, seed int64) { checkBehaviour(t, lib, Plan(number, seed)) })
}
