import { describe, expect, it } from 'vitest';
import { byName } from '@/features/scripts/byName';
import { viewOf } from '@/features/scripts/diff/model';
import { missedBy } from '@/features/scripts/tests/coverage';

describe('names in lists', () => {
  it('stand in the order in which people count', () => {
    expect(['n10', 'n2', 'n1', '甲'].sort(byName).indexOf('n10')).toBeGreaterThan(['n10', 'n2', 'n1', '甲'].sort(byName).indexOf('n2'));
  });
  it('do so among nodes that nobody came to', () => {
    const missed = missedBy({ nodes: { n1: 1, n10: 0, n2: 0 }, branches: { 'n1>keyword:10': 0, 'n1>keyword:9': 0 }, nodes_hit: 1, nodes_total: 3, branches_hit: 0, branches_total: 2 });
    expect(missed.nodes).toEqual(['n2', 'n10']);
    expect(missed.branches.map((b) => b.on)).toEqual(['keyword:9', 'keyword:10']);
  });
  it('do so among nodes that differ', () => {
    const change = (id: string) => ({ id, change: 'added' as const, fields: [] });
    expect(viewOf({ nodes: [change('n10'), change('n2')], parts: [] })[0].entries.map((e) => e.id)).toEqual(['n2', 'n10']);
  });
});
