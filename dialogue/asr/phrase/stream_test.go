package phrase

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/shared/audio"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var shared = sync.OnceValues(Default)

func provider(t testing.TB) *Provider {
	p, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func sentence(t testing.TB, voice, id string) []int16 {
	for _, c := range simulatorClips(t) {
		if c.voice == voice && c.id == id {
			return c.pcm
		}
	}
	t.Fatalf("no clip %s/%s", voice, id)
	return nil
}

func open(t testing.TB, params asr.Params) asr.Stream {
	s, err := provider(t).Open(context.Background(), params)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func write(t testing.TB, s asr.Stream, pcm []int16) {
	if err := s.Write(pcm); err != nil {
		t.Fatal(err)
	}
}

func next(t testing.TB, s asr.Stream) asr.Result {
	select {
	case r, ok := <-s.Results():
		if !ok {
			t.Fatal("the stream ended")
		}
		return r
	case <-time.After(5 * time.Second):
		t.Fatal("no result")
	}
	return asr.Result{}
}

func silence(d time.Duration) []int16 { return make([]int16, audio.Samples(d)) }

// One stream carries turn after turn: a partial after 100 ms of silence, one final a Flush, nothing of one turn in the next.
func TestTurns(t *testing.T) {
	s := open(t, asr.Params{})
	for _, c := range []struct{ id, text string }{{"duoshao-qian", "多少钱"}, {"buxuyao", "不需要"}, {"jiqiren", "你是机器人吗"}} {
		write(t, s, silence(300*time.Millisecond))
		write(t, s, sentence(t, "f2", c.id))
		write(t, s, silence(120*time.Millisecond))
		partial := next(t, s)
		if partial.Final || partial.Text != c.text || !partial.Matched {
			t.Errorf("partial %+v, want %s", partial, c.text)
		}
		s.Flush()
		final := next(t, s)
		if !final.Final || final.Text != c.text || !final.Matched || final.Heard < 200*time.Millisecond || final.Confidence < 0.5 || final.Confidence <= final.RunnerUpConfidence {
			t.Errorf("final %+v, want %s", final, c.text)
		}
	}
	s.Flush()
	if r := next(t, s); !r.Final || r.Matched || r.Text != "" || r.Heard != 0 {
		t.Errorf("final of silence: %+v", r)
	}
}

// What comes out does not depend on the pieces that samples come in.
func TestPieces(t *testing.T) {
	pcm := append(silence(200*time.Millisecond), sentence(t, "m3", "meixingqu")...)
	pcm = append(pcm, silence(200*time.Millisecond)...)
	var want asr.Result
	for i, size := range []int{160, 1, 7, 333, 100000} {
		s := open(t, asr.Params{})
		for rest := pcm; len(rest) > 0; rest = rest[min(size, len(rest)):] {
			write(t, s, rest[:min(size, len(rest))])
		}
		s.Flush()
		r := next(t, s)
		for !r.Final {
			r = next(t, s)
		}
		if i == 0 {
			want = r
		}
		if r != want || r.Text != "没兴趣" {
			t.Errorf("pieces of %d: %+v, want %+v", size, r, want)
		}
	}
}

// Speech with a long pause inside is one utterance; endless sound is no phrase, and costs no more than its limit.
func TestLongSounds(t *testing.T) {
	s := open(t, asr.Params{})
	write(t, s, silence(200*time.Millisecond))
	r := rand.New(rand.NewPCG(1, 1))
	loud := make([]int16, 8000)
	for range 60 {
		for i := range loud {
			loud[i] = int16(r.NormFloat64() * 6000 * float64(1+i/400%2*4) / 5)
		}
		write(t, s, loud)
	}
	s.Flush()
	final := next(t, s)
	for !final.Final {
		final = next(t, s)
	}
	if final.Matched {
		t.Errorf("a minute of noise is %+v", final)
	}
	if n := cap(s.(*stream).heard.spectra); n > 2*maxFrames {
		t.Errorf("%d frames were kept", n)
	}
}

func TestEnds(t *testing.T) {
	s := open(t, asr.Params{})
	write(t, s, sentence(t, "f2", "buxuyao"))
	s.Flush()
	if err := errors.Join(s.Close(), s.Close()); err != nil {
		t.Error(err)
	}
	for range s.Results() {
	}
	if err := s.Write(silence(20 * time.Millisecond)); asr.KindOf(err) != asr.Closed {
		t.Errorf("write after close: %v", err)
	}
	s.Flush()

	ctx, cancel := context.WithCancel(context.Background())
	s, err := provider(t).Open(ctx, asr.Params{})
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, sentence(t, "f2", "buxuyao"))
	s.Flush()
	cancel()
	for range s.Results() {
	}
	s.Close()
	if _, err := provider(t).Open(ctx, asr.Params{}); asr.KindOf(err) != asr.Closed {
		t.Errorf("open for a call that has ended: %v", err)
	}
}

// A caller that never reads holds nothing up, and what waits is bounded.
func TestNobodyReads(t *testing.T) {
	s := open(t, asr.Params{})
	pcm := append(sentence(t, "f2", "dui"), silence(120*time.Millisecond)...)
	for range 200 {
		write(t, s, pcm)
		s.Flush()
	}
	if n := len(s.(*stream).pending); n > maxPending {
		t.Errorf("%d matches wait", n)
	}
}

func TestOpenRefuses(t *testing.T) {
	for name, p := range map[string]asr.Params{
		"rate": {SampleRate: 16000}, "absurd rate": {SampleRate: 1}, "phrases it does not know": {Phrases: []string{"没有人说过这个"}},
	} {
		if _, err := provider(t).Open(context.Background(), p); asr.KindOf(err) != asr.Config {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := New(NewSet(), Config{}); asr.KindOf(err) != asr.Config {
		t.Errorf("empty set: %v", err)
	}
}

func TestPhrasesNarrow(t *testing.T) {
	pcm := append(silence(300*time.Millisecond), sentence(t, "f2", "haode")...)
	pcm = append(pcm, silence(300*time.Millisecond)...)
	if r := hear(t, provider(t), pcm, []string{"好的", "不需要"}); r.Text != "好的" || !r.Matched {
		t.Errorf("narrowed to it: %+v", r)
	}
	if r := hear(t, provider(t), pcm, []string{"不需要", "你是机器人吗", "什么"}); r.Matched {
		t.Errorf("narrowed to others: %+v", r)
	}
}

func TestEnrollFolder(t *testing.T) {
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, 1, append(silence(300*time.Millisecond), sentence(t, "f4", "buxuyao")...)); err != nil {
		t.Fatal(err)
	}
	index := func(s string) fs.FS {
		return fstest.MapFS{IndexFile: {Data: []byte(s)}, "a.wav": {Data: wav.Bytes()}, "bad.wav": {Data: []byte("x")}}
	}
	s := NewSet()
	if err := s.EnrollFolder(index("# mine\n\na.wav\t不要钱\r\n")); err != nil {
		t.Fatal(err)
	}
	p, err := New(s, Config{})
	if err != nil {
		t.Fatal(err)
	}
	pcm := append(silence(300*time.Millisecond), sentence(t, "f4", "buxuyao")...)
	if r := hear(t, p, append(pcm, silence(200*time.Millisecond)...), nil); r.Text != "不要钱" || !r.Matched || r.RunnerUp != "" {
		t.Errorf("%+v", r)
	}
	for _, bad := range []string{"a.wav", "gone.wav\tx", "bad.wav\tx", "../a.wav\tx", "a.wav\t"} {
		if err := NewSet().EnrollFolder(index(bad)); asr.KindOf(err) != asr.Config {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if err := NewSet().Enroll("x", silence(time.Second)); asr.KindOf(err) != asr.Config {
		t.Errorf("silence was enrolled: %v", err)
	}
	if err := NewSet().Enroll("x", silence(time.Minute)); asr.KindOf(err) != asr.Config {
		t.Errorf("a minute was enrolled: %v", err)
	}
}

func TestSetFile(t *testing.T) {
	set, err := Enrolled()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := set.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	first := bytes.Clone(b.Bytes())
	if len(first) > 2<<20 {
		t.Errorf("%d bytes in the program", len(first))
	}
	again, err := ReadSet(&b)
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	if _, err := again.WriteTo(&b); err != nil || !bytes.Equal(first, b.Bytes()) {
		t.Errorf("a set that is read and written is another one (%v)", err)
	}
	for _, n := range []int{0, 5, 50, 60, 500, len(first) - 1} {
		if _, err := ReadSet(bytes.NewReader(first[:n])); !errors.Is(err, ErrFormat) {
			t.Errorf("cut at %d: %v", n, err)
		}
	}
}

func FuzzReadSet(f *testing.F) {
	s := NewSet()
	if err := s.Enroll("嘟", audio.Tone(300, 0.5, 200*time.Millisecond)); err != nil {
		f.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := s.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	f.Add(b.Bytes())
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, raw []byte) {
		set, err := ReadSet(bytes.NewReader(raw))
		if err != nil {
			if !errors.Is(err, ErrFormat) {
				t.Error(err)
			}
			return
		}
		if len(set.templates) > 0 {
			if _, err := New(set, Config{}); err != nil {
				t.Error(err)
			}
		}
	})
}

// An utterance is at no distance from itself, distances are symmetric in time, and a limit never changes a distance
// below it.
func TestAlign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []vector {
			v := make([]vector, rapid.IntRange(1, 60).Draw(t, name))
			r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, name+" seed"), 1))
			for i := range v {
				for k := range v[i] {
					v[i][k] = float32(r.NormFloat64())
				}
			}
			return v
		}
		a, b := draw("a"), draw("b")
		var al aligner
		if d := al.distance(a, a, inf); d != 0 {
			t.Fatalf("%v from itself", d)
		}
		free := al.distance(a, b, inf)
		if bounded := al.distance(a, b, free*1.001); free < inf && bounded != free {
			t.Fatalf("%v with a limit, %v without", bounded, free)
		}
		if tight := al.distance(a, b, free*0.5); free < inf && tight < free {
			t.Fatalf("%v below its distance %v", tight, free)
		}
	})
}

// BenchmarkStreamSilence is the cost of 20 ms of a callee who listens, BenchmarkStreamSpeech of one who speaks;
// BenchmarkMatch is one match over everything enrolled.
func BenchmarkStreamSilence(b *testing.B) {
	s := open(b, asr.Params{})
	r := rand.New(rand.NewPCG(1, 1))
	pcm := make([]int16, 160)
	for i := range pcm {
		pcm[i] = int16(r.NormFloat64() * 30)
	}
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Write(pcm)
	}
}

func BenchmarkStreamSpeech(b *testing.B) {
	s := open(b, asr.Params{})
	pcm := sentence(b, "f2", "haoma-nalai")
	frames := len(pcm) / 160
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		_ = s.Write(pcm[n*160 : (n+1)*160])
		if n++; n == frames {
			n = 0
			s.(*stream).heard = utterance{spectra: s.(*stream).heard.spectra[:0]}
		}
	}
}

func BenchmarkMatch(b *testing.B) {
	p := provider(b)
	spectra := spectraOf(padded(sentence(b, "f2", "haoma-nalai")))
	b.ReportAllocs()
	for b.Loop() {
		p.set.match(spectra, &spectrum{}, nil)
	}
}
