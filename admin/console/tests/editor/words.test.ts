import { describe, expect, it } from 'vitest';
import { createEditor } from '@/features/scripts/editor/state/useEditor';
import { encodeWav, trimmed } from '@/features/scripts/editor/audio/wav';
import { kinds } from '@/features/scripts/editor/core/document';
import { hitCounts, ofCoverage, ofTraffic, taken } from '@/features/scripts/editor/core/overlay';
import { caseOf, lines, words } from '@/features/scripts/editor/core/says';
import en from '@/features/scripts/editor/en';
import zh from '@/features/scripts/editor/zh';
import { largeScript } from './large';

type Words = { [key: string]: string | Words };
const leaves = (m: Words, prefix = ''): string[] => Object.entries(m).flatMap(([k, v]) => (typeof v === 'string' ? `${prefix}${k} ${[...v.matchAll(/\{(\w+)\}/g)].map((x) => x[1]).sort()}` : leaves(v, `${prefix}${k}.`)));

describe('words', () => {
  it('are the same in both languages, and know every kind of node', () => {
    expect(leaves(en)).toEqual(leaves(zh));
    for (const k of kinds) expect(zh.kind[k]).toBeTruthy();
  });
});

describe('overlay', () => {
  const branch = { group: 'branch' as const, on: 'affirm' };
  it('tells how often a way was taken in tests', () => {
    const o = ofCoverage({ nodes: { a: 3, b: 0 }, branches: { 'a>affirm': 3, 'a>is:1': 0 } }, 10);
    expect([taken(o, 'a', branch), taken(o, 'a', { group: 'case', on: '1' }), taken(o, 'a', { group: 'next', on: 'next' })]).toEqual([3, 0, undefined]);
    expect(hitCounts(o)).toEqual({ nodes: 2, nodesHit: 1, ways: 2, waysHit: 1 });
  });
  it('takes a way of an entered node that no call took for never taken', () => {
    const o = ofTraffic({ calls: 2, nodes: { a: { entered: 2, hung_up: 1 } }, branches: {} });
    expect([taken(o, 'a', branch), taken(o, 'b', branch)]).toEqual([0, undefined]);
    expect(o.nodes.get('a')).toEqual({ entered: 2, hungUp: 1 });
  });
});

describe('tests from a talk', () => {
  it('keep the lines and what came of them', () => {
    const came = { path: ['a', 'a', 'b', 'a'], labels: ['x'], sms: [], grade: 'B', node: 'a', ended: true };
    expect(caseOf('n', ['好', '<digits 2>'], came, {})).toEqual({ name: 'n', says: ['好', '<digits 2>'], expect: { path: ['a', 'b', 'a'], labels: ['x'], grade: 'B', end: 'a' } });
    expect(caseOf('n', [], { ...came, path: [], labels: [], grade: '', ended: false }, { name: '王' })).toEqual({ name: 'n', variables: { name: '王' }, says: [], expect: {} });
  });
  it('reads lists as people type them', () => {
    expect(words('停车, 车位、停车场\n\n泊车')).toEqual(['停车', '车位', '停车场', '泊车']);
    expect(lines(' 好，可以 \n\n再见')).toEqual(['好，可以', '再见']);
  });
});

describe('recordings', () => {
  it('become 16 bit PCM of one channel, clipped and not wrapped', () => {
    const wav = encodeWav(new Float32Array([0, 1, -1, 2, -2, 0.5]), 16000);
    const v = new DataView(wav.buffer);
    expect(new TextDecoder().decode(wav.slice(0, 4)) + new TextDecoder().decode(wav.slice(8, 12))).toBe('RIFFWAVE');
    expect([v.getUint32(4, true), v.getUint16(22, true), v.getUint32(24, true), v.getUint32(28, true), v.getUint16(34, true), v.getUint32(40, true)]).toEqual([48, 1, 16000, 32000, 16, 12]);
    expect([0, 1, 2, 3, 4, 5].map((i) => v.getInt16(44 + 2 * i, true))).toEqual([0, 32767, -32768, 32767, -32768, 16384]);
  });
  it('lose the silence around them, but for a short rest', () => {
    const sound = new Float32Array(3000);
    sound.fill(0.5, 1000, 1100);
    expect(trimmed(sound, 1000).length).toBe(400);
    expect(trimmed(new Float32Array(100), 1000).length).toBe(0);
  });
});

describe('editor', () => {
  const open = (readOnly = false) => createEditor(1, largeScript(12), readOnly, () => 0);
  it('keeps nodes where they are while others are edited, removed and brought back', () => {
    const e = open();
    const before = new Map(e.points.value);
    e.set(['nodes', 'ask-0', 'say'], '别的话');
    expect(e.points.value).toEqual(before);
    e.select(['bye', 'desk']);
    e.remove(['bye']);
    expect(e.selected.value).toEqual(['desk']);
    expect(e.points.value.get('desk')).toEqual(before.get('desk'));
    e.undo();
    expect(e.document.value.nodes!.bye).toBeTruthy();
    expect(e.points.value.get('bye')).toEqual(before.get('bye'));
  });
  it('writes all places down when one node is moved', () => {
    const e = open();
    e.move(new Map([['bye', { x: 7, y: 9 }]]));
    expect(e.document.value.layout!.bye).toEqual({ x: 7, y: 9 });
    expect(Object.keys(e.document.value.layout!).length).toBe(12);
  });
  it('changes nothing for a reader', () => {
    const e = open(true);
    const d = e.document.value;
    e.set(['name'], 'x');
    e.remove(['bye']);
    e.arrange();
    expect(e.document.value).toBe(d);
  });
  it('finds the problems of a field below it', () => {
    const e = open();
    e.problems.value = [{ severity: 'error', node: 'a', at: 'branches.affirm.to', text: '1' }, { severity: 'warning', node: '', at: 'questions.price', text: '2' }];
    expect(e.problemsAt('a', 'branches.affirm').map((p) => p.text)).toEqual(['1']);
    expect(e.problemsAt('', 'questions').map((p) => p.text)).toEqual(['2']);
    expect(e.problemsAt('a', 'say')).toEqual([]);
  });
});
