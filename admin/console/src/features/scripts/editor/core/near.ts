// What of a flow has to be on the canvas. A canvas that holds a thousand nodes and ways looks through all of them at every step
// of a drag, and makes a component of each; so only what is near to what is seen is there. Ways are lines below it, which need
// no node at their far ends.
import type { Point } from './document';
import type { Edge, Graph } from './graph';

export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface Seen {
  x: number;
  y: number;
  zoom: number;
}

// everything is the frame of a flow that is small enough to be there as a whole.
export const everything: Frame = { left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };

// sightOf is the part of the flow that is seen through a window of this size.
export function sightOf(v: Seen, width: number, height: number): Frame {
  return { left: -v.x / v.zoom, top: -v.y / v.zoom, right: (width - v.x) / v.zoom, bottom: (height - v.y) / v.zoom };
}

// widen adds a share of the frame's size on every side.
export function widen(f: Frame, share: number): Frame {
  const [w, h] = [(f.right - f.left) * share, (f.bottom - f.top) * share];
  return { left: f.left - w, top: f.top - h, right: f.right + w, bottom: f.bottom + h };
}
export const contains = (outer: Frame, f: Frame): boolean => f.left >= outer.left && f.top >= outer.top && f.right <= outer.right && f.bottom <= outer.bottom;
export const meets = (f: Frame, p: Point, width: number, height: number): boolean => p.x < f.right && p.x + width > f.left && p.y < f.bottom && p.y + height > f.top;

export interface Nearby {
  whole: Set<string>; // nodes as they are
  plain: Set<string>; // nodes as boxes: what is chosen without being near
  ways: Edge[]; // those that begin or end at whole nodes
}

export function nearby(graph: Graph, points: ReadonlyMap<string, Point>, frame: Frame, chosen: Iterable<string>): Nearby {
  const whole = new Set<string>();
  for (const v of graph.nodes) if (meets(frame, points.get(v.id)!, v.width, v.height)) whole.add(v.id);
  const ways = graph.edges.filter((e) => whole.has(e.source) || whole.has(e.target));
  const plain = new Set<string>();
  for (const id of chosen) if (!whole.has(id) && points.has(id)) plain.add(id);
  return { whole, plain, ways };
}
