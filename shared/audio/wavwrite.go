package audio

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
)

const wavHeaderSize = 44

// ErrWAVFull says that a file reached the 4 GB that its header can tell.
var ErrWAVFull = errors.New("WAV file is full (4 GB): start another one")

func wavHeader(channels int, dataBytes uint32) (h [wavHeaderSize]byte) {
	le := binary.LittleEndian
	copy(h[0:], "RIFF")
	le.PutUint32(h[4:], wavHeaderSize-8+dataBytes)
	copy(h[8:], "WAVEfmt ")
	le.PutUint32(h[16:], 16)
	le.PutUint16(h[20:], wavPCM)
	le.PutUint16(h[22:], uint16(channels))
	le.PutUint32(h[24:], Rate)
	le.PutUint32(h[28:], uint32(Rate*channels*2))
	le.PutUint16(h[32:], uint16(channels*2))
	le.PutUint16(h[34:], 16)
	copy(h[36:], "data")
	le.PutUint32(h[40:], dataBytes)
	return h
}

func checkChannels(channels int) error {
	if channels < 1 || channels > maxWAVChannels {
		return fmt.Errorf("write WAV: %d channels, want 1 to %d", channels, maxWAVChannels)
	}
	return nil
}

// WriteWAV writes 8 kHz 16-bit PCM whose channels are interleaved.
func WriteWAV(w io.Writer, channels int, interleaved []int16) error {
	if err := checkChannels(channels); err != nil {
		return err
	}
	if len(interleaved) > (math.MaxUint32-wavHeaderSize)/2 {
		return fmt.Errorf("write WAV: %w", ErrWAVFull)
	}
	h := wavHeader(channels, uint32(2*len(interleaved)))
	b := appendPCM(append(make([]byte, 0, wavHeaderSize+2*len(interleaved)), h[:]...), interleaved)
	if _, err := w.Write(b); err != nil {
		return fmt.Errorf("write WAV: %w", err)
	}
	return nil
}

func appendPCM(dst []byte, pcm []int16) []byte {
	for _, s := range pcm {
		dst = append(dst, byte(s), byte(uint16(s)>>8))
	}
	return dst
}

// WAVWriter writes a file while its sound is still happening. After every flush the header tells the right length, so
// that a crash leaves a file that plays. It is not safe for concurrent use.
type WAVWriter struct {
	file     *os.File
	channels int
	buf      []byte
	written  int64 // data bytes in the file
}

// flushBytes is half a second of mono: few system calls, and little lost in a crash.
const flushBytes = Rate

// CreateWAV creates the file at path, or empties it, and writes a valid header.
func CreateWAV(path string, channels int) (*WAVWriter, error) {
	if err := checkChannels(channels); err != nil {
		return nil, err
	}
	f, err := os.Create(path)
	if err != nil {
		return nil, fmt.Errorf("create WAV: %w", err)
	}
	w := &WAVWriter{file: f, channels: channels, buf: make([]byte, 0, flushBytes*channels+4096)}
	if err := w.writeHeader(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return w, nil
}

// Write takes samples whose channels are interleaved; they reach the file at the next flush.
func (w *WAVWriter) Write(interleaved []int16) error {
	if w.file == nil {
		return fmt.Errorf("write WAV: %w", os.ErrClosed)
	}
	pending := int64(len(w.buf)) + 2*int64(len(interleaved))
	if w.written+pending > math.MaxUint32-wavHeaderSize {
		return fmt.Errorf("write WAV %s: %w", w.file.Name(), ErrWAVFull)
	}
	w.buf = appendPCM(w.buf, interleaved)
	if len(w.buf) >= flushBytes*w.channels {
		return w.Flush()
	}
	return nil
}

// Flush brings the file up to date. After an error (a full disk) the samples are kept and the next flush tries again.
func (w *WAVWriter) Flush() error {
	if w.file == nil {
		return fmt.Errorf("flush WAV: %w", os.ErrClosed)
	}
	if len(w.buf) == 0 {
		return nil
	}
	// Data first: a header that lags is a shorter recording, a header that leads is a broken one.
	if _, err := w.file.WriteAt(w.buf, wavHeaderSize+w.written); err != nil {
		return fmt.Errorf("flush WAV: %w", err)
	}
	w.written += int64(len(w.buf))
	w.buf = w.buf[:0]
	return w.writeHeader()
}

func (w *WAVWriter) writeHeader() error {
	h := wavHeader(w.channels, uint32(w.written))
	if _, err := w.file.WriteAt(h[:], 0); err != nil {
		return fmt.Errorf("write WAV header: %w", err)
	}
	return nil
}

// Samples is the number of samples a channel taken so far.
func (w *WAVWriter) Samples() int64 {
	return (w.written + int64(len(w.buf))) / int64(2*w.channels)
}

// Close flushes and closes the file. Closing twice is harmless.
func (w *WAVWriter) Close() error {
	if w.file == nil {
		return nil
	}
	err := errors.Join(w.Flush(), w.file.Close())
	w.file = nil
	return err
}
