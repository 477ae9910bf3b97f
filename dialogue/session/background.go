package session

import "github.com/outdial/outdial/shared/audio"

// background is the sound that is heard behind the robot, spoken or silent, from the answer to the end of its part.
type background struct {
	pcm []int16
	at  int
	out [audio.FrameSamples]int16
}

// mix adds the sound to the frame that is about to be sent; nil stays nil where there is none. The frame itself is shared with
// other calls and is not touched.
func (b *background) mix(frame []int16) []int16 {
	if len(b.pcm) == 0 {
		return frame
	}
	for i := range b.out {
		v := int32(b.pcm[b.at])
		if b.at++; b.at == len(b.pcm) {
			b.at = 0
		}
		if i < len(frame) {
			v += int32(frame[i])
		}
		b.out[i] = int16(max(-32768, min(32767, v)))
	}
	return b.out[:]
}
