package robot_test

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/outdial/outdial/dialogue/robot"
	"github.com/outdial/outdial/dialogue/tts"
	"github.com/outdial/outdial/shared/event"
	"github.com/outdial/outdial/shared/script"
)

// gathered is a voice that answers nobody before several ask, which shows that they ask side by side.
type gathered struct {
	mu    sync.Mutex
	asked map[string]int
	most  int
	now   int
	open  chan struct{}
}

func (g *gathered) Speak(ctx context.Context, text string, _ tts.Options) ([]int16, error) {
	g.mu.Lock()
	g.asked[text]++
	if g.now++; g.now > g.most {
		if g.most = g.now; g.most == 4 {
			close(g.open)
		}
	}
	g.mu.Unlock()
	defer func() { g.mu.Lock(); g.now--; g.mu.Unlock() }()
	select {
	case <-g.open:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return []int16{9000, -9000, 9000, -9000}, nil
}

// A version that was deployed has its sentences spoken, kept and ready before anybody calls, several at once.
func TestADeployedVersionIsSpokenBeforeItsFirstCall(t *testing.T) {
	f, err := script.Parse(script.Demo())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]bool{}
	for _, p := range script.Texts(f) {
		if len(script.References(p.Text.Text)) == 0 {
			want[p.Text.Text] = true
		}
	}
	o, g := newOffice(), &gathered{asked: map[string]int{}, open: make(chan struct{})}
	r, dir := start(t, o, func(c *robot.Config) { c.Voice = g })
	defer stop(t, r)
	if err := o.Publish(context.Background(), event.ScriptDeployed{Tenant: 1, Script: 7, Version: 42}); err != nil {
		t.Fatal(err)
	}
	await(t, "every sentence", func() bool {
		files, err := os.ReadDir(filepath.Join(dir, "prompts", "42"))
		return err == nil && len(files) >= len(want)
	})
	g.mu.Lock()
	defer g.mu.Unlock()
	for text := range want {
		if g.asked[text] == 0 {
			t.Errorf("%q was not spoken", text)
		}
	}
	if g.most > 8 {
		t.Errorf("%d sentences at once", g.most)
	}
}
