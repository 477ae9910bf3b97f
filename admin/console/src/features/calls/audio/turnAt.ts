import type { Turn } from '@/api/types';

export interface Span {
  seq: number;
  speaker: Turn['speaker'];
  from: number; // seconds into the recording
  to: number;
  interrupted: boolean;
}

// spansOf are the turns that have a place in the recording. `length` ends a turn that has not ended yet.
export function spansOf(turns: readonly Turn[] | null | undefined, length: number): Span[] {
  return (turns ?? [])
    .filter((t) => t.from_ms !== undefined)
    .map((t) => {
      const from = t.from_ms! / 1000;
      const to = t.to_ms === undefined ? length : t.to_ms / 1000;
      return { seq: t.seq, speaker: t.speaker, from, to: Math.max(from, to), interrupted: t.interrupted ?? false };
    });
}

// turnAt is the sentence to be shown for a moment: the one being said (the one begun last, when both talk at once), in a
// pause the one before it, and none before the first.
export function turnAt(spans: readonly Span[], at: number): number | undefined {
  let said: Span | undefined;
  let saying: Span | undefined;
  for (const s of spans) {
    if (s.from > at) continue;
    if (!said || s.from >= said.from) said = s;
    if (at < s.to && (!saying || s.from >= saying.from)) saying = s;
  }
  return (saying ?? said)?.seq;
}
