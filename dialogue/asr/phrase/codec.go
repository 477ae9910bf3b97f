package phrase

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"unicode/utf8"
)

// The file of an enrolled set holds cepstra rather than sound: a tenth of the size, and ready at once. Little endian:
//
//	"ODPHR2\n\x00"
//	float32 x 12       step of each cepstrum
//	uint16             phrases; for each: uint16 bytes, text in UTF-8
//	uint32             recordings; for each: uint16 phrase, uint16 frames, frames x 12 x int8, frames x int8
//
// A cepstrum is its int8 times its step; the int8 at the end are the frames' levels, times levelStep. Steps and frames belong to
// the front end of features.go: when that changes, the first line of the file changes and sets are enrolled again.

const magic = "ODPHR2\n\x00"

// levelStep of natural logarithm takes all levels between the floor and the loudest frame.
const levelStep = 1.0 / 16

const (
	maxPhrases   = 4096
	maxTemplates = 100000
)

// ErrFormat is wrapped by every error about a set's file.
var ErrFormat = errors.New("not a set of enrolled phrases")

// WriteTo writes the set.
func (s *Set) WriteTo(w io.Writer) (int64, error) {
	if len(s.texts) > maxPhrases || len(s.templates) > maxTemplates {
		return 0, fmt.Errorf("write phrase set: %d phrases and %d recordings are more than a file takes", len(s.texts), len(s.templates))
	}
	var step [ceps]float32
	for i := range s.templates {
		for _, f := range s.templates[i].raw {
			for k, v := range f {
				step[k] = max(step[k], float32(math.Abs(float64(v)))/127)
			}
		}
	}
	le := binary.LittleEndian
	out := []byte(magic)
	for _, v := range step {
		out = le.AppendUint32(out, math.Float32bits(v))
	}
	out = le.AppendUint16(out, uint16(len(s.texts)))
	for _, t := range s.texts {
		out = le.AppendUint16(out, uint16(len(t)))
		out = append(out, t...)
	}
	out = le.AppendUint32(out, uint32(len(s.templates)))
	for i := range s.templates {
		t := &s.templates[i]
		out = le.AppendUint16(out, uint16(t.phrase))
		out = le.AppendUint16(out, uint16(len(t.raw)))
		for _, f := range t.raw {
			for k, v := range f {
				q := float32(0)
				if step[k] > 0 {
					q = v / step[k]
				}
				out = append(out, byte(int8(math.Round(float64(q)))))
			}
		}
		for _, l := range t.levels {
			out = append(out, byte(int8(math.Round(float64(l)/levelStep))))
		}
	}
	n, err := w.Write(out)
	return int64(n), err
}

// ReadSet reads a set that WriteTo wrote.
func ReadSet(r io.Reader) (*Set, error) {
	bad := func(what string, err error) (*Set, error) {
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file is cut off")
		}
		return nil, fmt.Errorf("%w: %s: %w", ErrFormat, what, err)
	}
	var head [len(magic) + 4*ceps + 2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return bad("header", err)
	}
	if string(head[:len(magic)]) != magic {
		return bad("header", errors.New("made by another version; enrol again"))
	}
	le := binary.LittleEndian
	var step [ceps]float32
	for k := range step {
		step[k] = math.Float32frombits(le.Uint32(head[len(magic)+4*k:]))
		if !(step[k] >= 0 && step[k] < 100) {
			return bad("header", fmt.Errorf("step %d is %v", k, step[k]))
		}
	}
	s := NewSet()
	for i := range int(le.Uint16(head[len(head)-2:])) {
		text, err := readText(r)
		if err != nil {
			return bad(fmt.Sprintf("phrase %d", i), err)
		}
		if _, twice := s.index[text]; twice || i >= maxPhrases {
			return bad(fmt.Sprintf("phrase %d", i), fmt.Errorf("%q is there twice, or too many", text))
		}
		s.index[text] = i
		s.texts = append(s.texts, text)
	}
	var count [4]byte
	if _, err := io.ReadFull(r, count[:]); err != nil {
		return bad("recordings", err)
	}
	n := le.Uint32(count[:])
	if n > maxTemplates {
		return bad("recordings", fmt.Errorf("%d of them", n))
	}
	buf := make([]byte, maxFrames*(ceps+1))
	for i := range n {
		if err := s.readTemplate(r, buf, &step); err != nil {
			return bad(fmt.Sprintf("recording %d", i), err)
		}
	}
	return s, nil
}

func readText(r io.Reader) (string, error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return "", err
	}
	n := binary.LittleEndian.Uint16(size[:])
	if n == 0 || n > 4*maxText {
		return "", fmt.Errorf("a text of %d bytes", n)
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(r, text); err != nil {
		return "", err
	}
	if !utf8.Valid(text) {
		return "", errors.New("the text is not UTF-8")
	}
	return string(text), nil
}

func (s *Set) readTemplate(r io.Reader, buf []byte, step *[ceps]float32) error {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return err
	}
	phrase, frames := int(binary.LittleEndian.Uint16(head[:])), int(binary.LittleEndian.Uint16(head[2:]))
	if phrase >= len(s.texts) || frames < minSpeech || frames > maxFrames {
		return fmt.Errorf("phrase %d with %d frames", phrase, frames)
	}
	if _, err := io.ReadFull(r, buf[:frames*(ceps+1)]); err != nil {
		return err
	}
	raw := make([][ceps]float32, frames)
	for i := range raw {
		for k := range ceps {
			raw[i][k] = float32(int8(buf[i*ceps+k])) * step[k]
		}
	}
	levels := make([]float32, frames)
	for i := range levels {
		levels[i] = float32(int8(buf[frames*ceps+i])) * levelStep
	}
	s.templates = append(s.templates, template{phrase: phrase, raw: raw, levels: levels})
	return nil
}
