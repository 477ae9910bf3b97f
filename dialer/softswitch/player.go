package softswitch

import (
	"fmt"
	"os"
	"time"

	"github.com/outdial/outdial/shared/audio"
)

// maxPlayFile is the largest file that is played: ten minutes of 16-bit sound at 48 kHz.
const maxPlayFile = 64 << 20

// player sends a file to a leg's peer, 20 ms at a time on its own clock.
type player struct {
	m   *media
	pcm []int16
}

// loadFile reads what is to be played.
func loadFile(path string) ([]int16, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open sound: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open sound: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxPlayFile {
		return nil, fmt.Errorf("play %s: not a file of at most %d MB", path, maxPlayFile>>20)
	}
	return audio.ReadWAV(f)
}

// play sends the whole sound, until a stop. It tells whether it came to the end.
func (p *player) play(stops ...<-chan struct{}) bool {
	p.m.playing.Store(p)
	defer p.m.playing.CompareAndSwap(p, nil)
	t := time.NewTicker(audio.FrameDuration)
	defer t.Stop()
	scratch := make([]byte, 0, audio.FrameSamples)
	frame := make([]int16, audio.FrameSamples)
	stopped := merge(stops)
	start, sent := time.Now(), 0
	for len(p.pcm) > 0 {
		select {
		case <-stopped[0]:
			return false
		case <-stopped[1]:
			return false
		case <-t.C:
		}
		// A tick that was missed is made up for, so that the sound keeps its length.
		for due := int(time.Since(start)/audio.FrameDuration) + 1; sent < due && len(p.pcm) > 0; sent++ {
			n := copy(frame, p.pcm)
			clear(frame[n:])
			p.pcm = p.pcm[n:]
			if p.m.playing.Load() != p {
				return false // another file took over
			}
			p.m.send(frame, scratch)
		}
	}
	return true
}

// merge names the two things that can stop a player; a missing one never does.
func merge(stops []<-chan struct{}) (two [2]<-chan struct{}) {
	copy(two[:], stops)
	return two
}
