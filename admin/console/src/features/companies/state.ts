import type { Company } from '@/api/types';
import type { Tone } from '@/ui/states';

export type CompanyState = 'active' | 'banned' | 'ancestor';

// stateOf is banned by itself before banned with a company above: that one can be lifted here.
export function stateOf(c: Pick<Company, 'banned_at' | 'banned_by_ancestor'>): CompanyState {
  if (c.banned_at) return 'banned';
  return c.banned_by_ancestor ? 'ancestor' : 'active';
}
export const toneOf: Record<CompanyState, Tone> = { active: 'good', banned: 'bad', ancestor: 'warn' };

// zones are all that this browser knows, the usual one first.
export function zones(): string[] {
  const all = Intl.supportedValuesOf('timeZone');
  return [...new Set(['Asia/Shanghai', 'Asia/Hong_Kong', 'UTC', ...all])];
}
