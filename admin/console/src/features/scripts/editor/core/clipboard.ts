// Nodes that are copied, as text, so that they can be pasted into another script too.
import { freeName, type Point, put, type ScriptDocument, type ScriptNode } from './document';
import { connect, exitsOf } from './graph';

const mark = 'outdial.script.nodes';
interface Copied {
  [mark]: 1;
  script: string; // where they were copied
  nodes: Record<string, ScriptNode>;
  at: Record<string, Point>;
}

export function copyNodes(d: ScriptDocument, script: string, ids: Iterable<string>, at: ReadonlyMap<string, Point>): string {
  const copied: Copied = { [mark]: 1, script, nodes: {}, at: {} };
  const chosen = new Set(ids);
  for (const [id, n] of Object.entries(d.nodes ?? {})) {
    if (!chosen.has(id)) continue;
    copied.nodes[id] = n;
    copied.at[id] = at.get(id) ?? { x: 0, y: 0 };
  }
  return JSON.stringify(copied, null, 1);
}

function read(text: string): Copied | undefined {
  try {
    const got = JSON.parse(text) as Partial<Copied> | null;
    if (got?.[mark] !== 1 || !isMapping(got.nodes) || Object.keys(got.nodes).length > 2000) return undefined;
    if (!Object.values(got.nodes).every(isMapping)) return undefined;
    return { [mark]: 1, script: String(got.script ?? ''), nodes: got.nodes, at: isMapping(got.at) ? got.at : {} };
  } catch {
    return undefined; // some other text is on the clipboard
  }
}
const isMapping = (v: unknown): v is Record<string, never> => typeof v === 'object' && v !== null && !Array.isArray(v);

// pasteNodes adds copied nodes under names that are free. Ways between them lead to the copies; ways to others stay within
// the same script, and end open in another one, whose nodes of that name are not the ones that were meant.
export function pasteNodes(d: ScriptDocument, script: string, text: string, where?: Point): { document: ScriptDocument; ids: string[] } | undefined {
  const copied = read(text);
  if (!copied) return undefined;
  const taken = new Set(Object.keys(d.nodes ?? {}));
  const names = new Map<string, string>();
  for (const id of Object.keys(copied.nodes)) {
    const free = freeName(id, (n) => taken.has(n));
    taken.add(free);
    names.set(id, free);
  }
  const point = (id: string) => ({ x: Number(copied.at[id]?.x) || 0, y: Number(copied.at[id]?.y) || 0 });
  const all = [...names.keys()].map(point);
  const shift = where ? { x: where.x - Math.min(...all.map((p) => p.x)), y: where.y - Math.min(...all.map((p) => p.y)) } : { x: 40, y: 40 };
  let out = d;
  for (const [id, name] of names) {
    out = put(out, ['nodes', name], copied.nodes[id]);
    out = put(out, ['layout', name], { x: Math.round(point(id).x + shift.x), y: Math.round(point(id).y + shift.y) });
    for (const x of exitsOf(copied.nodes[id])) {
      const stays = copied.script === script && Object.hasOwn(d.nodes ?? {}, x.target);
      const target = names.get(x.target) ?? (stays ? x.target : '');
      if (target !== x.target) out = connect(out, name, x.handle, target);
    }
  }
  return { document: out, ids: [...names.values()] };
}
