package api

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/errs"
)

const (
	// writeTime is how long one answer, or one part of a streamed answer, may take to be sent.
	writeTime = 30 * time.Second
	// downloadTime is for a file that somebody may listen to while it comes.
	downloadTime = 30 * time.Minute
)

func (a *API) callAudio(ctx context.Context, in *CallPath) (*huma.StreamResponse, error) {
	c, err := a.Store.Call(ctx, scopeOf(ctx), call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	return a.audio(c.Recording, "call-"+in.ID+".wav")
}

type turnPath struct {
	CallPath
	Seq int `path:"seq" minimum:"1"`
}

func (a *API) turnAudio(ctx context.Context, in *turnPath) (*huma.StreamResponse, error) {
	turns, err := a.Store.Turns(ctx, scopeOf(ctx), call.UUID(in.ID))
	if err != nil {
		return nil, err
	}
	for _, t := range turns {
		if t.Seq == in.Seq {
			return a.audio(t.Audio, "call-"+in.ID+"-"+strconv.Itoa(in.Seq)+".wav")
		}
	}
	return nil, errs.New(errs.NotFound, "the call has no turn %d", in.Seq)
}

// audio serves a file below the recordings folder. The path comes from the database, and os.Root keeps even a wrong one,
// or a link inside the folder, from leading out of it.
func (a *API) audio(path, name string) (*huma.StreamResponse, error) {
	missing := errs.New(errs.NotFound, "there is no recording")
	if path == "" {
		return nil, missing
	}
	root, err := os.OpenRoot(a.RecordingsDir)
	if err != nil {
		return nil, errs.Wrap(errs.Unavailable, err, "the recordings folder cannot be read")
	}
	defer func() { _ = root.Close() }()
	f, err := root.Open(filepath.FromSlash(path))
	if err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			a.Logger.Warn("a recording cannot be opened", "path", path, "error", err)
		}
		return nil, missing
	}
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		_ = f.Close()
		return nil, missing
	}
	return streamed(func(w http.ResponseWriter, r *http.Request) {
		defer func() { _ = f.Close() }()
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(downloadTime))
		w.Header().Set("Content-Type", "audio/wav")
		w.Header().Set("Content-Disposition", `inline; filename="`+name+`"`)
		http.ServeContent(w, r, "", st.ModTime(), f)
	}), nil
}
