import { dark } from '@/app/theme';

// colorOf reads a CSS variable. Whoever computes with it computes again when the theme changes.
export function colorOf(name: string): string {
  void dark.value;
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || name;
}

// fontOf is the font of the page; a canvas knows no `inherit`.
export const fontOf = (): string => getComputedStyle(document.body).fontFamily || 'sans-serif';

export interface Tint {
  color: string;
  dashed?: boolean;
  line?: string; // as a line, where the area's colour is too faint for one
}

// A grade has one colour everywhere; F, an outline elsewhere, is dashed or framed.
export const gradeTint: Record<string, Tint> = {
  A: { color: '--grade-a' }, B: { color: '--grade-b' }, C: { color: '--grade-c' }, D: { color: '--grade-d' }, E: { color: '--grade-e', line: '--grade-e-line' }, F: { color: '--line-strong', dashed: true },
  none: { color: '--calm-soft' },
};
const ramp = ['--chart-1', '--chart-2', '--chart-3', '--chart-4', '--chart-5', '--chart-6', '--chart-7', '--chart-8'];
export const rampTint = (i: number): Tint => ({ color: ramp[i % ramp.length]! });
