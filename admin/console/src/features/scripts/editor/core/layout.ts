// Where nodes stand. A document may say it for all, some or none of them.
import { type Point, put, type ScriptDocument } from './document';
import type { Graph } from './graph';
import { layered } from './layered';

// positions are those of the document. Nodes without one go below the others, in the order that they would have alone.
export function positions(d: ScriptDocument, graph: Graph): Map<string, Point> {
  const known = new Map<string, Point>();
  for (const n of graph.nodes) {
    const p = d.layout?.[n.id];
    if (p && Number.isFinite(p.x) && Number.isFinite(p.y)) known.set(n.id, p);
  }
  if (known.size === graph.nodes.length) return known;
  if (known.size === 0) return layered(graph);
  const missing = new Set(graph.nodes.filter((n) => !known.has(n.id)).map((n) => n.id));
  const part = { nodes: graph.nodes.filter((n) => missing.has(n.id)), edges: graph.edges.filter((e) => missing.has(e.source) && missing.has(e.target)) };
  const placed = graph.nodes.filter((n) => known.has(n.id));
  const left = Math.min(...placed.map((n) => known.get(n.id)!.x));
  const bottom = Math.max(...placed.map((n) => known.get(n.id)!.y + n.height)) + 64;
  for (const [id, p] of layered(part)) known.set(id, { x: p.x + left, y: p.y + bottom });
  return known;
}

// place writes positions down.
export function place(d: ScriptDocument, at: Iterable<readonly [string, Point]>): ScriptDocument {
  const layout = { ...d.layout };
  for (const [id, p] of at) layout[id] = { x: Math.round(p.x), y: Math.round(p.y) };
  for (const id of Object.keys(layout)) if (!Object.hasOwn(d.nodes ?? {}, id)) delete layout[id];
  return put(d, ['layout'], layout);
}

export type Direction = 'left' | 'right' | 'up' | 'down';

// neighbour is the nearest node in a direction: what lies straight ahead is nearer than what lies aside.
export function neighbour(graph: Graph, at: ReadonlyMap<string, Point>, from: string, to: Direction): string | undefined {
  const middle = (id: string) => {
    const n = graph.nodes.find((x) => x.id === id);
    const p = at.get(id);
    return n && p ? { x: p.x + n.width / 2, y: p.y + n.height / 2 } : undefined;
  };
  const here = middle(from);
  if (!here) return undefined;
  let best: string | undefined;
  let least = Infinity;
  for (const n of graph.nodes) {
    const there = n.id === from ? undefined : middle(n.id);
    if (!there) continue;
    const dx = there.x - here.x;
    const dy = there.y - here.y;
    const [ahead, aside] = to === 'right' ? [dx, dy] : to === 'left' ? [-dx, dy] : to === 'down' ? [dy, dx] : [-dy, dx];
    if (ahead <= 0) continue;
    const cost = ahead + 3 * Math.abs(aside);
    if (cost < least) [best, least] = [n.id, cost];
  }
  return best;
}
