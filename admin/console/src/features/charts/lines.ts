import type { Tint } from './colors';

export interface Line extends Tint {
  key: string;
  label: string;
  values: number[];
}
