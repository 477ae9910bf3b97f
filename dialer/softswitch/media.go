package softswitch

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/rtpio"
	"github.com/outdial/outdial/shared/sdp"
)

const (
	// eventPT is the payload type of telephone-event that this switch offers.
	eventPT = 101
	noCodec = 0xFF
)

// media is the RTP side of one leg. Its reader goroutine passes what the peer says straight on to whoever hears it;
// nothing on that way takes the switch's lock or allocates.
type media struct {
	leg  *leg
	conn *rtpio.Conn
	born time.Time

	law      atomic.Uint32 // payload type of the codec agreed on, or noCodec
	events   atomic.Uint32 // payload type of telephone-event, 0 for none
	held     atomic.Bool   // the peer wants to hear nothing
	answered atomic.Bool

	to      atomic.Pointer[media]        // who hears the peer; itself for an echo
	playing atomic.Pointer[player]       // a file is being played to the peer: others wait
	takers  atomic.Pointer[[]*recording] // who takes down both sides, nil for nobody; the list is never changed in place

	mu      sync.Mutex
	reading bool
	closed  bool
	reader  sync.WaitGroup
	local   sdp.Session // our last description
}

func newMedia(sw *Switch) (*media, error) {
	conn, err := sw.ports.Listen()
	if err != nil {
		return nil, err
	}
	m := &media{conn: conn, born: time.Now()}
	m.law.Store(noCodec)
	return m, nil
}

// offer describes our side for an INVITE that leaves.
func (m *media) offer(host string, laws []audio.Law) sdp.Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := sdp.Session{
		Host: host, Port: m.conn.LocalPort(), Formats: laws, EventPT: eventPT, Ptime: sdp.DefaultPtime,
		SessionID: uint64(m.born.UnixMicro()), Version: m.local.Version + 1,
	}
	m.local = s
	return s
}

// accept takes the peer's answer to our offer.
func (m *media) accept(answer sdp.Session, laws []audio.Law) error {
	s, err := sdp.Answer(answer, m.description().Host, m.conn.LocalPort(), laws)
	if err != nil {
		return err
	}
	return m.agree(answer, s.Formats[0])
}

// answer answers the peer's offer, keeping the codec of the call where the offer has it.
func (m *media) answer(offer sdp.Session, host string, laws []audio.Law) (sdp.Session, error) {
	if law := m.law.Load(); law != noCodec {
		laws = preferred(audio.Law(law), laws)
		for _, f := range offer.Formats {
			if f == audio.Law(law) {
				laws = []audio.Law{f}
			}
		}
	}
	s, err := sdp.Answer(offer, host, m.conn.LocalPort(), laws)
	if err != nil {
		return sdp.Session{}, err
	}
	m.mu.Lock()
	if m.local.Version > 0 {
		s.SessionID, s.Version = m.local.SessionID, m.local.Version+1
	}
	m.local = s
	m.mu.Unlock()
	return s, m.agree(offer, s.Formats[0])
}

// agree puts what both sides settled on into force and starts to listen.
func (m *media) agree(remote sdp.Session, law audio.Law) error {
	addr, err := remote.Addr()
	if err != nil {
		return err
	}
	m.law.Store(uint32(law))
	m.events.Store(uint32(remote.EventPT))
	m.held.Store(remote.OnHold())
	if addr.Port() != 0 && !addr.Addr().IsUnspecified() {
		m.conn.SetRemote(addr)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.reading && !m.closed {
		m.reading = true
		m.reader.Go(m.read)
	}
	return nil
}

// description is what we last said about our side.
func (m *media) description() sdp.Session {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.local
}

func (m *media) codec() (string, bool) {
	if law := m.law.Load(); law != noCodec {
		return audio.Law(law).String(), true
	}
	return "", false
}

func (m *media) remote() netip.AddrPort { return m.conn.Remote() }
func (m *media) stats() rtpio.Stats     { return m.conn.Stats() }

// silentFor is how long the peer has sent nothing, counted from the answer or the last packet.
func (m *media) silentFor(now time.Time) time.Duration {
	if !m.answered.Load() {
		return 0
	}
	last := m.conn.LastReceived()
	if since := m.leg.times.answered; last.Before(since) {
		last = since
	}
	return now.Sub(last)
}

// hear makes dst hear what the peer of m says; nil lets nobody hear it.
func (m *media) hear(dst *media) { m.to.Store(dst) }

// read is the hot path: one packet in, one packet out.
func (m *media) read() {
	var (
		buf    [rtpio.MaxPacket]byte
		packet rtp.Packet
		digits rtpio.EventReader
	)
	for {
		if err := m.conn.ReadPacket(buf[:], &packet); err != nil {
			return
		}
		pt := uint32(packet.PayloadType)
		switch {
		case pt == m.events.Load() && pt != 0:
			if d := digits.Push(&packet); d != "" {
				m.leg.dialled(d)
			}
			if dst := m.to.Load(); dst != nil {
				dst.passEvent(&packet)
			}
		case pt == uint32(audio.PCMU) || pt == uint32(audio.PCMA):
			m.takeDown(left, &packet)
			if dst := m.to.Load(); dst != nil {
				dst.passSound(&packet)
			}
		}
		// Comfort noise and unknown types are not passed on, as in FreeSWITCH (switch_ivr_bridge.c).
	}
}

// takeDown copies a packet to whoever takes the leg down.
func (m *media) takeDown(s side, p *rtp.Packet) {
	if list := m.takers.Load(); list != nil {
		for _, r := range *list {
			r.put(s, p)
		}
	}
}

// attach lets r take down both sides of the leg from now on.
func (m *media) attach(r *recording) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []*recording
	if old := m.takers.Load(); old != nil {
		list = append(list, *old...)
	}
	list = append(list, r)
	m.takers.Store(&list)
}

// detach ends what attach began. Detaching twice is harmless.
func (m *media) detach(r *recording) {
	m.mu.Lock()
	defer m.mu.Unlock()
	old := m.takers.Load()
	if old == nil {
		return
	}
	list := slices.DeleteFunc(slices.Clone(*old), func(one *recording) bool { return one == r })
	if len(list) == 0 {
		m.takers.Store(nil)
		return
	}
	m.takers.Store(&list)
}

// passSound sends one packet of the other leg to the peer, in the peer's law.
func (m *media) passSound(p *rtp.Packet) {
	law := m.law.Load()
	if law == noCodec || m.held.Load() || m.playing.Load() != nil {
		return
	}
	if uint32(p.PayloadType) != law {
		translate(p.Payload, audio.Law(law))
		p.PayloadType = uint8(law)
	}
	m.takeDown(right, p)
	_ = m.conn.Forward(p) // an unreachable peer shows as a media timeout
}

func (m *media) passEvent(p *rtp.Packet) {
	pt := m.events.Load()
	if pt == 0 || m.held.Load() {
		return
	}
	p.PayloadType = uint8(pt)
	_ = m.conn.Forward(p)
}

// send sends a frame of our own: from a file, not from another leg.
func (m *media) send(frame []int16, scratch []byte) {
	law := m.law.Load()
	if law == noCodec {
		return
	}
	payload := audio.Law(law).Encode(scratch[:0], frame)
	if m.held.Load() {
		m.conn.SkipTimestamp(uint32(len(payload)))
		return
	}
	if list := m.takers.Load(); list != nil {
		for _, r := range *list {
			r.say(right, audio.Law(law), payload)
		}
	}
	_ = m.conn.Send(uint8(law), false, uint32(len(payload)), payload)
}

// close ends the reader and frees the port.
func (m *media) close() {
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
	m.to.Store(nil)
	_ = m.conn.Close()
	m.reader.Wait()
}

// bothLaws is every codec there is.
var bothLaws = []audio.Law{audio.PCMA, audio.PCMU}

// preferred puts law first.
func preferred(law audio.Law, laws []audio.Law) []audio.Law {
	out := []audio.Law{law}
	for _, other := range laws {
		if other != law {
			out = append(out, other)
		}
	}
	return out
}

// words of one law in the other.
var (
	toPCMA = translation(audio.PCMU, audio.PCMA)
	toPCMU = translation(audio.PCMA, audio.PCMU)
)

func translation(from, to audio.Law) (t [256]byte) {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	copy(t[:], to.Encode(nil, from.Decode(nil, all)))
	return t
}

// translate rewrites a payload of the other law in place.
func translate(payload []byte, to audio.Law) {
	table := &toPCMU
	if to == audio.PCMA {
		table = &toPCMA
	}
	for i, b := range payload {
		payload[i] = table[b]
	}
}
