package softswitch

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
)

// listen calls a listener to a leg.
func listen(t *testing.T, es *client, c *carrier, id, number, to string) {
	t.Helper()
	out := es.api(fmt.Sprintf("originate {origination_uuid=%s,eavesdrop_enable_dtmf=false}%s &eavesdrop(%s)", id, c.dialString(number), to))
	if out != "+OK "+id+"\n" {
		t.Fatalf("originate: %q", out)
	}
	es.event("CHANNEL_EXECUTE", id, "Application", "eavesdrop", "Application-Data", to)
}

// hears waits until what a user heard last is one steady level for five frames.
func (c *carrier) hears(user, what string, level float64) {
	c.t.Helper()
	from := -1
	c.call(user, what, func(k *sipCall) bool {
		if from < 0 {
			from = len(k.heard)
		}
		const span = 5 * audio.FrameSamples
		if len(k.heard) < from+span {
			return false
		}
		for _, s := range k.law.Decode(nil, k.heard[len(k.heard)-span:]) {
			if math.Abs(float64(s)-level) > 40+level/25 {
				return false
			}
		}
		return true
	})
}

func TestEavesdrop(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	u, r := bridged(t, es, c, "2001", "2002", ",hangup_after_bridge=true")
	one, two := uuidOf(3), uuidOf(4)
	listen(t, es, c, one, "2008", u)
	listen(t, es, c, two, "law05", u)
	c.hears("2008", "both sides at one listener", 3000)
	c.hears("law05", "both sides at the other, in its own law", 3000)
	c.hears("2001", "the robot alone at the callee", 2000)
	c.hears("2002", "the callee alone at the robot", 1000)

	press(t, c.call("2008", "there", func(*sipCall) bool { return true }), '3')
	es.event("DTMF", one, "DTMF-Digit", "3")
	c.hears("2001", "the robot alone at the callee, whatever the listener presses", 2000)
	if k := c.call("2002", "there", func(*sipCall) bool { return true }); k.digits != "" {
		t.Errorf("the robot is told of the listener's key: %q", k.digits)
	}

	// A listener goes, and nobody else notices.
	c.hangup("2008", "")
	es.event("CHANNEL_DESTROY", one)
	c.hears("law05", "both sides at the listener who stays", 3000)
	c.hears("2002", "the callee at the robot", 1000)

	// The leg listened to goes, and takes the listener with it.
	c.hangup("2001", "")
	es.event("CHANNEL_DESTROY", r)
	e := es.event("CHANNEL_HANGUP_COMPLETE", two, "Hangup-Cause", "NORMAL_CLEARING", "variable_sip_hangup_disposition", "send_bye")
	if e.Variable("current_application") != "eavesdrop" {
		t.Errorf("the listener's leg ran %s last", e.Variable("current_application"))
	}
	es.event("CHANNEL_DESTROY", two)
	want := "OUTGOING STATE CREATE ORIGINATE STATE STATE ANSWER CALLSTATE STATE EXECUTE EXECUTE_COMPLETE HANGUP CALLSTATE HANGUP_COMPLETE DESTROY"
	if got := es.story(two); got != want {
		t.Errorf("story is\n%s, want\n%s", got, want)
	}
	if n := sw.ports.InUse(); n != 0 {
		t.Errorf("%d RTP ports left", n)
	}
}

// Listening goes on while the callee is handed to an agent and back, and hears what the switch plays.
func TestEavesdropFollowsTheLeg(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	u, r := bridged(t, es, c, "2001", "2002", ",park_after_bridge=true")
	ear, agent := uuidOf(3), uuidOf(4)
	listen(t, es, c, ear, "2009", u)
	parked(t, es, c, agent, "2005", "")
	es.api("uuid_bridge " + u + " " + agent)
	c.hears("2009", "callee and agent", 6000)
	path := steadyFile(t, 7000)
	es.api("uuid_broadcast " + u + " " + path)
	c.hears("2009", "callee and the file that is played to it", 8000)
	es.api("uuid_bridge " + u + " " + r)
	c.hears("2009", "callee and robot again", 3000)
	es.api("uuid_transfer " + r + " park inline")
	c.hears("2009", "the callee alone", 1000)
	es.api("uuid_kill " + u)
	es.event("CHANNEL_HANGUP_COMPLETE", ear, "Hangup-Cause", "NORMAL_CLEARING")
}

// steadyFile is two seconds of one level.
func steadyFile(t *testing.T, level int16) string {
	t.Helper()
	path := tempFile(t, "prompt.wav")
	w, err := audio.CreateWAV(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, 2*audio.Rate)
	for i := range pcm {
		pcm[i] = level
	}
	if err := w.Write(pcm); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// Nothing to listen to ends the leg at once; what cannot be listened to yet is waited for.
func TestEavesdropOnNobody(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	for i, target := range []string{uuidOf(99), uuidOf(1), ""} { // the second is the listener itself
		id := uuidOf(i)
		es.api("originate {origination_uuid=" + id + "}" + c.dialString(fmt.Sprintf("200%d", i)) + " &eavesdrop(" + target + ")")
		es.event("CHANNEL_EXECUTE_COMPLETE", id, "Application", "eavesdrop")
		es.event("CHANNEL_HANGUP_COMPLETE", id, "Hangup-Cause", "NORMAL_CLEARING")
	}
	rings, ear := uuidOf(11), uuidOf(12)
	es.command("bgapi originate {origination_uuid=" + rings + "}" + c.dialString("ring1") + " &park()")
	es.event("CHANNEL_PROGRESS", rings)
	listen(t, es, c, ear, "2004", rings)
	es.api("uuid_kill " + rings)
	es.event("CHANNEL_HANGUP_COMPLETE", ear, "Hangup-Cause", "NORMAL_CLEARING")
}

// The listener takes the call over: it is bridged to the callee, and the robot goes.
func TestTakeOver(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	u, r := bridged(t, es, c, "2001", "2002", "")
	ear := uuidOf(3)
	listen(t, es, c, ear, "2005", u)
	c.hears("2005", "both sides", 3000)
	if got := es.api("uuid_bridge " + u + " " + ear); got != "+OK "+ear+"\n" {
		t.Fatalf("uuid_bridge: %q", got)
	}
	es.event("CHANNEL_BRIDGE", u, "Bridge-B-Unique-ID", ear)
	es.event("CHANNEL_HANGUP_COMPLETE", r, "Hangup-Cause", "NORMAL_CLEARING")
	c.hears("2005", "the callee alone", 1000)
	c.hears("2001", "the supervisor", 5000)
	if got := es.story(ear); !strings.HasSuffix(got, "EXECUTE EXECUTE_COMPLETE STATE") {
		t.Errorf("story of the listener is %s", got)
	}
	if l := sw.leg(u); l.media.takers.Load() != nil {
		t.Error("somebody still listens to the callee's leg")
	}
	es.api("uuid_kill " + u)
	es.event("CHANNEL_HANGUP_COMPLETE", ear, "Hangup-Cause", "NORMAL_CLEARING")
}

// An ear mixes both sides in step although one of them comes in bursts, and is never far behind.
func TestEarLinesUp(t *testing.T) {
	e := newEar()
	said := func(s side, n int, level int16) {
		pcm := make([]int16, audio.FrameSamples)
		for i := range pcm {
			pcm[i] = level
		}
		e.rec.put(s, &rtp.Packet{Header: rtp.Header{PayloadType: uint8(audio.PCMA), SSRC: uint32(s), Timestamp: uint32(n * audio.FrameSamples)},
			Payload: audio.PCMA.Encode(nil, pcm)})
	}
	const steps, begins = 60, 20 // what is said grows louder at one step
	first, frames := 0, 0
	for n := range steps {
		level := int16(1000)
		if n >= begins {
			level = 9000
		}
		e.rec.born = time.Now().Add(-time.Duration(n+1) * audio.FrameDuration) // time passes
		said(left, n, level)
		if n%2 == 1 { // the other side comes two at a time
			said(right, n-1, 2000)
			said(right, n, 2000)
		}
		if missed := e.listen(); missed != 0 {
			t.Errorf("step %d: %d samples missed", n, missed)
		}
		for frame := e.next(); frame != nil; frame = e.next() {
			frames++
			if loud := frame[len(frame)-1] > 10000; loud && first == 0 {
				first = n
			}
			if n < 6 {
				continue // until both sides have begun
			}
			for i, s := range frame {
				if s < 2800 || s > 3200 && s < 10500 || s > 11500 {
					t.Fatalf("step %d: sample %d is %d, and not the sum of both sides", n, i, s)
				}
			}
		}
	}
	if frames < steps-4 {
		t.Errorf("%d frames of %d", frames, steps)
	}
	if first < begins || first > begins+4 {
		t.Errorf("what is said in step %d is heard in step %d", begins, first)
	}

	// After a stall the ear is up to date again, and says how much it left out.
	e.rec.born = e.rec.born.Add(-time.Second)
	if missed := e.listen(); missed < audio.Rate/2 || missed%audio.FrameSamples != 0 || len(e.both)/2 > lead {
		t.Errorf("%d samples missed and %d kept after a second", missed, len(e.both)/2)
	}
}

func TestMixCutsOff(t *testing.T) {
	for _, row := range [][3]int16{{1, 2, 3}, {30000, 10000, 32767}, {-30000, -10000, -32768}, {32767, -32768, -1}} {
		if got := mix(row[0], row[1]); got != row[2] {
			t.Errorf("%d and %d make %d, want %d", row[0], row[1], got, row[2])
		}
	}
}
