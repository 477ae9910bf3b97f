import type { ScriptReport } from '@/api/types';
import { byName } from '../byName';

export interface Missed {
  nodes: string[];
  branches: { node: string; on: string; key: string }[];
}

// missedBy are the nodes and ways that no conversation came to. A way out of a node that nobody came to is not told again.
export function missedBy(c: ScriptReport['coverage']): Missed {
  const nodes = Object.entries(c.nodes).filter(([, n]) => n === 0).map(([id]) => id).sort(byName);
  const unseen = new Set(nodes);
  const branches = Object.entries(c.branches)
    .filter(([, n]) => n === 0)
    .map(([key]) => ({ key, node: key.slice(0, key.indexOf('>')), on: key.slice(key.indexOf('>') + 1) }))
    .filter((b) => !unseen.has(b.node))
    .sort((a, b) => byName(a.key, b.key));
  return { nodes, branches };
}

// shareOf counts for a table: the largest first, with its share of all.
export function shareOf(counts: Record<string, number> | undefined): { key: string; n: number; share: number }[] {
  const all = Object.entries(counts ?? {});
  const total = all.reduce((sum, [, n]) => sum + n, 0);
  return all.sort(([a, x], [b, y]) => y - x || byName(a, b)).map(([key, n]) => ({ key, n, share: total ? n / total : 0 }));
}
