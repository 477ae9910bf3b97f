import { describe, expect, it } from 'vitest';
import { copyNodes, pasteNodes } from '@/features/scripts/editor/core/clipboard';
import { freeName, kindOf, nameForm, put, renameKey, type ScriptDocument } from '@/features/scripts/editor/core/document';
import { addBranch, addNode, changeKind, connect, exitsOf, graphOf, graphReader, heightOf, newNode, removeNodes, rowMiddle } from '@/features/scripts/editor/core/graph';
import { begin, change, redo, undo } from '@/features/scripts/editor/core/history';
import { layered } from '@/features/scripts/editor/core/layered';
import { neighbour, place, positions } from '@/features/scripts/editor/core/layout';
import { marksByNode, panelOf, within } from '@/features/scripts/editor/core/places';
import { renameIntent, renameNode, renameVariable } from '@/features/scripts/editor/core/rename';
import { search } from '@/features/scripts/editor/core/search';
import { largeScript } from './large';

const doc = (): ScriptDocument => ({
  script: 1, name: '邀请', start: 'invite',
  settings: { silence: { max: 2, say: ['$(name)在吗'], then: 'bye' }, rounds: { max: 20, then: 'bye' } },
  variables: { name: '您', city: { default: '杭州', format: 'text' } },
  nodes: {
    invite: { say: '$(name)好，来$(city)吗？', branches: { affirm: { to: 'size', label: '愿意' }, negate: 'ask', 'keyword:几.点': 'ask' } },
    ask: { say: '再想想？', visits: { max: 1, then: 'bye' }, ignore_unmatched: 'bye', branches: { affirm: 'size', parking: 'bye' } },
    size: { condition: { variable: 'guests', is: { '1': 'bye', many: 'desk' }, else: 'desk' } },
    desk: { say: '转接', transfer: { extension: '1001', failed: 'chat' } },
    chat: { say: '还有什么问题？', model: { instructions: '回答', failed: 'hop' }, branches: { refuse: 'bye' } },
    hop: { jump: 'tell' },
    tell: { say: '谢谢', next: 'bye' },
    bye: { say: '再见', hangup: true },
  },
  anywhere: { goodbye: 'bye', transfer_to_agent: { to: 'desk', label: '转人工' } },
  questions: { where: { variants: ['在哪'], answer: '在$(city)', then: 'tell' }, parking: { intent: 'parking', answer: '楼下' } },
  intents: { parking: ['停车'] },
  grades: [{ grade: 'A', when: { nodes: ['desk', 'tell'] } }],
  tests: [{ name: '愿意', variables: { city: '上海' }, says: ['好'], expect: { path: ['invite', 'size'], never: ['tell'], end: 'bye' } }],
  layout: { invite: { x: 0, y: 0 } },
});

const freeze = <T>(v: T): T => {
  if (v && typeof v === 'object') Object.values(v).forEach(freeze);
  return Object.freeze(v);
};

describe('put', () => {
  it('shares what stays, keeps the order of keys and never changes the document', () => {
    const d = freeze(doc());
    const out = put(d, ['nodes', 'ask', 'say'], '好吗？');
    expect(out.nodes!.ask.say).toBe('好吗？');
    expect(Object.keys(out.nodes!)).toEqual(Object.keys(d.nodes!));
    expect(out.nodes!.invite).toBe(d.nodes!.invite);
    expect(out.settings).toBe(d.settings);
    expect(put(d, ['nodes', 'ask', 'say'], '再想想？')).toBe(d);
  });
  it.each([
    [{ a: { b: 1 } }, ['a', 'b'], undefined, undefined],
    [{ settings: { rounds: { max: 1 } } }, ['settings', 'rounds', 'max'], undefined, {}],
    [{ nodes: { x: { branches: { affirm: 'y' } } } }, ['nodes', 'x', 'branches', 'affirm'], undefined, { nodes: { x: { branches: {} } } }],
    [{ nodes: { x: { say: 'a', visits: { max: 1 } } } }, ['nodes', 'x', 'visits', 'max'], undefined, { nodes: { x: { say: 'a' } } }],
    [{ l: ['a', 'b'] }, ['l', 0], undefined, { l: ['b'] }],
    [{ l: ['a'] }, ['l', 1], 'b', { l: ['a', 'b'] }],
    [{}, ['nodes', 'x', 'say'], 'hi', { nodes: { x: { say: 'hi' } } }],
    [{}, ['nodes', 'x', 'say'], undefined, {}],
  ])('%j at %j to %j', (from, path, value, to) => {
    expect(put(from as object, path, value)).toEqual(to ?? {});
  });
  it('takes any name as a key', () => {
    const out = put({} as Record<string, unknown>, ['nodes', '__proto__', 'say'], 'x');
    expect(Object.keys(out.nodes as object)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>).say).toBeUndefined();
  });
  it('names what is free', () => {
    expect(freeName('a', (n) => n === 'a' || n === 'a-2')).toBe('a-3');
    expect(freeName('b', () => false)).toBe('b');
    expect(Object.keys(renameKey({ a: 1, b: 2, c: 3 }, 'b', 'x'))).toEqual(['a', 'x', 'c']);
    expect(['询问-1', 'a_b', 'x'].every((n) => nameForm.test(n))).toBe(true);
    expect(['', 'a b', 'a.b', 'x'.repeat(65)].some((n) => nameForm.test(n))).toBe(false);
  });
});

describe('graph', () => {
  it('has an edge for every way out', () => {
    const edges = graphOf(doc()).edges.map((e) => `${e.source} ${e.handle} ${e.target}`);
    expect(edges).toEqual([
      'invite branches.affirm size', 'invite branches.negate ask', 'invite branches.keyword:几.点 ask',
      'ask branches.affirm size', 'ask branches.parking bye', 'ask ignore_unmatched bye', 'ask visits.then bye',
      'size condition.is.1 bye', 'size condition.is.many desk', 'size condition.else desk',
      'desk transfer.failed chat', 'chat branches.refuse bye', 'chat model.failed hop', 'hop jump tell', 'tell next bye',
    ]);
  });
  it('shows what leads somewhere from everywhere, and the start', () => {
    const by = Object.fromEntries(graphOf(doc()).nodes.map((n) => [n.id, n]));
    expect(by.bye.anywhere).toEqual(['goodbye', 'silence', 'rounds']);
    expect(by.tell.anywhere).toEqual(['?where']);
    expect(by.invite.start).toBe(true);
    expect(by.ask.start).toBe(false);
  });
  it('connects and opens every exit where it is written', () => {
    const d = freeze(doc());
    for (const [id, n] of Object.entries(d.nodes!)) {
      for (const x of exitsOf(n)) {
        const to = connect(d, id, x.handle, 'hop');
        expect(exitsOf(to.nodes![id]).find((y) => y.handle === x.handle)).toEqual({ ...x, target: 'hop' });
        expect(kindOf(to.nodes![id])).toBe(kindOf(n));
        const open = exitsOf(connect(d, id, x.handle, '').nodes![id]).find((y) => y.handle === x.handle);
        expect(open).toEqual(x.group.startsWith('ignore') ? undefined : { ...x, target: '' });
      }
    }
  });
  it('gives the same view for a node that did not change', () => {
    const read = graphReader();
    const d = doc();
    const before = read(d);
    const after = read(put(d, ['nodes', 'ask', 'say'], '好吗？'));
    expect(after.nodes.filter((n, i) => n !== before.nodes[i]).map((n) => n.id)).toEqual(['ask']);
    const moved = read(put(d, ['start'], 'ask'));
    expect(moved.nodes.filter((n) => n.start).map((n) => n.id)).toEqual(['ask']);
  });
  it('measures a node by its rows', () => {
    const [v] = graphOf(doc()).nodes;
    expect(rowMiddle(v, v.exits.length)).toBeLessThan(v.height);
    expect(heightOf({ ...v, exits: v.exits.slice(1) })).toBe(v.height - 22);
  });
  it.each(['say', 'ask', 'collect', 'value', 'condition', 'jump', 'transfer', 'model', 'hangup'] as const)('makes a %s', (kind) => {
    const { document, id } = addNode({}, kind, '您好', { x: 1.4, y: 2 });
    expect(kindOf(document.nodes![id])).toBe(kind);
    expect(document.start).toBe(id);
    expect(document.layout).toEqual({ [id]: { x: 1, y: 2 } });
    for (const other of ['say', 'ask', 'collect', 'value', 'condition', 'jump', 'transfer', 'model', 'hangup'] as const) {
      expect(kindOf(changeKind(newNode(kind, '您好'), other))).toBe(other);
    }
  });
  it('keeps words, marks and branches when a kind changes', () => {
    expect(changeKind({ say: 'a', label: 'l', branches: { affirm: 'x' }, ignore_negative: 'y' }, 'collect')).toEqual({
      say: 'a', label: 'l', collect: { length: 1, timeout: '5s' }, branches: { digits: '', affirm: 'x' }, ignore_negative: 'y',
    });
    expect(changeKind({ say: 'a', label: 'l', next: 'x' }, 'jump')).toEqual({ label: 'l', jump: 'x' });
  });
  it('adds the first usual branch that is missing', () => {
    const { document, on } = addBranch(doc(), 'invite', 'bye');
    expect(on).toBe('refuse');
    expect(document.nodes!.invite.branches!.refuse).toBe('bye');
  });
  it('leaves open ends where a node was', () => {
    const out = removeNodes(freeze(doc()), ['bye', 'tell']);
    expect(Object.keys(out.nodes!)).not.toContain('bye');
    expect(out.nodes!.invite.branches).toEqual(doc().nodes!.invite.branches);
    expect(out.nodes!.ask.branches).toEqual({ affirm: 'size', parking: '' });
    expect(out.nodes!.ask.visits).toEqual({ max: 1, then: '' });
    expect(out.nodes!.ask.ignore_unmatched).toBeUndefined();
    expect(out.nodes!.hop).toEqual({ jump: '' });
    expect(out.anywhere).toEqual({ transfer_to_agent: { to: 'desk', label: '转人工' } });
    expect(out.questions!.where.then).toBeUndefined();
    expect(out.settings).toEqual({ silence: { max: 2, say: ['$(name)在吗'] }, rounds: { max: 20 } });
    expect(graphOf(out).edges.every((e) => out.nodes![e.target])).toBe(true);
  });
});

describe('rename', () => {
  it('changes a node everywhere, and keeps its recording', () => {
    const out = renameNode(freeze(doc()), 'tell', 'thanks');
    expect(JSON.stringify(out).replace('"prompt":"tell"', '')).not.toContain('tell');
    expect(out.nodes!.thanks).toEqual({ say: '谢谢', next: 'bye', prompt: 'tell' });
    expect(Object.keys(out.nodes!)).toEqual(['invite', 'ask', 'size', 'desk', 'chat', 'hop', 'thanks', 'bye']);
    expect(graphOf(out).edges.map((e) => e.id.replace('thanks', 'tell'))).toEqual(graphOf(doc()).edges.map((e) => e.id));
    expect(renameNode(out, 'thanks', 'bye')).toBe(out);
    const end = renameNode(doc(), 'bye', 'end');
    expect(end.tests![0].expect!.end).toBe('end');
    expect(end.settings!.silence!.then).toBe('end');
    expect(end.anywhere!.goodbye).toBe('end');
    expect(renameNode(doc(), 'invite', 'hello').start).toBe('hello');
  });
  it('changes a variable in all texts', () => {
    const out = renameVariable(freeze(doc()), 'city', '城市');
    expect(JSON.stringify(out)).not.toContain('city');
    expect(out.nodes!.invite.say).toBe('$(name)好，来$(城市)吗？');
    expect(out.tests![0].variables).toEqual({ 城市: '上海' });
    expect(renameVariable(doc(), 'name', 'x').settings!.silence!.say).toEqual(['$(x)在吗']);
  });
  it('changes an intent in branches and questions', () => {
    const out = renameIntent(freeze(doc()), 'parking', 'car');
    expect(out.nodes!.ask.branches).toEqual({ affirm: 'size', car: 'bye' });
    expect(out.questions!.parking.intent).toBe('car');
    expect(Object.keys(out.intents!)).toEqual(['car']);
  });
});

describe('history', () => {
  it('goes back and forth, and takes typing as one step', () => {
    let h = begin('');
    h = change(h, 'a', 'say', 0);
    h = change(h, 'ab', 'say', 500);
    h = change(h, 'abc', 'say', 5000);
    h = change(h, 'abc!', 'label', 5001);
    expect([h.present, h.past.length]).toEqual(['abc!', 3]);
    h = undo(undo(h));
    expect(h.present).toBe('ab');
    h = redo(h);
    expect(h.present).toBe('abc');
    h = change(h, 'x', 'say', 5002);
    expect(h.future).toEqual([]);
    expect(undo(h).present).toBe('abc');
    for (let i = 0; i < 10; i++) h = undo(h);
    expect(h.present).toBe('');
  });
  it('forgets the oldest of very many steps', () => {
    let h = begin(0);
    for (let i = 1; i <= 500; i++) h = change(h, i, '', i);
    expect(h.past.length).toBe(200);
    for (let i = 0; i < 500; i++) h = undo(h);
    expect(h.present).toBe(300);
  });
});

describe('layout', () => {
  it('places every node, the start at the left, none over another', () => {
    const g = graphOf(largeScript(60));
    const at = layered(g);
    expect(at.size).toBe(60);
    expect(Math.min(...[...at.values()].map((p) => p.x))).toBe(at.get('ask-0')!.x);
    const boxes = g.nodes.map((n) => ({ ...at.get(n.id)!, w: n.width, h: n.height }));
    for (const [i, a] of boxes.entries()) for (const b of boxes.slice(i + 1)) expect(a.x + a.w > b.x && b.x + b.w > a.x && a.y + a.h > b.y && b.y + b.h > a.y).toBe(false);
  });
  it('draws the main line of a talk straight, what is said first above, and separate parts below each other', () => {
    const g = graphOf({
      start: 'a',
      nodes: {
        a: { say: '甲', branches: { affirm: 'b', negate: 'no' } }, b: { say: '乙', branches: { affirm: 'c', negate: 'never' } }, c: { say: '丙', hangup: true },
        never: { say: '丁', hangup: true }, no: { say: '戊', hangup: true }, alone: { say: '己', hangup: true },
      },
    });
    const at = layered(g);
    const middle = (id: string) => at.get(id)!.y + g.nodes.find((n) => n.id === id)!.height / 2;
    expect(Math.abs(middle('a') - middle('b'))).toBeLessThan(60);
    expect(at.get('b')!.y).toBeLessThan(at.get('no')!.y);
    expect(at.get('c')!.y).toBeLessThan(at.get('never')!.y);
    expect([at.get('c')!.x, at.get('never')!.x]).toEqual([2 * at.get('b')!.x, 2 * at.get('b')!.x]);
    expect(at.get('alone')).toEqual({ x: 0, y: at.get('a')!.y + g.nodes[0].height + 28 });
    expect(Math.min(...[...at.values()].map((p) => p.y))).toBe(0);
  });
  it('places nodes that lead back to each other, to themselves and to nothing', () => {
    const at = layered(graphOf({ nodes: { a: { say: '甲', branches: { affirm: 'b', negate: 'a', default: 'gone' } }, b: { say: '乙', next: 'a' } } }));
    expect([at.get('a')!.x, at.get('b')!.x]).toEqual([0, 328]);
    expect(layered(graphOf({}))).toEqual(new Map());
  });
  it('keeps what the document says, and puts the rest below', () => {
    const at = positions(doc(), graphOf(doc()));
    expect(at.get('invite')).toEqual({ x: 0, y: 0 });
    expect([...at].filter(([id]) => id !== 'invite').every(([, p]) => p.y > 100)).toBe(true);
    const written = place(doc(), at);
    expect(Object.keys(written.layout!).sort()).toEqual(Object.keys(doc().nodes!).sort());
    expect(positions(written, graphOf(written))).toEqual(at);
  });
  it('finds the neighbour of a node', () => {
    const g = graphOf(doc());
    const at = new Map(g.nodes.map((n, i) => [n.id, { x: 400 * (i % 3), y: 300 * Math.floor(i / 3) }]));
    expect(neighbour(g, at, 'invite', 'right')).toBe('ask');
    expect(neighbour(g, at, 'invite', 'left')).toBeUndefined();
    expect(neighbour(g, at, 'ask', 'down')).toBe('chat');
    expect(neighbour(g, at, 'chat', 'up')).toBe('ask');
  });
});

describe('clipboard', () => {
  const at = new Map([['ask', { x: 10, y: 20 }], ['size', { x: 300, y: 20 }]]);
  it('pastes copies with the ways between them', () => {
    const text = copyNodes(doc(), 'a', ['ask', 'size'], at);
    const { document, ids } = pasteNodes(freeze(doc()), 'a', text, { x: 100, y: 100 })!;
    expect(ids).toEqual(['ask-2', 'size-2']);
    expect(document.nodes!['ask-2'].branches).toEqual({ affirm: 'size-2', parking: 'bye' });
    expect(document.layout!['size-2']).toEqual({ x: 390, y: 100 });
    expect(pasteNodes(document, 'a', text)!.ids).toEqual(['ask-3', 'size-3']);
  });
  it('ends ways to other nodes in another script', () => {
    const { document } = pasteNodes(doc(), 'b', copyNodes(doc(), 'a', ['ask'], at))!;
    expect(document.nodes!['ask-2']).toMatchObject({ branches: { affirm: '', parking: '' }, visits: { then: '' } });
    expect(document.nodes!['ask-2'].ignore_unmatched).toBeUndefined();
  });
  it.each(['', 'hello', '{}', '[1]', 'null', '{"outdial.script.nodes":1,"nodes":{"a":null}}', '{"outdial.script.nodes":1,"nodes":[]}'])('takes nothing from %j', (text) => {
    expect(pasteNodes(doc(), 'a', text)).toBeUndefined();
  });
});

describe('search and places', () => {
  it('finds ids, sentences, branches, questions, intents, variables and settings', () => {
    const found = (q: string) => search(doc(), q).map((h) => `${h.kind} ${h.id} ${h.field}`);
    expect(found('再想')).toEqual(['node ask say']);
    expect(found('愿意')).toEqual(['node invite branches.affirm']);
    expect(found('parking')).toEqual(['node ask branches.parking', 'question parking ', 'intent parking ']);
    expect(found('在吗')).toEqual(['settings silence say']);
    expect(found('city')).toEqual(['node invite say', 'question where answer', 'variable city ']);
    expect(found('  ')).toEqual([]);
  });
  it('knows where a problem is shown', () => {
    const p = (at: string, node = '') => ({ severity: 'error' as const, node, at, text: '' });
    expect([p('branches.affirm', 'ask'), p('questions.price'), p('settings.silence'), p('tests[0].says'), p('corrections.a'), p('')].map(panelOf)).toEqual(['node', 'questions', 'settings', 'tests', 'intents', 'problems']);
    expect(marksByNode([p('say', 'a'), { ...p('', 'a'), severity: 'warning' }, p('questions.x')])).toEqual(new Map([['a', { errors: 1, warnings: 1 }]]));
    expect([within('branches.affirm', 'branches'), within('branch', 'branches'), within('say', 'say')]).toEqual([true, false, true]);
  });
});
