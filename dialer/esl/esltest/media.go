package esltest

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/outdial/outdial/dialer/esl"
	"github.com/outdial/outdial/shared/audio"
)

// testRecord: left is what the callee says, right what it hears.
func testRecord(t *testing.T, b *bench) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil { // the switch may run as another user
		t.Fatal(err)
	}
	path := filepath.Join(dir, "call one.wav")
	to, robot := b.a.callee(behaviour{tone: 400}), b.a.callee(behaviour{})
	k := b.originate(to, b.withRobot(robot)).established()
	k.await(esl.ChannelBridge, k.uuid)
	if err := b.c.StartRecord(b.ctx, k.uuid, path); err != nil {
		t.Fatal(err)
	}
	begin := time.Now()
	if e := k.await(esl.RecordStart, k.uuid); e.Get("Record-File-Path") != path {
		t.Errorf("RECORD_START names %q, want %q", e.Get("Record-File-Path"), path)
	}
	heard := robot.heard.Load()
	b.eventually("a second of audio has passed", func() bool { return robot.heard.Load() > heard+50 })
	if err := b.c.StopRecord(b.ctx, k.uuid, path); err != nil {
		t.Fatal(err)
	}
	took := time.Since(begin)
	k.await(esl.RecordStop, k.uuid)
	if err := b.c.Kill(b.ctx, k.uuid, esl.CauseNormalClearing); err != nil {
		t.Fatal(err)
	}
	k.hungUp(k.uuid)

	left, right := readStereo(t, path)
	if d := audio.Duration(len(left)); d < took/2 || d > took+time.Second {
		t.Errorf("the recording is %v long, of %v", d, took)
	}
	if l, r := audio.LevelDB(left), audio.LevelDB(right); l < -20 || r > -45 {
		t.Errorf("the callee's side is at %.0f dB and the silent robot's at %.0f dB, want a tone on the left alone", l, r)
	}
}

// readStereo reads a PCM WAV file of two channels; the house reader mixes them.
func readStereo(t *testing.T, path string) (left, right []int16) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("the recording: %v", err)
	}
	if len(b) < 44 || string(b[:4]) != "RIFF" || b[22] != 2 || b[34] != 16 {
		t.Fatalf("%d bytes are no stereo WAV file of 16 bits", len(b))
	}
	at := 12
	for at+8 <= len(b) && string(b[at:at+4]) != "data" {
		at += 8 + int(uint32(b[at+4])|uint32(b[at+5])<<8|uint32(b[at+6])<<16|uint32(b[at+7])<<24)
	}
	for i := at + 8; i+4 <= len(b); i += 4 {
		left = append(left, int16(uint16(b[i])|uint16(b[i+1])<<8))
		right = append(right, int16(uint16(b[i+2])|uint16(b[i+3])<<8))
	}
	return left, right
}

// testBroadcast plays a file, which every switch can; tone streams are a module of FreeSWITCH.
func testBroadcast(t *testing.T, b *bench) {
	path := filepath.Join(t.TempDir(), "tone.wav")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(audio.WriteWAV(f, 1, audio.Tone(audio.NetworkTone, 0.3, time.Second)), f.Close()); err != nil {
		t.Fatal(err)
	}
	to := b.a.callee(behaviour{})
	k := b.originate(to, nil).established()
	if err := b.c.Broadcast(b.ctx, k.uuid, path, esl.SideA); err != nil {
		t.Fatal(err)
	}
	if e := k.await(esl.PlaybackStart, k.uuid); e.Get("Playback-File-Path") != path {
		t.Errorf("PLAYBACK_START names %q, want %q", e.Get("Playback-File-Path"), path)
	}
	if e := k.await(esl.PlaybackStop, k.uuid); e.Get("Playback-Status") != "done" {
		t.Errorf("PLAYBACK_STOP says %q, want done", e.Get("Playback-Status"))
	}
	b.eventually("the callee hears the tone", func() bool { return to.loud.Load() > 20 })
	if ok, err := b.c.Exists(b.ctx, k.uuid); err != nil || !ok {
		t.Errorf("the leg is gone after the tone: %v", err)
	}
}
