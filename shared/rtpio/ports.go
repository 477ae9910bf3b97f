package rtpio

import (
	"errors"
	"fmt"
	"net"
	"sync"
	"syscall"
)

// Ports hands out sockets on the even ports of a range; the odd ones belong to RTCP by RFC 3550. It is safe for concurrent
// use.
type Ports struct {
	host     string
	min, max int

	mu   sync.Mutex
	next int
	used map[int]struct{}
}

// NewPorts is a pool of the even ports in [min, max] on host. With 0, 0 the system chooses, and any port may come.
func NewPorts(host string, min, max int) *Ports {
	min += min & 1
	return &Ports{host: host, min: min, max: max, next: min, used: make(map[int]struct{})}
}

// Host is the address the sockets are bound to.
func (p *Ports) Host() string { return p.host }

// InUse is the number of sockets handed out and not closed.
func (p *Ports) InUse() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.used)
}

// Listen opens a socket on the next free port of the range. A port that another program holds is passed over. Ports are
// used in turn, so that a late packet of an ended call does not land in a new one.
func (p *Ports) Listen() (*Conn, error) {
	ip, err := net.ResolveIPAddr("ip", p.host)
	if err != nil {
		return nil, fmt.Errorf("listen for RTP on host %q: %w", p.host, err)
	}
	if p.max == 0 {
		c, err := p.open(ip, 0)
		if err != nil {
			return nil, fmt.Errorf("listen for RTP on %s: %w", p.host, err)
		}
		p.mu.Lock()
		p.used[c.LocalPort()] = struct{}{}
		p.mu.Unlock()
		return c, nil
	}
	for range p.size() {
		port, ok := p.take()
		if !ok {
			break
		}
		c, err := p.open(ip, port)
		if err == nil {
			return c, nil
		}
		p.release(port)
		if !errors.Is(err, syscall.EADDRINUSE) && !errors.Is(err, syscall.EACCES) {
			return nil, fmt.Errorf("listen for RTP on %s port %d: %w", p.host, port, err)
		}
	}
	return nil, fmt.Errorf("listen for RTP on %s ports %d-%d: %w", p.host, p.min, p.max, ErrPortsExhausted)
}

func (p *Ports) size() int { return max(0, (p.max-p.min+2)/2) }

// take reserves the next port that this pool has not handed out.
func (p *Ports) take() (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range p.size() {
		port := p.next
		if p.next += 2; p.next > p.max {
			p.next = p.min
		}
		if _, taken := p.used[port]; !taken {
			p.used[port] = struct{}{}
			return port, true
		}
	}
	return 0, false
}

func (p *Ports) release(port int) {
	p.mu.Lock()
	delete(p.used, port)
	p.mu.Unlock()
}

func (p *Ports) open(ip *net.IPAddr, port int) (*Conn, error) {
	sock, err := net.ListenUDP("udp", &net.UDPAddr{IP: ip.IP, Zone: ip.Zone, Port: port})
	if err != nil {
		return nil, err
	}
	return newConn(sock, p), nil
}
