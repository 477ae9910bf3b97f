package carriersim

import (
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"
)

// Mark is what the last six digits of a called number begin with when the last two choose the behaviour themselves:
// 138 0090 9022 is row 22 whatever the seed. Numbers counted up from a round one do not run into it by accident soon.
const Mark = "9090"

// RingStyle is what the network sends while the callee's telephone rings.
type RingStyle string

const (
	RingNone   RingStyle = ""       // no provisional answer but 100
	RingSignal RingStyle = "signal" // 180, the caller's side makes the tone
	RingTone   RingStyle = "tone"   // 183 with the 450 Hz ring-back tone in early media
)

// Tone is a tone of the network, told apart by cadence alone (450 Hz all of them).
type Tone string

const (
	ToneNone         Tone = ""
	ToneBusy         Tone = "busy"         // 0.35 s on, 0.35 s off
	ToneCongestion   Tone = "congestion"   // 0.7 s on, 0.7 s off
	ToneUnobtainable Tone = "unobtainable" // three times 0.1 s on, 0.1 s off, then 0.4 s on, 0.4 s off
	ToneCallWaiting  Tone = "call-waiting" // 0.4 s on, 4 s off
	ToneMusic        Tone = "music"        // no tone: what is played instead of one
)

// Fault is a way in which a callee's switch breaks the rules. Faults are never drawn by weight unless the weights say so.
type Fault string

const (
	FaultNone         Fault = ""
	FaultNoRTP        Fault = "no-rtp"        // answers and never sends a packet
	FaultRTPStops     Fault = "rtp-stops"     // goes quiet two seconds after the answer, without BYE
	FaultMalformedSDP Fault = "malformed-sdp" // 200 whose body is not SDP
	FaultNoSDP        Fault = "no-sdp"        // 200 without a body
	FaultNoFinal      Fault = "no-final"      // rings and never answers, not even CANCEL with a 487
	FaultIgnoresBye   Fault = "ignores-bye"   // goes on sending RTP, leaves BYE unanswered
	FaultIgnoresAck   Fault = "ignores-ack"   // repeats its 200 as if no ACK had come
)

// Behaviour is everything that a call to a number will do, decided before it rings. Durations are those of a real network:
// the simulator scales those up to the answer by Config.TimeScale, except announcements and tones; talk is never scaled.
type Behaviour struct {
	Name     string // row of the table
	PostDial time.Duration
	Ring     RingStyle
	RingFor  time.Duration // 0 with a RingStyle = until the caller gives up
	Announce string        // sentence id played in early media before the end
	Tone     Tone          // tone played in early media before the end
	ToneFor  time.Duration
	Status   int // final SIP status; 200 = answered
	Q850     int // Reason header of the final response or BYE; 0 = none is sent
	Talk     Talk
	DropsIn  time.Duration // BYE this long after the answer; 0 = does not
	Fault    Fault
}

// Answers says whether the callee (or a mailbox) picks up.
func (b Behaviour) Answers() bool { return b.Status == 200 }

// Planner decides what a called number does. The zero value uses the weights of the table and seed 0.
type Planner struct {
	Seed     int64
	Weights  map[string]int // by row name; nil = the table's own. A row that is not named then has weight 0.
	Language string         // "zh" (default) or "en"
}

// Plan is Planner.Plan with the table's weights and Mandarin callees.
func Plan(number string, seed int64) Behaviour { return Planner{Seed: seed}.Plan(number) }

// Validate refuses weights that no number could be planned with.
func (p Planner) Validate() error {
	switch p.Language {
	case "", "zh", "en":
	default:
		return fmt.Errorf("carriersim: callees cannot speak %q; use zh or en", p.Language)
	}
	total := 0
	for name, w := range p.Weights {
		if rowByName(name) == nil {
			return fmt.Errorf("carriersim: weight for unknown behaviour %q; the rows are %s", name, strings.Join(Names(), ", "))
		}
		if w < 0 || w > 1_000_000 {
			return fmt.Errorf("carriersim: weight %d of %q is not within 0 and 1,000,000", w, name)
		}
		total += w
	}
	if p.Weights != nil && total == 0 {
		return fmt.Errorf("carriersim: all weights are 0, so no number has a behaviour; give one row a weight")
	}
	return nil
}

// Plan is a pure function of the number's digits and the planner: the same call does the same thing every time.
func (p Planner) Plan(number string) Behaviour {
	digits := digitsOf(number)
	r := p.random(digits)
	row := rowByCode(codeOf(digits))
	if row == nil {
		row = p.draw(r)
	}
	b := Behaviour{Name: row.Name, Status: 200, Ring: RingSignal, PostDial: between(r, 300, 1500), RingFor: between(r, 2000, 12000)}
	if r.IntN(100) < 30 {
		b.Ring = RingTone
	}
	if reason := r.IntN(100) < 60; reason || codeOf(digits) != "" {
		b.Q850 = row.q850
	}
	row.plan(talkWriter{r, p.language()}, &b)
	return b
}

func (p Planner) language() string {
	if p.Language == "" {
		return "zh"
	}
	return p.Language
}

func (p Planner) random(digits string) *rand.Rand {
	h := fnv.New64a()
	var seed [8]byte
	binary.LittleEndian.PutUint64(seed[:], uint64(p.Seed))
	h.Write(seed[:])
	h.Write([]byte(digits))
	return rand.New(rand.NewPCG(h.Sum64(), uint64(p.Seed)))
}

func (p Planner) weight(row *Row) int {
	if p.Weights == nil {
		return row.Weight
	}
	return p.Weights[row.Name]
}

func (p Planner) draw(r *rand.Rand) *Row {
	total := 0
	for i := range rows {
		total += max(0, p.weight(&rows[i]))
	}
	if total == 0 { // Validate would have refused it
		return &rows[0]
	}
	n := r.IntN(total)
	for i := range rows {
		if n -= max(0, p.weight(&rows[i])); n < 0 {
			return &rows[i]
		}
	}
	return &rows[0]
}

// digitsOf keeps the digits of a called number, at most the last 32: a plus, a prefix before an @ and visual separators do
// not make it another number.
func digitsOf(number string) string {
	number, _, _ = strings.Cut(number, "@")
	var b strings.Builder
	for i := range len(number) {
		if c := number[i]; c >= '0' && c <= '9' {
			b.WriteByte(c)
		}
	}
	s := b.String()
	return s[max(0, len(s)-32):]
}

func codeOf(digits string) string {
	if n := len(digits); n >= 6 && digits[n-6:n-2] == Mark {
		return digits[n-2:]
	}
	return ""
}

func between(r *rand.Rand, fromMS, toMS int) time.Duration {
	return time.Duration(fromMS+r.IntN(toMS-fromMS+1)) * time.Millisecond
}
