package api_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/admin/api"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/tenant"
	"github.com/outdial/outdial/shared/transcript"
)

// someCall is an id that no call has.
const someCall = "01900000-0000-7000-8000-000000000001"

// dial claims one contact of the campaign and leaves it ringing.
func (m merchant) dial(campaign int64) call.Call {
	m.w.t.Helper()
	ctx, db := m.w.t.Context(), m.w.db
	claimed, err := db.Claim(ctx, tenant.Platform(), call.ClaimRequest{Campaign: contact.CampaignID(campaign), Limit: 1, Holder: "d", Now: noon.Add(time.Hour), Lease: time.Minute})
	must(m.w.t, err)
	if len(claimed) != 1 {
		m.w.t.Fatalf("claimed %d contacts", len(claimed))
	}
	a := claimed[0].Attempt
	c := call.Call{UUID: a.UUID, Tenant: m.id, Campaign: a.Campaign, Contact: a.Contact, Ordinal: a.Ordinal, Script: m.version, Trunk: m.trunk,
		Number: claimed[0].Contact.Number, Name: claimed[0].Contact.Name, Customer: contact.Customer(claimed[0].Contact.Vars), State: call.Created, Times: call.Times{Created: noon}}
	must(m.w.t, db.BeginDialing(ctx, tenant.Platform(), c))
	return c
}

// end finishes a call.
func (m merchant) end(c call.Call, o call.Outcome, grade string) {
	m.w.t.Helper()
	c.State, c.Outcome, c.Grade, c.Times.Ended = call.Ended, o, grade, noon.Add(40*time.Second)
	if o.Answered {
		c.Times.Answered = noon.Add(10 * time.Second)
	}
	must(m.w.t, m.w.db.FinishCall(m.w.t.Context(), tenant.Platform(), call.Finish{Call: c, At: c.Times.Ended}))
}

// call makes one finished call with two turns and a recording, as dialer and dialogue leave it behind.
func (m merchant) call(campaign int64, files ...string) string {
	m.w.t.Helper()
	ctx, db := m.w.t.Context(), m.w.db
	whole, turn := "rec/whole.wav", "rec/turn.wav"
	if len(files) > 0 {
		whole, turn = files[0], files[0]
	}
	c := m.dial(campaign)
	c.Recording, c.RecordingFrom = whole, noon.Add(9*time.Second)
	for _, said := range []transcript.Turn{
		{Seq: 1, Speaker: transcript.Robot, Text: "您好", Node: "opening", StartedAt: noon.Add(10500 * time.Millisecond), EndedAt: noon.Add(12 * time.Second), Audio: turn,
			Interrupted: true, BargeInStop: 210 * time.Millisecond, ReplyLatency: 340 * time.Millisecond},
		{Seq: 2, Speaker: transcript.Callee, Text: "好的 <b>", Node: "opening", StartedAt: noon.Add(12 * time.Second), EndedAt: noon.Add(13 * time.Second),
			Matched: transcript.Match{Kind: transcript.MatchIntent, Intent: "affirm", Rule: "好的", Score: 0.9, RunnerUp: "negate"}},
		{Seq: 3, Speaker: transcript.Robot, Text: "再见", Node: "bye", StartedAt: noon.Add(13500 * time.Millisecond), EndedAt: noon.Add(15 * time.Second), ReplyLatency: 470 * time.Millisecond},
	} {
		said.Call, said.Tenant = c.UUID, m.id
		must(m.w.t, db.AddTurn(ctx, m.scope, said))
	}
	must(m.w.t, db.EndConversation(ctx, m.scope, transcript.Conversation{Call: c.UUID, Tenant: m.id, StartedAt: noon, EndedAt: noon.Add(40 * time.Second),
		EndedBy: call.PartyRobot, EndReason: "hangup_node", LastNode: "bye", Labels: []string{"interested"}, SMS: []string{"链接", "13800138000 回访"}, Tally: transcript.Tally{Interactions: 1, Affirmed: 1}, Grade: "A"}))
	m.end(c, call.Outcome{Answered: true, EndReason: call.EndCompleted, Fault: call.FaultNone, Disposition: call.Answered, HungUpBy: call.PartyRobot, SIPCode: 200, Q850: 16, Cause: "NORMAL_CLEARING"}, "A")
	must(m.w.t, os.MkdirAll(filepath.Join(m.w.recordings, "rec"), 0o750))
	f, err := os.Create(filepath.Join(m.w.recordings, "rec", "whole.wav"))
	must(m.w.t, err)
	must(m.w.t, audio.WriteWAV(f, 2, make([]int16, 2*8000)))
	must(m.w.t, f.Close())
	must(m.w.t, os.WriteFile(filepath.Join(m.w.recordings, "rec", "turn.wav"), []byte("RIFFturn"), 0o600))
	return string(c.UUID)
}

func (m merchant) contact(campaign int64, number string) {
	m.w.t.Helper()
	m.do("POST", address("/campaigns/%d/contacts", campaign), map[string]any{"number": number, "name": "张三", "vars": map[string]string{"金额": "12"}}).want(201)
}

func TestCallIsShownWithEverythingThatWasSaid(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	id := w.one.call(camp)
	d := as[api.CallDetail](w.one.get(address("/calls/%s", id)).want(200))
	if d.Number != "13800138000" || d.Name != "张三" || d.TrunkName != "Line one" || d.ScriptName != "Talk one" || d.Disposition != "answered" ||
		d.Class != "answered" || d.EndReason != "completed" || d.Grade != "A" || d.GradeRule != "a positive answer" || d.TalkMS != 30_000 ||
		d.Vars["金额"] != "12" || d.Labels[0] != "interested" || strings.Join(d.SMS, ",") != "链接,13800138000 回访" || d.LastNode != "bye" || d.Audio != address("/calls/%s/audio", id) || d.TurnCount != 3 {
		t.Errorf("call: %+v", d)
	}
	if rows := as[api.Page[api.Call]](w.one.get(address("/campaigns/%d/calls", camp)).want(200)).Items; len(rows) != 1 || strings.Join(rows[0].Labels, ",") != "interested" {
		t.Errorf("the list: %+v", rows)
	}
	robot, callee := d.Turns[0], d.Turns[1]
	if robot.Speaker != "robot" || *robot.FromMS != 1500 || *robot.ToMS != 3000 || !robot.Interrupted || robot.BargeInStopMS != 210 || robot.Match != nil ||
		robot.Audio != address("/calls/%s/turns/1/audio", id) || !robot.StartedAt.Equal(noon.Add(10500*time.Millisecond)) {
		t.Errorf("robot's turn: %+v", robot)
	}
	if m := callee.Match; callee.Text != "好的 <b>" || m == nil || *m != (api.Match{Kind: "intent", Intent: "affirm", Rule: "好的", Score: 0.9, RunnerUp: "negate"}) || callee.Audio != "" {
		t.Errorf("callee's turn: %+v", callee)
	}
	sum := as[api.CampaignDetail](w.one.get(address("/campaigns/%d", camp)).want(200))
	if s := sum.Summary; s.Placed != 1 || s.Answered != 1 || s.ByDisposition["answered"] != 1 || s.ByGrade["A"] != 1 || s.ByEndReason["completed"] != 1 || s.TalkMS != 30_000 {
		t.Errorf("summary: %+v", s)
	}
	if sum.Latency == nil || *sum.Latency != (api.Latency{P50MS: 340, P95MS: 470, Replies: 2}) {
		t.Errorf("latency: %+v", sum.Latency)
	}
	if p := sum.Progress; p != (api.Progress{Total: 1, Finished: 1}) {
		t.Errorf("progress: %+v", p)
	}
	w.one.get(address("/calls/%s", someCall)).problem(404)
	w.one.get(address("/calls/not-a-uuid")).problem(422)
}

func TestAudioIsServedInPartsAndNeverFromOutside(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	w.one.contact(camp, "13800138000")
	id := w.one.call(camp)
	whole := w.one.get(address("/calls/%s/audio", id)).want(200)
	if whole.header.Get("Content-Type") != "audio/wav" || len(whole.body) != 44+4*8000 || !bytes.HasPrefix(whole.body, []byte("RIFF")) {
		t.Errorf("whole call: %d bytes, %v", len(whole.body), whole.header)
	}
	r := w.request("GET", address("/calls/%s/audio", id), nil)
	r.AddCookie(w.one.cookie)
	r.Header.Set("Range", "bytes=40-43")
	part := w.send(r).want(206)
	if part.header.Get("Content-Range") != "bytes 40-43/32044" || !bytes.Equal(part.body, whole.body[40:44]) {
		t.Errorf("part: %v %v", part.header, part.body)
	}
	if got := w.one.get(address("/calls/%s/turns/1/audio", id)).want(200); string(got.body) != "RIFFturn" {
		t.Errorf("turn: %q", got.body)
	}
	w.one.get(address("/calls/%s/turns/2/audio", id)).problem(404)
	w.one.get(address("/calls/%s/turns/3/audio", id)).problem(404)

	secret := filepath.Join(filepath.Dir(w.recordings), "secret.wav")
	must(t, os.WriteFile(secret, []byte("secret"), 0o600))
	must(t, os.Symlink(secret, filepath.Join(w.recordings, "link.wav")))
	for i, path := range []string{"../secret.wav", secret, "rec/../../secret.wav", "link.wav", "rec", ".", "gone.wav", "rec/whole.wav/x"} {
		w.one.contact(camp, "1380013810"+string(rune('0'+i)))
		hostile := w.one.call(camp, path)
		w.one.get(address("/calls/%s/audio", hostile)).problem(404)
		w.one.get(address("/calls/%s/turns/1/audio", hostile)).problem(404)
	}
}

func TestCallsArePagedAndFiltered(t *testing.T) {
	w := newWorld(t)
	camp := w.one.campaign()
	for _, n := range []string{"13800138000", "13800138001", "13800138002", "13800138003", "13800138004"} {
		w.one.contact(camp, n)
	}
	w.one.call(camp)
	busy := w.one.dial(camp)
	w.one.end(busy, call.Outcome{EndReason: call.EndBusy, Fault: call.FaultCallee, Disposition: call.Busy, SIPCode: 486}, "E")
	live := w.one.dial(camp)
	w.one.dial(camp)
	w.one.dial(camp)
	for query, want := range map[string]int{
		"": 5, "state=live": 3, "state=ended": 2, "state=created": 3, "state=answered": 0, "disposition=busy": 1, "disposition=vacant": 0, "grade=A": 1, "grade=F": 0,
	} {
		page := as[api.Page[api.Call]](w.one.get(address("/campaigns/%d/calls?%s", camp, query)).want(200))
		if len(page.Items) != want || page.Next != "" {
			t.Errorf("%q: %d calls, next %q, want %d", query, len(page.Items), page.Next, want)
		}
	}
	var seen []string
	for path := address("/campaigns/%d/calls?limit=2", camp); path != ""; {
		page := as[api.Page[api.Call]](w.one.get(path).want(200))
		for _, c := range page.Items {
			seen = append(seen, c.ID)
		}
		path = ""
		if page.Next != "" {
			path = address("/campaigns/%d/calls?limit=2&cursor=%s", camp, page.Next)
		}
	}
	if len(seen) != 5 || seen[2] != string(live.UUID) || seen[3] != string(busy.UUID) {
		t.Errorf("pages: %s", strings.Join(seen, " "))
	}
	w.one.get(address("/campaigns/%d/calls?cursor=x", camp)).problem(422)
	w.one.get(address("/campaigns/%d/calls?state=dead", camp)).problem(422)
	got := as[api.CallDetail](w.one.get(address("/calls/%s", busy.UUID)).want(200))
	if got.Class != "callee_fault" || got.SIPCode != 486 || got.GradeRule != "not connected" || len(got.Turns) != 0 || got.Audio != "" {
		t.Errorf("busy call: %+v", got)
	}
}
