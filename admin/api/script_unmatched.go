package api

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/outdial/outdial/shared/access"
	"github.com/outdial/outdial/shared/errs"
	"github.com/outdial/outdial/shared/script"
	"github.com/outdial/outdial/shared/unmatched"
)

func (a *API) unmatchedRoutes(tag, list string) {
	add(a, needs(access.ScriptsView, op("GET", list, "listUnmatched", tag, "Sentences of callees that nothing matched, alike ones together, those said most often first")), a.listUnmatched)
	add(a, logs("scripts", "add_unmatched", needs(access.ScriptsEdit, op("POST", list+"/add", "addUnmatched", tag, "Have the draft understand sentences, as a question or an intent"))), a.addUnmatched)
	add(a, logs("scripts", "ignore_unmatched", needs(access.ScriptsEdit, op("POST", list+"/ignore", "ignoreUnmatched", tag, "Put sentences aside"))), a.ignoreUnmatched)
}

// UnmatchedGroup is sentences that are alike.
type UnmatchedGroup struct {
	Group     string              `json:"group" doc:"Names the group as long as its oldest sentence is listed"`
	Text      string              `json:"text" doc:"The one said most often"`
	Count     int                 `json:"count"`
	LastAt    time.Time           `json:"last_at"`
	State     string              `json:"state" enum:"open,added,ignored"`
	Sentences []UnmatchedSentence `json:"sentences" doc:"The newest first, at most 20; one of each wording comes before repetitions"`
}

// UnmatchedSentence is one of them, with the turn that it was. Its audio is that of the turn: /calls/{call}/turns/{seq}/audio.
type UnmatchedSentence struct {
	ID    int64     `json:"id"`
	Call  string    `json:"call"`
	Seq   int       `json:"seq"`
	Text  string    `json:"text"`
	Node  string    `json:"node" doc:"Where the talk stood"`
	Audio bool      `json:"audio" doc:"Whether the turn has audio"`
	At    time.Time `json:"at"`
}

type listUnmatchedInput struct {
	ScriptPath
	State string `query:"state" enum:"open,added,ignored" default:"open"`
	Paging
}

type listUnmatchedOutput struct{ Body Page[UnmatchedGroup] }

func (a *API) listUnmatched(ctx context.Context, in *listUnmatchedInput) (*listUnmatchedOutput, error) {
	from, err := in.key()
	if err != nil {
		return nil, err
	}
	_, done, err := a.tryOut(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	found, err := a.Store.Unmatched(ctx, scopeOf(ctx), in.id(), unmatched.State(in.State))
	if err != nil {
		return nil, err
	}
	groups := unmatched.Groups(found)
	out := &listUnmatchedOutput{}
	page := groups[min(int(from), len(groups)):]
	page, out.Body.Next = cut(page, in.Limit, func(unmatched.Group) string { return strconv.Itoa(int(from) + in.Limit) })
	out.Body.Items = make([]UnmatchedGroup, 0, len(page))
	for _, g := range page {
		out.Body.Items = append(out.Body.Items, a.groupShown(ctx, g))
	}
	return out, nil
}

// mostShown is how many sentences of a group an answer shows.
const mostShown = 20

func (a *API) groupShown(ctx context.Context, g unmatched.Group) UnmatchedGroup {
	out := UnmatchedGroup{Group: strconv.FormatInt(g.ID, 10), Text: a.text(ctx, g.Text), Count: len(g.Sentences), LastAt: g.LastAt.UTC(), State: string(g.Sentences[0].State),
		Sentences: []UnmatchedSentence{}}
	for _, s := range unmatched.Telling(g.Sentences, mostShown) {
		out.Sentences = append(out.Sentences, UnmatchedSentence{ID: s.ID, Call: string(s.Call), Seq: s.Seq, Text: a.text(ctx, s.Text), Node: s.Node, Audio: s.Audio != "", At: s.At.UTC()})
	}
	return out
}

// UnmatchedChoice names sentences: a group of open ones, or single ones.
type UnmatchedChoice struct {
	Group     string  `json:"group,omitempty" maxLength:"40"`
	Sentences []int64 `json:"sentences,omitempty" maxItems:"500" doc:"Ids; they come before the group"`
}

// chosen are the sentences that a request names, as far as they are in the state.
func (a *API) chosen(ctx context.Context, id script.ID, c UnmatchedChoice, state unmatched.State) ([]unmatched.Sentence, error) {
	if len(c.Sentences) > 0 {
		found, err := a.Store.UnmatchedByID(ctx, scopeOf(ctx), id, c.Sentences)
		if err != nil {
			return nil, err
		}
		if found = slices.DeleteFunc(found, func(s unmatched.Sentence) bool { return s.State != state }); len(found) == 0 {
			return nil, errs.New(errs.NotFound, "none of the sentences is there any more; load the list again")
		}
		return found, nil
	}
	found, err := a.Store.Unmatched(ctx, scopeOf(ctx), id, state)
	if err != nil {
		return nil, err
	}
	for _, g := range unmatched.Groups(found) {
		if strconv.FormatInt(g.ID, 10) == c.Group {
			return g.Sentences, nil
		}
	}
	return nil, errs.New(errs.NotFound, "the group has changed meanwhile; load the list again")
}

func idsOf(list []unmatched.Sentence) []int64 {
	out := make([]int64, len(list))
	for i, s := range list {
		out[i] = s.ID
	}
	return out
}

type addUnmatchedInput struct {
	ScriptPath
	Body struct {
		UnmatchedChoice
		Question string   `json:"question,omitempty" maxLength:"64" doc:"A question of the draft, or the name of a new one with create"`
		Intent   string   `json:"intent,omitempty" maxLength:"64" doc:"An intent of the draft, or the name of a new one with create"`
		Create   bool     `json:"create,omitempty"`
		Answer   string   `json:"answer,omitempty" maxLength:"1000" doc:"Of a new question"`
		Texts    []string `json:"texts,omitempty" maxItems:"200" doc:"What is added instead of the sentences' own words, such as the part of them that matters"`
	}
}

type addUnmatchedOutput struct {
	Body struct {
		Revision int64    `json:"revision" doc:"Of the draft"`
		Added    []string `json:"added" doc:"What the draft did not know before"`
		Settled  int      `json:"settled" doc:"Sentences that are no longer open"`
	}
}

// draftTries is how often a draft is read again that somebody else has changed meanwhile.
const draftTries = 5

func (a *API) addUnmatched(ctx context.Context, in *addUnmatchedInput) (*addUnmatchedOutput, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	sentences, err := a.chosen(ctx, s.ID, in.Body.UnmatchedChoice, unmatched.Open)
	if err != nil {
		return nil, err
	}
	lesson := script.Lesson{Question: in.Body.Question, Intent: in.Body.Intent, Create: in.Body.Create, Answer: in.Body.Answer, Phrases: in.Body.Texts}
	if len(lesson.Phrases) == 0 {
		for _, text := range unmatched.Wordings(sentences) {
			lesson.Phrases = append(lesson.Phrases, a.text(ctx, text)) // a draft shows no more than its writer saw
		}
	}
	d, added, problems, err := a.teach(ctx, s.ID, lesson)
	if err != nil {
		return nil, err
	}
	n, err := a.Store.SettleUnmatched(ctx, scopeOf(ctx), s.ID, idsOf(sentences), unmatched.Open, unmatched.Added)
	if err != nil {
		return nil, err
	}
	out := &addUnmatchedOutput{}
	out.Body.Revision, out.Body.Added, out.Body.Settled = d.Revision, append([]string{}, added...), n
	note(ctx, change{Module: "scripts", Action: "add_unmatched", Kind: "script", ID: scriptKey(s.ID), Name: s.Name,
		After: map[string]any{"question": lesson.Question, "intent": lesson.Intent, "added": added, "sentences": n, "revision": d.Revision, "problems": problems}})
	a.scriptChanged(ctx, s.Tenant, s.ID, 0, s.State)
	return out, nil
}

// teach changes the draft, on top of whatever somebody else is doing to it.
func (a *API) teach(ctx context.Context, id script.ID, l script.Lesson) (d script.Draft, added []string, problems int, err error) {
	for range draftTries {
		if d, err = a.Store.Draft(ctx, scopeOf(ctx), id); err != nil {
			return d, nil, 0, err
		}
		if d.Document, added, err = script.Teach(d.Document, l); err != nil {
			return d, nil, 0, err
		}
		if len(added) == 0 {
			return d, nil, 0, nil
		}
		found, _ := script.Check(d.Document)
		problems = len(script.Errors(found))
		d.UpdatedBy, d.UpdatedAt = a.callerName(ctx), a.Clock.Now().UTC()
		if err = a.Store.SaveDraft(ctx, scopeOf(ctx), &d, problems); !errors.Is(err, script.ErrStale) {
			break
		}
	}
	return d, added, problems, stale(ctx, err)
}

type ignoreUnmatchedInput struct {
	ScriptPath
	Body struct {
		UnmatchedChoice
		Reopen bool `json:"reopen,omitempty" doc:"Take ignored sentences back; a group is then one of the ignored ones"`
	}
}

type ignoreUnmatchedOutput struct {
	Body struct {
		Settled int `json:"settled"`
	}
}

func (a *API) ignoreUnmatched(ctx context.Context, in *ignoreUnmatchedInput) (*ignoreUnmatchedOutput, error) {
	s, err := a.Store.Script(ctx, scopeOf(ctx), in.id())
	if err != nil {
		return nil, err
	}
	from, to := unmatched.Open, unmatched.Ignored
	if in.Body.Reopen {
		from, to = to, from
	}
	sentences, err := a.chosen(ctx, s.ID, in.Body.UnmatchedChoice, from)
	if err != nil {
		return nil, err
	}
	out := &ignoreUnmatchedOutput{}
	if out.Body.Settled, err = a.Store.SettleUnmatched(ctx, scopeOf(ctx), s.ID, idsOf(sentences), from, to); err != nil {
		return nil, err
	}
	note(ctx, change{Module: "scripts", Action: "ignore_unmatched", Kind: "script", ID: scriptKey(s.ID), Name: s.Name,
		After: map[string]any{"sentences": out.Body.Settled, "state": string(to)}})
	return out, nil
}
