// The document as nodes and edges. Every way out of a node is a row with a handle, and an edge once it leads somewhere.
import { at, type Branches, type BranchValue, freeName, type Kind, kindOf, listens, nodeIds, put, type ScriptDocument, type ScriptNode, speaks, startOf, targetOf } from './document';

export type ExitGroup = 'branch' | 'next' | 'jump' | 'case' | 'else' | 'failed' | 'visits' | 'ignore_unmatched' | 'ignore_negative';
export interface Exit {
  handle: string; // also where problems of it are: branches.affirm, condition.is.1, transfer.failed
  group: ExitGroup;
  on: string; // the trigger of a branch, the value of a case, or the group
  target: string; // '' while it leads nowhere
  label?: string;
}

// exitsOf lists the ways out in the order of the rows: what was said first, then limits. What a node of this kind must have
// is there even when the document does not have it yet.
export function exitsOf(n: ScriptNode): Exit[] {
  const kind = kindOf(n);
  const out: Exit[] = [];
  for (const [on, v] of Object.entries(n.branches ?? {})) {
    out.push({ handle: `branches.${on}`, group: 'branch', on, target: targetOf(v), label: typeof v === 'string' ? undefined : v.label });
  }
  const one = (handle: string, group: ExitGroup, target: string | undefined, always: boolean) => {
    if (always || target !== undefined) out.push({ handle, group, on: group, target: target ?? '' });
  };
  for (const [on, target] of Object.entries(n.condition?.is ?? {})) out.push({ handle: `condition.is.${on}`, group: 'case', on, target });
  one('condition.else', 'else', n.condition?.else, kind === 'condition');
  one('next', 'next', n.next, kind === 'say');
  one('jump', 'jump', n.jump, kind === 'jump');
  one('transfer.failed', 'failed', n.transfer?.failed, kind === 'transfer');
  one('model.failed', 'failed', n.model?.failed, kind === 'model');
  one('ignore_unmatched', 'ignore_unmatched', n.ignore_unmatched, false);
  one('ignore_negative', 'ignore_negative', n.ignore_negative, false);
  one('visits.then', 'visits', n.visits && (n.visits.then ?? ''), false);
  return out;
}

// wayOf is the name under which tests and traffic count how often an exit was taken.
export const wayOf = (node: string, x: Pick<Exit, 'group' | 'on'>): string => `${node}>${x.group === 'case' ? `is:${x.on}` : x.on}`;

// exitPath is where in a node the target of an exit is written.
export function exitPath(handle: string): string[] {
  if (handle.startsWith('branches.')) return ['branches', handle.slice('branches.'.length)];
  if (handle.startsWith('condition.is.')) return ['condition', 'is', handle.slice('condition.is.'.length)];
  return handle.split('.');
}

// connect lets an exit lead to a node. '' leaves it open: the row stays, so that nothing that was written is lost, and the
// check tells that it leads nowhere. Ignoring, however, is nothing but its target.
export function connect(d: ScriptDocument, node: string, handle: string, target: string): ScriptDocument {
  const path = ['nodes', node, ...exitPath(handle)];
  if (!target && handle.startsWith('ignore_')) return put(d, path, undefined);
  const old = at(d, path) as BranchValue | undefined;
  if (handle.startsWith('branches.') && typeof old === 'object') return put(d, [...path, 'to'], target);
  return put(d, path, target);
}

// addHandle is the row of a listening node from which a new branch is drawn.
export const addHandle = '+';
const firstBranches = ['affirm', 'negate', 'refuse', 'busy', 'default', 'silence'];

// addBranch gives a node the first usual branch that it lacks.
export function addBranch(d: ScriptDocument, node: string, target: string): { document: ScriptDocument; on: string } {
  const have = d.nodes?.[node]?.branches ?? {};
  const on = firstBranches.find((t) => !Object.hasOwn(have, t)) ?? freeName('keyword:词', (t) => Object.hasOwn(have, t));
  return { document: put(d, ['nodes', node, 'branches', on], target), on };
}

export interface Edge {
  id: string;
  source: string;
  handle: string;
  target: string;
  group: ExitGroup;
  on: string;
}

export interface NodeView {
  id: string;
  kind: Kind;
  words: string;
  exits: Exit[];
  adds: boolean; // has a row for a new branch
  start: boolean;
  anywhere: string[]; // what leads here from every node: triggers, questions, limits of the settings
  marks: { label?: string; sms?: string; interruptible?: boolean; visits?: number };
  width: number;
  height: number;
}

// The measures of a node; parts/FlowNode.vue draws it by them. With sizes known beforehand the canvas need not measure.
export const size = { width: 232, head: 32, words: 42, row: 22, marks: 24, pad: 6 };

export function heightOf(v: Pick<NodeView, 'words' | 'exits' | 'adds' | 'marks' | 'anywhere'>): number {
  const rows = v.exits.length + (v.adds ? 1 : 0);
  return size.head + (v.words ? size.words : 0) + (hasMarks(v) ? size.marks : 0) + rows * size.row + size.pad;
}
export const hasMarks = (v: Pick<NodeView, 'marks' | 'anywhere'>): boolean => Boolean(v.marks.label || v.marks.sms || v.anywhere.length > 0);

// rowMiddle is the distance of an exit's handle from the node's top.
export function rowMiddle(v: Pick<NodeView, 'words' | 'marks' | 'anywhere'>, row: number): number {
  return size.head + (v.words ? size.words : 0) + (hasMarks(v) ? size.marks : 0) + row * size.row + size.row / 2;
}

export interface Graph {
  nodes: NodeView[];
  edges: Edge[];
}

type Seen = { node: ScriptNode; start: boolean; anywhere: string; view: NodeView };

// graphReader gives the graph of a document, and the very same view for a node that did not change since the last one.
export function graphReader(): (d: ScriptDocument) => Graph {
  let seen = new Map<string, Seen>();
  return (d) => {
    const now = new Map<string, Seen>();
    const start = startOf(d);
    const into = fromEverywhere(d);
    const graph: Graph = { nodes: [], edges: [] };
    for (const id of nodeIds(d)) {
      const node = d.nodes![id];
      const anywhere = into.get(id) ?? [];
      const key = anywhere.join('\n');
      const old = seen.get(id);
      const same = old && old.node === node && old.start === (id === start) && old.anywhere === key;
      const view = same ? old.view : viewOf(id, node, id === start, anywhere);
      now.set(id, { node, start: id === start, anywhere: key, view });
      graph.nodes.push(view);
    }
    for (const v of graph.nodes) {
      for (const x of v.exits) {
        if (now.has(x.target)) graph.edges.push({ id: `${v.id}|${x.handle}`, source: v.id, handle: x.handle, target: x.target, group: x.group, on: x.on });
      }
    }
    seen = now;
    return graph;
  };
}

export const graphOf = (d: ScriptDocument): Graph => graphReader()(d);

function viewOf(id: string, n: ScriptNode, start: boolean, anywhere: string[]): NodeView {
  const kind = kindOf(n);
  const part = {
    words: speaks(kind) ? (n.say ?? n.model?.instructions ?? '') : '',
    exits: exitsOf(n),
    adds: listens(kind),
    anywhere,
    marks: { label: n.label, sms: n.sms, interruptible: n.interruptible, visits: n.visits?.max },
  };
  return { id, kind, start, width: size.width, height: heightOf(part), ...part };
}

// fromEverywhere tells for each node what leads to it without a way of a node's own.
function fromEverywhere(d: ScriptDocument): Map<string, string[]> {
  const out = new Map<string, string[]>();
  const add = (target: string | undefined, what: string) => {
    if (target) out.set(target, [...(out.get(target) ?? []), what]);
  };
  for (const [on, v] of Object.entries<BranchValue>((d.anywhere ?? {}) as Branches)) add(targetOf(v), on);
  for (const [id, q] of Object.entries(d.questions ?? {})) add(q.then, `?${id}`);
  add(d.settings?.silence?.then, 'silence');
  add(d.settings?.unmatched?.then, 'unmatched');
  add(d.settings?.rounds?.then, 'rounds');
  return out;
}

// newNode is an empty node of a kind, with what the author will fill in.
export function newNode(kind: Kind | 'sms', say: string): ScriptNode {
  switch (kind) {
    case 'say': return { say, next: '' };
    case 'sms': return { say, sms: 'default', next: '' };
    case 'ask': return { say, branches: { affirm: '', negate: '', refuse: '' } };
    case 'collect': return { say, collect: { length: 1, timeout: '5s' }, branches: { digits: '', default: '' } };
    case 'value': return { say, collect: { value: 'number', into: 'answer' }, branches: { value: '', default: '' } };
    case 'condition': return { condition: { variable: '', else: '' } };
    case 'jump': return { jump: '' };
    case 'transfer': return { say, transfer: { extension: '1001', timeout: '30s', failed: '' } };
    case 'model': return { say, model: { instructions: '', turns: 3, timeout: '3s', failed: '' }, branches: { affirm: '', refuse: '' } };
    case 'hangup': return { say, hangup: true };
  }
}

// addNode puts a node at a place of the canvas.
export function addNode(d: ScriptDocument, kind: Kind | 'sms', say: string, where: { x: number; y: number }): { document: ScriptDocument; id: string } {
  const taken = (id: string) => Object.hasOwn(d.nodes ?? {}, id);
  const id = freeName(`${kind}-${nodeIds(d).length + 1}`, taken);
  let document = put(d, ['nodes', id], newNode(kind, say));
  document = put(document, ['layout', id], { x: Math.round(where.x), y: Math.round(where.y) });
  if (!document.start && nodeIds(document).length === 1) document = put(document, ['start'], id);
  return { document, id };
}

// kept are the keys that a node keeps when it is made one of another kind.
const common = ['say', 'prompt', 'again', 'again_prompt', 'interruptible', 'label', 'sms', 'visits'] as const;

// changeKind makes a node one of another kind. What both have stays: words, marks, and branches where both listen.
export function changeKind(n: ScriptNode, kind: Kind): ScriptNode {
  const fresh = newNode(kind, n.say ?? '');
  const out: ScriptNode = {};
  for (const k of common) {
    if (n[k] === undefined || (!speaks(kind) && ['say', 'prompt', 'again', 'again_prompt', 'interruptible'].includes(k))) continue;
    Object.assign(out, { [k]: n[k] });
  }
  for (const [k, v] of Object.entries(fresh)) if (!(k in out)) Object.assign(out, { [k]: v });
  if (out.say === '') delete out.say;
  if (listens(kind) && n.branches && Object.keys(n.branches).length > 0) {
    const own = Object.entries(fresh.branches ?? {}).filter(([k]) => k === 'digits' || k === 'value');
    out.branches = { ...Object.fromEntries(own), ...n.branches };
    for (const k of ['ignore_unmatched', 'ignore_negative'] as const) if (n[k]) out[k] = n[k];
  }
  const single = exitsOf(n).find((x) => x.group === 'next' || x.group === 'jump')?.target;
  if (single && out.next === '') out.next = single;
  if (single && out.jump === '') out.jump = single;
  return out;
}

// removeNodes takes nodes out. What led to them stays as an open end.
export function removeNodes(d: ScriptDocument, ids: Iterable<string>): ScriptDocument {
  const gone = new Set(ids);
  let out = d;
  for (const id of gone) {
    out = put(out, ['nodes', id], undefined);
    out = put(out, ['layout', id], undefined);
  }
  for (const [id, n] of Object.entries(out.nodes ?? {})) {
    for (const x of exitsOf(n)) if (gone.has(x.target)) out = connect(out, id, x.handle, '');
  }
  for (const [on, v] of Object.entries(out.anywhere ?? {})) if (gone.has(targetOf(v))) out = put(out, ['anywhere', on], undefined);
  for (const [id, q] of Object.entries(out.questions ?? {})) if (q.then && gone.has(q.then)) out = put(out, ['questions', id, 'then'], undefined);
  for (const part of ['silence', 'unmatched', 'rounds'] as const) {
    if (gone.has(out.settings?.[part]?.then ?? '')) out = put(out, ['settings', part, 'then'], undefined);
  }
  if (out.start && gone.has(out.start)) out = put(out, ['start'], nodeIds(out)[0]);
  return out;
}
