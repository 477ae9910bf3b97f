package carriersim

import (
	"fmt"
	"time"

	"github.com/outdial/outdial/dialer/carriersim/answers"
	"github.com/outdial/outdial/shared/linestatus"
)

// Row is one line of the number table.
type Row struct {
	Code   string // last two digits of a number that carries Mark
	Name   string
	Weight int // share of the numbers without Mark, of the sum of all weights
	About  string

	q850 int
	plan func(w talkWriter, b *Behaviour)
}

// rows is the number table. Codes are fixed for ever, since tests and documents quote them; weights are a guess at a
// cold list of mobile numbers.
var rows = []Row{
	{"01", "interested", 130, "answers, agrees, asks a price now and then, says goodbye", 16, human(talkWriter.interested)},
	{"02", "questions", 90, "answers every turn with a question, decides at the end", 16, human(talkWriter.questions)},
	{"03", "refuses", 90, "says no, at times twice, may hang up itself", 16, human(talkWriter.refuses)},
	{"04", "interrupts", 60, "speaks over the robot 1-2 s into its prompt", 16, human(talkWriter.interrupts)},
	{"05", "silent", 25, "answers and never speaks", 16, human(talkWriter.silent)},
	{"06", "hangs-up-early", 40, "hangs up while the robot's first prompt plays", 16, human(talkWriter.hangsUpEarly)},
	{"07", "backchannels", 45, "says 嗯 and 对 while the robot speaks, then agrees", 16, human(talkWriter.backchannels)},
	{"08", "postpones", 40, "is busy, asks to be called later", 16, human(talkWriter.postpones)},
	{"09", "keypad", 0, "answers the first prompt with the keys 1 and #", 16, human(talkWriter.keypad)},

	{"10", "voicemail", 50, "greeting, beep, silence; hangs up after 20 s of it", 16, voicemail},

	{"11", "mailbox", 0, "answers with the greeting of a mailbox, one of several, then beep and silence", 16, mailbox},
	{"12", "says-hello", 0, "answers in one of many ways that people answer in, then as interested", 16, hello},

	{"20", "busy", 50, "486", 17, refused(486)},
	{"21", "busy-tone", 20, "183 with busy tone for 3 s, then 486", 17, toned(ToneBusy, 486)},
	{"22", "no-answer", 80, "rings until CANCEL", 0, ringsOn},
	{"23", "no-answer-480", 25, "rings 20-30 s, then 480", 19, ringsThen(480, "")},
	{"24", "rejected", 40, "rings 1-6 s, then 603", 21, ringsThen(603, "")},
	{"25", "congestion", 15, "503 at once", 42, refused(503)},
	{"26", "congestion-tone", 10, "183 with congestion tone for 3 s, then 503", 34, toned(ToneCongestion, 503)},
	{"27", "no-answer-announced", 15, "rings 20-30 s, announcement in early media, then 480", 19, ringsThen(480, "line-no-answer")},

	{"30", "powered-off", 55, "announcement in early media, then 480", 20, announced("line-powered-off", 480)},
	{"31", "vacant", 35, "announcement in early media, then 404", 1, announced("line-vacant", 404)},
	{"32", "suspended", 25, "announcement in early media, then 503", 27, announced("line-suspended", 503)},
	{"33", "in-call", 30, "announcement in early media, then 486", 17, announced("line-in-call", 486)},
	{"34", "unreachable", 15, "announcement in early media, then 480", 20, announced("line-unreachable", 480)},
	{"35", "network-busy", 5, "announcement in early media, then 503", 34, announced("line-network-busy", 503)},
	{"36", "vacant-plain", 0, "404 without a word", 1, refused(404)},
	{"37", "forbidden", 0, "403", 21, refused(403)},
	{"38", "number-changed", 0, "410", 22, refused(410)},
	{"39", "not-acceptable", 0, "488", 88, refused(488)},

	{"40", "slow-to-connect", 10, "8-14 s without ringing, then as interested", 16, slow},
	{"41", "drops-after-answer", 10, "BYE within a second of the answer", 41, drops},
	{"42", "answers-at-once", 0, "200 without ringing, then as interested", 16, atOnce},

	{"61", "says-powered-off", 0, "announcement of the state powered_off in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.PoweredOff)},
	{"62", "says-vacant", 0, "announcement of the state vacant in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Vacant)},
	{"63", "says-suspended", 0, "announcement of the state suspended in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Suspended)},
	{"64", "says-in-call", 0, "announcement of the state in_call in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.InCall)},
	{"65", "says-rejected", 0, "announcement of the state rejected in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Rejected)},
	{"66", "says-unreachable", 0, "announcement of the state unreachable in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Unreachable)},
	{"67", "says-service-suspended", 0, "announcement of the state service_suspended in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.ServiceSuspended)},
	{"68", "says-busy", 0, "announcement of the state busy in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Busy)},
	{"69", "says-wrong-number", 0, "announcement of the state wrong_number in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.WrongNumber)},
	{"70", "says-incoming-barred", 0, "announcement of the state incoming_barred in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.IncomingBarred)},
	{"71", "says-voicemail", 0, "announcement of the state voicemail in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.Voicemail)},
	{"72", "says-forwarding-failed", 0, "announcement of the state forwarding_failed in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.ForwardingFailed)},
	{"73", "says-network-busy", 0, "announcement of the state network_busy in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.NetworkBusy)},
	{"74", "says-no-answer", 0, "announcement of the state no_answer in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.NoAnswer)},
	{"75", "says-in-arrears", 0, "announcement of the state in_arrears in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.InArrears)},
	{"76", "says-cannot-answer", 0, "announcement of the state cannot_answer in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.CannotAnswer)},
	{"77", "says-number-changed", 0, "announcement of the state number_changed in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.NumberChanged)},
	{"78", "says-line-fault", 0, "announcement of the state line_fault in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.LineFault)},
	{"79", "says-call-later", 0, "announcement of the state call_later in early media, Chinese and English, then 480 without a reason", 0, says(linestatus.CallLater)},

	{"81", "unobtainable-tone", 0, "183 with the tone of an unobtainable number for 4 s, then 480", 0, tonedFor(ToneUnobtainable, 4, 480)},
	{"82", "call-waiting-tone", 0, "183 with the call-waiting tone for 10 s, then as interested", 16, waiting},
	{"83", "ring-back-music", 0, "183 with music until the answer, 6-10 s, then as interested", 16, musical},
	{"84", "ring-back-music-480", 0, "183 with music for 8 s, then the announcement that nobody answers, then 480", 0, musicThenNobody},
	{"85", "busy-tone-480", 0, "183 with busy tone for 5 s, then 480", 0, tonedFor(ToneBusy, 5, 480)},
	{"86", "congestion-tone-480", 0, "183 with congestion tone for 5 s, then 480", 0, tonedFor(ToneCongestion, 5, 480)},

	{"50", "no-rtp", 0, "answers, sends no RTP", 16, broken(FaultNoRTP)},
	{"51", "malformed-sdp", 0, "200 with a body that is not SDP", 16, broken(FaultMalformedSDP)},
	{"52", "no-final", 0, "180 and nothing more; CANCEL gets no 487", 0, broken(FaultNoFinal)},
	{"53", "ignores-bye", 0, "as silent, but BYE is left unanswered and RTP goes on for 10 s", 16, broken(FaultIgnoresBye)},
	{"54", "ignores-ack", 0, "as interested, but the 200 is repeated for 8 s in spite of the ACK", 16, broken(FaultIgnoresAck)},
	{"55", "no-sdp", 0, "200 without a body", 16, broken(FaultNoSDP)},
	{"56", "rtp-stops", 0, "answers, sends RTP for 2 s, then neither RTP nor BYE for 60 s", 16, broken(FaultRTPStops)},
}

// Table lists the rows of the number table in the order of their codes.
func Table() []Row { return append([]Row(nil), rows...) }

// Names lists the behaviours in the order of their codes.
func Names() []string {
	out := make([]string, len(rows))
	for i := range rows {
		out[i] = rows[i].Name
	}
	return out
}

// NumberFor is an eleven-digit mobile number that has the behaviour whatever the seed; n (0-6,999) makes it another number.
func NumberFor(name string, n int) (string, error) {
	row := rowByName(name)
	if row == nil {
		return "", fmt.Errorf("carriersim: no behaviour is called %q", name)
	}
	if n < 0 || n > 6999 {
		return "", fmt.Errorf("carriersim: number %d of %q is not within 0 and 6,999", n, name)
	}
	return fmt.Sprintf("%d%s%s", 13_000+n, Mark, row.Code), nil
}

func rowByName(name string) *Row {
	for i := range rows {
		if rows[i].Name == name {
			return &rows[i]
		}
	}
	return nil
}

func rowByCode(code string) *Row {
	for i := range rows {
		if code != "" && rows[i].Code == code {
			return &rows[i]
		}
	}
	return nil
}

func human(talk func(talkWriter) Talk) func(talkWriter, *Behaviour) {
	return func(w talkWriter, b *Behaviour) { b.Talk = talk(w) }
}

func voicemail(w talkWriter, b *Behaviour) {
	b.RingFor = between(w.r, 8000, 16000)
	b.Talk = w.voicemail()
}

func refused(status int) func(talkWriter, *Behaviour) {
	return func(_ talkWriter, b *Behaviour) { b.Ring, b.RingFor, b.Status = RingNone, 0, status }
}

func ringsOn(_ talkWriter, b *Behaviour) { b.RingFor, b.Status = 0, 480 }

func ringsThen(status int, announce string) func(talkWriter, *Behaviour) {
	return func(w talkWriter, b *Behaviour) {
		b.Status, b.Announce = status, announce
		if status == 603 {
			b.RingFor = between(w.r, 1000, 6000)
		} else {
			b.RingFor = between(w.r, 20_000, 30_000)
		}
	}
}

func toned(t Tone, status int) func(talkWriter, *Behaviour) {
	return func(_ talkWriter, b *Behaviour) {
		b.Ring, b.RingFor, b.Tone, b.ToneFor, b.Status = RingNone, 0, t, 3*time.Second, status
	}
}

func announced(sentence string, status int) func(talkWriter, *Behaviour) {
	return func(_ talkWriter, b *Behaviour) {
		b.Ring, b.RingFor, b.Announce, b.Status = RingNone, 0, sentence, status
	}
}

// says is a network that says what the matter is and sends a code that says nothing.
func says(s linestatus.Status) func(talkWriter, *Behaviour) {
	return func(_ talkWriter, b *Behaviour) {
		b.Ring, b.RingFor, b.Announce, b.Status = RingNone, 0, saidID(s), 480
	}
}

func tonedFor(t Tone, seconds int, status int) func(talkWriter, *Behaviour) {
	return func(w talkWriter, b *Behaviour) {
		toned(t, status)(w, b)
		b.ToneFor = time.Duration(seconds) * time.Second
	}
}

func waiting(w talkWriter, b *Behaviour) {
	b.Ring, b.RingFor, b.Tone, b.ToneFor = RingNone, 0, ToneCallWaiting, 10*time.Second
	b.Talk = w.interested()
}

func musical(w talkWriter, b *Behaviour) {
	b.Ring, b.RingFor, b.Tone, b.ToneFor = RingNone, 0, ToneMusic, between(w.r, 6000, 10_000)
	b.Talk = w.interested()
}

func musicThenNobody(_ talkWriter, b *Behaviour) {
	b.Ring, b.RingFor, b.Tone, b.ToneFor = RingNone, 0, ToneMusic, 8*time.Second
	b.Announce, b.Status = saidID(linestatus.NoAnswer), 480
}

func mailbox(w talkWriter, b *Behaviour) {
	voicemail(w, b)
	b.Talk.Greet = w.pick(greetings(answers.Machine, "zh")...)
}

func hello(w talkWriter, b *Behaviour) {
	b.Talk = w.interested()
	b.Talk.Greet, b.Talk.GreetAfter = w.pick(greetings(answers.Human, w.language)...), between(w.r, 200, 600)
}

func slow(w talkWriter, b *Behaviour) {
	b.PostDial = between(w.r, 8000, 14_000)
	b.RingFor = between(w.r, 1000, 4000)
	b.Talk = w.interested()
}

func drops(w talkWriter, b *Behaviour) {
	b.Talk = w.silent()
	b.DropsIn = between(w.r, 100, 900)
}

func atOnce(w talkWriter, b *Behaviour) {
	b.PostDial, b.Ring, b.RingFor = 0, RingNone, 0
	b.Talk = w.interested()
}

func broken(f Fault) func(talkWriter, *Behaviour) {
	return func(w talkWriter, b *Behaviour) {
		b.Fault, b.Ring, b.RingFor = f, RingSignal, between(w.r, 500, 1500)
		switch f {
		case FaultIgnoresAck:
			b.Talk = w.interested()
		case FaultNoFinal:
			b.RingFor, b.Status = 0, 480
		default:
			b.Talk = w.silent()
		}
	}
}
