// How ways and far nodes are drawn: as lines and boxes of one picture, not as parts that the canvas has to know.
import type { Point } from './document';
import { type Edge, type NodeView, rowMiddle, size } from './graph';
import { type Frame, meets } from './near';

const dot = 6; // px, half of a handle: lines begin and end at its edge
const corner = 8;

// endsOf are where the line of a way begins and ends: at its row at the right of a node, and at the left of another one.
export function endsOf(e: Edge, source: NodeView, from: Point, to: Point): [Point, Point] {
  const row = source.exits.findIndex((x) => x.handle === e.handle);
  return [{ x: from.x + source.width + dot, y: from.y + rowMiddle(source, row) }, { x: to.x - dot, y: to.y + size.head / 2 }];
}

// curve is the line between two ends. Where it leads back, it bends out of the one node and into the other one. A far way is
// straight between its bends, and only what of it lies in the frame is drawn: strokes of thousands of pixels, with or without
// dashes, take a browser longer to paint than all that is seen.
export function curve(a: Point, b: Point, frame: Frame): string {
  if (Math.hypot(b.x - a.x, b.y - a.y) < far) {
    const bend = b.x >= a.x ? (b.x - a.x) / 2 : 6.25 * Math.sqrt(a.x - b.x);
    return `M${a.x} ${a.y}C${round(a.x + bend)} ${a.y} ${round(b.x - bend)} ${b.y} ${b.x} ${b.y}`;
  }
  const [out, into] = [{ x: a.x + turn, y: a.y }, { x: b.x - turn, y: b.y }];
  const length = Math.hypot(into.x - out.x, into.y - out.y);
  const along = (p: Point, by: number) => ({ x: p.x + ((into.x - out.x) / length) * by, y: p.y + ((into.y - out.y) / length) * by });
  const [from, to] = [along(out, turn), along(into, -turn)];
  const begins = meets(frame, a, turn * 2, 1);
  const ends = meets(frame, { x: b.x - turn * 2, y: b.y }, turn * 2, 1);
  const straight = begins && ends ? ([0, 1] as const) : within(frame, from, to);
  const part = (t: number) => ({ x: from.x + (to.x - from.x) * t, y: from.y + (to.y - from.y) * t });
  let d = begins ? `M${text(a)}Q${text(out)} ${text(from)}` : '';
  if (straight) d += `${begins && straight[0] === 0 ? '' : `M${text(part(straight[0]))}`}L${text(part(straight[1]))}`;
  if (ends) d += `${straight && straight[1] === 1 ? '' : `M${text(to)}`}Q${text(into)} ${text(b)}`;
  return d;
}
const far = 700; // px
const turn = 40;
const round = (n: number) => Math.round(n * 10) / 10;
const text = (p: Point) => `${round(p.x)} ${round(p.y)}`;

// within is the part of a straight line that lies in a frame, as shares of its length.
function within(f: Frame, a: Point, b: Point): readonly [number, number] | undefined {
  let [first, last] = [0, 1];
  for (const [at, by, low, high] of [[a.x, b.x - a.x, f.left, f.right], [a.y, b.y - a.y, f.top, f.bottom]] as const) {
    if (by === 0) {
      if (at < low || at > high) return undefined;
      continue;
    }
    const [one, other] = [(low - at) / by, (high - at) / by];
    first = Math.max(first, Math.min(one, other));
    last = Math.min(last, Math.max(one, other));
  }
  return first < last ? [first, last] : undefined;
}

// boxes are the outlines of nodes, as one path.
export function boxes(nodes: Iterable<readonly [NodeView, Point]>): string {
  let out = '';
  for (const [v, p] of nodes) {
    const [w, h] = [v.width - 2 * corner, v.height - 2 * corner];
    out += `M${p.x + corner} ${p.y}h${w}${arc(1, 1)}v${h}${arc(-1, 1)}h${-w}${arc(-1, -1)}v${-h}${arc(1, -1)}z`;
  }
  return out;
}
const arc = (x: number, y: number) => `a${corner} ${corner} 0 0 1 ${x * corner} ${y * corner}`;
