import { describe, expect, it } from 'vitest';
import type { Permission, ScriptDiff, ScriptOffer } from '@/api/types';
import { actionsFor, canDeploy, type Known } from '@/features/scripts/actions';
import { readable, viewOf } from '@/features/scripts/diff/model';
import { pieces } from '@/features/scripts/diff/pieces';
import { byTrade, named } from '@/features/scripts/market/byTrade';
import { defaultsOf, readDocument, readingOrder } from '@/features/scripts/reading/order';
import { pictured, together } from '@/features/scripts/reading/picture';
import { gradeShift } from '@/features/scripts/replay/shift';
import { missedBy, shareOf } from '@/features/scripts/tests/coverage';

const script = (more: Partial<Known>): Known => ({ state: 'draft', editing: false, shared: false, deployment: 'none', ...more });
const every = () => true;
const next = (s: Known, can: (p: Permission) => boolean = every) =>
  actionsFor(s, can).filter((a) => ['deploy', 'submit', 'withdraw'].includes(a));

describe('what may be done with a script', () => {
  it.each<[string, Partial<Known>, string[]]>([
    ['a draft', { state: 'draft', editing: true }, ['submit']],
    ['one in review', { state: 'in_review', editing: true }, ['withdraw']],
    ['a refused one', { state: 'refused', editing: true }, ['submit']],
    ['a refused one that was not mended', { state: 'refused' }, []],
    ['a live one', { state: 'live' }, ['deploy']],
    ['a deployed one', { state: 'live', deployment: 'newest' }, []],
    ['a deployed one that is edited', { state: 'live', editing: true, deployment: 'newest' }, ['submit']],
    ['one whose next version is in review', { state: 'in_review', editing: true, deployment: 'earlier' }, ['withdraw']],
    ['one whose next version was refused and not mended', { state: 'refused', deployment: 'earlier' }, []],
    ['one whose next version was refused and mended', { state: 'refused', editing: true, deployment: 'earlier' }, ['submit']],
    ['one whose next version was approved', { state: 'live', deployment: 'earlier' }, ['deploy']],
  ])('%s', (_, more, actions) => expect(next(script(more))).toEqual(actions));
  it('is what the role allows', () => {
    const s = script({ state: 'live', editing: true });
    expect(actionsFor(s, (p) => p === 'scripts.view')).toEqual(['json', 'yaml', 'xlsx', 'xls']);
    expect(next(s, (p) => p !== 'scripts.deploy')).toEqual(['submit']);
    expect([canDeploy({ state: 'live' }, every), canDeploy({ state: 'refused' }, every), canDeploy({ state: 'live' }, () => false)]).toEqual([true, false, false]);
  });
  it('shares with companies below, where there can be any', () => {
    expect(actionsFor(script({}), every)).not.toContain('share');
    expect(actionsFor(script({}), every, { above: true })).toContain('share');
    expect(actionsFor(script({ shared: true }), every, { above: true })).toContain('unshare');
  });
});

describe('pieces of two texts', () => {
  const shown = (a: string, b: string) => pieces(a, b).map((p) => ({ same: '', gone: '-', new: '+' })[p.kind] + p.text);
  it('show a changed word within a sentence', () => {
    expect(shown('您好，我是远声科技的', '您好，我是近声科技的')).toEqual(['您好，我是', '-远', '+近', '声科技的']);
    expect(shown('see you on Monday', 'see you on Tuesday')).toEqual(['see you on ', '-Monday', '+Tuesday']);
  });
  it('put both texts together again', () => {
    for (const [a, b] of [['', ''], ['', 'x'], ['abc 一二三', '一二四 abc'], ['😀a', 'a😀']] as const) {
      expect(pieces(a, b).filter((p) => p.kind !== 'new').map((p) => p.text).join('')).toBe(a);
      expect(pieces(a, b).filter((p) => p.kind !== 'gone').map((p) => p.text).join('')).toBe(b);
    }
  });
  it('give up on texts that are too long to compare', () => {
    const [a, b] = ['啊'.repeat(3000), '哦'.repeat(3000)];
    expect(shown(a, b)).toEqual([`-${a}`, `+${b}`]);
  });
});

describe('the view of a difference', () => {
  const diff: ScriptDiff = {
    nodes: [{ id: 'bye', change: 'removed', fields: [{ path: 'say', before: '再见', after: '' }] }, { id: 'hello', change: 'changed', fields: [{ path: 'say', before: '您好，方便吗', after: '您好，现在方便吗' }] }],
    parts: [{ part: 'tests', id: 't', change: 'added', fields: [] }, { part: 'settings', id: '', change: 'changed', fields: null }, { part: 'tests', id: 'u', change: 'removed', fields: [] }],
  };
  it('groups by part, in the order of reading, and counts', () => {
    expect(viewOf(diff).map((g) => [g.part, g.counts])).toEqual([
      ['nodes', { added: 0, removed: 1, changed: 1 }], ['settings', { added: 0, removed: 0, changed: 1 }], ['tests', { added: 1, removed: 1, changed: 0 }],
    ]);
    expect(viewOf({ nodes: null, parts: null })).toEqual([]);
  });
  it('marks what came and went on its side', () => {
    const [, hello] = viewOf(diff)[0]!.entries;
    expect(hello!.fields[0]).toEqual({ path: 'say', before: [{ kind: 'same', text: '您好，' }, { kind: 'same', text: '方便吗' }], after: [{ kind: 'same', text: '您好，' }, { kind: 'new', text: '现在' }, { kind: 'same', text: '方便吗' }] });
  });
  it('shows texts that have little in common as two', () => {
    const [g] = viewOf({ nodes: [{ id: 'a', change: 'changed', fields: [{ path: 'say', before: '我们在杭州', after: '请问您贵姓，在吗' }] }], parts: [] });
    expect(g!.entries[0]!.fields[0]!.before).toEqual([{ kind: 'gone', text: '我们在杭州' }]);
  });
  it('reads lists and mappings line by line', () => {
    expect(readable('{"max":3,"say":["a","b"],"then":{"to":"bye"}}')).toBe('max: 3\nsay: a, b\nthen:\n  to: bye');
    expect(readable('[{"grade":"A","when":{"labels":["x"]}}]')).toBe('- grade: A\n  when:\n    labels: x');
    expect([readable('[broken'), readable('plain')]).toEqual(['[broken', 'plain']);
  });
});

describe('reading a script', () => {
  const text = JSON.stringify({
    start: 'hello', variables: { city: '杭州', amount: { default: 3, format: 'money' }, empty: null },
    nodes: { lost: { hangup: true }, bye: { hangup: true }, hello: { say: '您好', branches: { affirm: { to: 'more' }, negate: 'bye' } }, more: { say: '好', next: 'bye' }, helped: { say: '人工', hangup: true } },
    anywhere: { transfer_to_agent: 'helped' },
  });
  it('goes as the talk does, with what nothing leads to at the end', () => expect(readingOrder(readDocument(text))).toEqual(['hello', 'more', 'bye', 'helped', 'lost']));
  it('shows nothing of what is no document', () => {
    for (const bad of ['', '[]', 'null', '{', '3']) expect(readingOrder(readDocument(bad))).toEqual([]);
  });
  it('knows the defaults of variables', () => expect(defaultsOf(readDocument(text))).toEqual({ city: '杭州', amount: '3', empty: '' }));
  it('draws every node and every way', () => {
    const p = pictured(readDocument(text));
    expect(p.nodes).toHaveLength(5);
    expect(p.edges.map((e) => e.id).sort()).toEqual(['hello>affirm', 'hello>negate', 'more>next']);
    expect(p.nodes.every((n) => n.x + 128 <= p.width && n.y + 40 <= p.height)).toBe(true);
    expect(pictured({})).toMatchObject({ nodes: [], edges: [] });
  });
  it('keeps nodes that are gone for a picture of both', () => {
    expect(Object.keys(together({ nodes: { a: { hangup: true } } }, { nodes: { a: { say: 'x' }, b: { hangup: true } } }).nodes!)).toEqual(['a', 'b']);
  });
});

describe('figures', () => {
  it('name what was never reached, and no way out of it again', () => {
    const c = { nodes: { a: 3, b: 0 }, branches: { 'a>affirm': 2, 'a>keyword:x>y': 0, 'b>next': 0 }, nodes_total: 2, nodes_hit: 1, branches_total: 3, branches_hit: 1 };
    expect(missedBy(c)).toEqual({ nodes: ['b'], branches: [{ node: 'a', on: 'keyword:x>y', key: 'a>keyword:x>y' }] });
  });
  it('show shares of counts, the largest first', () => {
    expect(shareOf({ x: 1, y: 3 })).toEqual([{ key: 'y', n: 3, share: 0.75 }, { key: 'x', n: 1, share: 0.25 }]);
    expect(shareOf(undefined)).toEqual([]);
  });
  it('tell how grades move', () => expect(gradeShift({ before: { A: 2, C: 1 }, after: { A: 3 } })).toEqual([{ grade: 'A', before: 2, after: 3, by: 1 }, { grade: 'C', before: 1, after: 0, by: -1 }]));
});

describe('the market', () => {
  it('shows the known trades first and those without one last', () => {
    const offer = (key: string, trade: string) => ({ key, trade }) as ScriptOffer;
    expect(byTrade([offer('1', ''), offer('2', '殡葬'), offer('3', 'survey'), offer('4', 'loan'), offer('5', 'survey')]).map((g) => [g.trade, g.offers.length])).toEqual([['loan', 1], ['survey', 2], ['殡葬', 1], ['', 1]]);
  });
  it('finds offers by a part of their name', () => {
    const offers = ['贷款意向回访', 'Loan follow-up'].map((name) => ({ name }) as ScriptOffer);
    expect([' 意向 ', 'LOAN', '', '没有'].map((word) => named(offers, word).length)).toEqual([1, 1, 2, 0]);
  });
});
