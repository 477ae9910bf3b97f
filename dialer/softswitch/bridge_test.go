package softswitch

import (
	"fmt"
	"math"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// bridged places a call that is bridged to a robot and returns when both sides talk.
func bridged(t *testing.T, es *client, c *carrier, callee, robot, vars string) (a, b string) {
	t.Helper()
	a, b = uuidOf(1), uuidOf(2)
	out := es.api(fmt.Sprintf("originate {origination_uuid=%s,ignore_early_media=false,RECORD_STEREO=true%s}%s &bridge({origination_uuid=%s%s}%s)",
		a, vars, c.dialString(callee), b, vars, c.dialString(robot)))
	if out != "+OK "+a+"\n" {
		t.Fatalf("originate: %q", out)
	}
	es.event("CHANNEL_BRIDGE", a, "Bridge-B-Unique-ID", b)
	return a, b
}

func parked(t *testing.T, es *client, c *carrier, id, number, vars string) {
	t.Helper()
	if out := es.api("originate {origination_uuid=" + id + vars + "}" + c.dialString(number) + " &park()"); out != "+OK "+id+"\n" {
		t.Fatalf("originate: %q", out)
	}
	es.event("CHANNEL_PARK", id)
}

// A callee goes from the robot to an agent and back, and is parked when the robot's leg dies.
func TestHandOverAndBack(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	u, r := bridged(t, es, c, "2001", "2002", ",park_after_bridge=true,park_timeout=60")
	agent := uuidOf(3)
	parked(t, es, c, agent, "2003", "")

	es.forget()
	if got := es.api("uuid_bridge " + u + " " + agent); got != "+OK "+agent+"\n" {
		t.Fatalf("uuid_bridge: %q", got)
	}
	es.event("CHANNEL_UNBRIDGE", u, "Bridge-B-Unique-ID", r)
	es.event("CHANNEL_PARK", r)
	es.event("CHANNEL_UNPARK", agent)
	es.event("CHANNEL_BRIDGE", u, "Bridge-B-Unique-ID", agent)
	c.call("2003", "hearing the callee", func(k *sipCall) bool { return len(k.heard) > 0 && k.heard[len(k.heard)-1] == k.sample(1) })

	es.forget()
	if got := es.api("uuid_bridge " + u + " " + r); got != "+OK "+r+"\n" {
		t.Fatalf("uuid_bridge back: %q", got)
	}
	es.event("CHANNEL_HANGUP_COMPLETE", agent, "Hangup-Cause", "NORMAL_CLEARING")
	es.event("CHANNEL_BRIDGE", u, "Bridge-B-Unique-ID", r)

	es.forget()
	es.api("uuid_kill " + r)
	es.event("CHANNEL_UNBRIDGE", u)
	es.event("CHANNEL_PARK", u)
	if es.count("CHANNEL_HANGUP", u) != 0 {
		t.Error("the callee was dropped with the robot")
	}
	es.api("uuid_kill " + u)
	es.event("CHANNEL_DESTROY", u)
}

// sample is a word of this call's law for what the peer with a digit says.
func (k *sipCall) sample(digit int16) byte { return k.law.Encode(nil, []int16{digit * 1000})[0] }

func TestBridgeEnds(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	t.Run("callee hangs up", func(t *testing.T) {
		a, b := bridged(t, es, c, "2001", "2002", ",hangup_after_bridge=true")
		c.hangup("2001", `Q.850;cause=31`)
		e := es.event("CHANNEL_HANGUP_COMPLETE", a)
		if e.Get("Hangup-Cause") != "NORMAL_UNSPECIFIED" || e.Variable("sip_hangup_disposition") != "recv_bye" || e.Variable("sip_term_status") != "200" {
			t.Errorf("callee ended with %s by %s", e.Get("Hangup-Cause"), e.Variable("sip_hangup_disposition"))
		}
		es.event("CHANNEL_HANGUP_COMPLETE", b, "variable_sip_hangup_disposition", "send_bye")
		c.call("2002", "told by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
	})
	es.forget()
	t.Run("robot cannot be reached", func(t *testing.T) {
		a := uuidOf(4)
		es.api(fmt.Sprintf("originate {origination_uuid=%s}%s &bridge(%s)", a, c.dialString("2004"), c.dialString("486005")))
		es.event("CHANNEL_HANGUP_COMPLETE", a, "Hangup-Cause", "USER_BUSY", "variable_originate_disposition", "USER_BUSY")
	})
	t.Run("callee gives up while the robot rings", func(t *testing.T) {
		a := uuidOf(6)
		es.api(fmt.Sprintf("originate {origination_uuid=%s}%s &bridge({origination_uuid=%s}%s)", a, c.dialString("2006"), uuidOf(7), c.dialString("ring7")))
		es.event("CHANNEL_PROGRESS", uuidOf(7))
		c.hangup("2006", "")
		es.event("CHANNEL_HANGUP_COMPLETE", uuidOf(7), "Hangup-Cause", "ORIGINATOR_CANCEL")
		es.event("CHANNEL_DESTROY", a)
		c.call("ring7", "cancelled", func(k *sipCall) bool { return k.ended == "CANCEL" })
	})
	if n := sw.legCount(); n != 0 {
		t.Errorf("%d legs left", n)
	}
}

func TestTransfers(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a, b := bridged(t, es, c, "2001", "2002", "")
	if got := es.api("uuid_transfer " + a + " -both park inline"); got != "+OK\n" {
		t.Fatal(got)
	}
	es.event("CHANNEL_PARK", a)
	es.event("CHANNEL_PARK", b)
	es.forget()
	if got := es.api("uuid_transfer " + a + " 'bridge:" + c.dialString("2003") + "' inline"); got != "+OK\n" {
		t.Fatal(got)
	}
	es.event("CHANNEL_BRIDGE", a)
	es.forget()
	if got := es.api("uuid_transfer " + a + " park inline"); got != "+OK\n" {
		t.Fatal(got)
	}
	es.event("CHANNEL_PARK", a)
	c.call("2003", "ended: it lost its bridge and did not ask to be parked", func(k *sipCall) bool { return k.ended == "BYE" })
	for _, bad := range []string{"uuid_transfer " + a + " nowhere", "uuid_transfer " + a + " nosuch:x inline"} {
		if got := es.api(bad); !strings.HasPrefix(got, "-ERR") {
			t.Errorf("%s: %q", bad, got)
		}
	}
}

func TestRecording(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a, _ := bridged(t, es, c, "2003", "2007", ",hangup_after_bridge=true")
	path := tempFile(t, "calls/one.wav")
	if got := es.api("uuid_record " + a + " start " + path); got != "+OK Success\n" {
		t.Fatalf("uuid_record: %q", got)
	}
	es.event("RECORD_START", a, "Record-File-Path", path)
	if got := es.api("uuid_record " + a + " start " + path); got != "-ERR Cannot record session!\n" {
		t.Errorf("second recording: %q", got)
	}
	time.Sleep(1200 * time.Millisecond) // sound takes the time it takes
	es.api("uuid_kill " + a)
	e := es.event("RECORD_STOP", a)
	es.event("CHANNEL_HANGUP_COMPLETE", a)
	if e.Get("Record-Error") != "" {
		t.Error(e.Get("Record-Error"))
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	pcm := raw[44:]
	frames := len(pcm) / 4
	if s := float64(frames) / audio.Rate; s < 1.1 || s > 1.6 {
		t.Errorf("recording of %.2f s, want 1.2", s)
	}
	sample := func(i, ch int) float64 { return float64(int16(uint16(pcm[4*i+2*ch]) | uint16(pcm[4*i+2*ch+1])<<8)) }
	// All but the edges must be what each side says: no gaps, no mixing.
	var wrong [2]int
	for i := audio.Rate / 10; i < frames-audio.Rate/10; i++ {
		for ch, want := range []float64{3000, 7000} {
			if math.Abs(sample(i, ch)-want) > 200 {
				wrong[ch]++
			}
		}
	}
	if limit := frames / 50; wrong[0] > limit || wrong[1] > limit {
		t.Errorf("%d and %d of %d samples are not what the leg says and hears", wrong[0], wrong[1], frames)
	}
}

func TestRecordingSurvivesFullDisk(t *testing.T) {
	t.Parallel()
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("no /dev/full here")
	}
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a := uuidOf(1)
	parked(t, es, c, a, "2001", "")
	// The header is the first thing that does not fit.
	if got := es.api("uuid_record " + a + " start /dev/full"); got != "-ERR Cannot record session!\n" {
		t.Errorf("uuid_record: %q", got)
	}
	path := tempFile(t, "a.wav")
	es.api("uuid_record " + a + " start " + path)
	es.event("RECORD_START", a)
	sw.discs.mu.Lock()
	for _, one := range sw.discs.open {
		one.mu.Lock()
		_ = one.wav.Close() // from now on every write fails
		one.mu.Unlock()
	}
	sw.discs.mu.Unlock()
	if e := es.event("RECORD_STOP", a); e.Get("Record-Error") == "" {
		t.Error("RECORD_STOP does not tell of the error")
	}
	if es.count("CHANNEL_HANGUP", a) != 0 || es.api("uuid_exists "+a) != "true" {
		t.Error("the call ended with its recording")
	}
}

func TestLawsDiffer(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	bridged(t, es, c, "law81", "law02", ",hangup_after_bridge=true")
	near := func(user string, want float64) {
		c.call(user, "hearing the other law", func(k *sipCall) bool {
			if k.packets < 5 {
				return false
			}
			got := float64(k.law.Decode(nil, k.heard[len(k.heard)-1:])[0])
			return math.Abs(got-want) < 120
		})
	}
	near("law81", 2000)
	near("law02", 1000)
	k := c.call("law02", "there", func(*sipCall) bool { return true })
	if !strings.Contains(string(k.invite.Body()), "RTP/AVP 8 0 101") {
		t.Errorf("the callee's codec does not come first in the robot's offer: %s", k.invite.Body())
	}
}

func TestMediaTimeout(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a := uuidOf(1)
	parked(t, es, c, a, "mute1", ",media_timeout=500")
	es.event("CHANNEL_HANGUP_COMPLETE", a, "Hangup-Cause", "MEDIA_TIMEOUT", "variable_sip_hangup_disposition", "send_bye")
	c.call("mute1", "told by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
}

func TestTimersOfALeg(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	parked(t, es, c, uuidOf(1), "2001", ",park_timeout=1")
	parked(t, es, c, uuidOf(2), "2002", "")
	if got := es.api("sched_hangup +1 " + uuidOf(2) + " ALLOTTED_TIMEOUT"); got != "+OK\n" {
		t.Fatal(got)
	}
	es.event("CHANNEL_HANGUP_COMPLETE", uuidOf(1), "Hangup-Cause", "NORMAL_CLEARING")
	es.event("CHANNEL_HANGUP_COMPLETE", uuidOf(2), "Hangup-Cause", "ALLOTTED_TIMEOUT", "variable_hangup_cause_q850", "16")
}

func TestPlayback(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	path := tempFile(t, "prompt.wav")
	w, err := audio.CreateWAV(path, 1)
	if err != nil {
		t.Fatal(err)
	}
	pcm := make([]int16, audio.Rate/4)
	for i := range pcm {
		pcm[i] = 5000
	}
	_ = w.Write(pcm)
	_ = w.Close()
	a := uuidOf(1)
	parked(t, es, c, a, "2001", "")
	if got := es.api("uuid_broadcast " + a + " " + path); got != "+OK Message sent\n" {
		t.Fatal(got)
	}
	es.event("PLAYBACK_START", a)
	es.event("CHANNEL_EXECUTE_COMPLETE", a, "Application", "playback", "Application-Response", "FILE PLAYED")
	c.call("2001", "hearing the file", func(k *sipCall) bool {
		return len(k.heard) >= len(pcm) && k.heard[100] == k.sample(5)
	})
	if got := es.command("sendmsg " + a + "\ncall-command: execute\nexecute-app-name: playback\nexecute-app-arg: /nowhere.wav\nevent-uuid: run-9"); got != "+OK" {
		t.Fatal(got)
	}
	es.event("CHANNEL_EXECUTE_COMPLETE", a, "Application-UUID", "run-9", "Application-Response", "FILE NOT FOUND")
	if got := es.command("sendmsg " + a + "\ncall-command: hangup\nhangup-cause: USER_BUSY"); got != "+OK" {
		t.Fatal(got)
	}
	es.event("CHANNEL_HANGUP_COMPLETE", a, "Hangup-Cause", "USER_BUSY")
}

func TestDigits(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain DTMF CHANNEL_BRIDGE CHANNEL_DESTROY")
	a, _ := bridged(t, es, c, "mute1", "2002", ",hangup_after_bridge=true")
	k := c.call("mute1", "there", func(*sipCall) bool { return true })
	press(t, k, '5')
	es.event("DTMF", a, "DTMF-Digit", "5")
	c.call("2002", "told of the key", func(k *sipCall) bool { return k.digits == "5" })
}
