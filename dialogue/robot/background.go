package robot

import (
	"math"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/script"
)

// backgroundOf is the sound that a script plays behind everything, at the level that the script names; nil when it names none,
// or nobody has recorded it.
func backgroundOf(f *script.Flow, r *recorded) []int16 {
	if f.Voice.Background == "" {
		return nil
	}
	one, ok := r.byKey[f.Voice.Background]
	if !ok {
		r.log.Warn("a script names a background sound that is not recorded; it is left out", "script", f.Name, "key", f.Voice.Background)
		return nil
	}
	return levelled(r.load(one), float64(f.Voice.BackgroundLevel))
}

// levelled brings a sound to a level, in dB of full scale.
func levelled(pcm []int16, db float64) []int16 {
	now := audio.LevelDB(pcm)
	if len(pcm) == 0 || math.IsInf(now, -1) {
		return nil
	}
	gain := math.Pow(10, (db-now)/20)
	out := make([]int16, len(pcm))
	for i, v := range pcm {
		out[i] = int16(max(-32768, min(32767, float64(v)*gain)))
	}
	return out
}
