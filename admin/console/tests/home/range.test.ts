import { describe, expect, it } from 'vitest';
import { asked, daysOf, queryOf, spanOf } from '@/features/home/range';

describe('range', () => {
  it.each([
    [{}, { range: 'today' }],
    [{ range: '7d' }, { range: '7d' }],
    [{ range: 'nonsense' }, { range: 'today' }],
    [{ range: 'custom' }, { range: 'today' }],
    [{ range: 'custom', from: '2026-03-02', to: '2026-03-01' }, { range: 'today' }],
    [{ range: 'custom', from: 'x', to: '2026-03-01' }, { range: 'today' }],
    [{ range: 'custom', from: '2026-03-01', to: '2026-03-05' }, { from: '2026-03-01', to: '2026-03-05' }],
  ])('of %o asks for %o', (query, wanted) => expect(asked(daysOf(query))).toEqual(wanted));
  it('is kept in the address', () => {
    const query = { range: 'custom', from: '2026-03-01', to: '2026-03-05' };
    expect(queryOf(daysOf(query))).toEqual(query);
    expect(queryOf(daysOf({}))).toEqual({});
  });
  it('counts both ends', () => {
    expect(spanOf('2026-03-01', '2026-03-01')).toBe(1);
    expect(spanOf('2026-02-28', '2026-03-01')).toBe(2);
  });
});
