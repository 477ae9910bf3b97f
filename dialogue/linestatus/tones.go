package linestatus

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/linestatus"
)

// tone is one tone of a country's networks: frequencies that sound together, in a rhythm that repeats.
type tone struct {
	status linestatus.Status
	hz     []float64
	// rhythm is on, off, on, off …; the last is a pause.
	rhythm []time.Duration
}

// Profile is what the tones of a country's networks sound like.
type Profile struct {
	Name  string
	tones []tone
}

func ms(list ...int) []time.Duration {
	out := make([]time.Duration, len(list))
	for i, v := range list {
		out[i] = time.Duration(v) * time.Millisecond
	}
	return out
}

// profiles follow GB/T 3380 (China), ETSI EG 201 188 (Europe) and Telcordia GR-506 (North America).
var profiles = []Profile{
	{"cn", []tone{
		{linestatus.Ringing, []float64{450}, ms(1000, 4000)},
		{linestatus.BusyTone, []float64{450}, ms(350, 350)},
		{linestatus.CongestionTone, []float64{450}, ms(700, 700)},
		{linestatus.UnobtainableTone, []float64{450}, ms(100, 100, 100, 100, 100, 100, 400, 400)},
		{linestatus.CallWaiting, []float64{450}, ms(400, 4000)},
	}},
	{"eu", []tone{
		{linestatus.Ringing, []float64{425}, ms(1000, 4000)},
		{linestatus.BusyTone, []float64{425}, ms(500, 500)},
		{linestatus.CongestionTone, []float64{425}, ms(200, 200)},
		{linestatus.CallWaiting, []float64{425}, ms(200, 600, 200, 3000)},
	}},
	{"na", []tone{
		{linestatus.Ringing, []float64{440, 480}, ms(2000, 4000)},
		{linestatus.BusyTone, []float64{480, 620}, ms(500, 500)},
		{linestatus.CongestionTone, []float64{480, 620}, ms(250, 250)},
		{linestatus.CallWaiting, []float64{440}, ms(300, 9700)},
	}},
}

// DefaultProfile is that of mainland China.
const DefaultProfile = "cn"

// Profiles lists the names of the countries that are known.
func Profiles() []string {
	out := make([]string, len(profiles))
	for i, p := range profiles {
		out[i] = p.Name
	}
	return out
}

// ProfileOf finds a country's tones; the empty name is the default.
func ProfileOf(name string) (Profile, error) {
	if name == "" {
		name = DefaultProfile
	}
	i := slices.IndexFunc(profiles, func(p Profile) bool { return p.Name == name })
	if i < 0 {
		return Profile{}, fmt.Errorf("no tones are known for %q; choose one of %s", name, strings.Join(Profiles(), ", "))
	}
	return profiles[i], nil
}

// chords are the different sets of frequencies of a profile.
func (p Profile) chords() [][]float64 {
	var out [][]float64
	for _, t := range p.tones {
		if !slices.ContainsFunc(out, func(hz []float64) bool { return slices.Equal(hz, t.hz) }) {
			out = append(out, t.hz)
		}
	}
	return out
}
