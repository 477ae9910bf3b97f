package callctl

import (
	"maps"
	"slices"
	"testing"

	"github.com/outdial/outdial/dialer/esl"
)

func TestTelephonesAreTakenOnce(t *testing.T) {
	var phones telephones
	if !phones.take("1001") || phones.take("1001") || !phones.take("1002") {
		t.Fatal("a telephone is taken once, and others with it or not at all")
	}
	phones.use("1001") // a script names it: it rings all the same
	phones.leave("1001")
	if phones.take("1001") {
		t.Error("one of two calls has left the telephone, and it counts as free")
	}
	phones.leave("1001")
	if !phones.take("1001") {
		t.Error("nobody uses the telephone, and it does not count as free")
	}
}

func TestTelephonesInCalls(t *testing.T) {
	busy := inCall([]esl.Channel{
		{Name: "sofia/carriers/13800138000@192.0.2.7:5060", Outbound: true, Destination: "13800138000"},
		{Name: "sofia/extensions/1001@192.0.2.9:5060", Outbound: true, Destination: "1001"},
		{Name: "sofia/extensions/sip:1002@192.0.2.9:5060;transport=udp"},
		{Name: "sofia/extensions/1003%extensions.local"},
		{Name: "sofia/extensions/x7f3@192.0.2.9:41322", Outbound: true, Destination: "1004"},
		{Name: "sofia/extensions/1005@outdial", Destination: "13900139000"}, // the agent's own call
		{Name: "loopback/1006-a"},
	})
	got := slices.Sorted(maps.Keys(busy))
	if want := []string{"1001", "1002", "1003", "1004", "1005", "x7f3"}; !slices.Equal(got, want) {
		t.Errorf("in calls: %v, want %v", got, want)
	}
}
