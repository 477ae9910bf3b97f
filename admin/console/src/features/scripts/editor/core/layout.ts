// Where nodes stand. A document may say it for all, some or none of them.
import { Graph as Dagre, layout as arrange } from '@dagrejs/dagre';
import { type Point, put, type ScriptDocument } from './document';
import { type Graph, startOfGraph } from './graph';

// autoLayout places all nodes from left to right, as the talk goes. Only ways that lead one step further from the start pull
// on nodes: those that come back or skip ahead would, with the dummies that they need in every column, take a large script
// from a fraction of a second to half a minute.
export function autoLayout(graph: Graph): Map<string, Point> {
  const g = new Dagre();
  g.setGraph({ rankdir: 'LR', nodesep: 28, ranksep: 96, ranker: 'tight-tree' });
  g.setDefaultEdgeLabel(() => ({}));
  for (const n of graph.nodes) g.setNode(n.id, { width: n.width, height: n.height });
  const far = distances(graph);
  for (const e of graph.edges) if (far.get(e.target) === far.get(e.source)! + 1) g.setEdge(e.source, e.target);
  arrange(g);
  return new Map(graph.nodes.map((n) => {
    const at = g.node(n.id);
    return [n.id, { x: Math.round(at.x - n.width / 2), y: Math.round(at.y - n.height / 2) }];
  }));
}

// distances are the steps from the start, or from the first node of a part that the start does not lead to.
function distances(graph: Graph): Map<string, number> {
  const out = new Map<string, string[]>();
  for (const e of graph.edges) out.set(e.source, [...(out.get(e.source) ?? []), e.target]);
  const far = new Map<string, number>();
  const start = startOfGraph(graph);
  for (const root of start ? [start, ...graph.nodes] : graph.nodes) {
    if (far.has(root.id)) continue;
    far.set(root.id, 0);
    for (const queue = [root.id]; queue.length > 0; ) {
      const id = queue.shift()!;
      for (const to of out.get(id) ?? []) {
        if (far.has(to)) continue;
        far.set(to, far.get(id)! + 1);
        queue.push(to);
      }
    }
  }
  return far;
}

// positions are those of the document. Nodes without one go below the others, in the order that they would have alone.
export function positions(d: ScriptDocument, graph: Graph): Map<string, Point> {
  const known = new Map<string, Point>();
  for (const n of graph.nodes) {
    const p = d.layout?.[n.id];
    if (p && Number.isFinite(p.x) && Number.isFinite(p.y)) known.set(n.id, p);
  }
  if (known.size === graph.nodes.length) return known;
  if (known.size === 0) return autoLayout(graph);
  const missing = new Set(graph.nodes.filter((n) => !known.has(n.id)).map((n) => n.id));
  const part = { nodes: graph.nodes.filter((n) => missing.has(n.id)), edges: graph.edges.filter((e) => missing.has(e.source) && missing.has(e.target)) };
  const placed = graph.nodes.filter((n) => known.has(n.id));
  const left = Math.min(...placed.map((n) => known.get(n.id)!.x));
  const bottom = Math.max(...placed.map((n) => known.get(n.id)!.y + n.height)) + 64;
  for (const [id, p] of autoLayout(part)) known.set(id, { x: p.x + left, y: p.y + bottom });
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
