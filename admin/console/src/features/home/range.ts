// The days that the home page shows, as the address keeps them.
export const ranges = ['today', '7d', '30d', 'custom'] as const;
export type Range = (typeof ranges)[number];

export interface Days {
  range: Range;
  from: string;
  to: string;
}
export const longest = 366;

const date = /^\d{4}-\d{2}-\d{2}$/;
const valid = (d: unknown): d is string => typeof d === 'string' && date.test(d) && !Number.isNaN(Date.parse(d));

// daysOf reads the address; what makes no sense there counts as today.
export function daysOf(query: Record<string, unknown>): Days {
  const range = ranges.find((r) => r === query.range) ?? 'today';
  if (range !== 'custom') return { range, from: '', to: '' };
  if (!valid(query.from) || !valid(query.to) || query.from > query.to) return { range: 'today', from: '', to: '' };
  return { range, from: query.from, to: query.to };
}

export function queryOf(d: Days): Record<string, string> {
  if (d.range === 'today') return {};
  return d.range === 'custom' ? { range: 'custom', from: d.from, to: d.to } : { range: d.range };
}

// asked is what the server is asked for.
export function asked(d: Days): { range?: string; from?: string; to?: string } {
  return d.range === 'custom' ? { from: d.from, to: d.to } : { range: d.range };
}

export function spanOf(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}
