package tts

import (
	"container/list"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/outdial/outdial/shared/audio"
)

const soundSuffix = ".wav"

// disk keeps sounds as WAV files in one folder and drops the least recently used when they grow too many. Order within
// a process follows use; over a restart it follows the time a file was written.
type disk struct {
	dir   string
	limit int64

	mu      sync.Mutex
	entries map[string]*list.Element
	recent  *list.List // of *stored, most recent first
	size    int64
}

type stored struct {
	key  string
	size int64
}

func openDisk(dir string, limit int64) (*disk, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	d := &disk{dir: dir, limit: limit, entries: map[string]*list.Element{}, recent: list.New()}
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var infos []fs.FileInfo
	for _, f := range files {
		info, err := f.Info()
		if err != nil || !info.Mode().IsRegular() {
			continue
		}
		switch {
		case strings.HasPrefix(f.Name(), ".new-"):
			os.Remove(filepath.Join(dir, f.Name())) // left by a crash in the middle of a write
		case strings.HasSuffix(f.Name(), soundSuffix):
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	for _, info := range infos {
		d.note(strings.TrimSuffix(info.Name(), soundSuffix), info.Size())
	}
	return d, nil
}

func (d *disk) path(key string) string { return filepath.Join(d.dir, key+soundSuffix) }

// note puts a file in front and removes the oldest ones over the limit. The caller holds the lock or is alone.
func (d *disk) note(key string, size int64) {
	d.forget(key)
	d.entries[key] = d.recent.PushFront(&stored{key, size})
	for d.size += size; d.size > d.limit && d.recent.Len() > 1; {
		old := d.recent.Back().Value.(*stored)
		d.forget(old.key)
		os.Remove(d.path(old.key))
	}
}

func (d *disk) forget(key string) {
	if e := d.entries[key]; e != nil {
		d.size -= d.recent.Remove(e).(*stored).size
		delete(d.entries, key)
	}
}

// read gives a kept sound, nil when there is none. A damaged file is removed: it will be spoken again.
func (d *disk) read(key string) []int16 {
	d.mu.Lock()
	e := d.entries[key]
	if e != nil {
		d.recent.MoveToFront(e)
	}
	d.mu.Unlock()
	if e == nil {
		return nil
	}
	f, err := os.Open(d.path(key))
	if err == nil {
		defer f.Close()
		var pcm []int16
		if pcm, err = audio.ReadWAV(f); err == nil && len(pcm) > 0 {
			return pcm
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.forget(key)
	os.Remove(d.path(key))
	return nil
}

func (d *disk) write(key string, pcm []int16) (err error) {
	f, err := os.CreateTemp(d.dir, ".new-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err = errors.Join(audio.WriteWAV(f, 1, pcm), f.Close()); err != nil {
		return err
	}
	if err = os.Rename(f.Name(), d.path(key)); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.note(key, int64(2*len(pcm))+64)
	return nil
}
