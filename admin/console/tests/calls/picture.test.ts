import { describe, expect, it } from 'vitest';
import { coarser, levelsOf, loudest, peaksOf, silences } from '@/features/calls/audio/peaks';
import { spansOf, turnAt } from '@/features/calls/audio/turnAt';
import { closeUp, following, moved, whole } from '@/features/calls/audio/view';
import type { Turn } from '@/api/types';

const tone = (seconds: number, rate: number, loud: (t: number) => number) => Int16Array.from({ length: seconds * rate }, (_, i) => loud(i / rate) * 32767 * (i % 2 ? 1 : -1));

describe('peaks', () => {
  it('are the loudest sample of a bucket, either way', () => {
    const p = peaksOf([Int16Array.of(0, 100, -16384, 5, 32767)], 4, 0.5);
    expect(p.every).toBe(0.5);
    expect([...p.lanes[0]!].map((x) => +x.toFixed(4))).toEqual([0.0031, 0.5, 1]);
    expect([...coarser(p, 2).lanes[0]!].map((x) => +x.toFixed(4))).toEqual([0.5, 1]);
  });

  it('have two levels that agree', () => {
    const { fine, coarse, seconds } = levelsOf([tone(3, 8000, (t) => t / 3), tone(3, 8000, () => 0)], 8000);
    expect(seconds).toBe(3);
    expect(fine.lanes[0]!.length).toBe(300);
    expect(coarse.lanes[0]!.length).toBe(30);
    expect(loudest(coarse, 0, 1, 1.1)).toBeCloseTo(loudest(fine, 0, 1, 1.1), 5);
    expect(loudest(fine, 1, 0, 3)).toBe(0);
    expect([loudest(fine, 0, 9, 10), loudest(fine, 5, 0, 1), loudest(fine, 0, -5, -4)]).toEqual([0, 0, loudest(fine, 0, 0, 0.01)]);
  });

  it('of nothing are nothing', () => {
    expect(levelsOf([new Int16Array(0)], 8000)).toMatchObject({ seconds: 0 });
    expect(levelsOf([], 8000)).toMatchObject({ seconds: 0 });
    expect(silences(levelsOf([], 8000).fine)).toEqual([]);
  });

  it('show where both sides are silent for long', () => {
    const callee = tone(6, 1000, (t) => (t < 1 ? 0.5 : 0.002));
    const robot = tone(6, 1000, (t) => (t >= 3 && t < 3.5 ? 0.5 : 0));
    const found = silences(peaksOf([callee, robot], 1000, 0.01)).map((s) => [+s.from.toFixed(2), +s.to.toFixed(2)]);
    expect(found).toEqual([[1, 3], [3.5, 6]]);
    expect(silences(peaksOf([callee, robot], 1000, 0.01), 2.2).length).toBe(1);
  });
});

const turn = (seq: number, speaker: Turn['speaker'], from?: number, to?: number): Turn => ({ seq, speaker, text: '', started_at: '', ended_at: '', from_ms: from, to_ms: to }) as Turn;

describe('the sentence of a moment', () => {
  const spans = spansOf([turn(1, 'robot', 300, 2000), turn(2, 'callee', 1500, 4000), turn(3, 'robot', 4300, 6000), turn(4, 'callee'), turn(5, 'robot', 8000)], 10);

  it('leaves out turns without a place and ends an open one with the recording', () => {
    expect(spans.map((s) => [s.seq, s.from, s.to])).toEqual([[1, 0.3, 2], [2, 1.5, 4], [3, 4.3, 6], [5, 8, 10]]);
    expect(spansOf(null, 5)).toEqual([]);
    expect(spansOf([turn(1, 'robot', 500, 100)], 5)[0]).toMatchObject({ from: 0.5, to: 0.5 });
  });

  it.each([
    [0, undefined], [0.3, 1], [1.4, 1], [1.7, 2], [3, 2], [4.1, 2], [4.3, 3], [7.9, 3], [9, 5], [99, 5],
  ])('at %d s it is %s', (at, seq) => expect(turnAt(spans, at)).toBe(seq));

  it('does not need the turns in order', () => expect(turnAt([...spans].reverse(), 1.7)).toBe(2));
});

describe('the shown part', () => {
  it('stays within the recording', () => {
    expect(closeUp(0, 10, 60)).toEqual({ from: 0, to: 10 });
    expect(closeUp(60, 10, 60)).toEqual({ from: 50, to: 60 });
    expect(closeUp(5, 100, 60)).toEqual({ from: 0, to: 60 });
    expect(closeUp(5, Infinity, 60)).toEqual(whole(60));
    expect(moved({ from: 20, to: 30 }, -100, 60)).toEqual({ from: 0, to: 10 });
    expect(whole(0).to).toBeGreaterThan(0);
  });

  it('turns the page when playing leaves it', () => {
    const v = { from: 0, to: 10 };
    expect(following(v, 5, 60)).toBe(v);
    const next = following(v, 9.8, 60);
    expect(next.from).toBeLessThanOrEqual(9.8);
    expect(next.to).toBeCloseTo(next.from + 10);
    expect(following({ from: 50, to: 60 }, 60, 60)).toEqual({ from: 50, to: 60 });
    expect(following({ from: 30, to: 40 }, 3, 60).from).toBeLessThanOrEqual(3);
  });
});
