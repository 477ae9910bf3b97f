package esltest

import (
	"context"
	"errors"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

// behaviour is what a callee does with the one call it gets.
type behaviour struct {
	refuse int     // answer with this status, at once
	ring   bool    // 180, and answer only when the test says so
	early  bool    // 183 with media, and answer only when the test says so
	tone   float64 // what it says: a tone of so many Hz; 0 is silence
	mute   bool    // send no RTP at all
}

// callee is one number of the answerer.
type callee struct {
	a *answerer
	behaviour
	number string
	ctx    context.Context
	stop   context.CancelFunc
	once   sync.Once
	began  atomic.Bool

	invited chan *sip.Request // the INVITE
	answer  chan struct{}     // closed by the test: answer now
	hangup  chan struct{}     // closed by the test: hang up now
	ended   chan struct{}     // closed when the call is over

	heard atomic.Int64 // packets received
	loud  atomic.Int64 // of these, packets that were not silent

	mu     sync.Mutex
	recent []int16 // the last of what was heard, up to window samples
}

// window is how much of the sound tones are looked for in.
const window = audio.Rate / 5

// hears tells whether a tone of so many Hz stands in the last of what was heard (Goertzel).
func (c *callee) hears(freq float64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.recent) < window {
		return false
	}
	turn := 2 * math.Cos(2*math.Pi*freq/audio.Rate)
	var s1, s2 float64
	for _, s := range c.recent {
		s1, s2 = float64(s)+turn*s1-s2, s1
	}
	amplitude := 2 * math.Sqrt(s1*s1+s2*s2-turn*s1*s2) / float64(len(c.recent))
	return amplitude > math.MaxInt16/20
}

func (c *callee) serve(d *sipgo.DialogServerSession) {
	defer func() { _ = d.Close() }()
	if c.refuse != 0 {
		_ = d.Respond(c.refuse, "Refused by the test", nil)
		return
	}
	offer, err := sdp.Parse(d.InviteRequest.Body())
	if err != nil {
		c.a.t.Errorf("%v: the switch's offer: %v", c, err)
		_ = d.Respond(488, "Not Acceptable Here", nil)
		return
	}
	conn, err := c.a.ports.Listen()
	if err != nil {
		c.a.t.Errorf("%v: %v", c, err)
		_ = d.Respond(500, "No port", nil)
		return
	}
	answer, err := sdp.Answer(offer, "127.0.0.1", conn.LocalPort(), []audio.Law{audio.PCMA, audio.PCMU})
	if err != nil {
		c.a.t.Errorf("%v: %v", c, err)
		_ = d.Respond(488, "Not Acceptable Here", nil)
		return
	}
	to, err := netip.ParseAddr(offer.Host)
	if err != nil {
		c.a.t.Errorf("%v: offer names host %q", c, offer.Host)
		return
	}
	conn.SetRemote(netip.AddrPortFrom(to, uint16(offer.Port)))
	ctx, end := context.WithCancel(c.ctx)
	var media sync.WaitGroup
	defer media.Wait()
	defer func() { _ = conn.Close() }()
	defer end()
	speak := func() { media.Go(func() { c.send(ctx, conn, answer.Formats[0]) }) }
	media.Go(func() { c.receive(conn) })

	body := answer.Marshal()
	kind := sip.NewHeader("Content-Type", "application/sdp")
	switch {
	case c.early:
		_ = d.Respond(183, "Session Progress", body, kind)
		speak()
	case c.ring:
		_ = d.Respond(180, "Ringing", nil)
	}
	if c.early || c.ring {
		select {
		case <-c.answer:
		case <-d.Context().Done():
			return
		case <-ctx.Done():
			return
		}
	}
	if err := d.RespondSDP(body); err != nil {
		// A quick switch's BYE can overtake its ACK here, as each request has a goroutine of its own.
		over := ctx.Err() != nil || d.LoadState() == sip.DialogStateEnded
		if !errors.Is(err, sip.ErrTransactionCanceled) && !over {
			c.a.t.Errorf("%v: answering: %v", c, err)
		}
		return
	}
	if !c.early {
		speak()
	}
	select {
	case <-c.hangup:
		bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if err := d.Bye(bye); err != nil {
			c.a.t.Errorf("%v: hanging up: %v", c, err)
		}
	case <-d.Context().Done():
	case <-ctx.Done():
	}
}

// send keeps a steady stream of 20 ms packets, as robots and telephones do.
func (c *callee) send(ctx context.Context, conn *rtpio.Conn, law audio.Law) {
	if c.mute {
		return
	}
	pcm := make([]int16, audio.Rate)
	if c.tone > 0 {
		pcm = audio.Tone(c.tone, 0.3, time.Second)
	}
	tick := time.NewTicker(audio.FrameDuration)
	defer tick.Stop()
	var payload []byte
	for at := 0; ; at = (at + audio.FrameSamples) % audio.Rate {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		payload = law.Encode(payload[:0], pcm[at:at+audio.FrameSamples])
		_ = conn.Send(uint8(law), at == 0, audio.FrameSamples, payload)
	}
}

func (c *callee) receive(conn *rtpio.Conn) {
	var p rtp.Packet
	var pcm []int16
	buf := make([]byte, rtpio.MaxPacket)
	for {
		if err := conn.ReadPacket(buf, &p); err != nil {
			return
		}
		c.heard.Add(1)
		if law := audio.Law(p.PayloadType); law == audio.PCMA || law == audio.PCMU {
			pcm = law.Decode(pcm[:0], p.Payload)
			if audio.LevelDB(pcm) > -40 {
				c.loud.Add(1)
			}
			c.mu.Lock()
			c.recent = append(c.recent, pcm...)
			c.recent = append(c.recent[:0], c.recent[max(0, len(c.recent)-window):]...)
			c.mu.Unlock()
		}
	}
}
