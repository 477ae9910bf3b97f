package listening_test

import (
	"testing"
	"time"

	"github.com/outdial/outdial/shared/listening"
)

func TestListened(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1_700_000_000+int64(s), 0) }
	for name, tt := range map[string]struct {
		l    listening.Listening
		want time.Duration
	}{
		"never heard":              {listening.Listening{AskedAt: at(0), EndedAt: at(9)}, 0},
		"heard to the end":         {listening.Listening{AskedAt: at(0), HeardAt: at(2), EndedAt: at(9)}, 7 * time.Second},
		"heard, then taken over":   {listening.Listening{HeardAt: at(2), TookAt: at(5), EndedAt: at(9)}, 3 * time.Second},
		"taken over at once":       {listening.Listening{TookAt: at(5), EndedAt: at(9)}, 0},
		"still heard":              {listening.Listening{HeardAt: at(2)}, 0},
		"clocks that do not agree": {listening.Listening{HeardAt: at(2), EndedAt: at(1)}, 0},
	} {
		if got := tt.l.Listened(); got != tt.want {
			t.Errorf("%s: %v, want %v", name, got, tt.want)
		}
	}
}
