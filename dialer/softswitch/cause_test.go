package softswitch

import "testing"

func TestParseCause(t *testing.T) {
	for text, want := range map[string]cause{
		"USER_BUSY": 17, " user_busy ": 17, "17": 17, "ALLOTTED_TIMEOUT": 802, "802": 802, "": causeNormal, "NONE": causeNormal, "0": causeNormal,
		"NO_SUCH_CAUSE": causeNormal, "65535": causeNormal, "-1": causeNormal, "4": causeNormal,
	} {
		if got := parseCause(text, causeNormal); got != want {
			t.Errorf("%q is cause %d, want %d", text, got, want)
		}
	}
}

func TestRefusalsHavePhrases(t *testing.T) {
	for c := cause(0); c < 900; c++ {
		if status, phrase := sipOfCause(c); status < 400 || phrase == "" {
			t.Errorf("cause %d (%s) is refused with %d %q", c, c, status, phrase)
		}
	}
	if status, _ := sipOfCause(causeBusy); status != 486 {
		t.Errorf("busy is refused with %d", status)
	}
}
