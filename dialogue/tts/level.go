package tts

import "github.com/outdial/outdial/shared/audio"

// TargetDB is the level of everything that is spoken.
const TargetDB = audio.SpeechDB

// normalize brings samples to TargetDB in place.
func normalize(pcm []int16) { audio.Normalize(pcm) }
