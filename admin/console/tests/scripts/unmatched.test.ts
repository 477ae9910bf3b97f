import { describe, expect, it } from 'vitest';
import { intentsOf } from '@/features/scripts/unmatched/useTargets';

describe('where a sentence can be added to', () => {
  it('is an intent of the draft or a built-in one, each once', () => {
    const all = intentsOf({ parking: ['停车'], affirm: ['整挺好'] });
    expect(all.slice(0, 2)).toEqual(['parking', 'affirm']);
    expect(all.filter((x) => x === 'affirm')).toHaveLength(1);
    expect(all).toContain('do_not_call');
    expect(intentsOf(undefined)).toContain('refuse');
  });
});
