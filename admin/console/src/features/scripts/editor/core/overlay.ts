// What is drawn over the flow: how often tests, or real calls, came to each node and took each way.
import type { Exit } from './graph';
import { wayOf } from './graph';

export interface Overlay {
  kind: 'coverage' | 'traffic';
  calls: number;
  nodes: ReadonlyMap<string, { entered: number; hungUp: number }>;
  ways: ReadonlyMap<string, number>;
}

interface Coverage {
  nodes: Record<string, number>;
  branches: Record<string, number>;
}
export const ofCoverage = (c: Coverage, calls: number): Overlay => ({
  kind: 'coverage', calls,
  nodes: new Map(Object.entries(c.nodes).map(([id, n]) => [id, { entered: n, hungUp: 0 }])),
  ways: new Map(Object.entries(c.branches)),
});

interface Traffic {
  calls: number;
  nodes: Record<string, { entered: number; hung_up: number }>;
  branches: Record<string, number>;
}
export const ofTraffic = (t: Traffic): Overlay => ({
  kind: 'traffic', calls: t.calls,
  nodes: new Map(Object.entries(t.nodes).map(([id, n]) => [id, { entered: n.entered, hungUp: n.hung_up }])),
  ways: new Map(Object.entries(t.branches)),
});

// taken is how often an exit was taken; undefined when nothing is known of it, as of one that was drawn since.
export function taken(o: Overlay, node: string, x: Pick<Exit, 'group' | 'on'>): number | undefined {
  const n = o.ways.get(wayOf(node, x));
  // Of real calls only what happened is told; a node that was entered had the choice of all its ways.
  return n ?? (o.kind === 'traffic' && o.nodes.has(node) ? 0 : undefined);
}

export function hitCounts(o: Overlay): { nodes: number; nodesHit: number; ways: number; waysHit: number } {
  const nodes = [...o.nodes.values()];
  const ways = [...o.ways.values()];
  return { nodes: nodes.length, nodesHit: nodes.filter((n) => n.entered > 0).length, ways: ways.length, waysHit: ways.filter((n) => n > 0).length };
}
