import type { Count } from '@/api/types';
import type { Tint } from './colors';

export interface Slice extends Tint {
  key: string;
  label: string;
  count: number;
}

export function slicesOf(counts: Count[] | null | undefined, label: (key: string) => string, tint: (key: string, i: number) => Tint): Slice[] {
  return (counts ?? []).map((c, i) => ({ key: c.key, label: label(c.key), count: c.count, ...tint(c.key, i) }));
}

export const totalOf = (slices: Slice[]): number => slices.reduce((n, s) => n + s.count, 0);
