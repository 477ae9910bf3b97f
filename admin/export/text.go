package export

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/outdial/outdial/shared/call"
	"github.com/outdial/outdial/shared/contact"
	"github.com/outdial/outdial/shared/transcript"
)

// Text is one call's transcript as a text file.
func Text(ctx context.Context, in Input, c call.Call) (name, body string, err error) {
	j := &job{Input: in}
	j.Export.Request.Calls = []call.UUID{c.UUID}
	if err := j.prepare(ctx); err != nil {
		return "", "", err
	}
	people, err := j.contacts(ctx, []call.Call{c})
	if err != nil {
		return "", "", err
	}
	said, err := j.Store.TurnsOf(ctx, j.Scope, []call.UUID{c.UUID})
	if err != nil {
		return "", "", err
	}
	var out strings.Builder
	err = j.transcript(ctx, &out, c, people[c.Contact], said[c.UUID])
	return j.callName(c) + ".txt", out.String(), err
}

// transcripts makes an archive with a text a call.
func (j *job) transcripts(ctx context.Context, f *os.File) error {
	archive := zip.NewWriter(f)
	err := j.each(ctx, func(calls []call.Call) error {
		people, err := j.contacts(ctx, calls)
		if err != nil {
			return err
		}
		ids := make([]call.UUID, len(calls))
		for i, c := range calls {
			ids[i] = c.UUID
		}
		said, err := j.Store.TurnsOf(ctx, j.Scope, ids)
		if err != nil {
			return err
		}
		for _, c := range calls {
			w, err := archive.CreateHeader(&zip.FileHeader{Name: j.callName(c) + ".txt", Method: zip.Deflate, Modified: c.Times.Created.In(j.Zone)})
			if err != nil {
				return err
			}
			if err := j.transcript(ctx, w, c, people[c.Contact], said[c.UUID]); err != nil {
				return err
			}
			j.rows++
		}
		return nil
	})
	if err != nil {
		return err
	}
	if j.rows == 0 {
		return refuse("no call matches")
	}
	return archive.Close()
}

// callName names a call's file: sorted by time, unmistakable by the end of its id.
func (j *job) callName(c call.Call) string {
	id := string(c.UUID)
	return c.Times.Created.In(j.Zone).Format("20060102-150405") + "_" + safe(j.number(c.Number.String())) + "_" + id[max(len(id)-12, 0):]
}

// transcript writes what was said, line by line, with what each of the callee's sentences was taken for. The mark at the
// beginning is for editors that would guess another encoding.
func (j *job) transcript(ctx context.Context, w io.Writer, c call.Call, who contact.Contact, said []transcript.Turn) error {
	row, err := j.cells(ctx, c, who)
	if err != nil {
		return err
	}
	var out strings.Builder
	out.WriteString("\ufeff" + j.say(campaignHead) + ": " + oneLine(j.campaign) + "\r\n")
	for i, v := range row {
		if t := oneLine(fmt.Sprint(v)); t != "" {
			out.WriteString(j.say(columns[i].head) + ": " + t + "\r\n")
		}
	}
	out.WriteString("\r\n")
	if len(said) == 0 {
		out.WriteString(j.say(noTurns) + "\r\n")
	}
	begin := c.Times.Answered
	if begin.IsZero() {
		begin = c.Times.Created
	}
	for _, t := range said {
		text := oneLine(j.text(t.Text))
		if text == "" {
			text = j.say(unheard)
		}
		out.WriteString("[" + clockTime(t.StartedAt.Sub(begin)) + " - " + clockTime(t.EndedAt.Sub(begin)) + "] " + word(j, speakerWords, t.Speaker) + ": " + text)
		if m := t.Matched; m.Kind != transcript.MatchNone {
			parts := []string{word(j, matchWords, m.Kind)}
			for _, p := range []string{m.Intent, j.text(m.Rule)} {
				if p = oneLine(p); p != "" {
					parts = append(parts, p)
				}
			}
			fmt.Fprintf(&out, "  <%s %.2f>", strings.Join(parts, " "), m.Score)
		}
		if t.Interrupted {
			out.WriteString("  " + j.say(interrupted))
		}
		out.WriteString("\r\n")
	}
	_, err = io.WriteString(w, out.String())
	return err
}

// oneLine keeps a sentence from looking like another line of the file.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func clockTime(d time.Duration) string {
	d = max(d, 0).Round(100 * time.Millisecond)
	return fmt.Sprintf("%02d:%04.1f", int(d/time.Minute), (d % time.Minute).Seconds())
}
