import { type Levels, loudest, type Stretch } from './peaks';
import type { Span } from './turnAt';

// Paints a stereo waveform: the callee above, the robot below, turns as bands behind them, silence shaded.

export interface Picture {
  levels: Levels;
  silent: readonly Stretch[];
  spans: readonly Span[];
  from: number; // the shown part, in seconds
  to: number;
  at: number;
  active: number | undefined;
  width: number; // CSS pixels
  height: number;
}
export interface Ink {
  line: string;
  soft: string;
  silence: string;
  mark: string; // where a turn was interrupted
  lanes: { wave: string; dull: string; band: string; edge: string }[];
}

export const rulerHeight = 20;
const bar = 2;
const gap = 1;

export function inkOf(style: CSSStyleDeclaration): Ink {
  const v = (name: string) => style.getPropertyValue(name).trim();
  return {
    line: v('--line'), soft: v('--soft'), silence: v('--calm-soft'), mark: v('--bad'),
    lanes: [
      { wave: v('--good'), dull: v('--line-strong'), band: v('--good-soft'), edge: v('--good') },
      { wave: v('--run'), dull: v('--line-strong'), band: v('--run-soft'), edge: v('--run') },
    ],
  };
}

export function paint(c: CanvasRenderingContext2D, p: Picture, ink: Ink): void {
  const x = (seconds: number) => ((seconds - p.from) / (p.to - p.from)) * p.width;
  const top = rulerHeight;
  const lane = (p.height - top) / 2;
  c.clearRect(0, 0, p.width, p.height);
  c.fillStyle = ink.silence;
  for (const s of p.silent) if (s.to > p.from && s.from < p.to) c.fillRect(x(s.from), top, x(s.to) - x(s.from), p.height - top);
  for (const s of p.spans) if (s.to > p.from && s.from < p.to) band(c, s, x, top + (s.speaker === 'callee' ? 0 : lane), lane, s.seq === p.active, ink);
  c.fillStyle = ink.line;
  c.fillRect(0, top + lane, p.width, 1);
  waves(c, p, x, top, lane, ink);
  ruler(c, p, x, ink);
}

function band(c: CanvasRenderingContext2D, s: Span, x: (t: number) => number, top: number, height: number, active: boolean, ink: Ink): void {
  const colours = ink.lanes[s.speaker === 'callee' ? 0 : 1]!;
  const left = x(s.from);
  const width = Math.max(2, x(s.to) - left);
  c.fillStyle = colours.band;
  c.fillRect(left, top + 3, width, height - 6);
  c.fillStyle = colours.edge;
  c.fillRect(left, top + 3, active ? 3 : 1, height - 6);
  if (active) {
    c.strokeStyle = colours.edge;
    c.lineWidth = 1;
    c.strokeRect(left + 0.5, top + 3.5, width - 1, height - 7);
  }
  if (s.interrupted) {
    c.fillStyle = ink.mark;
    c.fillRect(left + width - 2, top + 3, 2, height - 6);
  }
}

function waves(c: CanvasRenderingContext2D, p: Picture, x: (t: number) => number, top: number, lane: number, ink: Ink): void {
  const perPixel = (p.to - p.from) / p.width;
  const peaks = perPixel * (bar + gap) >= p.levels.coarse.every ? p.levels.coarse : p.levels.fine;
  // A quiet recording fills its lane, too; noise alone does not.
  const most = Math.max(0.1, ...p.levels.coarse.lanes.map((l) => l.reduce((a, b) => Math.max(a, b), 0)));
  const played = x(p.at);
  for (let i = 0; i < Math.min(2, peaks.lanes.length); i++) {
    const middle = top + lane * (i + 0.5);
    const reach = lane / 2 - 5;
    for (let at = 0; at < p.width; at += bar + gap) {
      const from = p.from + at * perPixel;
      if (from >= p.levels.seconds) break;
      const size = Math.max(0.5, (loudest(peaks, i, from, from + (bar + gap) * perPixel) / most) * reach);
      c.fillStyle = at <= played ? ink.lanes[i]!.wave : ink.lanes[i]!.dull;
      c.fillRect(at, middle - size, bar, size * 2);
    }
  }
}

const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

function ruler(c: CanvasRenderingContext2D, p: Picture, x: (t: number) => number, ink: Ink): void {
  const step = steps.find((s) => (s / (p.to - p.from)) * p.width >= 56) ?? 1200;
  c.font = '12px system-ui, sans-serif';
  c.textBaseline = 'middle';
  for (let t = Math.ceil(p.from / step) * step; t < p.to; t += step) {
    const text = `${Math.floor(t / 60)}:${String(Math.round(t % 60)).padStart(2, '0')}`;
    c.fillStyle = ink.line;
    c.fillRect(x(t), rulerHeight - 5, 1, 5);
    if (x(t) + 36 > p.width) continue;
    c.fillStyle = ink.soft;
    c.fillText(text, x(t) + 3, rulerHeight / 2 - 1);
  }
}
