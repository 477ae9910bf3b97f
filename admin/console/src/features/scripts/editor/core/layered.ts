// Nodes in layers, from left to right, as the talk goes: how far a node is from the start is its layer. Written for flows, in
// which a listening node leads to many, and of which some hundred nodes are placed when the editor opens.
import type { Point } from './document';
import type { Edge, Graph, NodeView } from './graph';

const space = { between: 28, layers: 96 }; // px

interface Link {
  source: Placed;
  target: Placed;
  row: number; // where at the source's right side it begins, 0 to 1
}
interface Placed {
  view: NodeView;
  layer: number;
  order: number;
  middle: number; // of its height
  from: Link[];
  to: Link[];
}

// layered places all nodes. Only ways that lead one layer further pull on nodes: those that come back or skip ahead, of which
// a large script has hundreds, would pull everything together.
export function layered(graph: Graph): Map<string, Point> {
  const far = distances(graph);
  const all = new Map<string, Placed>(graph.nodes.map((view) => [view.id, { view, layer: far.get(view.id)!, order: 0, middle: 0, from: [], to: [] }]));
  for (const e of graph.edges) {
    const [source, target] = [all.get(e.source)!, all.get(e.target)!];
    if (target.layer !== source.layer + 1) continue;
    const link = { source, target, row: rowOf(source.view, e) };
    source.to.push(link);
    target.from.push(link);
  }
  const layers = firstOrder([...all.values()]);
  untangle(layers);
  settle(layers);
  close(layers);

  const out = new Map<string, Point>();
  const top = Math.min(...[...all.values()].map((n) => n.middle - n.view.height / 2));
  const lefts = leftsOf(layers);
  for (const n of all.values()) out.set(n.view.id, { x: Math.round(lefts[n.layer]), y: Math.round(n.middle - n.view.height / 2 - top) });
  return out;
}

const rowOf = (v: NodeView, e: Edge): number => (v.exits.findIndex((x) => x.handle === e.handle) + 1) / (v.exits.length + 1);

function leftsOf(layers: Placed[][]): number[] {
  let left = 0;
  return layers.map((nodes) => {
    const here = left;
    left += Math.max(0, ...nodes.map((n) => n.view.width)) + space.layers;
    return here;
  });
}

// distances are the steps from the start, or from the first node of a part that the start does not lead to.
function distances(graph: Graph): Map<string, number> {
  const next = new Map<string, string[]>(graph.nodes.map((n) => [n.id, []]));
  for (const e of graph.edges) next.get(e.source)!.push(e.target);
  const far = new Map<string, number>();
  const start = graph.nodes.find((n) => n.start);
  for (const root of start ? [start, ...graph.nodes] : graph.nodes) {
    if (far.has(root.id)) continue;
    far.set(root.id, 0);
    const queue = [root.id];
    for (const id of queue) {
      for (const to of next.get(id)!) {
        if (far.has(to)) continue;
        far.set(to, far.get(id)! + 1);
        queue.push(to);
      }
    }
  }
  return far;
}

// firstOrder puts nodes into their layers in the order in which somebody comes to them who takes the first way first.
function firstOrder(all: Placed[]): Placed[][] {
  const layers: Placed[][] = [];
  const seen = new Set<Placed>();
  for (const root of [...all].sort((a, b) => Number(b.view.start) - Number(a.view.start) || a.layer - b.layer)) {
    const stack = [root];
    for (let n = stack.pop(); n; n = stack.pop()) {
      if (seen.has(n)) continue;
      seen.add(n);
      (layers[n.layer] ??= []).push(n);
      stack.push(...n.to.map((l) => l.target).reverse());
    }
  }
  layers.forEach(number);
  return layers;
}
const number = (nodes: Placed[]) => nodes.forEach((n, i) => (n.order = i));

// untangle sorts every layer by where its ways come from, then by where they go to, as long as fewer ways cross by it.
const tries = 4;
function untangle(layers: Placed[][]): void {
  let best = layers.map((l) => [...l]);
  let least = crossings(layers);
  for (let round = 0, idle = 0; idle < tries && least > 0; round++, idle++) {
    const forth = round % 2 === 0;
    for (const nodes of forth ? layers : [...layers].reverse()) {
      const by = new Map(nodes.map((n) => [n, forth ? mean(n.from, (l) => l.source.order + l.row, n.order) : mean(n.to, (l) => l.target.order - l.row, n.order)]));
      nodes.sort((a, b) => by.get(a)! - by.get(b)! || a.order - b.order);
      number(nodes);
    }
    const now = crossings(layers);
    if (now >= least) continue;
    [least, best, idle] = [now, layers.map((l) => [...l]), 0];
  }
  best.forEach((nodes, i) => {
    layers[i] = nodes;
    number(nodes);
  });
}

function mean(links: Link[], of: (l: Link) => number, none: number): number {
  return links.length === 0 ? none : links.reduce((sum, l) => sum + of(l), 0) / links.length;
}

function crossings(layers: Placed[][]): number {
  let count = 0;
  for (const nodes of layers) {
    // In the order in which they begin; two cross where the later one ends before the earlier one.
    const ends = nodes.flatMap((n) => [...n.to].sort((a, b) => a.row - b.row).map((l) => l.target.order));
    const sorted: number[] = [];
    for (const end of ends) {
      let [low, high] = [0, sorted.length];
      while (low < high) {
        const mid = (low + high) >> 1;
        if (sorted[mid] <= end) low = mid + 1;
        else high = mid;
      }
      count += sorted.length - low;
      sorted.splice(low, 0, end);
    }
  }
  return count;
}

// settle moves nodes up and down to where their ways come from and go to, in the order of their layer. A node from which the
// talk goes on counts for more than one that ends, so that the main line of a talk is straight.
const rounds = 6;
const weightOf = (n: Placed) => n.from.length + 8 * n.to.length || 0.1;
function settle(layers: Placed[][]): void {
  for (const nodes of layers) spread(nodes, () => 0);
  for (let i = 0; i < rounds; i++) {
    for (const nodes of layers) spread(nodes, before);
    for (const nodes of [...layers].reverse()) spread(nodes, after);
  }
  for (const nodes of layers) spread(nodes, (n) => (before(n) + after(n)) / 2);
}
const before = (n: Placed) => mean(n.from, (l) => l.source.middle, n.middle);
function after(n: Placed): number {
  if (n.to.length === 0) return n.middle;
  let [sum, weight] = [0, 0];
  for (const { target } of n.to) {
    sum += target.middle * weightOf(target);
    weight += weightOf(target);
  }
  return sum / weight;
}

// spread gives the nodes of a layer the middles nearest to those wanted, as squares count, that keep their order and the
// space between them: neighbours that want to be too near to each other become a block that moves as one.
function spread(nodes: Placed[], want: (n: Placed) => number): void {
  const blocks: { sum: number; weight: number; count: number }[] = [];
  const downs: number[] = [];
  let down = 0;
  nodes.forEach((n, i) => {
    if (i > 0) down += (nodes[i - 1].view.height + n.view.height) / 2 + space.between;
    downs.push(down);
    const weight = weightOf(n);
    let block = { sum: (want(n) - down) * weight, weight, count: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.weight >= block.sum / block.weight; last = blocks.at(-1)) {
      blocks.pop();
      block = { sum: last.sum + block.sum, weight: last.weight + block.weight, count: last.count + block.count };
    }
    blocks.push(block);
  });
  let i = 0;
  for (const b of blocks) for (let j = 0; j < b.count; j++, i++) nodes[i].middle = b.sum / b.weight + downs[i];
}

// close moves parts that no way connects up to what lies above them.
function close(layers: Placed[][]): void {
  const part = new Map<Placed, number>();
  const parts: Placed[][] = [];
  for (const root of layers.flat()) {
    if (part.has(root)) continue;
    const all = [root];
    part.set(root, parts.length);
    for (const n of all) {
      for (const other of [...n.from.map((l) => l.source), ...n.to.map((l) => l.target)]) {
        if (part.has(other)) continue;
        part.set(other, parts.length);
        all.push(other);
      }
    }
    parts.push(all);
  }
  const topOf = (n: Placed) => n.middle - n.view.height / 2;
  const tops = parts.map((nodes) => Math.min(...nodes.map(topOf)));
  const highest = Math.min(...tops);
  for (const i of [...parts.keys()].sort((a, b) => tops[a] - tops[b])) {
    const room = parts[i].map((n) => {
      const above = layers[n.layer].slice(0, n.order).findLast((x) => part.get(x) !== i);
      return topOf(n) - (above ? above.middle + above.view.height / 2 + space.between : highest);
    });
    const up = Math.max(0, Math.min(...room));
    for (const n of parts[i]) n.middle -= up;
  }
}
