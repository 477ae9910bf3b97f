package audio

import "fmt"

// Law is a G.711 companding law. Its number is the static RTP payload type of RFC 3551, table 4.
type Law uint8

const (
	// PCMU is mu-law, used in North America and Japan.
	PCMU Law = 0
	// PCMA is A-law, used in China and Europe.
	PCMA Law = 8
)

// String is the encoding name that SDP uses.
func (l Law) String() string {
	switch l {
	case PCMU:
		return "PCMU"
	case PCMA:
		return "PCMA"
	}
	return fmt.Sprintf("Law(%d)", uint8(l))
}

// Valid tells whether l is one of the two laws.
func (l Law) Valid() bool { return l == PCMU || l == PCMA }

// Silence is the code word of a zero sample.
func (l Law) Silence() byte {
	if l == PCMA {
		return 0xD5
	}
	return 0xFF
}

// Encode appends one code word a sample to dst.
func (l Law) Encode(dst []byte, pcm []int16) []byte {
	if l == PCMA {
		for _, s := range pcm {
			dst = append(dst, alawWords[uint16(s)>>4])
		}
		return dst
	}
	for _, s := range pcm {
		dst = append(dst, ulawWords[uint16(s)>>2])
	}
	return dst
}

// Decode appends one sample a code word to dst.
func (l Law) Decode(dst []int16, b []byte) []int16 {
	table := &ulawSamples
	if l == PCMA {
		table = &alawSamples
	}
	for _, w := range b {
		dst = append(dst, table[w])
	}
	return dst
}

// A-law keeps 12 bits of a 16-bit sample and mu-law 14, so the encoders index by those bits: 4 kB and 16 kB, which stay in
// the first-level cache where a table of all 65,536 samples would not.
var (
	alawWords   = makeWords[[1 << 12]byte](4, alawCompress)
	ulawWords   = makeWords[[1 << 14]byte](2, ulawCompress)
	alawSamples = makeSamples(alawExpand)
	ulawSamples = makeSamples(ulawExpand)
)

type wordTable interface {
	[1 << 12]byte | [1 << 14]byte
}

func makeWords[T wordTable](shift int, compress func(int16) byte) *T {
	table := new(T)
	switch t := any(table).(type) {
	case *[1 << 12]byte:
		for i := range t {
			t[i] = compress(int16(uint16(i << shift)))
		}
	case *[1 << 14]byte:
		for i := range t {
			t[i] = compress(int16(uint16(i << shift)))
		}
	}
	return table
}

func makeSamples(expand func(byte) int16) (t [256]int16) {
	for i := range t {
		t[i] = expand(byte(i))
	}
	return t
}

// alawCompress follows G.711 table 1: 13 segments, even bits inverted.
func alawCompress(s int16) byte {
	sign := byte(0x80)
	magnitude := int(s) >> 4
	if s < 0 {
		sign, magnitude = 0, ^magnitude
	}
	word := byte(magnitude)
	if magnitude > 15 {
		segment := byte(1)
		for magnitude > 31 {
			magnitude >>= 1
			segment++
		}
		word = segment<<4 | byte(magnitude&15)
	}
	return (word | sign) ^ 0x55
}

func alawExpand(w byte) int16 {
	w ^= 0x55
	magnitude := int16(w&15)<<4 + 8
	if segment := w >> 4 & 7; segment > 0 {
		magnitude = (magnitude + 256) << (segment - 1)
	}
	if w&0x80 == 0 {
		return -magnitude
	}
	return magnitude
}

const (
	ulawBias = 33     // in 14-bit units
	ulawClip = 0x1FFF // the largest biased magnitude
)

// ulawCompress follows G.711 table 2: 15 segments after a bias, all bits inverted.
func ulawCompress(s int16) byte {
	sign := byte(0)
	magnitude := int(s) >> 2
	if s < 0 {
		sign, magnitude = 0x80, ^magnitude
	}
	magnitude = min(magnitude+ulawBias, ulawClip)
	segment := byte(0)
	for m := magnitude >> 6; m != 0; m >>= 1 {
		segment++
	}
	return ^(sign | segment<<4 | byte(magnitude>>(segment+1)&15))
}

func ulawExpand(w byte) int16 {
	w = ^w
	segment := w >> 4 & 7
	magnitude := (int16(w&15)<<1+ulawBias)<<segment - ulawBias
	magnitude <<= 2
	if w&0x80 != 0 {
		return -magnitude
	}
	return magnitude
}
