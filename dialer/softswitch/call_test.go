package softswitch

import (
	"fmt"
	"strings"
	"testing"
)

func TestOriginateEnds(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	tests := []struct {
		number, vars, reason    string
		output                  string
		cause, q850, sip, dispo string
	}{
		{"486001", "", "", "-ERR USER_BUSY\n", "USER_BUSY", "17", "486", "recv_refuse"},
		{"404001", "", "", "-ERR UNALLOCATED_NUMBER\n", "UNALLOCATED_NUMBER", "1", "404", "recv_refuse"},
		{"403001", "", "", "-ERR CALL_REJECTED\n", "CALL_REJECTED", "21", "403", "recv_refuse"},
		{"480001", "", "", "-ERR NO_USER_RESPONSE\n", "NO_USER_RESPONSE", "18", "480", "recv_refuse"},
		{"503001", "", "", "-ERR NORMAL_TEMPORARY_FAILURE\n", "NORMAL_TEMPORARY_FAILURE", "41", "503", "recv_refuse"},
		{"480002", "", "Q.850;cause=1;text=\"none\"", "-ERR UNALLOCATED_NUMBER\n", "UNALLOCATED_NUMBER", "1", "480", "recv_refuse"},
		{"ring1", "originate_timeout=1", "", "-ERR NO_ANSWER\n", "NO_ANSWER", "19", "", "send_cancel"},
	}
	for i, tt := range tests {
		t.Run(tt.number, func(t *testing.T) {
			c.setReason(tt.reason)
			id, job := uuidOf(i), fmt.Sprintf("job-%d", i)
			vars := "origination_uuid=" + id
			if tt.vars != "" {
				vars += "," + tt.vars
			}
			if got := es.command(fmt.Sprintf("bgapi originate {%s}%s &park()\nJob-UUID: %s", vars, c.dialString(tt.number), job)); got != "+OK Job-UUID: "+job {
				t.Fatalf("reply %q", got)
			}
			if e := es.event("BACKGROUND_JOB", "", "Job-UUID", job); e.Body != tt.output {
				t.Errorf("job says %q, want %q", e.Body, tt.output)
			}
			e := es.event("CHANNEL_HANGUP_COMPLETE", id)
			for _, h := range [][2]string{
				{"Hangup-Cause", tt.cause}, {"variable_hangup_cause_q850", tt.q850}, {"variable_sip_term_status", tt.sip},
				{"variable_sip_hangup_disposition", tt.dispo}, {"variable_billsec", "0"}, {"Caller-Channel-Answered-Time", "0"},
			} {
				if got := e.Get(h[0]); got != h[1] {
					t.Errorf("%s is %q, want %q", h[0], got, h[1])
				}
			}
			es.event("CHANNEL_DESTROY", id)
			if tt.dispo == "send_cancel" {
				c.call(tt.number, "cancelled", func(k *sipCall) bool { return k.ended == "CANCEL" })
			}
		})
	}
	if got := es.api("show channels as json"); got != "{\"row_count\": 0}\n" {
		t.Errorf("channels left: %s", got)
	}
}

func TestParkedCallsStory(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	id := uuidOf(1)
	if got := es.api("originate {origination_uuid=" + id + "}" + c.dialString("2001") + " &park()"); got != "+OK "+id+"\n" {
		t.Fatalf("originate: %q", got)
	}
	es.event("CHANNEL_PARK", id)
	if got := es.api("uuid_kill " + id + " USER_BUSY"); got != "+OK\n" {
		t.Fatalf("kill: %q", got)
	}
	es.event("CHANNEL_DESTROY", id)
	k := c.call("2001", "ended by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
	if h := k.bye.GetHeader("Reason"); h == nil || !strings.Contains(h.Value(), "cause=17") {
		t.Errorf("BYE has reason %v", h)
	}
	want := "OUTGOING STATE CREATE ORIGINATE STATE STATE ANSWER CALLSTATE STATE EXECUTE PARK HANGUP CALLSTATE UNPARK EXECUTE_COMPLETE HANGUP_COMPLETE DESTROY"
	if got := es.story(id); got != want {
		t.Errorf("story is\n%s, want\n%s", got, want)
	}
}

// The callee's early media reaches the robot before anybody answers, and the robot's answer is not the callee's.
func TestEarlyMediaIsBridged(t *testing.T) {
	t.Parallel()
	sw, c := startSwitch(t), startCarrier(t)
	es := dial(t, sw)
	es.command("event plain ALL")
	a, b := uuidOf(1), uuidOf(2)
	out := es.api(fmt.Sprintf("originate {origination_uuid=%s,ignore_early_media=false,hangup_after_bridge=true}%s &bridge({origination_uuid=%s,sip_h_X-Outdial-Call=%s}%s)",
		a, c.dialString("early1"), b, a, c.dialString("2002")))
	if out != "+OK "+a+"\n" {
		t.Fatalf("originate: %q", out)
	}
	br := es.event("CHANNEL_BRIDGE", a)
	if br.Get("Answer-State") != "early" || br.Get("Bridge-B-Unique-ID") != b || br.Get("Other-Leg-Unique-ID") != b {
		t.Errorf("bridge while %s with %s", br.Get("Answer-State"), br.Get("Bridge-B-Unique-ID"))
	}
	if k := c.call("2002", "there", func(k *sipCall) bool { return true }); k.invite.GetHeader("X-Outdial-Call").Value() != a {
		t.Error("the robot's INVITE lacks its header")
	}
	if k := c.call("early1", "there", func(k *sipCall) bool { return true }); k.invite.GetHeader("X-Outdial-Call") != nil {
		t.Error("the header leaks to the carrier")
	}
	hears := func(user string, digit int16) {
		c.call(user, "hearing the other side", func(k *sipCall) bool {
			if k.packets < 3 {
				return false
			}
			pcm := k.law.Decode(nil, k.heard[len(k.heard)-1:])
			return pcm[0] > digit*1000-100 && pcm[0] < digit*1000+100
		})
	}
	hears("2002", 1)
	hears("early1", 2)
	es.event("CHANNEL_ANSWER", a)
	if got := es.api("uuid_kill " + b); got != "+OK\n" {
		t.Fatal(got)
	}
	e := es.event("CHANNEL_HANGUP_COMPLETE", a)
	if e.Variable("sip_hangup_disposition") != "send_bye" || e.Get("Hangup-Cause") != "NORMAL_CLEARING" {
		t.Errorf("callee ended by %s with %s", e.Variable("sip_hangup_disposition"), e.Get("Hangup-Cause"))
	}
	es.event("CHANNEL_UNBRIDGE", a)
	c.call("early1", "ended by BYE", func(k *sipCall) bool { return k.ended == "BYE" })
}
