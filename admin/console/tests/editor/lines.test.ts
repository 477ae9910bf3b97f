import { describe, expect, it } from 'vitest';
import { graphOf } from '@/features/scripts/editor/core/graph';
import { boxes, curve, endsOf } from '@/features/scripts/editor/core/lines';
import { everything } from '@/features/scripts/editor/core/near';

const frame = { left: 0, top: 0, right: 1000, bottom: 800 };
const numbers = (d: string) => [...d.matchAll(/-?[\d.]+/g)].map(Number);

describe('the line of a way', () => {
  it('begins at its row and ends at the head of the node it leads to', () => {
    const { nodes, edges } = graphOf({ nodes: { a: { say: '甲', branches: { affirm: 'b', negate: 'b' } }, b: { say: '乙', hangup: true } } });
    const [affirm, negate] = edges.map((e) => endsOf(e, nodes[0], { x: 10, y: 20 }, { x: 400, y: 300 }));
    expect(affirm).toEqual([{ x: 248, y: 20 + 32 + 42 + 11 }, { x: 394, y: 316 }]);
    expect(negate[0].y - affirm[0].y).toBe(22);
  });
  it('is one bend to a node nearby, forwards and back', () => {
    expect(curve({ x: 0, y: 0 }, { x: 100, y: 50 }, frame)).toBe('M0 0C50 0 50 50 100 50');
    expect(curve({ x: 400, y: 0 }, { x: 0, y: 50 }, frame)).toBe('M400 0C525 0 -125 50 0 50');
  });
  it('is straight between its bends to a node far away', () => {
    expect(curve({ x: 0, y: 100 }, { x: 5000, y: 100 }, everything)).toBe('M0 100Q40 100 80 100L4920 100Q4960 100 5000 100');
  });
  it('is drawn as far as the frame', () => {
    expect(curve({ x: 0, y: 100 }, { x: 5000, y: 100 }, frame)).toBe('M0 100Q40 100 80 100L1000 100');
    expect(curve({ x: -5000, y: 100 }, { x: 500, y: 100 }, frame)).toBe('M0 100L420 100Q460 100 500 100');
    const through = numbers(curve({ x: -3000, y: -3000 }, { x: 4000, y: 4000 }, frame));
    expect(through).toHaveLength(4);
    expect(Math.min(...through)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...through)).toBeLessThanOrEqual(1000);
  });
  it('is nothing where it passes the frame', () => {
    expect(curve({ x: -3000, y: 2000 }, { x: 3000, y: 2000 }, frame)).toBe('');
    expect(curve({ x: 2000, y: -3000 }, { x: 2200, y: 3000 }, frame)).toBe('');
  });
});

describe('boxes', () => {
  it('are one path, closed around each node', () => {
    const { nodes } = graphOf({ nodes: { a: { say: '甲', hangup: true }, b: { say: '乙', hangup: true } } });
    const d = boxes(nodes.map((v, i) => [v, { x: 400 * i, y: 0 }] as const));
    expect(d.match(/M/g)).toHaveLength(2);
    expect(d.startsWith(`M8 0h${nodes[0].width - 16}a8 8 0 0 1 8 8v${nodes[0].height - 16}`)).toBe(true);
    expect(boxes([])).toBe('');
  });
});
