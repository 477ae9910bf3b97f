package rtpio

import (
	"encoding/binary"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
)

const (
	headerSize = 12
	// The kernel charges a socket about 1 kB for a 172-byte packet, so these hold some 4 s and 1 s of sound: a reader that
	// stalls loses nothing, and a sender that bursts is not blocked. Memory is used only while packets wait.
	receiveBuffer = 192 << 10
	sendBuffer    = 64 << 10
)

// Conn is one socket with one stream out and whatever streams come in. One goroutine may read while others send.
type Conn struct {
	sock  *net.UDPConn
	ports *Ports
	port  int
	born  time.Time

	remote   atomic.Pointer[netip.AddrPort]
	latch    atomic.Bool // take the remote from the next packet
	strict   atomic.Bool // the remote was taken from a packet: hear nobody else
	received atomic.Int64
	stats    counters
	closing  sync.Once
	closeErr error

	mu  sync.Mutex // guards what is below
	out sender
	buf [MaxPacket]byte
}

type sender struct {
	ssrc   uint32
	seq    uint16
	ts     uint32
	last   time.Duration // since born; when the last packet went out
	source source
}

type counters struct {
	sent, received, malformed, strangers atomic.Uint64
}

// Stats counts packets since the socket was opened.
type Stats struct {
	Sent      uint64
	Received  uint64
	Malformed uint64 // not RTP, RTCP included
	Strangers uint64 // came from another address than the one latched
}

func newConn(sock *net.UDPConn, ports *Ports) *Conn {
	// Smaller buffers than asked for still work; a system that refuses has its own limits.
	_ = sock.SetReadBuffer(receiveBuffer)
	_ = sock.SetWriteBuffer(sendBuffer)
	return &Conn{
		sock: sock, ports: ports, port: sock.LocalAddr().(*net.UDPAddr).Port, born: time.Now(),
		// RFC 3550 section 5.1: random, so that streams on one path are told apart.
		out: sender{ssrc: rand.Uint32(), seq: uint16(rand.Uint32N(1 << 15)), ts: rand.Uint32()},
	}
}

// LocalPort is the UDP port of the socket.
func (c *Conn) LocalPort() int { return c.port }

// SSRC names the stream that is sent.
func (c *Conn) SSRC() uint32 { return c.out.ssrc }

// SetRemote says where packets go. It lifts an earlier latch; with latching on, the next packet received sets it again.
func (c *Conn) SetRemote(to netip.AddrPort) {
	to = netip.AddrPortFrom(to.Addr().Unmap(), to.Port())
	c.strict.Store(false)
	c.remote.Store(&to)
}

// EnableLatch makes the source of the next packet received the remote (symmetric RTP, RFC 4961), for peers behind NAT.
// From then on packets from elsewhere are dropped.
func (c *Conn) EnableLatch(on bool) {
	c.latch.Store(on)
	if !on {
		c.strict.Store(false)
	}
}

// Remote is where packets go; it is not valid while unknown.
func (c *Conn) Remote() netip.AddrPort {
	if r := c.remote.Load(); r != nil {
		return *r
	}
	return netip.AddrPort{}
}

// LastReceived is when the last good packet came; zero when none has. It carries the monotonic clock.
func (c *Conn) LastReceived() time.Time {
	if d := c.received.Load(); d != 0 {
		return c.born.Add(time.Duration(d))
	}
	return time.Time{}
}

// Stats are the counters so far.
func (c *Conn) Stats() Stats {
	return Stats{
		Sent: c.stats.sent.Load(), Received: c.stats.received.Load(),
		Malformed: c.stats.malformed.Load(), Strangers: c.stats.strangers.Load(),
	}
}

// ReadPacket waits for the next RTP packet and parses it into p, whose payload lies in buf: copy it before the next call.
// What is not RTP is counted and skipped. After Close it returns an error that is net.ErrClosed.
func (c *Conn) ReadPacket(buf []byte, p *rtp.Packet) error {
	for {
		n, from, err := c.sock.ReadFromUDPAddrPort(buf)
		if err != nil {
			return err
		}
		if !looksLikeRTP(buf[:n]) || p.Unmarshal(buf[:n]) != nil {
			c.stats.malformed.Add(1)
			continue
		}
		if !c.admit(from) {
			c.stats.strangers.Add(1)
			continue
		}
		c.received.Store(int64(max(time.Since(c.born), 1)))
		c.stats.received.Add(1)
		return nil
	}
}

// looksLikeRTP tells RTP from RTCP, STUN and noise (RFC 5761 section 4, RFC 7983).
func looksLikeRTP(b []byte) bool {
	return len(b) >= headerSize && b[0]>>6 == 2 && (b[1] < 192 || b[1] > 223)
}

func (c *Conn) admit(from netip.AddrPort) bool {
	if !c.latch.Load() {
		// The address in SDP is where a peer listens; RFC 3550 lets it send from elsewhere.
		return true
	}
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	if c.strict.Load() {
		return c.Remote() == from
	}
	c.latchTo(from)
	return true
}

// latchTo is apart from admit because its argument moves to the heap, which must not happen to every packet.
func (c *Conn) latchTo(from netip.AddrPort) {
	c.remote.Store(&from)
	c.strict.Store(true)
}

// Send sends one packet and then moves the timestamp on by samples. Packets of one telephone event share a timestamp:
// send them with 0 samples and call SkipTimestamp after the last. The timestamp moves even when the packet cannot be
// sent, so that a stream that starts late is in step.
func (c *Conn) Send(pt uint8, marker bool, samples uint32, payload []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	ts := c.out.ts
	c.out.ts += samples
	c.out.source.known = false
	return c.write(pt, marker, c.out.seq, ts, payload)
}

// SkipTimestamp moves the timestamp on over sound that is not sent.
func (c *Conn) SkipTimestamp(samples uint32) {
	c.mu.Lock()
	c.out.ts += samples
	c.mu.Unlock()
}

// write sends one packet and sets the sequence number that follows it. The caller holds mu.
func (c *Conn) write(pt uint8, marker bool, seq uint16, ts uint32, payload []byte) error {
	to := c.remote.Load()
	if to == nil || !to.IsValid() || to.Port() == 0 || to.Addr().IsUnspecified() {
		return ErrNoRemote
	}
	if headerSize+len(payload) > len(c.buf) {
		return ErrPayloadTooLarge
	}
	b := c.buf[:headerSize+len(payload)]
	b[0] = 2 << 6
	b[1] = pt & 0x7F
	if marker {
		b[1] |= 0x80
	}
	binary.BigEndian.PutUint16(b[2:], seq)
	binary.BigEndian.PutUint32(b[4:], ts)
	binary.BigEndian.PutUint32(b[8:], c.out.ssrc)
	copy(b[headerSize:], payload)
	if int16(seq-c.out.seq) >= 0 {
		c.out.seq = seq + 1
	}
	c.out.last = time.Since(c.born)
	if _, err := c.sock.WriteToUDPAddrPort(b, *to); err != nil {
		return err
	}
	c.stats.sent.Add(1)
	return nil
}

// Close ends a read under way and gives the port back. Closing twice is harmless.
func (c *Conn) Close() error {
	c.closing.Do(func() {
		c.closeErr = c.sock.Close()
		if c.ports != nil {
			c.ports.release(c.port)
		}
	})
	return c.closeErr
}
