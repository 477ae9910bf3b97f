package sdp

import (
	"strconv"
	"strings"

	pion "github.com/pion/sdp/v3"
)

// Marshal writes the description, with the other streams of the offer that it answers refused.
func (s Session) Marshal() []byte {
	family := "IP4"
	if strings.Contains(s.Host, ":") {
		family = "IP6"
	}
	d := pion.SessionDescription{
		Origin: pion.Origin{
			Username: "outdial", SessionID: s.SessionID, SessionVersion: s.Version,
			NetworkType: "IN", AddressType: family, UnicastAddress: s.Host,
		},
		SessionName: "outdial",
		ConnectionInformation: &pion.ConnectionInformation{
			NetworkType: "IN", AddressType: family, Address: &pion.Address{Address: s.Host},
		},
		TimeDescriptions: []pion.TimeDescription{{}},
	}
	if len(s.streams) == 0 {
		d.MediaDescriptions = []*pion.MediaDescription{s.audioStream()}
	}
	for i, other := range s.streams {
		if i == s.audioAt {
			d.MediaDescriptions = append(d.MediaDescriptions, s.audioStream())
			continue
		}
		d.MediaDescriptions = append(d.MediaDescriptions, &pion.MediaDescription{MediaName: pion.MediaName{
			Media: other.media, Protos: []string{other.proto}, Formats: other.formats,
		}})
	}
	b, err := d.Marshal()
	if err != nil {
		// The encoder only appends to memory; it has no way to fail.
		panic("sdp: marshal: " + err.Error())
	}
	return b
}

func (s Session) audioStream() *pion.MediaDescription {
	m := &pion.MediaDescription{MediaName: pion.MediaName{
		Media: "audio", Port: pion.RangedPort{Value: s.Port}, Protos: []string{"RTP", "AVP"},
	}}
	attr := func(key, value string) {
		m.Attributes = append(m.Attributes, pion.Attribute{Key: key, Value: value})
	}
	for _, f := range s.Formats {
		pt := strconv.Itoa(int(f))
		m.MediaName.Formats = append(m.MediaName.Formats, pt)
		attr("rtpmap", pt+" "+f.String()+"/8000")
	}
	if s.EventPT != 0 {
		pt := strconv.Itoa(int(s.EventPT))
		m.MediaName.Formats = append(m.MediaName.Formats, pt)
		attr("rtpmap", pt+" telephone-event/8000")
		attr("fmtp", pt+" 0-15")
	}
	ptime := s.Ptime
	if ptime == 0 {
		ptime = DefaultPtime
	}
	attr("ptime", strconv.Itoa(ptime))
	attr(s.Direction.String(), "")
	return m
}
