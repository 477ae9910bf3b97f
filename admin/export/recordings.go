package export

import (
	"archive/zip"
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/outdial/outdial/shared/call"
)

// links writes an address a line. Whoever opens one must be signed in and allowed to listen.
func (j *job) links(ctx context.Context, f *os.File) error {
	w := bufio.NewWriter(f)
	err := j.each(ctx, func(calls []call.Call) error {
		for _, c := range calls {
			if c.Recording == "" {
				j.missing++
				continue
			}
			j.rows++
			if _, err := w.WriteString(j.Export.Request.Base + "/api/v1/calls/" + string(c.UUID) + "/audio\r\n"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.rows == 0 {
		return refuse("none of these calls has a recording")
	}
	return w.Flush()
}

// recordings makes an archive with a file a call: MP3 where the machine has an encoder, WAV otherwise.
func (j *job) recordings(ctx context.Context, f *os.File) error {
	root, err := os.OpenRoot(j.RecordingsDir)
	if gone(err) {
		return refuse("none of these recordings is there any more")
	}
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	encode := encoder()
	archive := zip.NewWriter(f)
	err = j.each(ctx, func(calls []call.Call) error {
		for i, c := range calls {
			if err := j.recording(ctx, archive, root, encode, c); err != nil {
				return err
			}
			if i%50 == 49 {
				if err := j.Progress(ctx, min(j.rows+j.missing, j.total), j.total); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.rows == 0 {
		return refuse("none of these calls has a recording that is still there")
	}
	return archive.Close()
}

// recording adds one file; one that has vanished is counted, and no reason to give the others up.
func (j *job) recording(ctx context.Context, archive *zip.Writer, root *os.Root, encode []string, c call.Call) error {
	if c.Recording == "" {
		j.missing++
		return nil
	}
	in, err := root.Open(filepath.FromSlash(c.Recording))
	if err != nil {
		j.missing++
		return nil //nolint:nilerr // it is gone, or its path leads out of the folder
	}
	defer func() { _ = in.Close() }()
	if st, err := in.Stat(); err != nil || !st.Mode().IsRegular() {
		j.missing++
		return nil //nolint:nilerr // as above
	}
	source, ext := in, ".wav"
	if len(encode) > 0 {
		small, err := j.encoded(ctx, encode, in)
		switch {
		case err == nil:
			defer func() { _ = small.Close(); _ = os.Remove(small.Name()) }()
			source, ext = small, ".mp3"
		case ctx.Err() != nil:
			return ctx.Err()
		default: // a recording that the encoder does not take is still a recording
			if _, err := in.Seek(0, io.SeekStart); err != nil {
				return err
			}
		}
	}
	w, err := archive.CreateHeader(&zip.FileHeader{Name: j.callName(c) + ext, Method: zip.Store, Modified: c.Times.Created.In(j.Zone)})
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, source); err != nil {
		return err
	}
	j.rows++
	return nil
}

// encoder is the command that turns a WAV on its standard input into an MP3 on its standard output; none when the
// machine has neither of the two.
func encoder() []string {
	if path, err := exec.LookPath("lame"); err == nil {
		return []string{path, "--quiet", "-b", "32", "-", "-"}
	}
	if path, err := exec.LookPath("ffmpeg"); err == nil {
		return []string{path, "-v", "error", "-i", "pipe:0", "-b:a", "32k", "-f", "mp3", "pipe:1"}
	}
	return nil
}

func (j *job) encoded(ctx context.Context, encode []string, in *os.File) (*os.File, error) {
	out, err := os.CreateTemp(j.Dir, "recording-*.part")
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, encode[0], encode[1:]...) //nolint:gosec // one of two programs, found on the path
	cmd.Stdin, cmd.Stdout = in, out
	err = cmd.Run()
	if err == nil {
		_, err = out.Seek(0, io.SeekStart)
	}
	if st, statErr := out.Stat(); err == nil && (statErr != nil || st.Size() == 0) {
		err = errors.Join(errors.New("the encoder wrote nothing"), statErr)
	}
	if err != nil {
		_ = out.Close()
		_ = os.Remove(out.Name())
		return nil, err
	}
	return out, nil
}
