import type { ScriptDocument } from '../editor/core/document';
import { graphOf } from '../editor/core/graph';
import { layered } from '../editor/core/layered';

export const box = { width: 128, height: 40 };
export interface Pictured {
  nodes: { id: string; words: string; x: number; y: number }[];
  edges: { id: string; on: string; d: string }[];
  width: number;
  height: number;
}

// pictured draws a flow small: a box for every node and a line for every way. Positions are the picture's own, since boxes are
// smaller than in the editor.
export function pictured(d: ScriptDocument): Pictured {
  const graph = graphOf(d);
  const at = layered({ nodes: graph.nodes.map((n) => ({ ...n, ...box })), edges: graph.edges });
  const pad = 8;
  const nodes = graph.nodes.map((n) => ({ id: n.id, words: n.words, x: (at.get(n.id)?.x ?? 0) + pad, y: (at.get(n.id)?.y ?? 0) + pad }));
  const place = new Map(nodes.map((n) => [n.id, n]));
  const edges = graph.edges.flatMap((e) => {
    const [a, b] = [place.get(e.source), place.get(e.target)];
    if (!a || !b) return [];
    return [{ id: `${e.source}>${e.on}`, on: e.on, d: line(a, b) }];
  });
  return {
    nodes, edges,
    width: Math.max(0, ...nodes.map((n) => n.x + box.width)) + pad,
    height: Math.max(0, ...nodes.map((n) => n.y + box.height)) + 3 * pad,
  };
}

// line goes from the right of a box to the left of one that follows; a way back goes below both.
function line(a: { x: number; y: number }, b: { x: number; y: number }): string {
  const middle = box.height / 2;
  if (b.x > a.x) {
    const [x1, y1, x2, y2] = [a.x + box.width, a.y + middle, b.x, b.y + middle];
    const bend = Math.max(16, (x2 - x1) / 2);
    return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [a.x + box.width * 0.65, a.y + box.height, b.x + box.width * 0.35, b.y + box.height];
  const low = Math.max(y1, y2) + 24;
  return `M${x1} ${y1}C${x1} ${low} ${x2} ${low} ${x2} ${y2}`;
}

// together is a flow with the nodes that an older one had besides, for a picture of what is gone.
export function together(now: ScriptDocument, before: ScriptDocument): ScriptDocument {
  const gone = Object.entries(before.nodes ?? {}).filter(([id]) => !Object.hasOwn(now.nodes ?? {}, id));
  return gone.length ? { ...now, nodes: { ...now.nodes, ...Object.fromEntries(gone) } } : now;
}
