package audio_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/errs"
)

// frames are n frames of MPEG-1 layer III at 128 kbit/s and 44.1 kHz that hold silence.
func frames(n int) []byte {
	frame := make([]byte, 417)
	copy(frame, []byte{0xff, 0xfb, 0x90, 0x00})
	return bytes.Repeat(frame, n)
}

func TestDecode(t *testing.T) {
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, 1, audio.Tone(440, 0.3, time.Second)); err != nil {
		t.Fatal(err)
	}
	pcm, err := audio.Decode(wav.Bytes(), time.Minute)
	if err != nil || len(pcm) != audio.Rate {
		t.Errorf("a WAV file gives %d samples (%v)", len(pcm), err)
	}
	pcm, err = audio.Decode(frames(100), time.Minute)
	want := 100 * 1152 * audio.Rate / 44100
	if err != nil || len(pcm) < want-300 || len(pcm) > want+300 {
		t.Errorf("an MP3 file gives %d samples, want about %d (%v)", len(pcm), want, err)
	}
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"nothing":         {nil, "no sound that is known"},
		"text":            {[]byte("hello"), "no sound that is known"},
		"WebM":            {[]byte("\x1a\x45\xdf\xa3"), "WebM"},
		"Ogg":             {[]byte("OggS"), "Ogg"},
		"FLAC":            {[]byte("fLaC"), "FLAC"},
		"MP4":             {[]byte("\x00\x00\x00\x20ftypM4A "), "MP4"},
		"AMR":             {[]byte("#!AMR\n"), "AMR"},
		"a broken WAV":    {wav.Bytes()[:30], "damaged"},
		"an empty WAV":    {append(bytes.Clone(wav.Bytes()[:40]), 0, 0, 0, 0), "no sound"},
		"a broken MP3":    {append(frames(1)[:50], []byte(strings.Repeat("x", 100))...), "damaged"},
		"ID3 alone":       {[]byte("ID3\x03\x00\x00\x00\x00\x00\x00"), "damaged"},
		"a WAV too long":  {wav.Bytes(), "longer than"},
		"an MP3 too long": {frames(200), "longer than"},
	} {
		longest := time.Minute
		if strings.Contains(name, "too long") {
			longest = 900 * time.Millisecond
		}
		if got, err := audio.Decode(c.raw, longest); err == nil || !errs.Is(err, errs.Invalid) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %d samples, %v; want %q", name, len(got), err, c.want)
		}
	}
}

func TestNormalize(t *testing.T) {
	for _, amp := range []float64{0.01, 0.1, 0.5} {
		pcm := append(audio.Tone(440, amp, time.Second), make([]int16, audio.Rate)...) // a pause says nothing about loudness
		audio.Normalize(pcm)
		if db := audio.SpeechLevelDB(pcm); db < audio.SpeechDB-0.5 || db > audio.SpeechDB+0.5 {
			t.Errorf("a tone of %v comes to %.1f dB", amp, db)
		}
	}
	silence := make([]int16, 800)
	audio.Normalize(silence)
	if audio.SpeechLevelDB(silence) != audio.LevelFloor || audio.SpeechLevelDB(nil) != audio.LevelFloor {
		t.Error("silence is heard")
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(frames(3))
	f.Add([]byte("ID3\x03\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00"))
	f.Add([]byte("RIFF\x24\x00\x00\x00WAVEfmt "))
	f.Fuzz(func(t *testing.T, raw []byte) {
		pcm, err := audio.Decode(raw, time.Second)
		if err != nil && !errs.Is(err, errs.Invalid) {
			t.Fatalf("refused with %v", err)
		}
		if len(pcm) > audio.Rate {
			t.Fatalf("%d samples were taken", len(pcm))
		}
	})
}
