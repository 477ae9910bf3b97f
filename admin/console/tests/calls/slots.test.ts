import { describe, expect, it } from 'vitest';
import type { Call } from '@/api/types';
import { lingers, place, type Slot, stale, tidy, told } from '@/features/calls/live/slots';

const call = (id: string, more: Partial<Call> = {}): Call => ({ id, state: 'originating', dialled_at: `2026-01-01T00:00:0${id.charCodeAt(0) % 10}Z`, turn_count: 0, ...more }) as Call;
const ids = (s: Slot[]) => s.map((x) => (x.endedAt === undefined ? x.call.id : `(${x.call.id})`));

describe('lines of live calls', () => {
  it('are in the order of dialling, and keep it', () => {
    const a = place([], [call('c'), call('a'), call('b')], 0);
    expect(new Set(ids(a))).toEqual(new Set(['a', 'b', 'c']));
    const again = place(a, [call('b'), call('c'), call('a'), call('d')], 1000);
    expect(ids(again).slice(0, 3)).toEqual(ids(a));
    expect(again.map((s) => s.line)).toEqual([1, 2, 3, 4]);
  });

  it('show an end for a while and then take another call', () => {
    let s = place([], [call('a'), call('b')], 0);
    s = place(s, [call('b')], 1000);
    expect(ids(s)).toEqual(['(a)', 'b']);
    s = place(s, [call('b'), call('x')], 2000); // too early for the first line
    expect(ids(s)).toEqual(['(a)', 'b', 'x']);
    s = place(s, [call('b'), call('x'), call('y')], 1000 + lingers);
    expect(ids(s)).toEqual(['y', 'b', 'x']);
    expect(s[0]!.line).toBe(1);
  });

  it('give way at the bottom, and in the middle once most are over', () => {
    const s = place([], ['a', 'b', 'c', 'd', 'e'].map((x) => call(x)), 0);
    const names = ids(s);
    const over = (n: number[], at: number) => s.map((x, i) => (n.includes(i) ? { ...x, endedAt: at } : x));
    expect(ids(tidy(over([4], 0), stale))).toEqual(names.slice(0, 4));
    expect(ids(tidy(over([1], 0), stale))).toHaveLength(5);
    expect(ids(tidy(over([0, 1, 2], 0), stale))).toEqual(names.slice(3));
    expect(ids(tidy(over([0, 1, 2, 3, 4], 0), stale))).toEqual([]);
    expect(ids(tidy(over([0, 1, 2, 3, 4], 0), stale - 1))).toHaveLength(5);
  });

  it('take what events say, and name calls that are not shown', () => {
    const s = place([], [call('a'), call('b')], 0);
    const { slots, unknown } = told(
      s,
      new Map([
        ['a', { state: 'answered', at: '2026-01-01T00:00:09Z', said: { speaker: 'robot' as const, text: '您好', seq: 1 } }],
        ['b', { state: 'ended' }],
        ['n', { state: 'originating' }],
        ['m', { state: 'ended' }],
      ]),
      5,
    );
    const a = slots.find((x) => x.call.id === 'a')!;
    expect(a.call).toMatchObject({ state: 'answered', answered_at: '2026-01-01T00:00:09Z', turn_count: 1, last_sentence: { speaker: 'robot', text: '您好' } });
    expect(slots.find((x) => x.call.id === 'b')!.endedAt).toBe(5);
    expect(unknown).toEqual(['n']);
  });

  it('do not lose what events said to a list that was read before', () => {
    let s = place([], [call('a', { state: 'answered' })], 0);
    s = told(s, new Map([['a', { said: { speaker: 'callee' as const, text: '好', seq: 2, grade: 'A' } }]]), 1).slots;
    s = place(s, [call('a', { state: 'answered' })], 2);
    expect(s[0]!.call).toMatchObject({ last_sentence: { text: '好' }, grade: 'A', turn_count: 2 });
  });

  it('leave a line alone that nothing was said of', () => {
    const s = place([], [call('a'), call('b')], 0);
    const { slots } = told(s, new Map([['a', { state: 'early' }]]), 1);
    expect(slots.filter((x, i) => x === s[i])).toHaveLength(1);
  });

  it('stay quick with 300 calls and a storm of events', () => {
    let s = place([], Array.from({ length: 300 }, (_, i) => call(`c${i}`)), 0);
    for (let k = 0; k < 50; k++) s = told(s, new Map(s.map((x) => [x.call.id, { said: { speaker: 'robot' as const, text: String(k), seq: k } }])), k).slots;
    expect(s).toHaveLength(300);
    expect(s[299]!.call.turn_count).toBe(49);
  });
});
