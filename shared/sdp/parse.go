package sdp

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	pion "github.com/pion/sdp/v3"

	"github.com/outdial/outdial/shared/audio"
)

// stream is one m-line.
type stream struct {
	media, proto string
	port         string
	formats      []string
}

const profile = "RTP/AVP"

// Parse reads an offer or an answer. The first audio stream over plain RTP counts; a connection address of 0.0.0.0 is the
// old way to hold a call and turns receiving off.
func Parse(b []byte) (Session, error) {
	if len(b) > MaxBytes {
		return Session{}, fmt.Errorf("%w: %d bytes", ErrTooLarge, len(b))
	}
	head, sections, err := split(string(b))
	if err != nil {
		return Session{}, err
	}
	streams := make([]stream, len(sections))
	for i, sec := range sections {
		if streams[i], err = parseStream(sec.mline); err != nil {
			return Session{}, err
		}
	}
	at, err := pickAudio(streams)
	if err != nil {
		return Session{}, err
	}
	var desc pion.SessionDescription
	if err := desc.UnmarshalString(head + sections[at].text()); err != nil {
		return Session{}, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	s, err := read(&desc)
	if err != nil {
		return Session{}, err
	}
	s.streams, s.audioAt = streams, at
	return s, nil
}

func parseStream(line string) (stream, error) {
	f := strings.Fields(line)
	if len(f) < 4 {
		return stream{}, fmt.Errorf("%w: m=%s", ErrMalformed, clipped(line))
	}
	return stream{media: f[0], port: f[1], proto: f[2], formats: f[3:]}, nil
}

// pickAudio finds the stream to use, or says why there is none.
func pickAudio(streams []stream) (int, error) {
	usable := slices.IndexFunc(streams, func(s stream) bool {
		return s.media == "audio" && s.proto == profile && s.port != "0"
	})
	if usable >= 0 {
		return usable, nil
	}
	reason := ErrNoAudio
	for _, s := range streams {
		switch {
		case s.media == "video" && errors.Is(reason, ErrNoAudio):
			reason = ErrVideoOnly
		case s.media == "audio" && s.port == "0":
			return 0, fmt.Errorf("%w: it is refused (port 0)", ErrNoAudio)
		case s.media == "audio" && strings.Contains(s.proto, "SAVP"):
			return 0, fmt.Errorf("%w: %s", ErrEncryptedOnly, clipped(s.proto))
		case s.media == "audio":
			reason = fmt.Errorf("%w: %s", ErrUnsupportedProfile, clipped(s.proto))
		}
	}
	return 0, reason
}

func read(d *pion.SessionDescription) (Session, error) {
	m := d.MediaDescriptions[0]
	s := Session{
		Port: m.MediaName.Port.Value, Ptime: DefaultPtime,
		SessionID: d.Origin.SessionID, Version: d.Origin.SessionVersion,
	}
	conn := m.ConnectionInformation
	if conn == nil {
		conn = d.ConnectionInformation
	}
	if conn == nil || conn.Address == nil {
		return Session{}, fmt.Errorf("%w: no c= line", ErrMalformed)
	}
	s.Host = conn.Address.Address
	if !validHost(s.Host) {
		return Session{}, fmt.Errorf("%w: c= address %q", ErrMalformed, clipped(s.Host))
	}
	readAttributes(&s, d.Attributes, nil)
	names := map[string]string{"0": "PCMU/8000", "8": "PCMA/8000"}
	readAttributes(&s, m.Attributes, names)
	for _, pt := range m.MediaName.Formats {
		readFormat(&s, pt, names[pt])
	}
	if ip, err := netip.ParseAddr(s.Host); err == nil && ip.IsUnspecified() {
		switch s.Direction {
		case SendRecv:
			s.Direction = SendOnly
		case RecvOnly:
			s.Direction = Inactive
		}
	}
	return s, nil
}

// readAttributes takes what counts for us; the names of payload types go into names unless it is nil.
func readAttributes(s *Session, attributes []pion.Attribute, names map[string]string) {
	for _, a := range attributes {
		switch a.Key {
		case "rtpmap":
			if pt, name, ok := strings.Cut(strings.TrimSpace(a.Value), " "); ok && names != nil {
				names[pt] = strings.TrimSpace(name)
			}
		case "ptime":
			if n, err := strconv.Atoi(strings.TrimSpace(a.Value)); err == nil && n >= 10 && n <= 200 {
				s.Ptime = n
			}
		default:
			if i := slices.Index(directionNames[:], a.Key); i >= 0 {
				s.Direction = Direction(i)
			}
		}
	}
}

func readFormat(s *Session, pt, name string) {
	n, err := strconv.ParseUint(pt, 10, 7)
	if err != nil {
		return
	}
	// The number of channels may follow the clock rate.
	name = strings.TrimSuffix(strings.ToUpper(name), "/1")
	law := audio.Law(n)
	switch {
	case law.Valid() && name == law.String()+"/8000":
		if !slices.Contains(s.Formats, law) {
			s.Formats = append(s.Formats, law)
		}
	case name == "TELEPHONE-EVENT/8000" && n != 0 && s.EventPT == 0:
		s.EventPT = uint8(n)
	}
}

// validHost accepts addresses and the letters of host names; the host may be written into another description.
func validHost(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == ""
	}
	return host != "" && len(host) <= 255 && strings.IndexFunc(host, func(r rune) bool {
		return !(r == '.' || r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z')
	}) < 0
}

// clipped keeps foreign text short in an error.
func clipped(s string) string {
	if len(s) > 60 {
		return s[:60] + "..."
	}
	return s
}
