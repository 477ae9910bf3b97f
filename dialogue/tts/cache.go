package tts

import (
	"container/list"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"sync"
)

// CacheConfig bounds a cache. The zero value keeps 32 MB in memory and nothing on disk.
type CacheConfig struct {
	// Dir keeps sentences over restarts; empty means memory only.
	Dir         string
	MemoryBytes int64
	DiskBytes   int64
}

// Cache keeps what a voice has spoken, by text, voice and speed, and lets only one caller at a time speak a sentence
// that is not there yet.
type Cache struct {
	voice Voice
	whose string // tells the sounds of one synthesiser from those of another
	limit int64
	disk  *disk
	log   *slog.Logger

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *entry, most recent first
	size    int64
	flights map[string]*flight
}

type entry struct {
	key string
	pcm []int16
}

type flight struct {
	done chan struct{}
	pcm  []int16
	err  error
	left bool // whoever had it spoken hung up, or had no more time
}

// NewCache puts a cache before a voice.
func NewCache(v Voice, cfg CacheConfig, log *slog.Logger) (*Cache, error) {
	if cfg.MemoryBytes <= 0 {
		cfg.MemoryBytes = 32 << 20
	}
	if cfg.DiskBytes <= 0 {
		cfg.DiskBytes = 512 << 20
	}
	whose := ""
	if v, ok := v.(interface{ Identity() string }); ok {
		whose = v.Identity()
	}
	c := &Cache{voice: v, whose: whose, limit: cfg.MemoryBytes, log: log, entries: map[string]*list.Element{}, recent: list.New(), flights: map[string]*flight{}}
	if cfg.Dir != "" {
		d, err := openDisk(cfg.Dir, cfg.DiskBytes)
		if err != nil {
			return nil, fmt.Errorf("open the folder of synthesised prompts: %w", err)
		}
		c.disk = d
	}
	return c, nil
}

func (c *Cache) key(text string, o Options) string {
	h := sha256.Sum256(fmt.Appendf(nil, "%q %q %.2f%s", text, o.Voice, o.speed(), c.whose))
	return hex.EncodeToString(h[:16])
}

// Speak gives the kept sound of a sentence, or has it spoken once.
func (c *Cache) Speak(ctx context.Context, text string, o Options) ([]int16, error) {
	if err := check(text, o); err != nil {
		return nil, err
	}
	key := c.key(text, o)
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		pcm, f, lead := c.join(key)
		if pcm != nil {
			return pcm, nil
		}
		if lead {
			f.pcm, f.err = c.load(ctx, key, text, o)
			f.left = f.err != nil && ctx.Err() != nil
			c.finish(key, f)
			return f.pcm, f.err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.done:
		}
		if f.left { // that is no reason for those who waited
			continue
		}
		return f.pcm, f.err
	}
}

func (c *Cache) join(key string) (pcm []int16, f *flight, lead bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.entries[key]; e != nil {
		c.recent.MoveToFront(e)
		return e.Value.(*entry).pcm, nil, false
	}
	if f = c.flights[key]; f != nil {
		return nil, f, false
	}
	f = &flight{done: make(chan struct{})}
	c.flights[key] = f
	return nil, f, true
}

func (c *Cache) finish(key string, f *flight) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.flights, key)
	if size := int64(2 * len(f.pcm)); f.err == nil && size <= c.limit {
		c.entries[key] = c.recent.PushFront(&entry{key, f.pcm})
		for c.size += size; c.size > c.limit; {
			last := c.recent.Back()
			old := c.recent.Remove(last).(*entry)
			delete(c.entries, old.key)
			c.size -= int64(2 * len(old.pcm))
		}
	}
	close(f.done)
}

func (c *Cache) load(ctx context.Context, key, text string, o Options) ([]int16, error) {
	if c.disk != nil {
		if pcm := c.disk.read(key); pcm != nil {
			return pcm, nil
		}
	}
	pcm, err := c.voice.Speak(ctx, text, o)
	if err == nil && c.disk != nil {
		// A full disk costs speed, not the call.
		if err := c.disk.write(key, pcm); err != nil {
			c.log.Warn("a synthesised prompt could not be kept on disk", "err", err)
		}
	}
	return pcm, err
}
