package audio

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"time"

	"github.com/hajimehoshi/go-mp3"

	"github.com/outdial/outdial/shared/errs"
)

// Decode turns what somebody has recorded, a WAV or MP3 file, into the house format. What is longer is refused.
func Decode(raw []byte, longest time.Duration) ([]int16, error) {
	var pcm []int16
	var err error
	switch kind := kindOf(raw); kind {
	case "WAV":
		pcm, err = ReadWAV(bytes.NewReader(raw))
	case "MP3":
		pcm, err = readMP3(raw, longest)
	case "":
		return nil, errs.New(errs.Invalid, "the file is no sound that is known; send WAV or MP3")
	default:
		return nil, errs.New(errs.Invalid, "the file is %s, which is not taken; send WAV or MP3", kind)
	}
	var own *errs.Error
	switch {
	case errors.As(err, &own):
		return nil, err
	case err != nil:
		return nil, errs.Wrap(errs.Invalid, err, "the file is damaged, or of a kind of WAV or MP3 that is not known; save it again as 16-bit PCM")
	case len(pcm) == 0:
		return nil, errs.New(errs.Invalid, "the file holds no sound")
	case Duration(len(pcm)) > longest:
		return nil, tooLong(longest)
	}
	return pcm, nil
}

func tooLong(longest time.Duration) error {
	return errs.New(errs.Invalid, "the recording is longer than %d minutes", int(longest.Minutes()))
}

// kindOf tells a file by its first bytes; names and declared types are the sender's.
func kindOf(raw []byte) string {
	has := func(at int, s string) bool { return len(raw) >= at+len(s) && string(raw[at:at+len(s)]) == s }
	switch {
	case (has(0, "RIFF") || has(0, "RF64")) && has(8, "WAVE"):
		return "WAV"
	case has(0, "OggS"):
		return "Ogg"
	case has(0, "\x1a\x45\xdf\xa3"):
		return "WebM"
	case has(0, "fLaC"):
		return "FLAC"
	case has(4, "ftyp"):
		return "MP4"
	case has(0, "#!AMR"):
		return "AMR"
	case has(0, "ID3"), len(raw) > 3 && raw[0] == 0xff && raw[1]&0xe0 == 0xe0 && raw[1]&0x06 == 0x02: // layer III
		return "MP3"
	}
	return ""
}

// readMP3 decodes at most so much: a small file may hold hours.
func readMP3(raw []byte, longest time.Duration) (pcm []int16, err error) {
	defer func() {
		// The decoder trusts tables that a damaged file can lead out of.
		if recover() != nil {
			pcm, err = nil, errs.New(errs.Invalid, "the file is damaged, or of a kind of WAV or MP3 that is not known; save it again as 16-bit PCM")
		}
	}()
	d, err := mp3.NewDecoder(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	rate := d.SampleRate()
	if rate < 8000 || rate > 48000 {
		return nil, errs.New(errs.Invalid, "the file has %d samples a second; send one with 8000 to 48000", rate)
	}
	most := int(longest.Seconds()*float64(rate)) + rate
	var mono []int16
	buf := make([]byte, 64<<10)
	for {
		n, err := io.ReadFull(d, buf)
		for i := 0; i+4 <= n; i += 4 { // always two channels
			l, r := int16(binary.LittleEndian.Uint16(buf[i:])), int16(binary.LittleEndian.Uint16(buf[i+2:])) //nolint:gosec // the bits of a sample
			mono = append(mono, int16((int32(l)+int32(r))/2))                                                //nolint:gosec // a mean of two samples
		}
		if len(mono) > most {
			return nil, tooLong(longest)
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	return Resample(mono, rate, Rate), nil
}
