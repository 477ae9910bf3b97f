import type { Call } from '@/api/types';

// A slot is a line of the list of live calls. A call keeps its line while it lasts; then the line shows how it ended until
// another call takes it. So lines never move under the eye, however fast calls come and go.
export interface Slot {
  line: number;
  call: Call;
  endedAt: number | undefined; // by this clock, in milliseconds
}

export const lingers = 4000; // how long an end is shown at least
export const stale = 15_000; // how long an end is shown at most, once enough lines are over

// place shows the calls that are under way now. Lines of calls that are gone from `live` end at `now`.
export function place(slots: readonly Slot[], live: readonly Call[], now: number): Slot[] {
  const coming = new Map(live.map((c) => [c.id, c]));
  const out = slots.map((s): Slot => {
    const c = coming.get(s.call.id);
    coming.delete(s.call.id);
    if (c) return { ...s, call: merged(s.call, c), endedAt: c.state === 'ended' ? (s.endedAt ?? now) : undefined };
    return { ...s, endedAt: s.endedAt ?? now };
  });
  // Older calls come first, so that a fresh list reads in the order of dialling.
  const fresh = [...coming.values()].filter((c) => c.state !== 'ended').sort((a, b) => (a.dialled_at < b.dialled_at ? -1 : a.dialled_at > b.dialled_at ? 1 : 0));
  let free = 0;
  for (const call of fresh) {
    while (free < out.length && !(out[free]!.endedAt !== undefined && now - out[free]!.endedAt! >= lingers)) free++;
    if (free < out.length) out[free] = { line: out[free]!.line, call, endedAt: undefined };
    else out.push({ line: nextLine(out), call, endedAt: undefined });
    free++;
  }
  return tidy(out, now);
}

// tidy takes ended lines off the bottom, and off the middle once they are most of the list.
export function tidy(slots: readonly Slot[], now: number): Slot[] {
  const old = (s: Slot) => s.endedAt !== undefined && now - s.endedAt >= stale;
  const out = [...slots];
  while (out.length && old(out.at(-1)!)) out.pop();
  return out.filter(old).length * 2 > out.length ? out.filter((s) => !old(s)) : out;
}

const nextLine = (slots: readonly Slot[]) => slots.reduce((most, s) => Math.max(most, s.line), 0) + 1;

// What events told may be newer than what the list had read.
function merged(known: Call, read: Call): Call {
  return {
    ...read,
    last_sentence: read.last_sentence ?? known.last_sentence,
    grade: read.grade ?? known.grade,
    turn_count: Math.max(known.turn_count, read.turn_count),
  };
}

export interface News {
  state?: string;
  at?: string; // when it came into that state
  said?: { speaker: 'robot' | 'callee'; text: string; seq: number; grade?: string };
}

// told applies what events said of calls that are shown, and names those that are not.
export function told(slots: readonly Slot[], news: ReadonlyMap<string, News>, now: number): { slots: Slot[]; unknown: string[] } {
  const rest = new Map(news);
  const out = slots.map((s): Slot => {
    const n = rest.get(s.call.id);
    if (!n) return s;
    rest.delete(s.call.id);
    const call = { ...s.call };
    if (n.said) {
      call.last_sentence = { speaker: n.said.speaker, text: n.said.text };
      call.turn_count = Math.max(call.turn_count, n.said.seq);
      if (n.said.grade) call.grade = n.said.grade as Call['grade'];
    }
    if (n.state) call.state = n.state as Call['state'];
    if (n.state === 'answered') call.answered_at ??= n.at;
    return { ...s, call, endedAt: n.state === 'ended' ? (s.endedAt ?? now) : s.endedAt };
  });
  return { slots: out, unknown: [...rest].filter(([, n]) => n.state !== 'ended').map(([id]) => id) };
}
