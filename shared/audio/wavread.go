package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// MaxWAVBytes is the largest sample data that ReadWAV takes in: over an hour of the house format.
const MaxWAVBytes = 64 << 20

// What can be wrong with a WAV file. The errors of ReadWAV wrap one of these.
var (
	ErrNotWAV         = errors.New("not a WAV file (no RIFF/WAVE header)")
	ErrWAVUnsupported = errors.New("WAV encoding is not supported (save as 16-bit PCM, A-law or mu-law)")
	ErrWAVTruncated   = errors.New("WAV file is cut off")
	ErrWAVTooLarge    = fmt.Errorf("WAV file has more than %d MB of sound", MaxWAVBytes>>20)
)

const (
	wavPCM        = 1
	wavALaw       = 6
	wavMuLaw      = 7
	wavExtensible = 0xFFFE

	minWAVRate     = 4000
	maxWAVRate     = 384000
	maxWAVChannels = 8
	unknownLength  = 0xFFFFFFFF // written by encoders that stream into a pipe
)

type wavFormat struct {
	code     uint16
	channels int
	rate     int
}

// ReadWAV reads 16-bit PCM, A-law or mu-law of any usual rate and channel count and gives it in the house format; channels
// are averaged. A file whose data ends early gives what is there together with ErrWAVTruncated.
func ReadWAV(r io.Reader) ([]int16, error) {
	var head [12]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, wavReadError(err, ErrNotWAV)
	}
	if string(head[:4]) != "RIFF" || string(head[8:]) != "WAVE" {
		return nil, ErrNotWAV
	}
	var format *wavFormat
	for {
		var chunk [8]byte
		if _, err := io.ReadFull(r, chunk[:]); err != nil {
			return nil, wavReadError(err, fmt.Errorf("%w: no data chunk", ErrWAVTruncated))
		}
		size := binary.LittleEndian.Uint32(chunk[4:])
		switch string(chunk[:4]) {
		case "fmt ":
			f, err := readWAVFormat(r, size)
			if err != nil {
				return nil, err
			}
			format = &f
		case "data":
			if format == nil {
				return nil, fmt.Errorf("%w: data comes before its format", ErrWAVUnsupported)
			}
			return readWAVData(r, size, *format)
		default:
			// Chunks are padded to an even length.
			skip := int64(size) + int64(size&1)
			if n, err := io.Copy(io.Discard, io.LimitReader(r, skip)); err != nil || n < skip {
				return nil, wavReadError(err, fmt.Errorf("%w: inside chunk %q", ErrWAVTruncated, chunk[:4]))
			}
		}
	}
}

// wavReadError tells an error of the reader apart from the end of the data.
func wavReadError(err, atEnd error) error {
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return atEnd
	}
	return fmt.Errorf("read WAV: %w", err)
}

func readWAVFormat(r io.Reader, size uint32) (wavFormat, error) {
	if size < 16 || size > 1<<12 {
		return wavFormat{}, fmt.Errorf("%w: format chunk of %d bytes", ErrWAVUnsupported, size)
	}
	b := make([]byte, int(size)+int(size&1))
	if _, err := io.ReadFull(r, b); err != nil {
		return wavFormat{}, wavReadError(err, fmt.Errorf("%w: inside its format", ErrWAVTruncated))
	}
	f := wavFormat{
		code:     binary.LittleEndian.Uint16(b),
		channels: int(binary.LittleEndian.Uint16(b[2:])),
		rate:     int(binary.LittleEndian.Uint32(b[4:])),
	}
	bits := binary.LittleEndian.Uint16(b[14:])
	if f.code == wavExtensible && len(b) >= 26 {
		f.code = binary.LittleEndian.Uint16(b[24:])
	}
	want := uint16(8)
	switch f.code {
	case wavPCM:
		want = 16
	case wavALaw, wavMuLaw:
	default:
		return wavFormat{}, fmt.Errorf("%w: format code %d", ErrWAVUnsupported, f.code)
	}
	if bits != want {
		return wavFormat{}, fmt.Errorf("%w: %d bits a sample", ErrWAVUnsupported, bits)
	}
	if f.channels < 1 || f.channels > maxWAVChannels {
		return wavFormat{}, fmt.Errorf("%w: %d channels", ErrWAVUnsupported, f.channels)
	}
	if f.rate < minWAVRate || f.rate > maxWAVRate {
		return wavFormat{}, fmt.Errorf("%w: %d samples a second", ErrWAVUnsupported, f.rate)
	}
	return f, nil
}

func readWAVData(r io.Reader, size uint32, f wavFormat) ([]int16, error) {
	want := int64(size)
	if size == unknownLength {
		want = MaxWAVBytes + 1
	} else if want > MaxWAVBytes {
		return nil, ErrWAVTooLarge
	}
	// The buffer grows with what arrives: a header's claim alone costs nothing.
	raw, err := io.ReadAll(io.LimitReader(r, want))
	if err != nil {
		return nil, wavReadError(err, ErrWAVTruncated)
	}
	if len(raw) > MaxWAVBytes {
		return nil, ErrWAVTooLarge
	}
	pcm := Resample(mixDown(f.linear(raw), f.channels), f.rate, Rate)
	if size != unknownLength && int64(len(raw)) < want {
		return pcm, fmt.Errorf("%w: %d of %d bytes", ErrWAVTruncated, len(raw), want)
	}
	return pcm, nil
}

func (f wavFormat) linear(raw []byte) []int16 {
	switch f.code {
	case wavALaw:
		return PCMA.Decode(make([]int16, 0, len(raw)), raw)
	case wavMuLaw:
		return PCMU.Decode(make([]int16, 0, len(raw)), raw)
	}
	out := make([]int16, len(raw)/2)
	for i := range out {
		out[i] = int16(binary.LittleEndian.Uint16(raw[2*i:]))
	}
	return out
}

// mixDown averages the channels in place.
func mixDown(pcm []int16, channels int) []int16 {
	if channels == 1 {
		return pcm
	}
	n := len(pcm) / channels
	for i := range n {
		sum := 0
		for _, s := range pcm[i*channels : (i+1)*channels] {
			sum += int(s)
		}
		pcm[i] = int16(sum / channels)
	}
	return pcm[:n]
}
