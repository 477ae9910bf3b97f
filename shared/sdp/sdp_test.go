package sdp

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/outdial/outdial/shared/audio"
)

var bothLaws = []audio.Law{audio.PCMA, audio.PCMU}

func lines(s ...string) []byte { return []byte(strings.Join(s, "\r\n") + "\r\n") }

// peers are offers as well-known programs write them.
var peers = []struct {
	name  string
	offer []byte
	want  Session
}{
	{"FreeSWITCH 1.10", lines(
		"v=0", "o=FreeSWITCH 1700000000 1700000001 IN IP4 10.0.0.5", "s=FreeSWITCH", "c=IN IP4 10.0.0.5", "t=0 0",
		"m=audio 24680 RTP/AVP 8 0 101 13", "a=rtpmap:8 PCMA/8000", "a=rtpmap:0 PCMU/8000",
		"a=rtpmap:101 telephone-event/8000", "a=fmtp:101 0-15", "a=rtpmap:13 CN/8000", "a=ptime:20", "a=sendrecv"),
		Session{Host: "10.0.0.5", Port: 24680, Formats: bothLaws, EventPT: 101, Ptime: 20, SessionID: 1700000000, Version: 1700000001}},
	{"sipp", lines(
		"v=0", "o=user1 53655765 2353687637 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0",
		"m=audio 6000 RTP/AVP 0", "a=rtpmap:0 PCMU/8000"),
		Session{Host: "127.0.0.1", Port: 6000, Formats: []Format{audio.PCMU}, Ptime: 20, SessionID: 53655765, Version: 2353687637}},
	{"baresip with video", lines(
		"v=0", "o=- 3417206382 2165 IN IP4 10.1.2.3", "s=-", "c=IN IP4 10.1.2.3", "t=0 0", "a=tool:baresip 3.10",
		"m=audio 10010 RTP/AVP 96 0 8 97", "b=AS:128", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 stereo=1",
		"a=rtpmap:0 PCMU/8000", "a=rtpmap:8 PCMA/8000", "a=rtpmap:97 telephone-event/8000", "a=fmtp:97 0-15",
		"a=rtcp:10011", "a=sendrecv", "a=label:1", "a=rtcp-rsize", "a=ssrc:123 cname:x", "a=ptime:20",
		"m=video 10012 RTP/AVP 98", "b=AS:1000", "a=rtpmap:98 H264/90000", "a=sendrecv"),
		Session{Host: "10.1.2.3", Port: 10010, Formats: []Format{audio.PCMU, audio.PCMA}, EventPT: 97, Ptime: 20, SessionID: 3417206382, Version: 2165}},
	{"Linphone, 48 kHz events first", lines(
		"v=0", "o=alice 2890 1234 IN IP4 192.168.0.9", "s=Talk", "c=IN IP4 192.168.0.9", "t=0 0",
		"a=rtcp-xr:rcvr-rtt=all:10000 stat-summary=loss,dup,jitt,TTL voip-metrics",
		"m=audio 7078 RTP/AVP 96 97 0 8 101 99", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1",
		"a=rtpmap:97 speex/16000", "a=rtpmap:101 telephone-event/48000", "a=rtpmap:99 telephone-event/8000"),
		Session{Host: "192.168.0.9", Port: 7078, Formats: []Format{audio.PCMU, audio.PCMA}, EventPT: 99, Ptime: 20, SessionID: 2890, Version: 1234}},
	{"c= at the media, audio second, fax first", lines(
		"v=0", "o=- 1 2 IN IP4 10.0.0.1", "s=-", "t=0 0",
		"m=image 4000 udptl t38", "c=IN IP4 10.0.0.1", "m=audio 5000 RTP/AVP 8", "c=IN IP4 10.0.0.2"),
		Session{Host: "10.0.0.2", Port: 5000, Formats: []Format{audio.PCMA}, Ptime: 20, SessionID: 1, Version: 2}},
	{"SRTP and plain side by side", lines(
		"v=0", "o=- 1 2 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0",
		"m=audio 5000 RTP/SAVP 8", "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x", "m=audio 5002 RTP/AVP 8"),
		Session{Host: "10.0.0.1", Port: 5002, Formats: []Format{audio.PCMA}, Ptime: 20, SessionID: 1, Version: 2}},
	{"hold by sendonly at session level", lines(
		"v=0", "o=- 1 2 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0", "a=sendonly", "m=audio 5000 RTP/AVP 0"),
		Session{Host: "10.0.0.1", Port: 5000, Formats: []Format{audio.PCMU}, Ptime: 20, Direction: SendOnly, SessionID: 1, Version: 2}},
	{"hold by 0.0.0.0", lines(
		"v=0", "o=- 1 2 IN IP4 10.0.0.1", "s=-", "c=IN IP4 0.0.0.0", "t=0 0", "m=audio 5000 RTP/AVP 0"),
		Session{Host: "0.0.0.0", Port: 5000, Formats: []Format{audio.PCMU}, Ptime: 20, Direction: SendOnly, SessionID: 1, Version: 2}},
	{"inactive over session's sendrecv", lines(
		"v=0", "o=- 1 2 IN IP6 ::1", "s=-", "c=IN IP6 ::1", "t=0 0", "a=sendrecv", "m=audio 5000 RTP/AVP 0", "a=inactive", "a=ptime:30"),
		Session{Host: "::1", Port: 5000, Formats: []Format{audio.PCMU}, Ptime: 30, Direction: Inactive, SessionID: 1, Version: 2}},
	{"bare LF, wrong order, no s= and t=", []byte(
		"v=0\no=- 1 2 IN IP4 10.0.0.1\nt=0 0\nb=AS:64\nc=IN IP4 10.0.0.1\nm=audio 5000 RTP/AVP 8 0\na=rtpmap:0 opus/48000\na=ptime:x\nc=IN IP4 10.0.0.3"),
		Session{Host: "10.0.0.3", Port: 5000, Formats: []Format{audio.PCMA}, Ptime: 20, SessionID: 1, Version: 2}},
	{"name for an address, no codec of ours", lines(
		"v=0", "o=- 1 2 IN IP4 sbc.example.com", "s=-", "c=IN IP4 sbc.example.com", "t=0 0", "m=audio 5000 RTP/AVP 18 x 999"),
		Session{Host: "sbc.example.com", Port: 5000, Ptime: 20, SessionID: 1, Version: 2}},
}

func same(a, b Session) bool {
	return a.Host == b.Host && a.Port == b.Port && slices.Equal(a.Formats, b.Formats) && a.EventPT == b.EventPT &&
		a.Ptime == b.Ptime && a.Direction == b.Direction && a.SessionID == b.SessionID && a.Version == b.Version
}

func TestParsePeers(t *testing.T) {
	for _, c := range peers {
		got, err := Parse(c.offer)
		if err != nil || !same(got, c.want) {
			t.Errorf("%s:\n got %+v, %v\nwant %+v", c.name, got, err, c.want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	head := []string{"v=0", "o=- 1 2 IN IP4 10.0.0.1", "s=-", "c=IN IP4 10.0.0.1", "t=0 0"}
	with := func(more ...string) []byte { return lines(append(slices.Clone(head), more...)...) }
	for _, c := range []struct {
		name  string
		offer []byte
		want  error
	}{
		{"empty", nil, ErrMalformed},
		{"noise", []byte("\x00\x01\x02"), ErrMalformed},
		{"not SDP", []byte("<html></html>"), ErrMalformed},
		{"no origin", lines("v=0", "s=-", "m=audio 1 RTP/AVP 0"), ErrMalformed},
		{"version 1", lines("v=1", "o=- 1 2 IN IP4 10.0.0.1", "c=IN IP4 10.0.0.1", "m=audio 1 RTP/AVP 0"), ErrMalformed},
		{"no media", with(), ErrNoAudio},
		{"video only", with("m=video 4000 RTP/AVP 96"), ErrVideoOnly},
		{"fax only", with("m=image 4000 udptl t38"), ErrNoAudio},
		{"audio refused", with("m=audio 0 RTP/AVP 0"), ErrNoAudio},
		{"SRTP only", with("m=audio 4000 RTP/SAVP 0"), ErrEncryptedOnly},
		{"DTLS-SRTP only", with("m=audio 9 UDP/TLS/RTP/SAVPF 0", "m=video 9 UDP/TLS/RTP/SAVPF 96"), ErrEncryptedOnly},
		{"feedback profile", with("m=audio 9 RTP/AVPF 0"), ErrUnsupportedProfile},
		{"short m-line", with("m=audio 4000 RTP/AVP"), ErrMalformed},
		{"port too large", with("m=audio 70000 RTP/AVP 0"), ErrMalformed},
		{"port is a word", with("m=audio many RTP/AVP 0"), ErrMalformed},
		{"bad address", with("m=audio 4000 RTP/AVP 0", "c=IN IP4 1.2.3.4/127"), ErrMalformed},
		{"no address", lines("v=0", "o=- 1 2 IN IP4 10.0.0.1", "m=audio 4000 RTP/AVP 0"), ErrMalformed},
		{"too large", with(strings.Repeat("a=x\r\n", MaxBytes/4)), ErrTooLarge},
	} {
		if _, err := Parse(c.offer); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestAnswer(t *testing.T) {
	offer, err := Parse(peers[2].offer)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := Answer(offer, "10.9.9.9", 33000, bothLaws)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(answer.Formats, []Format{audio.PCMU}) || answer.EventPT != 97 {
		t.Errorf("answer %+v", answer)
	}
	text := string(answer.Marshal())
	for _, want := range []string{"m=audio 33000 RTP/AVP 0 97\r\n", "m=video 0 RTP/AVP 98\r\n", "c=IN IP4 10.9.9.9\r\n", "a=sendrecv\r\n"} {
		if !strings.Contains(text, want) {
			t.Errorf("answer lacks %q:\n%s", want, text)
		}
	}
	if strings.Index(text, "m=video") < strings.Index(text, "m=audio") {
		t.Error("streams changed places")
	}

	if a, err := Answer(offer, "h", 2, []audio.Law{audio.PCMA}); err != nil || a.Formats[0] != audio.PCMA {
		t.Errorf("PCMA only: %+v, %v", a, err)
	}
	opus, _ := Parse(peers[10].offer)
	if _, err := Answer(opus, "h", 2, bothLaws); !errors.Is(err, ErrNoCommonCodec) {
		t.Errorf("no common codec: %v", err)
	}
}

func TestAnswerRefusesFaxBeforeAudio(t *testing.T) {
	offer, err := Parse(peers[4].offer)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := Answer(offer, "::1", 33000, bothLaws)
	if err != nil {
		t.Fatal(err)
	}
	text := string(answer.Marshal())
	if !strings.Contains(text, "m=image 0 udptl t38\r\nm=audio 33000 RTP/AVP 8\r\n") || !strings.Contains(text, "c=IN IP6 ::1\r\n") {
		t.Errorf("%s", text)
	}
}

func TestAnswerDirections(t *testing.T) {
	for offered, want := range map[Direction]Direction{SendRecv: SendRecv, SendOnly: RecvOnly, RecvOnly: SendOnly, Inactive: Inactive} {
		a, err := Answer(Session{Formats: bothLaws, Direction: offered}, "h", 2, bothLaws)
		if err != nil || a.Direction != want {
			t.Errorf("%v answered %v, %v", offered, a.Direction, err)
		}
	}
}

func TestAddr(t *testing.T) {
	if a, err := (Session{Host: "::ffff:10.0.0.1", Port: 4000}).Addr(); err != nil || a.String() != "10.0.0.1:4000" {
		t.Errorf("%v, %v", a, err)
	}
	if _, err := (Session{Host: "sbc.example.com"}).Addr(); !errors.Is(err, ErrMalformed) {
		t.Errorf("a name is an address: %v", err)
	}
}

func TestMarshalParseProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := Session{
			Host:      rapid.SampledFrom([]string{"127.0.0.1", "10.1.2.3", "::1", "sbc.example.com"}).Draw(t, "host"),
			Port:      rapid.IntRange(1, 65535).Draw(t, "port"),
			Formats:   rapid.SampledFrom([][]Format{{8}, {0}, {8, 0}, {0, 8}}).Draw(t, "formats"),
			EventPT:   uint8(rapid.SampledFrom([]int{0, 96, 101, 127}).Draw(t, "event")),
			Ptime:     rapid.SampledFrom([]int{10, 20, 30}).Draw(t, "ptime"),
			Direction: Direction(rapid.IntRange(0, 3).Draw(t, "direction")),
			SessionID: rapid.Uint64().Draw(t, "id"), Version: rapid.Uint64().Draw(t, "version"),
		}
		got, err := Parse(want.Marshal())
		if err != nil || !same(got, want) {
			t.Fatalf("got %+v, %v, want %+v", got, err, want)
		}
	})
}

func FuzzParse(f *testing.F) {
	for _, p := range peers {
		f.Add(p.offer)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		offer, err := Parse(b)
		if err != nil {
			return
		}
		answer, err := Answer(offer, "127.0.0.1", 33000, bothLaws)
		if err != nil {
			return
		}
		if _, err := Parse(answer.Marshal()); err != nil {
			t.Fatalf("our answer does not parse: %v\n%s", err, answer.Marshal())
		}
	})
}
