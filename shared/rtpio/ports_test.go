package rtpio

import (
	"errors"
	"net"
	"testing"
)

// freeRange finds n even ports in a row that nobody holds just now.
func freeRange(t *testing.T, n int) (lo, hi int) {
	t.Helper()
	for base := 42000; base < 60000; base += 2 * n {
		free := true
		for port := base; port < base+2*n && free; port += 2 {
			c, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port})
			if free = err == nil; free {
				c.Close()
			}
		}
		if free {
			return base, base + 2*n - 1
		}
	}
	t.Skip("no free ports on this machine")
	return 0, 0
}

func TestPortsAreEvenAndExhaust(t *testing.T) {
	lo, hi := freeRange(t, 4)
	taken, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: lo + 2})
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	p := NewPorts("127.0.0.1", lo-1, hi)
	var conns []*Conn
	seen := map[int]bool{lo + 2: true}
	for range 3 {
		c, err := p.Listen()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if c.LocalPort()%2 != 0 || seen[c.LocalPort()] {
			t.Errorf("port %d", c.LocalPort())
		}
		seen[c.LocalPort()] = true
		conns = append(conns, c)
	}
	if _, err := p.Listen(); !errors.Is(err, ErrPortsExhausted) {
		t.Errorf("a fourth socket: %v", err)
	}
	if p.InUse() != 3 {
		t.Errorf("%d in use", p.InUse())
	}
	conns[1].Close()
	c, err := p.Listen()
	if err != nil {
		t.Fatalf("a port given back is not handed out: %v", err)
	}
	c.Close()
}

func TestPortsBadHostAndRange(t *testing.T) {
	if _, err := NewPorts("192.0.2.7", 0, 0).Listen(); err == nil {
		t.Error("listened on an address that is not ours")
	}
	if _, err := NewPorts("192.0.2.7", 40000, 40010).Listen(); err == nil || errors.Is(err, ErrPortsExhausted) {
		t.Errorf("an address that is not ours: %v", err)
	}
	if _, err := NewPorts("127.0.0.1", 40011, 40011).Listen(); !errors.Is(err, ErrPortsExhausted) {
		t.Errorf("a range without an even port: %v", err)
	}
}
