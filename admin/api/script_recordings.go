package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
)

// ScriptSentence is one sentence of a script and how it is spoken.
type ScriptSentence struct {
	Key        string         `json:"key"`
	Text       string         `json:"text"`
	Node       string         `json:"node" doc:"Where it is said first; empty for questions and settings"`
	State      string         `json:"state" enum:"recorded,synthesised,stale" doc:"stale: recorded, and the text has changed since"`
	Variable   bool           `json:"variable" doc:"It has variables; its fixed parts are recorded one by one"`
	DurationMS int64          `json:"duration_ms" doc:"0 when it is not recorded"`
	LevelDB    float64        `json:"level_db" doc:"Loudness in dB below full scale"`
	Parts      []SentencePart `json:"parts" doc:"The fixed parts of a sentence with variables; used when all of them are recorded"`
}

// SentencePart is a fixed part of a sentence with variables.
type SentencePart struct {
	Key        string  `json:"key"`
	Text       string  `json:"text"`
	State      string  `json:"state" enum:"recorded,synthesised,stale"`
	DurationMS int64   `json:"duration_ms"`
	LevelDB    float64 `json:"level_db"`
}

type listRecordingsOutput struct {
	Body struct {
		Items []ScriptSentence `json:"items"`
	}
}

func (a *API) listRecordings(ctx context.Context, in *ScriptPath) (*listRecordingsOutput, error) {
	sentences, err := a.sentences(ctx, in.id())
	if err != nil {
		return nil, err
	}
	have, err := a.recordings(ctx, in.id())
	if err != nil {
		return nil, err
	}
	out := &listRecordingsOutput{}
	out.Body.Items = make([]ScriptSentence, 0, len(sentences))
	for _, s := range sentences {
		out.Body.Items = append(out.Body.Items, sentenceOf(s, have))
	}
	return out, nil
}

// sentences are what the draft says.
func (a *API) sentences(ctx context.Context, id script.ID) ([]script.Sentence, error) {
	d, err := a.Store.Draft(ctx, scopeOf(ctx), id)
	if err != nil {
		return nil, err
	}
	_, f := script.Check(d.Document)
	if f == nil {
		return nil, errs.New(errs.Conflict, "the draft has errors; mend them, and its sentences can be recorded")
	}
	return script.Sentences(f), nil
}

func (a *API) recordings(ctx context.Context, id script.ID) (map[string]script.Recording, error) {
	list, err := a.Store.Recordings(ctx, scopeOf(ctx), id, 0)
	if err != nil {
		return nil, err
	}
	out := make(map[string]script.Recording, len(list))
	for _, r := range list {
		out[r.Key] = r
	}
	return out, nil
}

func sentenceOf(s script.Sentence, have map[string]script.Recording) ScriptSentence {
	out := ScriptSentence{Key: s.Key, Text: s.Text.Text, Node: string(s.Node), Variable: len(script.References(s.Text.Text)) > 0, Parts: []SentencePart{}}
	out.State, out.DurationMS, out.LevelDB = recordedAs(s.Text, have)
	for _, p := range s.Parts {
		part := SentencePart{Key: p.Key, Text: p.Text}
		part.State, part.DurationMS, part.LevelDB = recordedAs(p, have)
		out.Parts = append(out.Parts, part)
	}
	if len(out.Parts) > 0 {
		out.State = "recorded"
		for _, p := range out.Parts {
			if p.State != "recorded" {
				out.State = p.State
			}
			out.DurationMS += p.DurationMS
		}
	}
	return out
}

func recordedAs(t script.Text, have map[string]script.Recording) (state string, ms int64, level float64) {
	r, ok := have[t.Key]
	switch {
	case !ok:
		return "synthesised", 0, 0
	case r.Text != t.Text:
		state = "stale"
	default:
		state = "recorded"
	}
	return state, r.Duration.Milliseconds(), math.Round(r.LevelDB*10) / 10
}

// longestRecording is how long one sentence may take.
const longestRecording = 10 * time.Minute

type uploadRecordingInput struct {
	ScriptPath
	Raw
}

type sentenceOutput struct{ Body ScriptSentence }

func (a *API) uploadRecording(ctx context.Context, in *uploadRecordingInput) (*sentenceOutput, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	f, err := a.readForm(in.Raw, recordingBody)
	if err != nil {
		return nil, err
	}
	sentences, err := a.sentences(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	whole, said, ok := sentenceNamed(sentences, f.texts["key"])
	if !ok {
		return nil, &errs.Error{Kind: errs.Invalid, Message: "the upload was refused", Said: errs.Said{Format: "the upload was refused"},
			Fields: []errs.Field{{Path: "key", Reason: "the script has no sentence of this key"}}}
	}
	if said.Key == whole.Key && len(whole.Parts) > 0 {
		return nil, &errs.Error{Kind: errs.Invalid, Message: "the upload was refused", Said: errs.Said{Format: "the upload was refused"},
			Fields: []errs.Field{{Path: "key", Reason: "the sentence has variables; record its fixed parts one by one"}}}
	}
	pcm, err := audio.Decode(f.file, longestRecording)
	if err != nil {
		return nil, &errs.Error{Kind: errs.Invalid, Message: "the upload was refused", Said: errs.Said{Format: "the upload was refused"}, Fields: []errs.Field{field("file", err)}, Cause: err}
	}
	audio.Normalize(pcm)
	r := script.Recording{Script: s.ID, Key: said.Key, Text: said.Text, Duration: audio.Duration(len(pcm)), LevelDB: audio.SpeechLevelDB(pcm),
		CreatedBy: a.callerName(ctx), CreatedAt: a.Clock.Now().UTC()}
	if r.LevelDB < quietest {
		return nil, refusedFile("nothing can be heard in the recording")
	}
	if r.Path, err = a.keepRecording(pcm); err != nil {
		return nil, err
	}
	if err := a.Store.PutRecording(ctx, scopeOf(ctx), &r); err != nil {
		return nil, err
	}
	note(ctx, change{Module: "scripts", Action: "record", Kind: "script", ID: scriptKey(s.ID), Name: s.Name, Summary: said.Key})
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	have, err := a.recordings(ctx, s.ID)
	return &sentenceOutput{Body: sentenceOf(whole, have)}, err
}

// quietest is a level that is silence, however loud somebody plays it.
const quietest = -60.0

// sentenceNamed finds a sentence by its key, or the one that has a part of the key.
func sentenceNamed(all []script.Sentence, key string) (whole script.Sentence, said script.Text, ok bool) {
	for _, s := range all {
		if s.Key == key {
			return s, s.Text, true
		}
		for _, p := range s.Parts {
			if p.Key == key {
				return s, p, true
			}
		}
	}
	return script.Sentence{}, script.Text{}, false
}

// keepRecording writes the sound below the recordings folder under the name of its content: what is recorded twice is kept
// once, and what a version holds is never written over.
func (a *API) keepRecording(pcm []int16) (string, error) {
	var wav bytes.Buffer
	if err := audio.WriteWAV(&wav, 1, pcm); err != nil {
		return "", errs.Wrap(errs.Internal, err, "the recording cannot be written")
	}
	sum := sha256.Sum256(wav.Bytes())
	name := hex.EncodeToString(sum[:])
	path := "scripts/" + name[:2] + "/" + name + ".wav"
	full := filepath.Join(a.RecordingsDir, filepath.FromSlash(path))
	if _, err := os.Stat(full); err == nil {
		return path, nil
	}
	unwritable := func(err error) error {
		return errs.Wrap(errs.Unavailable, err, "the recordings folder cannot be written")
	}
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // robots of another account read it
		return "", unwritable(err)
	}
	f, err := os.CreateTemp(filepath.Dir(full), "recording-*.part")
	if err != nil {
		return "", unwritable(err)
	}
	_, err = f.Write(wav.Bytes())
	if err = errors.Join(err, f.Chmod(0o644), f.Close()); err == nil {
		err = os.Rename(f.Name(), full)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return "", unwritable(err)
	}
	return path, nil
}

type recordingPath struct {
	ScriptPath
	Key string `path:"key" maxLength:"200"`
}

func (a *API) deleteRecording(ctx context.Context, in *recordingPath) (*struct{}, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	if err := a.Store.DeleteRecording(ctx, scopeOf(ctx), s.ID, in.Key); err != nil {
		return nil, err
	}
	note(ctx, change{Module: "scripts", Action: "unrecord", Kind: "script", ID: scriptKey(s.ID), Name: s.Name, Summary: in.Key})
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return &struct{}{}, nil
}

func (a *API) recordingAudio(ctx context.Context, in *recordingPath) (*huma.StreamResponse, error) {
	if _, err := a.Store.Script(ctx, scopeOf(ctx), in.id()); err != nil {
		return nil, err
	}
	have, err := a.recordings(ctx, in.id())
	if err != nil {
		return nil, err
	}
	return a.audio(have[in.Key].Path, "sentence.wav")
}
