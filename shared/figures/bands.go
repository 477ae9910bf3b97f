package figures

import "time"

// bandsOfPie is how many parts the pies of turns and of talk have.
const bandsOfPie = 5

// Band is a part of a pie by size: values from From up to the next band's From.
type Band struct {
	Key  string
	From int64 // turns, or microseconds of talk
}

// TurnBands are the parts of the pie of turns.
func TurnBands() []Band {
	return []Band{{"0", 0}, {"1-2", 1}, {"3-5", 3}, {"6-10", 6}, {"11+", 11}}
}

// TalkBands are the parts of the pie of talk time; keys are seconds.
func TalkBands() []Band {
	s := time.Second.Microseconds()
	return []Band{{"0-10", 0}, {"10-30", 10 * s}, {"30-60", 30 * s}, {"60-120", 60 * s}, {"120+", 120 * s}}
}

// BandOf is the place of a value among the bands.
func BandOf(b []Band, v int64) int {
	at := 0
	for i := range b {
		if v >= b[i].From {
			at = i
		}
	}
	return at
}
