package session

import (
	"slices"
	"strings"
	"time"

	"github.com/outdial/outdial/dialogue/asr"
	"github.com/outdial/outdial/dialogue/vad"
	"github.com/outdial/outdial/shared/audio"
	"github.com/outdial/outdial/shared/flow"
	"github.com/outdial/outdial/shared/nlu"
	"github.com/outdial/outdial/shared/transcript"
)

// longestUtterance ends a turn that does not end by itself: music on hold, a television.
const longestUtterance = 30 * time.Second

// listen gives the frame to the ear and, while the callee speaks, to the recogniser and the file.
func (s *Session) listen(in []int16) {
	edge, voiced := s.ear.step(in, s.now)
	s.wire.listen(in, s.now)
	if !s.answered || s.left {
		if edge == vad.Started {
			s.ear.gate.Reset()
		}
		return
	}
	h := s.heard
	if h == nil {
		if edge != vad.Started {
			return
		}
		h = s.hear()
	} else {
		s.take(h, in)
	}
	if voiced {
		h.last, h.endedAt = s.now, s.at
		h.voiced++
	}
}

// hear begins an utterance with the frames from before it was confirmed.
func (s *Session) hear() *heard {
	s.heards++
	begun := s.ear.begun
	h := &heard{n: s.heards, begun: begun, last: s.now, startedAt: s.at.Add(-(s.now - begun + 1).duration()), endedAt: s.at}
	h.voiced = int(s.ear.gate.Voiced() / vad.FrameDuration)
	s.heard = h
	taken := s.taken
	s.ear.recent(func(frame []int16, age int) {
		if s.now-tick(age) > taken {
			s.take(h, frame)
		}
	})
	return h
}

// take passes one frame of an utterance on.
func (s *Session) take(h *heard, frame []int16) {
	s.taken = s.now
	s.hearing.write(s.now, frame)
	if h.chunk == nil {
		h.chunk = chunks.Get().(*[]int16)
	}
	*h.chunk = append(*h.chunk, frame[:min(len(frame), audio.FrameSamples)]...)
	if len(*h.chunk) >= chunkSamples-audio.FrameSamples {
		s.rec.put(recording{utterance: h.n, samples: h.chunk})
		h.chunk = nil
	}
}

// results reads what the recogniser has said since the last frame.
func (s *Session) results() {
	for {
		r, ok := s.hearing.next(s.now)
		if !ok {
			break
		}
		switch {
		case r.Final && s.waiting != nil:
			s.final(r)
		case r.Final || s.waiting != nil || s.heard == nil:
			// A late word about an utterance that is over.
		default:
			s.partial(s.heard, r)
		}
	}
	if h := s.waiting; h != nil && (s.hearing.stream == nil || s.now >= h.deadline) {
		if s.hearing.stream != nil {
			s.hearing.drop(s.now, &asr.Error{Kind: asr.Timeout, Provider: s.hearing.name, Tried: "wait for the end of a sentence"})
		}
		s.final(asr.Result{Final: true})
	}
}

func (s *Session) partial(h *heard, r asr.Result) {
	was := h.partial
	h.partial, h.expected, h.unfinished = "", false, false
	if !r.Matched || r.Text == "" {
		return
	}
	if was != r.Text {
		h.partialAt = s.now
	}
	h.partial = r.Text
	h.unfinished = unfinished(r.Text)
	h.expected = s.leads(r.Text)
}

// leads tells whether a sentence would move the talk, also while the robot still speaks.
func (s *Session) leads(text string) bool {
	state := s.flow
	if state.Phase == flow.Speaking {
		state.Phase = flow.Broken
	}
	return flow.Expects(state, text)
}

// endpoint ends the callee's turn after a silence that depends on what was heard.
func (s *Session) endpoint() {
	h := s.heard
	if h == nil || s.waiting != nil {
		return
	}
	if s.ear.silent(s.now) >= s.needed(h) || (s.now-h.begun).duration() >= longestUtterance {
		h.silence = s.needed(h)
		s.endUtterance()
	}
}

func (s *Session) needed(h *heard) time.Duration {
	e := s.settings.Endpoint
	switch {
	case h.unfinished || s.keys.rule != nil || s.value:
		return e.Open
	case h.expected || s.flow.Phase != flow.Listening && nlu.Backchannel(h.partial):
		if h.partialAt > h.last {
			return e.Matched
		}
		// The recogniser may not have heard all of it yet: what it says next can still turn the sentence.
		return min(e.Matched+behind, max(e.Matched, e.Default))
	}
	return e.Default
}

// behind is how far a streaming recogniser's partial results are behind the voice.
const behind = 150 * time.Millisecond

func (s *Session) endUtterance() {
	h := s.heard
	s.heard, s.waiting = nil, h
	h.deadline = s.now + ticks(s.cfg.Tuning.FinalWait)
	if s.burst(h) { // it will be a turn, and comes before whatever the robot says from here on
		s.seq++
		h.seq = s.seq
	}
	s.ear.gate.Reset()
	h.flushed = s.cfg.Clock.Now()
	if s.hearing.stream != nil {
		s.hearing.stream.Flush()
	}
	// Without a recogniser, results finds out in the next frame.
}

// burst tells whether an utterance holds enough voice to have been something.
func (s *Session) burst(h *heard) bool {
	return time.Duration(h.voiced)*audio.FrameDuration >= s.cfg.Tuning.Burst
}

// final decides what an utterance was, moves the flow and stores the turn.
func (s *Session) final(r asr.Result) {
	h := s.waiting
	s.waiting = nil
	turn := transcript.Turn{Node: string(s.flow.Node)}
	if r.Matched {
		turn.Text = strings.TrimSpace(r.Text)
		s.lineSaid(turn.Text)
		if r.Err == nil && turn.Text != "" {
			s.hearing.served()
		}
	}
	if turn.Text == "" && !s.burst(h) {
		s.discard(h)
		if s.flow.Phase == flow.Broken {
			s.step(flow.FalseAlarm{})
		}
		return
	}
	small := turn.Text == "" || nlu.Backchannel(turn.Text)
	aside := transcript.Match{Kind: transcript.MatchBackchannel, Score: r.Confidence}
	if s.flow.Phase == flow.Speaking && s.begun && !small && s.mouth.current() != nil && s.mouth.current().speak.Interruptible && s.leads(turn.Text) {
		s.interrupt(h)
	}
	switch {
	case !s.begun || s.leaving > 0 || s.left:
		turn.Matched = aside
	case s.flow.Phase == flow.Listening, s.flow.Phase == flow.Broken && !small:
		s.floor = 0
		s.owe(h.last)
		s.waited = h.endedAt.Add(h.silence + s.cfg.Clock.Since(h.flushed))
		trace := s.step(flow.Utterance{Text: turn.Text, Match: s.cfg.Program.Match(turn.Text), At: s.local()})
		turn.Matched = trace.Match
	case s.flow.Phase == flow.Broken:
		turn.Matched = aside
		s.step(flow.FalseAlarm{})
	default:
		turn.Matched = aside
	}
	if s.flow.Phase == flow.Listening && s.floor == 0 {
		s.floor = s.now
	}
	s.closeHeard(h, turn)
}

// breakIn stops the prompt when the callee means to speak. What says only that somebody listens does not stop it, not even for a
// moment: it goes on for as long as what is heard sounds like a 嗯, a 好的 or a 嗯对. What sounds like anything else stops it, a lone
// syllable only where that is certain, and so does a word that leads somewhere.
func (s *Session) breakIn() {
	h, u := s.heard, s.mouth.current()
	if h == nil || u == nil || s.mouth.paused || !u.begun || !u.speak.Interruptible || s.flow.Phase != flow.Speaking {
		return
	}
	span := s.ear.span(s.now)
	odds := s.ear.murmurs.Odds()
	limit := certain
	if s.ear.several() && span >= settled || span >= s.cfg.Tuning.Unbroken {
		limit = doubtful
	}
	endless := span >= longestMurmur
	switch {
	case h.partial == "":
	case nlu.Backchannel(h.partial):
		limit, endless = min(limit, agreed), false
	case h.expected:
		s.interrupt(h)
		return
	default:
		limit = contradicted
	}
	spoken := span >= s.cfg.Tuning.Confirm && odds < limit
	if (spoken || endless) && s.ear.human() {
		s.interrupt(h)
	}
}

func (s *Session) interrupt(h *heard) {
	u := s.mouth.current()
	s.mouth.paused = true
	// A murmur that was let pass does not count as its beginning.
	u.stop = s.stopped(max(h.begun, s.ear.begun, u.first))
	s.step(flow.Interrupted{})
}

// unfinished tells whether a sentence breaks off: more is coming, or the speaker searches for a word.
func unfinished(text string) bool {
	t := strings.TrimRight(strings.ToLower(strings.TrimSpace(text)), "，,、…。. ")
	for _, w := range openEnds {
		// A partial result may also stop inside such a word.
		if strings.HasSuffix(t, w) || t != "" && strings.HasPrefix(w, t) {
			return true
		}
	}
	// A condition or a reason that was begun and has no consequence yet.
	for _, w := range openings {
		if at := strings.LastIndex(t, w); at >= 0 {
			return !slices.ContainsFunc(consequences, func(c string) bool { return strings.Contains(t[at+len(w):], c) })
		}
	}
	return false
}

var (
	openings     = []string{"如果", "要是", "假如", "虽然", "除非"}
	consequences = []string{"就", "那", "我", "可以", "行", "吗", "呢", "怎么", "多少", "但", "还是", "也"}
)

var openEnds = []string{"那个", "就是", "然后", "因为", "但是", "如果", "我想", "还有", "所以", "可是", "比如", "的话", "或者", "而且",
	" and", " but", " because", " if", " so", " or", " the"}
