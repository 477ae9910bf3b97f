package turnset

import (
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/outdial/outdial/dialogue/session"
	"github.com/outdial/outdial/shared/audio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestTurnTaking plays a part of the set; the bench plays all of it. Time is counted in frames, so that the machine's load
// changes nothing.
func TestTurnTaking(t *testing.T) {
	cases, err := Cases()
	if err != nil {
		t.Fatal(err)
	}
	b, err := NewBench()
	if err != nil {
		t.Fatal(err)
	}
	var results []Result
	for i, c := range cases {
		// Numbers that share no divisor with the cases of a voice; there are fewer interruptions.
		if each := map[bool]int{true: 7, false: 13}[c.Kind == Interrupt]; i%each != 0 {
			continue
		}
		r, err := b.Run(t.Context(), c, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if r.Cut || (r.Case.Kind == Interrupt || r.Case.Kind == Lead) && !r.Stopped || r.Case.Kind == Aside && r.Stopped {
			t.Logf("%s %s noisy=%v: cut %v, stopped %v after %v, resumed %v", c.Name, c.Voice, c.Noisy, r.Cut, r.Stopped, r.Stop, r.Resumed)
		}
		results = append(results, r)
	}
	r := Sum(results)
	t.Logf("%d turns, %d cut early; reply p50 %v p95 %v", r.Turns, r.Cut, Quantile(r.Replies, 0.5), Quantile(r.Replies, 0.95))
	t.Logf("%d that begin like an aside, %d heard; stop p95 %v after the third syllable", r.Leads, r.LeadsHeard, Quantile(r.LeadStops, 0.95))
	t.Logf("%d interruptions, %d heard; stop p95 %v; %d asides, %d cost it its sentence, at %d it stopped for a moment", r.Interrupts, r.Heard, Quantile(r.Stops, 0.95), r.Asides, r.False, r.Paused)
	if 100*r.Cut > 5*r.Turns {
		t.Errorf("%d of %d turns were cut early, more than 5 %%", r.Cut, r.Turns)
	}
	if 100*r.False > 3*r.Asides {
		t.Errorf("%d of %d asides cost the robot its sentence, more than 3 %%", r.False, r.Asides)
	}
	if r.ShortStopped > 0 {
		t.Errorf("%d of %d asides of one or two syllables stopped the robot, if only for a moment", r.ShortStopped, r.Short)
	}
	if p := Quantile(r.Stops, 0.95); p > 350*time.Millisecond || 100*r.Heard < 95*r.Interrupts {
		t.Errorf("%d of %d interruptions were heard, p95 %v", r.Heard, r.Interrupts, p)
	}
	if p := Quantile(r.LeadStops, 0.95); p > 560*time.Millisecond || 100*r.LeadsHeard < 95*r.Leads {
		t.Errorf("%d of %d interruptions that begin like an aside were heard, p95 %v after their third syllable", r.LeadsHeard, r.Leads, p)
	}
}

// TestMake: a case of somebody else's making is judged like one of the set.
func TestMake(t *testing.T) {
	all, err := recordings()
	if err != nil {
		t.Fatal(err)
	}
	said := func(text string) Said {
		for _, c := range all {
			if c.Sentence.Text == text {
				return Said{Text: text, PCM: c.PCM}
			}
		}
		t.Fatalf("nobody says %s", text)
		return Said{}
	}
	more := said("回头再联系吧")
	more.After = 100 * time.Millisecond
	two := Make(Lead, "x", false, time.Second, 0, said("嗯对"), more)
	if want := (len(said("嗯对").PCM) + audio.Samples(more.After)) / audio.FrameSamples; two.third() != want {
		t.Errorf("the third syllable begins in frame %d, want %d", two.third(), want)
	}
	if c := Make(Aside, "x", false, time.Second, 0, said("嗯对")); !c.short() || two.short() {
		t.Error("short are asides of one or two syllables, and only they")
	}
	b, err := NewBench()
	if err != nil {
		t.Fatal(err)
	}
	r, err := b.Run(t.Context(), two, t.TempDir())
	if err != nil || !r.Stopped {
		t.Errorf("an interruption did not stop the robot: %v", err)
	}
	b.Murmurs = func() session.Murmurs { return always{} }
	if r, err = b.Run(t.Context(), Make(Aside, "x", false, time.Second, 0, said("嗯对")), t.TempDir()); err != nil || r.Stopped {
		t.Errorf("what sounds like a backchannel stopped the robot: %v", err)
	}
}

// always takes everything for a backchannel.
type always struct{}

func (always) Quiet([]int16) {}
func (always) Begin()        {}
func (always) Step([]int16)  {}
func (always) Odds() float64 { return 9 }
