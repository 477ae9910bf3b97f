import type { FieldChange, ScriptDiff } from '@/api/types';
import { byName } from '../byName';
import { type Piece, pieces } from './pieces';

export type Change = 'added' | 'removed' | 'changed';
export interface FieldView {
  path: string;
  before: Piece[]; // without what is new
  after: Piece[]; // without what is gone
}
export interface EntryView {
  id: string;
  change: Change;
  fields: FieldView[];
}
export interface GroupView {
  part: string; // nodes, or a part of the document
  entries: EntryView[];
  counts: Record<Change, number>;
}

// The order in which a script is read.
const order = ['nodes', 'script', 'voice', 'settings', 'variables', 'questions', 'intents', 'anywhere', 'corrections', 'grades', 'tests'];
const place = (part: string) => (order.includes(part) ? order.indexOf(part) : order.length);

// viewOf groups what differs: the nodes first, then every part, with before and after side by side.
export function viewOf(diff: Pick<ScriptDiff, 'nodes' | 'parts'>): GroupView[] {
  const groups = new Map<string, EntryView[]>();
  const add = (part: string, id: string, change: string, fields: FieldChange[] | null) =>
    groups.set(part, [...(groups.get(part) ?? []), { id, change: change as Change, fields: (fields ?? []).map(fieldOf) }]);
  for (const n of diff.nodes ?? []) add('nodes', n.id, n.change, n.fields);
  for (const p of diff.parts ?? []) add(p.part, p.id, p.change, p.fields);
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([part, entries]) => ({ part, entries: entries.sort((a, b) => byName(a.id, b.id)), counts: countsOf(entries) }));
}

function countsOf(entries: EntryView[]): Record<Change, number> {
  const out = { added: 0, removed: 0, changed: 0 };
  for (const e of entries) out[e.change]++;
  return out;
}

function fieldOf(f: FieldChange): FieldView {
  const all = pieces(readable(f.before), readable(f.after));
  const both = f.before !== '' && f.after !== '';
  const common = all.reduce((n, p) => n + (p.kind === 'same' ? p.text.trim().length : 0), 0);
  // Two texts that have little in common are read better as two texts.
  const apart = both && common * 3 < Math.max(f.before.length, f.after.length);
  return {
    path: f.path,
    before: apart ? [{ kind: 'gone', text: readable(f.before) }] : all.filter((p) => p.kind !== 'new'),
    after: apart ? [{ kind: 'new', text: readable(f.after) }] : all.filter((p) => p.kind !== 'gone'),
  };
}

// readable shows a list or a mapping, which comes as JSON, line by line without its brackets.
export function readable(text: string): string {
  if (!/^[[{]/.test(text)) return text;
  try {
    return lines(JSON.parse(text) as unknown, '').join('\n');
  } catch {
    return text;
  }
}

function lines(v: unknown, indent: string): string[] {
  if (Array.isArray(v)) {
    if (v.every((x) => typeof x !== 'object')) return [indent + v.join(', ')];
    return v.flatMap((x) => {
      const [first = '', ...rest] = lines(x, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  }
  if (typeof v !== 'object' || v === null) return [indent + String(v)];
  return Object.entries(v).flatMap(([k, x]) => {
    const plain = typeof x !== 'object' || x === null || (Array.isArray(x) && x.every((y) => typeof y !== 'object'));
    return plain ? [`${indent}${k}: ${lines(x, '').join('')}`] : [`${indent}${k}:`, ...lines(x, `${indent}  `)];
  });
}

// touched tells for the picture of the flow what became of each node.
export function touched(diff: Pick<ScriptDiff, 'nodes'>): Map<string, Change> {
  return new Map((diff.nodes ?? []).map((n) => [n.id, n.change as Change]));
}
