package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"testing/iotest"
	"time"
)

// wavFile makes a file of any format.
func wavFile(code uint16, channels uint16, rate uint32, bits uint16, data []byte) []byte {
	var b bytes.Buffer
	b.WriteString("RIFF")
	binary.Write(&b, binary.LittleEndian, uint32(36+len(data)))
	b.WriteString("WAVEfmt ")
	binary.Write(&b, binary.LittleEndian, uint32(16))
	binary.Write(&b, binary.LittleEndian, []uint16{code, channels})
	binary.Write(&b, binary.LittleEndian, []uint32{rate, rate * uint32(channels) * uint32(bits) / 8})
	binary.Write(&b, binary.LittleEndian, []uint16{channels * bits / 8, bits})
	b.WriteString("data")
	binary.Write(&b, binary.LittleEndian, uint32(len(data)))
	b.Write(data)
	return b.Bytes()
}

func TestWAVRoundTrip(t *testing.T) {
	pcm := Tone(450, 0.5, 100*time.Millisecond)
	var b bytes.Buffer
	if err := WriteWAV(&b, 1, pcm); err != nil {
		t.Fatal(err)
	}
	got, err := ReadWAV(iotest.OneByteReader(&b))
	if err != nil || !slices.Equal(got, pcm) {
		t.Fatalf("read %d samples, %v", len(got), err)
	}
}

func TestReadWAVFormats(t *testing.T) {
	tone := Tone(450, 0.5, 100*time.Millisecond)
	stereo := make([]int16, 0, 2*len(tone))
	for _, s := range tone {
		stereo = append(stereo, s, s)
	}
	extensible := wavFile(wavExtensible, 1, 8000, 16, appendPCM(nil, tone))
	long := slices.Concat(extensible[:16], []byte{40, 0, 0, 0}, extensible[20:36],
		[]byte{22, 0, 16, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113}, extensible[36:])
	mono := wavFile(wavPCM, 1, 8000, 16, appendPCM(nil, tone))
	withList := slices.Concat(mono[:36], []byte("LIST\x03\x00\x00\x00abc\x00"), mono[36:])
	streamed := slices.Clone(mono)
	copy(streamed[40:], "\xff\xff\xff\xff")
	for name, file := range map[string][]byte{
		"mono": mono, "odd chunk before data": withList, "streamed": streamed, "extensible": long,
		"stereo":  wavFile(wavPCM, 2, 8000, 16, appendPCM(nil, stereo)),
		"16 kHz":  wavFile(wavPCM, 1, 16000, 16, appendPCM(nil, Resample(tone, 8000, 16000))),
		"A-law":   wavFile(wavALaw, 1, 8000, 8, PCMA.Encode(nil, tone)),
		"mu-law":  wavFile(wavMuLaw, 1, 8000, 8, PCMU.Encode(nil, tone)),
		"stereo2": wavFile(wavMuLaw, 2, 8000, 8, PCMU.Encode(nil, stereo)),
	} {
		got, err := ReadWAV(bytes.NewReader(file))
		if err != nil || len(got) != len(tone) {
			t.Errorf("%s: %d samples, %v", name, len(got), err)
			continue
		}
		if p := power(got, 450, Rate); p < 0.95 {
			t.Errorf("%s: share of energy at 450 Hz is %.3f", name, p)
		}
	}
}

func TestReadWAVErrors(t *testing.T) {
	ok := wavFile(wavPCM, 1, 8000, 16, make([]byte, 320))
	huge := slices.Clone(ok)
	binary.LittleEndian.PutUint32(huge[40:], MaxWAVBytes+2)
	for _, c := range []struct {
		name string
		file []byte
		want error
	}{
		{"empty", nil, ErrNotWAV},
		{"text", []byte("hello, this is not sound"), ErrNotWAV},
		{"MP3 in RIFF", wavFile(85, 1, 8000, 0, nil), ErrWAVUnsupported},
		{"24 bit", wavFile(wavPCM, 1, 8000, 24, nil), ErrWAVUnsupported},
		{"no channel", wavFile(wavPCM, 0, 8000, 16, nil), ErrWAVUnsupported},
		{"100 channels", wavFile(wavPCM, 100, 8000, 16, nil), ErrWAVUnsupported},
		{"rate 0", wavFile(wavPCM, 1, 0, 16, nil), ErrWAVUnsupported},
		{"rate 4 GHz", wavFile(wavPCM, 1, 4e9, 16, nil), ErrWAVUnsupported},
		{"no data", ok[:36], ErrWAVTruncated},
		{"cut format", ok[:20], ErrWAVTruncated},
		{"cut data", ok[:100], ErrWAVTruncated},
		{"claims too much", huge, ErrWAVTooLarge},
		{"data first", slices.Concat(ok[:12], ok[36:]), ErrWAVUnsupported},
	} {
		if _, err := ReadWAV(bytes.NewReader(c.file)); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	broken := iotest.ErrReader(os.ErrPermission)
	if _, err := ReadWAV(io.MultiReader(bytes.NewReader(ok[:50]), broken)); !errors.Is(err, os.ErrPermission) {
		t.Errorf("a reader's own error became %v", err)
	}
}

func TestReadWAVStreamedWithoutEnd(t *testing.T) {
	file := wavFile(wavMuLaw, 1, 8000, 8, nil)
	copy(file[40:], "\xff\xff\xff\xff")
	endless := io.MultiReader(bytes.NewReader(file), zeros{})
	if _, err := ReadWAV(endless); !errors.Is(err, ErrWAVTooLarge) {
		t.Fatal(err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestWAVWriterSurvivesACrash(t *testing.T) {
	path := filepath.Join(t.TempDir(), "call.wav")
	w, err := CreateWAV(path, 2)
	if err != nil {
		t.Fatal(err)
	}
	frame := make([]int16, 2*FrameSamples)
	for i := range frame {
		frame[i] = int16(i)
	}
	read := func() int {
		f, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		pcm, err := ReadWAV(f)
		if err != nil {
			t.Fatalf("after %d samples: %v", w.Samples(), err)
		}
		return len(pcm)
	}
	for i := range 200 {
		if err := w.Write(frame); err != nil {
			t.Fatal(err)
		}
		if got, lag := read(), (i+1)*FrameSamples; got > lag || lag-got > flushBytes/2+FrameSamples {
			t.Fatalf("file has %d of %d samples", got, lag)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != 200*FrameSamples {
		t.Errorf("%d samples in the end", got)
	}
	if err := w.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if err := w.Write(frame); !errors.Is(err, os.ErrClosed) {
		t.Errorf("write after close: %v", err)
	}
}

func TestWAVWriterRefuses(t *testing.T) {
	if _, err := CreateWAV(filepath.Join(t.TempDir(), "none", "a.wav"), 1); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing folder: %v", err)
	}
	if _, err := CreateWAV(filepath.Join(t.TempDir(), "a.wav"), 0); err == nil {
		t.Error("no channels are accepted")
	}
	if err := WriteWAV(io.Discard, 9, nil); err == nil {
		t.Error("nine channels are accepted")
	}
}

func FuzzReadWAV(f *testing.F) {
	f.Add(wavFile(wavPCM, 1, 8000, 16, make([]byte, 64)))
	f.Add(wavFile(wavALaw, 2, 44100, 8, make([]byte, 63)))
	f.Add(wavFile(wavMuLaw, 8, 384000, 8, make([]byte, 64)))
	f.Add([]byte("RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		pcm, err := ReadWAV(bytes.NewReader(b))
		if len(pcm) > 2*len(b)+16 {
			t.Fatalf("%d samples out of %d bytes, %v", len(pcm), len(b), err)
		}
	})
}
