import { describe, expect, it } from 'vitest';
import { contains, everything, nearby, sightOf, widen } from '@/features/scripts/editor/core/near';
import { graphOf } from '@/features/scripts/editor/core/graph';
import { positions } from '@/features/scripts/editor/core/layout';
import { largeScript } from './large';

const d = { nodes: { a: { say: '甲', next: 'b' }, b: { say: '乙', next: 'c' }, c: { say: '丙', next: 'a' }, d: { say: '丁', hangup: true } }, layout: { a: { x: 0, y: 0 }, b: { x: 400, y: 0 }, c: { x: 4000, y: 0 }, d: { x: 8000, y: 0 } } };
const graph = graphOf(d);
const points = positions(d, graph);
const sight = { left: -50, top: -50, right: 700, bottom: 400 };

describe('what of a flow is on the canvas', () => {
  it('is whole near what is seen, with the ways that lead there and away, but not their far ends', () => {
    const got = nearby(graph, points, sight, []);
    expect([...got.whole].sort()).toEqual(['a', 'b']);
    expect([...got.plain]).toEqual([]);
    expect(got.ways.map((e) => `${e.source} ${e.target}`).sort()).toEqual(['a b', 'b c', 'c a']);
  });
  it('is plain where it was chosen far away, and nothing that is gone', () => {
    const got = nearby(graph, points, sight, ['a', 'd', 'gone']);
    expect([...got.plain]).toEqual(['d']);
    expect(got.whole.has('a')).toBe(true);
  });
  it('is everything of a small flow', () => {
    const got = nearby(graph, points, everything, []);
    expect([got.whole.size, got.plain.size, got.ways.length]).toEqual([4, 0, 3]);
  });
  it('is little, however large the flow and however many ways lead to what is seen', () => {
    const script = largeScript(300);
    const all = graphOf(script);
    const at = positions(script, all);
    const start = at.get('ask-0')!;
    const got = nearby(all, at, { left: start.x, top: start.y - 600, right: start.x + 1600, bottom: start.y + 600 }, []);
    expect(got.ways.length).toBeGreaterThan(200);
    expect(got.whole.size).toBeGreaterThan(0);
    expect(got.whole.size + got.plain.size).toBeLessThan(60);
    for (const e of got.ways) expect(got.whole.has(e.source) || got.whole.has(e.target)).toBe(true);
  });
});

describe('a frame', () => {
  it('is what is seen through a window, moved and zoomed', () => {
    expect(sightOf({ x: -100, y: 50, zoom: 0.5 }, 800, 600)).toEqual({ left: 200, top: -100, right: 1800, bottom: 1100 });
  });
  it('is widened by a share of its size', () => {
    const wide = widen({ left: 0, top: 0, right: 100, bottom: 40 }, 0.5);
    expect(wide).toEqual({ left: -50, top: -20, right: 150, bottom: 60 });
    expect(contains(wide, { left: 0, top: 0, right: 150, bottom: 60 })).toBe(true);
    expect(contains(wide, { left: 0, top: 0, right: 151, bottom: 60 })).toBe(false);
  });
});
